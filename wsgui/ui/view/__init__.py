"""What is seen of a capture: the frame table, and what chooses, finds, marks and explains its rows."""
