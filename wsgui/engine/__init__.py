"""The asyncio engine: client and server on any loop."""
