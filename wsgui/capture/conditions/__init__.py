"""Filters as SQL: what the filter language (`wsgui.filter`) means in a capture file."""
