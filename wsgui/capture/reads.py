"""Payloads of many rows of format 4 at once: the wires of their reads, joined, and where each stands in them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wsgui.capture.columns import FLAG_MASKED, ColumnError
from wsgui.capture.packing import PLACE_BYTES

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from typing import Self

    from wsgui.capture.columns import Marks, Numbers
    from wsgui.capture.conditions.vectors import Rows
    from wsgui.capture.database import Database

AT_ONCE: Final = 8 * 1024 * 1024
"""Bytes of reads that are joined; a single read may have more."""

LONGEST_NUMBER: Final = 40
"""Characters of a number that is read; a longer one is looked at closely."""

_AMONG: Final = "FROM reads WHERE id BETWEEN (SELECT ifnull(max(id), 0) FROM reads WHERE id <= ?) AND ?"
_SIZE: Final = f"SELECT ifnull(sum(length(wire)), 0) {_AMONG}"
_SIZES: Final = f"SELECT id, length(wire) {_AMONG} ORDER BY id"
_WIRES: Final = f"SELECT id, last, wire {_AMONG} ORDER BY id"
_PLACES: Final = "SELECT places FROM reads WHERE id = ?"
_EDITED: Final = "SELECT 1 FROM edited WHERE id BETWEEN ? AND ? LIMIT 1"


class Reads:
    """The payload of the n-th of some rows is ``data[starts[n]:stops[n]]``."""

    def __init__(self, database: Database, rows: Rows) -> None:
        """Raises CaptureError; ColumnError if the wires do not have what the rows' columns say, or somebody edited one:
        then each row is to be looked at by itself."""
        first, last = rows.first, rows.last
        found = database.all(_WIRES, first, last)
        if not found or database.all(_EDITED, first, last):
            raise ColumnError(f"the rows {first} to {last} are not there, or somebody edited some")
        self.data = b"".join([wire for _, _, wire in found])
        """The wires of all reads of the rows, one behind the other."""
        forms, lengths = rows["form"], rows["length"].astype(np.int64)
        headers = (forms > 0) * 2 + (forms == 16) * 2 + (forms == 64) * 8 + rows.flag(FLAG_MASKED) * 4
        begin, end = 0, len(self.data)
        (start, _, _), (latest, stop, wire) = found[0], found[-1]
        if start < first:
            begin = _offset(database, start, first - start)
        if stop > last:
            end += _offset(database, latest, last + 1 - latest) - len(wire)
        self.stops: Numbers = begin + np.cumsum(headers + lengths)
        self.starts: Numbers = self.stops - lengths
        if self.stops[-1] != end:
            raise ColumnError(f"the bytes of the rows {first} to {last} are not those of their columns")
        self._small: bytes | None = None
        self._listed: tuple[list[int], list[int]] | None = None

    @classmethod
    def of(cls, database: Database, rows: Rows) -> Self | None:
        """The same; None if each row is to be looked at by itself. Raises CaptureError."""
        try:
            return cls(database, rows)
        except ColumnError:
            return None

    def __len__(self) -> int:
        return len(self.starts)

    def holding(self, words: bytes, *, whole: bool = False, small: bool = False) -> Marks:
        """The rows whose payload has ``words`` (at least one byte) in it; with ``whole`` that begin with them; with
        ``small`` if the letters of ASCII in the payload were small ones."""
        data = self._in_small_letters() if small else self.data
        found = np.zeros(len(self), np.bool_)
        at, row = data.find(words, int(self.starts[0])), 0
        if at < 0:
            return found
        starts, stops, size, count = self._starts_listed(), self._stops_listed(), len(words), len(self)
        while at >= 0:
            row = bisect_right(stops, at, row)  # of several in a row the first that fits is enough
            if row == count:
                break
            start, stop = starts[row], stops[row]
            if at < start or (whole and at > start):
                at = data.find(words, start if at < start else stop)  # in a header, or too late
                continue
            if at + size <= stop:
                found[row] = True
            at = data.find(words, stop)
        return found

    def numbers(self, expression: re.Pattern[bytes]) -> tuple[Numbers, Numbers]:
        """Where an expression is found, and the number that its group has there; NaN for what is no number."""
        places, texts = [], []
        for match in expression.finditer(self.data):
            places.append(match.start())
            texts.append(match[1] if len(match[1]) <= LONGEST_NUMBER else b"nan")
        try:
            values = np.array(texts, np.bytes_).astype(np.float64) if texts else np.zeros(0)
        except ValueError:
            values = np.array([_number(text) for text in texts])
        return _numbers(places), values

    def at(self, places: Numbers) -> Marks:
        """The rows in whose payloads these places of ``data`` are."""
        found = np.zeros(len(self), np.bool_)
        rows = np.searchsorted(self.stops, places, "right")
        rows = rows[rows < len(self)]
        found[rows] = True  # what stands in the header before counts too: it is looked at closely
        return found

    def _in_small_letters(self) -> bytes:
        if self._small is None:
            self._small = self.data.lower()
        return self._small

    def _starts_listed(self) -> list[int]:
        if self._listed is None:
            self._listed = self.starts.tolist(), self.stops.tolist()
        return self._listed[0]

    def _stops_listed(self) -> list[int]:
        self._starts_listed()
        assert self._listed is not None  # noqa: S101 - it was made above
        return self._listed[1]


def portions_of(database: Database, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The rows ``first`` to ``last`` in portions whose reads have no more than `AT_ONCE` bytes, or are a single one.

    Raises CaptureError.
    """
    ((size,),) = database.all(_SIZE, first, last)
    if size > AT_ONCE:
        size = 0
        for id_, more in database.all(_SIZES, first, last):
            if size + more > AT_ONCE and id_ > first:
                yield first, id_ - 1
                first, size = id_, 0
            size += more
    yield first, last


def _offset(database: Database, read: int, number: int) -> int:
    """Where in its wire the header of a frame of a read stands."""
    places: bytes = database.one(_PLACES, read)[0]
    if len(places) < PLACE_BYTES * number:
        raise ColumnError("an index has not a place for each frame")
    return int.from_bytes(places[4 * number : 4 * number + 4], "little")


def _numbers(values: Any) -> Numbers:
    return np.array(values, np.int64)


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
