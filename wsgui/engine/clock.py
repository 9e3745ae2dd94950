"""Time stamps: nanoseconds since the Unix epoch that never run backwards."""

from __future__ import annotations

import time

_ANCHOR = time.time_ns() - time.perf_counter_ns()


def now_ns() -> int:
    """Now, from the performance counter: its differences are right to well below a microsecond (0.1 us a call)."""
    return _ANCHOR + time.perf_counter_ns()
