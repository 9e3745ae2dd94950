"""The capture file: what was seen goes straight to SQLite and is read back in windows of rows."""
