"""Fuzz `targets.cores`: ``python -m tests.fuzz.fuzz_cores CORPUS... -max_total_time=20``."""

from __future__ import annotations

from tests.fuzz.run import main

if __name__ == "__main__":
    main("cores")
