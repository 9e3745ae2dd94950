"""A capture of an older format made one of today's, in its place: it is gone on with after that.

What no wire can carry, and message numbers that do not follow from the frames, stay as they are in ``edited``: nothing
is dropped, and what was damaged before says so afterwards.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from wsgui.capture import schema
from wsgui.capture.batch import READ_COLUMNS
from wsgui.capture.checks import DamageError, check_frame, check_size
from wsgui.capture.database import Database
from wsgui.capture.packing import LONGEST_HEADER, MOST_BYTES, MOST_FRAMES, mark, pack
from wsgui.capture.schema import (
    BLOCK_ROWS,
    FLAG_INFLATED,
    FLAG_VIOLATIONS,
    FORMAT_VERSION,
    FRAME_COLUMNS,
    NO_FRAME,
)
from wsgui.protocol.frames import Frame
from wsgui.protocol.numbering import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_COPIED: Final = {
    "handshakes": "connection, frame, direction",
    "messages": "connection, direction, number, opcode, first_frame, last_frame, fragments, length, finished",
    "violations": "frame, connection, rule, section, severity, close_code, text",
    "inflated": "frame, length, payload",
    "notes": "frame, text",
    "problems": "id, offset, text",
    "connections": (
        "id, opened, role, url, local, remote, closed, code, reason, ended_by, text, how, NULL AS partner, NULL AS leg"
    ),
    "meta": "key, value",
}
"""Tables that stay as they are, with what is asked of the old file for them."""

_READ: Final = f"INSERT INTO reads VALUES ({', '.join('?' * READ_COLUMNS)})"  # noqa: S608 - question marks only
_EDITED: Final = f"INSERT INTO edited VALUES ({', '.join('?' * len(FRAME_COLUMNS))})"  # noqa: S608
_FRAME: Final = itemgetter(7, 6, 11)
_NUMBER: Final = 2**32 - 1
_LOOKED_AT: Final = 4096  # rows between two looks at whether to go on


def modernise(path: Path, *, step: Callable[[], None] | None = None) -> None:
    """Make the capture ``path`` one of the present format, if it is older. ``step()`` is called now and then, and may
    raise. The file stays as it was if that, or anything else, fails.

    Raises CaptureError; sqlite3.Error and OSError if the new one cannot be written.
    """
    with closing(Database(path)) as old:
        if old.version == FORMAT_VERSION:
            return
    made = path.with_name(f".{path.name}.{os.getpid()}.anew")
    try:
        _lay_open(path)
        made.unlink(missing_ok=True)
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(Database(path)) as old, closing(sqlite3.connect(made, isolation_level=None)) as new:
            new.execute("PRAGMA page_size = 8192")
            schema.create(new, name="", role="", created_ns=0)
            new.execute("PRAGMA journal_mode = DELETE")
            new.execute("BEGIN")
            new.execute("DELETE FROM meta")
            for table, columns in _COPIED.items():
                marks = ", ".join("?" * (columns.count(",") + 1))
                rows = old.each(f"SELECT {columns} FROM {table}")  # noqa: S608 - names of ours
                new.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
            new.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT_VERSION),))
            _Rows(new, step or _nothing).take(old)
            new.execute("COMMIT")
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _lay_open(path: Path) -> None:
    """Put the log of an old capture into it: beside the new one it would ruin that. Raises sqlite3.Error if somebody
    else is at it, and CaptureError if there is more in it than in a capture."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as database:
        database.execute("PRAGMA trusted_schema = OFF")
        schema.check_nothing_else(database, path.name)
        database.execute("PRAGMA busy_timeout = 0")
        database.execute("PRAGMA journal_mode = DELETE")  # an error of SQLite if somebody else has it open
        database.execute("BEGIN EXCLUSIVE")
        database.execute("ROLLBACK")


class _Rows:
    """Takes rows of ``frames`` and makes rows of ``reads`` of them: those that follow each other and crossed the wire
    at one time, together."""

    def __init__(self, database: sqlite3.Connection, step: Callable[[], None]) -> None:
        self._database = database
        self._step = step
        self._waiting: list[tuple[Any, ...]] = []
        self._size = 0

    def take(self, old: Database) -> None:
        for number, row in enumerate(old.each("SELECT * FROM frames WHERE id > 0 ORDER BY id")):
            if number % _LOOKED_AT == 0:
                self._step()
            if not self._goes_with(row):
                self._together()
            if not _is_sound(row):
                self._read(row[0], row[0], 0, 0, 0, NO_FRAME, 0, 0, 0, b"", b"")
                self._edited(row)
            elif row[4] < 0:
                self._read(row[0], row[0], *row[1:5], 0, 0, 0, b"", row[11])
            else:
                self._waiting.append(row)
                self._size += len(row[11]) + LONGEST_HEADER
        self._together()

    def _goes_with(self, row: tuple[Any, ...]) -> bool:
        if not self._waiting or not _is_sound(row) or row[4] < 0:
            return False
        last = self._waiting[-1]
        return bool(
            row[0] == last[0] + 1
            and row[1:4] == last[1:4]
            and last[0] % BLOCK_ROWS
            and len(self._waiting) < MOST_FRAMES
            and self._size + len(row[11]) + LONGEST_HEADER <= MOST_BYTES
        )

    def _together(self) -> None:
        rows, self._waiting, self._size = self._waiting, [], 0
        if not rows:
            return
        id_, connection, time_ns, direction = rows[0][:4]
        wire, places, heads, opcodes = pack([Frame((row[5] & 0xF) << 4 | row[4], *_FRAME(row)) for row in rows])
        for index, row in enumerate(rows):
            mark(places, index, row[5] & (FLAG_VIOLATIONS | FLAG_INFLATED))
        # What the first of them that belongs to a message says about it holds for all, if they were numbered by us.
        message, fragment = next((row[9:11] for row in rows if None not in row[9:11]), (1, 0))
        state = (message, fragment) if fragment else (message - 1, 0)
        if not (0 <= state[0] <= _NUMBER and 0 <= state[1] <= _NUMBER):
            state = (0, 0)
        self._read(id_, rows[-1][0], connection, time_ns, direction, 0, opcodes, *state, places, wire)
        for row, numbers in zip(rows, numbers_of(heads, *state), strict=True):
            if row[9:11] != numbers:
                self._edited(row)

    def _read(self, *values: object) -> None:
        self._database.execute(_READ, values)

    def _edited(self, row: tuple[Any, ...]) -> None:
        self._database.execute(_EDITED, row)


def _is_sound(row: tuple[Any, ...]) -> bool:
    """Whether a row can stand in ``reads``."""
    id_, _, _, direction, opcode, flags, key, form, length, message, fragment, payload = row
    try:
        check_frame(id_, direction, opcode, flags, key, form, length)
        check_size(id_, length, len(payload))
    except (DamageError, TypeError):
        return False
    if opcode < 0:
        return not flags & ~FLAG_VIOLATIONS and key is None and message is None and fragment is None
    return True


def _nothing() -> None:
    pass
