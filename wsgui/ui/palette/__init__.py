"""The command palette: actions, tabs, endpoints and files, found by a few letters."""
