"""The tab of a server: where it listens, and how to trust its certificate."""
