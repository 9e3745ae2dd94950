"""One file for each behaviour."""
