"""How large the blocks are that a capture is worked through in, and how that ends early."""

from __future__ import annotations

import threading

from tests.patience import PATIENCE
from wsgui.capture.blocks import Watch, next_step


def test_blocks_grow_while_they_are_quick_and_shrink_when_slow() -> None:
    assert next_step(64, 0.0) == 256
    assert next_step(64, 0.025) == 64
    assert next_step(1000, 0.25) == 100
    assert next_step(1, 5.0) == 1
    assert next_step(100_000, 0.001) == 200_000


def test_a_watch_interrupts_once_it_is_cancelled() -> None:
    interrupted = threading.Event()
    with Watch(lambda: True, interrupted.set):
        assert interrupted.wait(PATIENCE)


def test_a_watch_of_what_goes_on_interrupts_nothing() -> None:
    asked, interrupted = threading.Event(), threading.Event()

    def go_on() -> bool:
        asked.set()
        return False

    with Watch(go_on, interrupted.set):
        assert asked.wait(PATIENCE)
    assert not interrupted.is_set()
