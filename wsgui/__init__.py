"""wsgui: a desktop WebSocket playground. See every byte of a WebSocket, send any byte you like."""

__version__ = "0.1.0"
