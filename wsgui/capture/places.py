"""Where a view stands at a row's number or at a time, found in a few dozen look-ups however long the view is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.filter.errors import FilterError
from wsgui.filter.fields import FIELDS
from wsgui.filter.tree import Moment
from wsgui.filter.values import clock_ns, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.capture.reader import CaptureReader

_DAY: Final = 24 * 3600 * 1_000_000_000


class NoPlaceError(Exception):
    """There is no such place. ``str()`` is one sentence."""


def place_at(text: str, ids: Sequence[int], reader: CaptureReader) -> int:
    """The place in a view that a person has named.

    ``text`` is a row's number, a clock time (``12:04:10.5``; of the day after, if the capture starts later than that),
    a date and time, or seconds since the capture's first row (``+12.5s``). ``ids`` are the view's rows, ascending. A
    time means the first row at or behind it; where a clock was set back there may be several such places, and one of
    them is taken. Raises NoPlaceError, CaptureError.
    """
    text = text.strip()
    if not ids:
        raise NoPlaceError("No rows are shown.")
    if text.isascii() and text.isdigit():
        return _place_of(int(text), ids, reader)
    try:
        moment = value_of(FIELDS["time"], text, 0) if text else None
    except FilterError:
        moment = None
    if not isinstance(moment, Moment):
        raise NoPlaceError("Type a row's number, a time such as 12:04:10.5, or seconds from the start such as +12.5s.")
    start = reader.time_of(1)
    wanted: int | None = moment.ns
    if moment.origin == "start":
        wanted = start + moment.ns
    elif moment.origin == "clock":
        wanted = clock_ns(start, moment.ns)
        if wanted is not None and wanted < start - start % 1_000_000_000:
            wanted += _DAY
    if wanted is None:
        raise NoPlaceError("The system cannot tell that time on the day of this capture.")
    place = first_at(wanted, ids, reader)
    if place == len(ids):
        raise NoPlaceError("No row shown here is as late as that.")
    return place


def first_at(time_ns: int, ids: Sequence[int], reader: CaptureReader) -> int:
    """The place of the first row at or behind a time (ns since the epoch); ``len(ids)`` if there is none. Where times
    go back, a place with an earlier row in front of it."""
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        if reader.time_of(ids[middle]) < time_ns:
            low = middle + 1
        else:
            high = middle
    return low


def _place_of(number: int, ids: Sequence[int], reader: CaptureReader) -> int:
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        if ids[middle] < number:
            low = middle + 1
        else:
            high = middle
    if low < len(ids) and ids[low] == number:
        return low
    last = reader.last_id()
    if not 1 <= number <= last:
        raise NoPlaceError(f"There is no row {number}: the rows go from 1 to {last}.")
    raise NoPlaceError(f"Row {number} is not shown here: the filter or the choice of a connection leaves it out.")
