"""How things are shown, as plain values: header fields, hex rows, one-line previews, handshake verdicts."""
