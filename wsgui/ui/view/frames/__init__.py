"""The live frame table: a window of rows on the capture file."""
