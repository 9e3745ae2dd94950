"""Find in files of format 4: the rows that have a needle, looked for in the joined bytes of many reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wsgui.capture.column_store import ColumnStore
from wsgui.capture.columns import BLOCK_ROWS
from wsgui.capture.conditions.vectors import Rows, are_fragments
from wsgui.capture.reads import Reads, portions_of
from wsgui.capture.schema import FLAG_INFLATED
from wsgui.filter.literals import literal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wsgui.capture.columns import Marks
    from wsgui.capture.database import Database
    from wsgui.capture.needle import Needle

_EACH: Final = 64
"""Rows that are asked one by one before somebody may say that they are no longer wanted."""


class Portion:
    """Some rows of a view: which of them have a needle is decided by their bytes, or (``others``) by SQL, because they
    are fragments of a message or were inflated."""

    def __init__(self, reads: Reads, first: int, may: Marks, others: Marks) -> None:
        self._reads = reads
        self._first = first
        self._may = np.flatnonzero(may).tolist()
        self.others = (np.flatnonzero(others) + first).tolist()

    def found(self, needle: Needle, pause: Callable[[], None], *, backward: bool) -> int | None:
        """The first row with a hit, or the last one. Raises PatternTooSlowError and what ``pause`` raises."""
        data, starts, stops = self._reads.data, self._reads.starts, self._reads.stops
        for number, place in enumerate(reversed(self._may) if backward else self._may):
            if number % _EACH == 0:
                pause()
            if needle.is_in(data[starts[place] : stops[place]]):
                return self._first + int(place)
        return None


def portions(
    database: Database, ids: Sequence[int], needle: Needle, *, joins: bool, backward: bool
) -> Iterator[Portion | list[int]]:
    """Some rows of a view, ascending, in portions; ids alone where each row is to be looked at by itself. ``joins``:
    the capture has messages of several frames. Raises CaptureError."""
    wanted = np.array(ids, np.int64)
    spans = [
        (start, min(start + BLOCK_ROWS - 1, last))
        for first, last in portions_of(database, int(wanted[0]), int(wanted[-1]))
        for start in range(first, last + 1, BLOCK_ROWS)
    ]
    for first, last in reversed(spans) if backward else spans:
        some = wanted[np.searchsorted(wanted, first) : np.searchsorted(wanted, last, "right")]
        if not len(some):
            continue
        block = ColumnStore().part(database, first - 1, last)
        reads = None
        if block is not None:
            rows = Rows(block, 0, last + 1 - first, first=first, before=None, start=0)
            reads = Reads.of(database, rows)
        if reads is None:
            yield some.tolist()
            continue
        asked = rows.among(some)
        others = rows.flag(FLAG_INFLATED)
        if joins:
            others |= are_fragments(rows)
        yield Portion(reads, first, asked & ~others & _candidates(reads, needle), asked & others)


def _candidates(reads: Reads, needle: Needle) -> Marks:
    """The rows that may have the needle."""
    if needle.expression is None:
        if needle.folded is None:
            return reads.holding(needle.data)
        return reads.holding(needle.data.lower(), small=True)
    literal = literal_of(needle.expression)
    if literal is None:
        return np.ones(len(reads), np.bool_)
    return reads.with_literal(literal)
