"""Which messages a capture has, each by the row of its first frame; found block by block, from columns alone.

A message is taken if a filter takes one of its frames. A fragment may be the first of them that fits, or the last one
may be what completes the message that the filter asks of: then the message's row lies before others that were found
(`MessagesFound.late`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from wsgui.capture.blocks import SearchCancelled, Watch
from wsgui.capture.columns import FLAG_RECEIVED
from wsgui.capture.conditions.vectors import are_fragments
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.row_set import RowSet
from wsgui.capture.selection import Selection
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self, TypeAlias

    from wsgui.capture.column_store import ColumnStore
    from wsgui.capture.columns import Marks, Numbers
    from wsgui.capture.conditions.vectors import Rows
    from wsgui.filter.tree import Filter

    _Way: TypeAlias = tuple[int, int]

MOST_REMEMBERED: Final = 100_000
"""Fragments of a message that nothing has taken yet: of more, those in front are not looked into by Find."""

KINDS: Final = (*range(int(Opcode.CLOSE), 16), -1, -2, -3)
"""Opcodes of rows that belong to no message."""


class MessagesFound(NamedTuple):
    """What one search added: rows of first frames, ascending; of those that a later frame brought in, ``late`` (they
    may lie before what was found earlier); further fragments of all of them, ``rest``; and how many rows of each
    opcode of `KINDS` the filter takes, which stand in no message."""

    heads: RowSet
    late: list[int]
    rest: list[int]
    folded: dict[int, int]


class _Open:
    """A message that has not ended."""

    __slots__ = ("head", "number", "rest", "taken")

    def __init__(self, head: int, number: int, *, taken: bool, rest: list[int] | None = None) -> None:
        self.head = head
        self.number = number
        self.taken = taken
        self.rest: list[int] = [] if rest is None else rest

    def copy(self) -> _Open:
        return _Open(self.head, self.number, taken=self.taken, rest=self.rest[:])


class MessageRows:
    """The messages of a capture file that a filter takes (all for None). Each call of `find` goes on where the one
    before ended. One thread at a time. Raises CaptureError like `CaptureReader`."""

    def __init__(self, path: str | Path, filter: Filter | None, store: ColumnStore | None = None) -> None:  # noqa: A002 - the word of the language
        self._selection = Selection(path, filter, store)
        self._open: dict[_Way, _Open] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called again."""
        self._selection.close()

    def find(
        self, after: int, upto: int, *, connection: int | None = None, cancelled: Callable[[], bool]
    ) -> MessagesFound:
        """The messages with rows beyond ``after``, which is where the call before ended, up to ``upto``, of one
        connection or of all. Once ``cancelled()`` says yes, SearchCancelled is raised, and the call may be repeated."""
        selection = self._selection
        selection.cancelled = cancelled
        upto = min(upto, selection.look())
        found = MessagesFound(RowSet(), [], [], {})
        open_ = {way: one.copy() for way, one in self._open.items()}
        with Watch(cancelled, selection.database.interrupt):
            while after < upto:
                if cancelled():
                    raise SearchCancelled
                try:
                    rows = selection.every_column(after, upto)
                    marks = selection.marks(rows, connection)
                except InterruptedReadError:
                    raise SearchCancelled from None
                _gather(rows, marks, open_, found)
                after = rows.last
        self._open = open_
        return found


def _gather(rows: Rows, marks: Marks, open_: dict[_Way, _Open], found: MessagesFound) -> None:
    messages = rows["message"]
    heads = marks & (messages > 0) & (rows["fragment"] == 0)
    found.heads.add(np.flatnonzero(heads) + rows.first)
    others = marks & (messages == 0)
    if others.any():
        numbers, counts = np.unique(rows["opcode"][others], return_counts=True)
        for opcode, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            found.folded[opcode] = found.folded.get(opcode, 0) + count
    places = np.flatnonzero(are_fragments(rows))
    if len(places):
        _join(rows, places, marks, open_, found)


def _join(rows: Rows, places: Numbers, marks: Marks, open_: dict[_Way, _Open], found: MessagesFound) -> None:
    """Fragments, which are looked at one by one."""
    flags = rows["flags"][places]
    columns = (
        places + rows.first,
        rows["connection"][places],
        (flags & FLAG_RECEIVED) != 0,
        rows["message"][places],
        rows["fragment"][places],
        (flags & FLAG_FIN) != 0,
        marks[places],
    )
    for id_, connection, received, number, fragment, fin, fits in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        way = (connection, int(received))
        if not fragment:
            open_[way] = _Open(id_, number, taken=fits)
            continue
        one = open_.get(way)
        if one is None or one.number != number:  # somebody edited its first frame away
            continue
        if one.taken:
            found.rest.append(id_)
        else:
            one.rest.append(id_)
            del one.rest[:-MOST_REMEMBERED]
            if fits:
                one.taken = True
                found.late.append(one.head)
                found.rest.extend(one.rest)
                one.rest = []
        if fin:
            del open_[way]
