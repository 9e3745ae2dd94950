"""The tab of a client: address, lock, and the attempts to connect again."""
