"""The tour: steps that a person takes in the window, and what watches them."""
