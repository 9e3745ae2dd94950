"""Qt-free use cases: a running client or server with its capture."""
