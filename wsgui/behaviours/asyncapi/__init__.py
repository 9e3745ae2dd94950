"""AsyncAPI documents, 2.0 to 2.6 and 3.0: which channels there are, what is sent and received there, and whether a
message fits (`document`, `checker`), and messages that are made where none is given (`sample`)."""
