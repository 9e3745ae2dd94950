"""What the Time column says: the clock, or the time since something. Knows no Qt."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.sizes import clock_text

if TYPE_CHECKING:
    from wsgui.capture.reader import Row


class TimeMode(Enum):
    """Values are kept in the settings."""

    CLOCK = "clock"
    START = "start"
    PREVIOUS = "previous"
    MARKED = "marked"


TITLES = {
    TimeMode.CLOCK: "Time",
    TimeMode.START: "Since start",
    TimeMode.PREVIOUS: "Since row above",
    TimeMode.MARKED: "Since marked row",
}


class Times(NamedTuple):
    """A mode, and the time that it counts from (ns since the epoch; None: not known, or not needed)."""

    mode: TimeMode = TimeMode.CLOCK
    zero_ns: int | None = None

    def text(self, row: Row) -> str:
        """What stands in the row's Time column."""
        if self.mode is TimeMode.CLOCK:
            return clock_text(row.time_ns)
        span = row.delta_ns
        if self.mode is not TimeMode.PREVIOUS:
            span = None if self.zero_ns is None else row.time_ns - self.zero_ns
        return "—" if span is None else span_text(span)


def span_text(ns: int) -> str:
    """Seconds to the microsecond, with a sign: ``+12.504210``; a real minus sign."""
    micros = abs(ns) // 1000
    sign = "\u2212" if ns < 0 else "+"
    return f"{sign}{micros // 1_000_000}.{micros % 1_000_000:06}"
