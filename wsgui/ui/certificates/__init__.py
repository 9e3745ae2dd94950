"""The certificates of a TLS peer, for looking at."""
