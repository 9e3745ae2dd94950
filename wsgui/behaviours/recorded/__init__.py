"""What a server said in a capture, made ready to be said again."""
