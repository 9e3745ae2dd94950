"""Policies and faults of a session, live: the panel, its rows, the strip that says what is done wrong on purpose."""
