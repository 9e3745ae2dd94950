"""Two frames or messages side by side; imported when two are first compared."""
