from __future__ import annotations

import time

from wsgui.engine.clock import now_ns


def test_it_is_the_time_since_1970_and_never_runs_backwards() -> None:
    first = now_ns()
    assert abs(first - time.time_ns()) < 60 * 1_000_000_000
    times = [now_ns() for _ in range(1000)]
    assert [first, *times] == sorted([first, *times])
