"""Times of messages in a HAR: what their numbers count is told by how large they are and by when the entry started.

HAR itself knows no messages. Chrome writes seconds since the epoch, Playwright milliseconds, or -1 for none; others
write what a monotonic clock said, or the time since the connection began.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_FIRST: Final = 946_684_800
"""The year 2000: what is before is no time of a WebSocket."""
_LAST: Final = 4_102_444_800
"""The year 2100."""
_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
"""Parts of a second that absolute times are counted in."""
_LONG_UPTIME: Final = 10_000_000
"""Seconds that no machine runs without a pause: a monotonic clock that says more counts milliseconds."""

LARGEST_SECONDS: Final = 9_000_000_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_QUOTED: Final = re.compile(r"\d{1,20}(?:\.\d{1,20})?", re.ASCII)
_DATE_LENGTH: Final = 60


def number_of(value: object) -> int | float | None:
    """What may be a time: a number that is not negative, also one in quotes; None for all else."""
    if isinstance(value, str) and _QUOTED.fullmatch(value):
        value = float(value) if "." in value else int(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e20:
        return None
    return value


def moment_of(value: object) -> int | None:
    """When ``value`` is, in ns since the epoch: a date as ISO 8601 or RFC 5322 write it, or a number that can be
    nothing but a time since the epoch, in whatever unit; None for all else."""
    number = number_of(value)
    if number is not None:
        for unit in _UNITS:
            if _FIRST <= number / unit < _LAST:
                return _nanoseconds(number, unit)
        return None
    at = _date_of(value) if isinstance(value, str) and len(value) <= _DATE_LENGTH else None
    if at is None:
        return None
    since = at.replace(tzinfo=at.tzinfo or UTC) - _EPOCH
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return microseconds * 1000 if _FIRST <= microseconds / 1_000_000 < LARGEST_SECONDS else None


def _date_of(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, OverflowError):
            continue
    return None


class EntryTimes:
    """Reads the times of one entry's messages with `read`, in order. ``started_ns`` is when the entry says that it
    started, None if it does not; ``lasted_ms`` how long it lasted, 0 if it does not say.

    ``guessed``: some of the times that were read are guesses. ``absent``: for some messages there was none.
    """

    def __init__(self, started_ns: int | None, lasted_ms: float) -> None:
        self._started_ns = started_ns
        self._lasted_ms = lasted_ms
        self._base: float | None = None
        self._unit = 1
        self.guessed = False
        self.absent = False

    def read(self, value: object) -> int | None:
        """A time in ns since the epoch; None if there is none."""
        moment = moment_of(value)
        if moment is not None:
            return moment
        number = number_of(value)
        if number is None or self._started_ns is None or number > 1e12:
            self.absent = True
            return None
        self.guessed = True
        if self._base is None:
            self._choose(number)
        return self._started_ns + _nanoseconds(number - (self._base or 0), self._unit)

    def _choose(self, value: float) -> None:
        """The first time that is not absolute: does it count from the start, and in what?"""
        self._base = 0
        if value * 1000 <= self._lasted_ms:
            return
        if value <= self._lasted_ms:
            self._unit = 1000
            return
        self._base = value  # a clock that began at any time
        self._unit = 1000 if value > _LONG_UPTIME else 1


def _nanoseconds(value: float, unit: int) -> int:
    """To the microsecond where a fraction is given: a double has no more."""
    if isinstance(value, int):
        return value * (1_000_000_000 // unit)
    return round(value * (1_000_000 / unit)) * 1000 if unit <= 1_000_000 else round(value)
