"""The panels of the window: docks that a person moves, puts behind each other, floats and hides."""
