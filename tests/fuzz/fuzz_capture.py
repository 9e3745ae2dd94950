"""Fuzz `targets.damaged_capture`: ``python -m tests.fuzz.fuzz_capture CORPUS... -max_total_time=20``."""

from __future__ import annotations

from tests.fuzz.run import main

if __name__ == "__main__":
    main("capture")
