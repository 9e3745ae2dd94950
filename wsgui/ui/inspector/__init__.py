"""The frame inspector: header bits, hex, details, whole message, handshake. It takes plain values and no sessions."""
