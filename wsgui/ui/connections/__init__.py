"""All connections of a session or a capture, in a table that can be searched."""
