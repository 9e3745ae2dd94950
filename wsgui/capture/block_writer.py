"""Writes the columns of rows that fill a block, behind the writer and in small steps.

They are made of reads that are committed, and can be made anew at any time. So nothing waits for them, and a crash
costs none: what is missing is made when the capture is gone on with, or by whoever asks.
"""

from __future__ import annotations

import sqlite3
import threading
from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from wsgui.capture.batch import READ_COLUMNS
from wsgui.capture.schema import BLOCK_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.capture.read_columns import Stretch

_READS_A_STEP: Final = 4000
"""Some 5 ms of work between two commits."""
_LAST: Final = 1  # place of a read's last row
_LAST_STEPS: Final = 64
"""Steps when a capture is closed: more of them would be waited for."""

_NEXT: Final = (
    "SELECT min(number + 1) FROM (SELECT -1 AS number UNION ALL SELECT number FROM blocks WHERE number >= 0) AS one"
    " WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.number = one.number + 1)"
)


class BlockWriter:
    """For the writer's thread alone. ``database`` is the writer's connection, in autocommit mode. Rows up to ``last``
    stand in the file already; of later ones it is told by `take`."""

    def __init__(self, database: sqlite3.Connection, last: int = 0) -> None:
        self.database = database
        self._last = last
        ((self._number,),) = database.execute(_NEXT).fetchall()
        self._done = self._number * BLOCK_ROWS
        self._parts: list[Stretch] = []
        # What was taken and is in no part yet: columns of `reads`, with the number of bytes in place of the wire.
        self._taken: list[list[Any]] = [[] for _ in range(READ_COLUMNS)]
        self._loading: threading.Thread | None = None

    def take(self, reads: list[Any]) -> None:
        """These rows of `reads` were committed; their values, one row behind the other."""
        for place, values in enumerate(self._taken):
            some = reads[place::READ_COLUMNS]
            values += map(len, some) if place == READ_COLUMNS - 1 else some

    def follow(self, committed: int) -> None:
        """Go one step on, if there are blocks to be filled by the rows up to ``committed``."""
        if committed < (self._number + 1) * BLOCK_ROWS:
            return
        if self._loading is None:
            # numpy is loaded by captures of so many rows, and by no others. It takes 0.1 s or more: beside the writer.
            self._loading = threading.Thread(target=_load, name="capture columns")
            self._loading.start()
        if not self._loading.is_alive():
            with suppress(sqlite3.Error):  # a full disk is told of by what is recorded
                self._step()

    def finish(self, committed: int) -> None:
        """The capture is closed: fill what can be filled."""
        self.follow(committed)
        if self._loading is not None:
            self._loading.join()
        for _ in range(_LAST_STEPS):
            self.follow(committed)

    def _step(self) -> None:
        from wsgui.capture.columns import ColumnError
        from wsgui.capture.read_columns import packed

        start, end = self._number * BLOCK_ROWS, (self._number + 1) * BLOCK_ROWS
        with suppress(ColumnError):  # rows that no columns can have: whoever asks looks at them one by one
            parts = self._next(end)
            if parts and parts[-1].last < end:
                self._parts += parts
                self._done = parts[-1].last
                return
            block = packed([*self._parts, *parts], start, end)
            self.database.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?)", (self._number, block.data))
        self._forget(bisect_right(self._taken[_LAST], end))
        self._parts = []
        self._number += 1
        self._done = end

    def _next(self, end: int) -> list[Stretch]:
        from wsgui.capture.read_columns import parts_of, stretch_of

        asked = _Asked(self.database)
        if self._done < self._last:
            return list(parts_of(asked, self._done, min(end, self._last), most=_READS_A_STEP))
        count = min(bisect_right(self._taken[_LAST], end), _READS_A_STEP)
        made = stretch_of(asked, [values[:count] for values in self._taken])
        if made.last < end:  # the last ones are forgotten with the block
            self._forget(count)
        return [made]

    def _forget(self, count: int) -> None:
        for values in self._taken:
            del values[:count]


def _load() -> None:
    import wsgui.capture.read_columns  # noqa: F401


class _Asked:
    """A connection as `read_columns` asks it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def all(self, query: str, *parameters: object) -> list[Any]:
        return self._database.execute(query, parameters).fetchall()

    def each(self, query: str, *parameters: object) -> Iterator[Any]:
        return self._database.execute(query, parameters)
