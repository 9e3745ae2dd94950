"""Fuzz `targets.handshake`: ``python -m tests.fuzz.fuzz_handshake CORPUS... -max_total_time=20``."""

from __future__ import annotations

from tests.fuzz.run import main

if __name__ == "__main__":
    main("handshake")
