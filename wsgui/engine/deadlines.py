"""Named deadlines of one connection behind a single timer of the loop.

One timer a connection, because a cancelled ``call_later`` of the Qt loop keeps its native timer until it would have
fired. So moving a deadline later costs nothing: the timer fires at the old time, sees that, and is set again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Deadlines:
    """``due(name)`` is called on the loop once a deadline has passed; it is forgotten then."""

    __slots__ = ("_due", "_handle", "_loop", "_times", "_when")

    def __init__(self, due: Callable[[str], None]) -> None:
        self._due = due
        self._loop = asyncio.get_running_loop()
        self._times: dict[str, float] = {}
        self._handle: asyncio.TimerHandle | None = None
        self._when = 0.0

    def __contains__(self, name: str) -> bool:
        return name in self._times

    def now(self) -> float:
        """The loop's clock, in seconds."""
        return self._loop.time()

    def set(self, name: str, seconds: float) -> None:
        """``name`` falls due in so many seconds, whatever it was set to before."""
        when = self._loop.time() + seconds
        self._times[name] = when
        if self._handle is None or when < self._when:
            self._arm(when)

    def drop(self, name: str) -> None:
        """Forget a deadline."""
        self._times.pop(name, None)

    def clear(self) -> None:
        """Forget all; the timer goes too."""
        self._times.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _arm(self, when: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._when = when
        self._handle = self._loop.call_at(when, self._fire)

    def _fire(self) -> None:
        self._handle = None
        # A Qt timer may fire up to 5 % early; a millisecond of grace keeps it from being set again for nothing.
        now = self._loop.time() + 0.001
        for name in [name for name, when in self._times.items() if when <= now]:
            if self._times.pop(name, None) is not None:
                self._due(name)
        if self._times and self._handle is None:
            self._arm(min(self._times.values()))
