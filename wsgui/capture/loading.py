"""Rows of a capture file as SQL can ask for them, whatever the file's format.

Questions are asked of ``loaded``, a row a frame (`schema.FRAME_COLUMNS`). Of formats 1 to 3 that is a view of all
rows; of format 4 a temporary table, and a question is preceded by `Loader.range` or `Loader.ids`, which put there what
it is about. It is emptied before.
"""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.capture.checks import check_size
from wsgui.capture.packing import FORMS, MASKED, MOST_FRAMES, Index
from wsgui.capture.schema import (
    FLAG_INFLATED,
    FLAG_VIOLATIONS,
    FORMAT_VERSION,
    FRAME_COLUMNS,
    LOADED,
    MISSING,
)
from wsgui.protocol.numbering import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wsgui.capture.database import Database

LONG: Final = 4096
"""Bytes of a payload from which on it is not loaded unless it is asked for whole."""

_LONG_WIRE: Final = 512 * 1024
"""Bytes of a read that are fetched at once; of longer ones the pieces that are needed."""

_ALL: Final = 2**63 - 1
_COLUMNS: Final = (
    "id, last, connection, time, direction, kind, message, fragment, places, length(wire),"
    f" CASE WHEN length(wire) <= {_LONG_WIRE} THEN wire END"
)
_RANGE: Final = (
    f"SELECT {_COLUMNS} FROM reads WHERE id <= ? AND id >= (SELECT ifnull(max(id), 0) FROM reads WHERE id <= ?)"  # noqa: S608
)
_WAY: Final = " AND connection = ? AND direction = ?"
_ONE: Final = f"SELECT {_COLUMNS} FROM reads WHERE id <= ? ORDER BY id DESC LIMIT 1"  # noqa: S608 - names of ours
_EMPTY: Final = f"DELETE FROM {LOADED}"  # noqa: S608 - names of ours, here and below
_EMPTY_EDITED: Final = f"{_EMPTY} WHERE id IN (SELECT id FROM edited)"  # noqa: S608
_INSERT: Final = f"INSERT OR REPLACE INTO {LOADED} VALUES "  # noqa: S608
_EDITED: Final = f"INSERT INTO {LOADED} SELECT * FROM edited WHERE opcode IS NOT NULL"  # noqa: S608
_ROWS_A_STATEMENT: Final = 64
_ROW: Final = f"({', '.join('?' * len(FRAME_COLUMNS))})"

GONE: Final = "The capture file is damaged here: this row cannot be read."
"""The text of a row whose bytes are not what a row's bytes can be: it stands in its place like a hole of an import."""
_GONE: Final = GONE.encode()


class ReadRow(NamedTuple):
    """A row of ``reads`` with the index of its frames; ``piece(start, size)`` gives bytes of ``wire``."""

    id: int
    last: int
    connection: int
    time_ns: int
    direction: int
    kind: int
    message: int
    fragment: int
    places: Index
    size: int
    piece: Callable[[int, int], bytes]


