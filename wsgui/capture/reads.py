"""Payloads of many rows of format 4 at once: the wires of their reads, joined, and where each stands in them."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wsgui.capture.columns import FLAG_MASKED, ColumnError
from wsgui.capture.packing import PLACE_BYTES

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator
    from typing import Self

    from wsgui.capture.columns import Marks, Numbers
    from wsgui.capture.conditions.vectors import Rows
    from wsgui.capture.database import Database
    from wsgui.filter.literals import Literal

AT_ONCE: Final = 1024 * 1024
"""Bytes of reads that are joined; a single read may have more. What fits into the processor's caches is copied and
searched two to three times as fast as 8 MiB are."""

LONGEST_NUMBER: Final = 40
"""Characters of a number that is read; a longer one is looked at closely."""

_SMALL: Final = 32
"""The bit that makes a small letter of ASCII of a capital one."""

_WINDOW: Final = 256 * 1024
"""Bytes that are compared at once: what they make of memory is bounded, however often words stand in them."""

_HEAD: Final = 64
"""Bytes of long words that are compared."""

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
        """The rows whose payload has ``words`` (at least one byte) in it; with ``whole`` that begin with them. With
        ``small`` all that have them if the letters of ASCII in the payload were small ones, and some more."""
        if small:
            words = bytes(byte | _SMALL for byte in words)
        found = np.zeros(len(self), np.bool_)
        head, size = words[:_HEAD], len(words)
        data, end = np.frombuffer(self.data, np.uint8), int(self.stops[-1])
        begin = int(self.starts[0])
        while begin < end:
            row = int(np.searchsorted(self.stops, begin, "right"))
            if found[row]:  # of several in a row the first is enough
                begin = int(self.stops[row])
                continue
            window = data[begin : min(begin + _WINDOW + len(head) - 1, end)]
            # Not only letters become others, but in a tenth of the time of `bytes.lower`.
            places = _places(window | _SMALL if small else window, head) + begin
            rows = np.searchsorted(self.stops, places, "right")
            starts = self.starts[rows]
            fit = (places == starts) if whole else (places >= starts)  # others are in a header, or too late
            found[rows[fit & (places + size <= self.stops[rows])]] = True
            begin += _WINDOW
        if size > len(head) and not small:
            self._confirm(found, words, whole=whole)
        return found

    def _confirm(self, found: Marks, words: bytes, *, whole: bool) -> None:
        """Of rows that have the head of long words, leave those that have all of it."""
        for row in np.flatnonzero(found).tolist():
            start, stop = int(self.starts[row]), int(self.stops[row])
            at = self.data.find(words, start, start + len(words) if whole else stop)
            found[row] = at >= 0

    def with_literal(self, literal: Literal) -> Marks:
        """The rows that may fit an expression in whose matches ``literal`` stands."""
        found = self.holding(literal.data, small=literal.ignore_case)
        for letter in literal.folded:
            found |= self.holding(letter)
        return found

    def numbers(self, expression: re.Pattern[bytes], fits: Callable[[Numbers], Marks]) -> Marks:
        """The rows where an expression is found and the number that its group has there fits; NaN is what is no
        number, or one of more than `LONGEST_NUMBER` characters."""
        span = int(self.starts[0]), int(self.stops[-1])
        texts = np.array(expression.findall(self.data, *span), np.bytes_)
        if not len(texts):
            return np.zeros(len(self), np.bool_)
        try:
            if texts.itemsize > LONGEST_NUMBER:
                raise ValueError("they are read one by one")
            values = texts.astype(np.float64)
        except ValueError:
            values = np.array([_number(text) for text in texts.tolist()])
        fit = fits(values)
        if not fit.any():  # in most megabytes: where a number stands takes longer than to read it
            return np.zeros(len(self), np.bool_)
        matches = compress(expression.finditer(self.data, *span), fit.tolist())
        return self.at(_numbers([match.start() for match in matches]))

    def at(self, places: Numbers) -> Marks:
        """The rows in whose payloads these places of ``data`` are."""
        found = np.zeros(len(self), np.bool_)
        rows = np.searchsorted(self.stops, places, "right")
        rows = rows[rows < len(self)]
        found[rows] = True  # what stands in the header before counts too: it is looked at closely
        return found


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


def _places(window: Numbers, words: bytes) -> Numbers:
    """Where words are in some bytes, in any order.

    Four bytes are compared at a time, from each of the first four on: a quarter of the time of `bytes.find`.
    """
    width = next(width for width in (4, 2, 1) if width <= len(words))
    if len(window) < len(words):
        return _numbers([])
    first = np.frombuffer(words, f"<u{width}", 1)
    parts = []
    for offset in range(width):
        stop = offset + (len(window) - offset) // width * width
        parts.append(np.flatnonzero(window[offset:stop].view(first.dtype) == first) * width + offset)
    places = np.concatenate(parts)
    places = places[places <= len(window) - len(words)]
    for number in range(width, len(words)):
        if not len(places):
            break
        places = places[window[places + number] == words[number]]
    return places


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
        return float(text) if len(text) <= LONGEST_NUMBER else float("nan")
    except ValueError:
        return float("nan")
