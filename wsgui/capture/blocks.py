"""Working through a capture in blocks, in a worker thread: how large the next one is, and how it is cancelled."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_BLOCK: Final = 200_000
"""Rows: also bounds the memory that one block takes, to some MB."""

_BLOCK_SECONDS: Final = 0.025
_LOOK_SECONDS: Final = 0.03


class SearchCancelled(Exception):  # noqa: N818 - nothing went wrong
    """The caller's ``cancelled`` said so."""


class Watch:
    """Interrupts what SQLite is doing when ``cancelled`` says so.

    A thread that looks now and then, not SQLite's progress handler: that one counts steps of its machine, which take
    a nanosecond or read a payload of megabytes, and each call of it waits for Python's lock.
    """

    def __init__(self, cancelled: Callable[[], bool], interrupt: Callable[[], None]) -> None:
        self._cancelled = cancelled
        self._interrupt = interrupt
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture search watch", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            if self._cancelled():
                self._interrupt()


def next_step(step: int, seconds: float) -> int:
    """Rows of the next block, so that it takes about 25 ms: at most four times as many as in the last one."""
    factor = min(4.0, _BLOCK_SECONDS / max(seconds, 1e-6))
    return max(1, min(int(step * factor), LARGEST_BLOCK))
