"""The composer pane: put frames together, see their bytes, send them."""
