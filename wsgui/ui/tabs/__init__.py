"""One session in a tab. What every tab has stands here; each kind of session has a room of its own below."""
