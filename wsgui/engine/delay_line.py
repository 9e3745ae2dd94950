"""Frames that wait for their time, in order, with one timer and a bound."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.protocol.frames import Frame

HELD_BYTES: Final = 16 * 1024 * 1024
"""What is held at most, 100 bytes a frame included; beyond that the oldest frames leave before their time."""

# Timers may come a little early; a frame a millisecond before its time is in time.
_EARLY: Final = 0.001


class DelayLine:
    """``leave`` gets the frames whose time has come, in the order in which they were put."""

    def __init__(self, leave: Callable[[list[Frame]], None]) -> None:
        self._leave = leave
        self._loop = asyncio.get_running_loop()
        self._held: deque[tuple[float, Frame]] = deque()
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def __bool__(self) -> bool:
        return bool(self._held)

    def put(self, frame: Frame, seconds: float) -> None:
        """Hold a frame for ``seconds``, or for as long as those before it are held."""
        when = self._loop.time() + seconds
        if self._held:
            when = max(when, self._held[-1][0])
        self._held.append((when, frame))
        self._bytes += _cost(frame)
        if self._bytes > HELD_BYTES:
            self._release()
        elif self._timer is None:
            self._timer = self._loop.call_at(when, self._release)

    def _release(self) -> None:
        self._stop_timer()
        now = self._loop.time() + _EARLY
        ready: list[Frame] = []
        while self._held and (self._held[0][0] <= now or self._bytes > HELD_BYTES):
            frame = self._held.popleft()[1]
            self._bytes -= _cost(frame)
            ready.append(frame)
        if self._held:
            self._timer = self._loop.call_at(self._held[0][0], self._release)
        if ready:
            self._leave(ready)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def clear(self) -> None:
        """Forget what is held."""
        self._stop_timer()
        self._held.clear()
        self._bytes = 0


def _cost(frame: Frame) -> int:
    return 100 + len(frame.payload)
