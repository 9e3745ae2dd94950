"""Lessons: steps that a person takes in the window, read from files, and what watches them."""