class Loader:
    """Loads rows. One thread at a time. Methods raise sqlite3.Error, DamageError, TypeError: for `guarded` methods."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.direct = database.version < FORMAT_VERSION
        """Whether ``loaded`` has all rows by itself."""
        # Of the read that was asked of last, and most likely is next: rows on screen mostly are of one.
        self._numbered: tuple[tuple[bytes, int, int] | None, list[tuple[int | None, int | None]]] = (None, [])

    def range(self, first: int, last: int, *, whole: bool = False) -> None:
        """Load the rows from ``first`` to ``last``, both included; long payloads only with ``whole``."""
        self._fill(self._rows(first, last, whole=whole), "BETWEEN ? AND ?", first, last)

    def ids(self, ids: Sequence[int], *, whole: bool = False) -> None:
        """Load the rows with these ids, ascending or not."""
        among = "IN (SELECT value FROM json_each(?))"
        self._fill(self._picked(sorted(set(ids)), whole=whole), among, json.dumps(list(ids)))

    def block(self, after: int, upto: int) -> None:
        """Load the rows beyond ``after`` up to ``upto`` whole, and without their payloads the row before and the first
        one of the capture: conditions name them."""
        before = (self._rows(first, first) for first in {1, after})
        rows = chain(*before, self._rows(after + 1, upto, whole=True))
        self._fill(rows, "BETWEEN ? AND ? OR id = 1", after, upto)

    def way(self, first: int, last: int, connection: int, direction: int, most: int) -> None:
        """Load the rows of one direction of a connection in a range, at most ``most``."""
        rows = self._rows(first, last, _WAY, connection, direction)
        self._fill(islice(rows, most), "BETWEEN ? AND ?", first, last)

    def connection(self, first: int, connection: int, most: int) -> None:
        """Load ``most`` rows of a connection from ``first`` on, or all."""
        rows = self._rows(first, _ALL, " AND connection = ?", connection)
        self._fill(islice(rows, most), "BETWEEN ? AND ?", first, _ALL)

    def slice(self, id_: int, start: int, size: int) -> bytes | None:
        """At most ``size`` bytes of a row's payload from byte ``start``, without reading what stands before or behind;
        None for no such row. Only of format 4."""
        edited = self.edited(id_)
        if edited is not None:
            length, payload = edited
            check_size(id_, length, len(payload))
            return payload[start : start + size]
        read = self.read_of(id_)
        if read is None:
            return None
        if read.kind:
            return read.piece(start, size)
        place = read.places.place(id_ - read.id)
        if place is None:
            return _GONE[start : start + size]
        return read.piece(place.start + start, min(size, max(place.length - start, 0)))

    def read_of(self, id_: int) -> ReadRow | None:
        """The row of ``reads`` that a row stands in; None if there is none. Only of format 4."""
        for found in self._database.each(_ONE, id_):
            read = self._read(found)
            return read if read.id <= id_ <= read.last else None
        return None

    def edited(self, id_: int) -> tuple[int, bytes] | None:
        """Length and payload of a row that somebody changed by hand; LookupError if it was deleted."""
        found = self._database.all("SELECT opcode, length, payload FROM edited WHERE id = ?", id_)
        if not found:
            return None
        ((opcode, length, payload),) = found
        if opcode is None:
            raise LookupError(f"no frame {id_}")
        return length, payload

    def _read(self, found: tuple[Any, ...]) -> ReadRow:
        id_, last, connection, time_ns, direction, kind, message, fragment, places, size, wire = found
        if wire is not None:

            def piece(start: int, count: int) -> bytes:
                return bytes(wire[start : start + count])

        else:

            def piece(start: int, count: int) -> bytes:
                if start >= size:
                    return b""
                with self._database.blob("reads", id_, "wire") as blob:
                    blob.seek(start)
                    return blob.read(count)

        count = min(last - id_ + 1, MOST_FRAMES) if kind == 0 else 0  # one that lies makes no long loop
        return ReadRow(
            id_, last, connection, time_ns, direction, kind, message, fragment, Index(places, count, size, piece, wire),
            size, piece,
        )  # fmt: skip

    def _rows(
        self, first: int, last: int, more: str = "", *parameters: object, whole: bool = False
    ) -> Iterator[tuple[object, ...]]:
        for found in self._database.each(f"{_RANGE}{more} ORDER BY id", last, first, *parameters):
            read = self._read(found)
            yield from self._cut(read, range(max(read.id, first), min(read.last, last) + 1), whole=whole)

    def _picked(self, ids: list[int], *, whole: bool) -> Iterator[tuple[object, ...]]:
        place = 0
        while place < len(ids):
            read = self.read_of(ids[place])
            stop = place + 1
            if read is not None:
                while stop < len(ids) and ids[stop] <= read.last:
                    stop += 1
                yield from self._cut(read, ids[place:stop], whole=whole)
            place = stop

    def _cut(self, read: ReadRow, ids: Sequence[int], *, whole: bool) -> Iterator[tuple[object, ...]]:
        """Rows of one read."""
        connection, time_ns, direction = read.connection, read.time_ns, read.direction
        if read.kind:
            flags = self._flags(read.id)
            payload = read.piece(0, read.size) if whole or read.size <= LONG else None
            for id_ in ids[:1]:
                yield (id_, connection, time_ns, direction, read.kind, flags, None, 0, read.size, None, None, payload)
            return
        index = read.places
        # All up to the last one are looked at, because they tell which message it belongs to.
        upto = min(ids[-1] - read.id + 1, MOST_FRAMES) if ids else 0
        index.check(upto)
        numbers = self._numbers_of(read, upto)
        piece, first = read.piece, read.id
        for id_ in ids:
            number = id_ - first
            place = index.place(number)
            if place is None:
                yield (id_, connection, time_ns, direction, MISSING, 0, None, 0, len(_GONE), None, None, _GONE)
                continue
            _, start, length, head, mark = place
            flags = self._flags(id_) if index.rebuilt else mark & (FLAG_VIOLATIONS | FLAG_INFLATED)
            key = piece(start - 4, 4) if mark & MASKED else None
            payload = piece(start, length) if whole or length <= LONG else None
            yield (
                id_,
                connection,
                time_ns,
                direction,
                head & 0xF,
                head >> 4 | flags,
                key,
                FORMS[mark & 3],
                length,
                *numbers[number],
                payload,
            )

    def _numbers_of(self, read: ReadRow, upto: int) -> list[tuple[int | None, int | None]]:
        """Which messages the first ``upto`` frames of a read belong to."""
        heads = read.places.heads[:upto]
        key = (heads, read.message, read.fragment)
        if key != self._numbered[0]:
            self._numbered = key, numbers_of(*key)
        return self._numbered[1]

    def _flags(self, id_: int) -> int:
        """What the tables beside say of a row."""
        violations = self._database.all("SELECT 1 FROM violations WHERE frame = ? LIMIT 1", id_)
        inflated = self._database.all("SELECT 1 FROM inflated WHERE frame = ?", id_)
        return FLAG_VIOLATIONS * bool(violations) + FLAG_INFLATED * bool(inflated)

    def _fill(self, rows: Iterator[tuple[object, ...]], among: str, *parameters: object) -> None:
        """Put rows into ``loaded``, and in their place those with ids ``among`` … that were edited."""
        if self.direct:
            return
        with self._database.filling() as execute:
            execute(_EMPTY)
            # Many rows a statement: Python's lock is given away at each, and a busy thread gives it back late.
            while some := list(islice(rows, _ROWS_A_STATEMENT)):
                execute(_INSERT + ", ".join([_ROW] * len(some)), tuple(chain.from_iterable(some)))
            if self._database.all("SELECT 1 FROM edited LIMIT 1"):
                execute(_EMPTY_EDITED)
                execute(f"{_EDITED} AND (id {among})", parameters)
