"""Saved endpoints at the left."""
