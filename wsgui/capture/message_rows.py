"""Which messages a capture has, each by the row of its first frame; found block by block, from columns alone.

A message is taken if a filter takes one of its frames. A fragment may be the first of them that fits, or the last one
may be what completes the message that the filter asks of: then the message's row lies before others that were found
(`MessagesFound.late_heads`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from wsgui.capture.answers import book_of
from wsgui.capture.blocks import SearchCancelled, Watch
from wsgui.capture.columns import FLAG_RECEIVED
from wsgui.capture.conditions.vectors import are_fragments
from wsgui.capture.database import InterruptedReadError
from wsgui.capture.row_set import RowSet
from wsgui.capture.selection import Selection
from wsgui.records import FLAG_FIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self, TypeAlias

    from wsgui.capture.column_store import ColumnStore
    from wsgui.capture.columns import Marks, Numbers
    from wsgui.capture.conditions.vectors import Rows
    from wsgui.filter.tree import Filter

    _Way: TypeAlias = tuple[int, bool]

MOST_REMEMBERED: Final = 100_000
"""Fragments of a message that nothing has taken yet: of more, those in front are not looked into by Find."""


class MessagesFound(NamedTuple):
    """What one search over some rows added. ``heads`` are those of them that are first frames of messages that fit,
    and ``frames`` all frames of these; ``late_heads`` and ``late_frames`` lie before the rows that were searched.
    ``folded`` is how many rows the filter takes that stand in no message, by their opcode."""

    heads: RowSet
    frames: RowSet
    late_heads: list[int]
    late_frames: list[int]
    folded: dict[int, int]


class _Begun:
    """A message that has not ended: its first row, its number, whether it is taken, and the rows behind the first one
    as long as it is not."""

    __slots__ = ("head", "number", "rest", "taken")

    def __init__(self, head: int, number: int, *, taken: bool, rest: list[int]) -> None:
        self.head = head
        self.number = number
        self.taken = taken
        self.rest = rest


class OpenMessages:
    """The messages that had begun and not ended where a search stopped, for the next one to go on with."""

    def __init__(self) -> None:
        self.by_way: dict[_Way, _Begun] = {}

    def copy(self) -> OpenMessages:
        """One that stays as it is."""
        other = OpenMessages()
        for way, one in self.by_way.items():
            other.by_way[way] = _Begun(one.head, one.number, taken=one.taken, rest=one.rest[:])
        return other


class MessageRows:
    """The messages of a capture file that a filter takes (all for None). One thread at a time. Raises CaptureError like
    `CaptureReader`."""

    def __init__(self, path: str | Path, filter: Filter | None, store: ColumnStore | None = None) -> None:  # noqa: A002 - the word of the language
        self._selection = Selection(path, filter, store, partial(book_of, path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called again."""
        self._selection.close()

    def find(
        self,
        after: int,
        upto: int,
        begun: OpenMessages,
        *,
        connection: int | None = None,
        cancelled: Callable[[], bool],
    ) -> tuple[MessagesFound, OpenMessages]:
        """The messages with rows beyond ``after`` up to ``upto``, of one connection or of all; ``begun`` is what the
        search up to ``after`` gave back beside what it found. Once ``cancelled()`` says yes, SearchCancelled is raised.
        """
        selection = self._selection
        selection.cancelled = cancelled
        upto = min(upto, selection.look())
        gathered = _Gathered(begun.copy())
        first = after + 1
        with Watch(cancelled, selection.database.interrupt):
            while after < upto:
                if cancelled():
                    raise SearchCancelled
                try:
                    rows = selection.every_column(after, upto)
                    marks = selection.marks(rows, connection)
                except InterruptedReadError:
                    raise SearchCancelled from None
                gathered.add(rows, marks)
                after = rows.last
        return gathered.found(first), gathered.begun


class _Gathered:
    """What is found block by block."""

    def __init__(self, begun: OpenMessages) -> None:
        self.begun = begun
        self._heads: list[Numbers] = []
        self._late: list[int] = []
        self._rest: list[int] = []
        self._folded: dict[int, int] = {}

    def add(self, rows: Rows, marks: Marks) -> None:
        messages = rows["message"]
        heads = marks & (messages > 0) & (rows["fragment"] == 0)
        self._heads.append(np.flatnonzero(heads) + rows.first)
        others = marks & (messages == 0)
        if others.any():
            numbers, counts = np.unique(rows["opcode"][others], return_counts=True)
            for opcode, count in zip(numbers.tolist(), counts.tolist(), strict=True):
                self._folded[opcode] = self._folded.get(opcode, 0) + count
        places = np.flatnonzero(are_fragments(rows))
        if len(places):
            self._join(rows, places, marks)

    def _join(self, rows: Rows, places: Numbers, marks: Marks) -> None:
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
        begun = self.begun.by_way
        for id_, connection, received, number, fragment, fin, fits in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            way = (connection, received)
            if not fragment:
                begun[way] = _Begun(id_, number, taken=fits, rest=[])
                continue
            one = begun.get(way)
            if one is None or one.number != number:  # somebody edited its first frame away
                continue
            if one.taken:
                self._rest.append(id_)
            else:
                one.rest.append(id_)
                del one.rest[:-MOST_REMEMBERED]
                if fits:
                    one.taken = True
                    self._late.append(one.head)
                    self._rest.extend(one.rest)
                    one.rest = []
            if fin:
                del begun[way]

    def found(self, first: int) -> MessagesFound:
        """All of it; ``first`` is the first row that was searched."""
        late, rest = np.array(self._late, np.int64), np.array(self._rest, np.int64)
        heads = np.sort(np.concatenate((*self._heads, late)).astype(np.int64))
        frames = np.sort(np.concatenate((heads, rest))) if len(rest) else heads
        found = MessagesFound(RowSet(), RowSet(), [], [], self._folded)
        for ids, those, before in (
            (heads, found.heads, found.late_heads),
            (frames, found.frames, found.late_frames),
        ):
            cut = int(np.searchsorted(ids, first))
            before.extend(ids[:cut].tolist())
            those.add(ids[cut:])
        return found
