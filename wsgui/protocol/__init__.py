"""The WebSocket protocol without I/O: frames, masking, judge, messages, handshake, connection state."""
