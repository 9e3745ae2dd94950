"""Where blocks of columns come from, and where they are kept while somebody asks for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

import numpy as np

from wsgui.capture.columns import BLOCK_ROWS, COLUMNS, FLAG_MASKED, FLAG_RECEIVED, ROW_FLAGS, ColumnError, pack
from wsgui.capture.read_columns import block_of_reads, stored_block
from wsgui.capture.schema import FORMAT_VERSION
from wsgui.protocol.frames import LENGTH_FORMS
from wsgui.records import Direction

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.columns import ColumnBlock, Numbers
    from wsgui.capture.database import Database

_ROWS_A_QUERY: Final = 16_384
"""numpy reads the texts of a query with Python's lock in its hand: some 1 ms."""

_FORMS: Final = np.array([0, *LENGTH_FORMS], np.int64)
_CODES: Final = " ".join(f"WHEN {form} THEN {code}" for code, form in enumerate((0, *LENGTH_FORMS)))
# To SQLite, bits are joined and shifted from left to right.
_SMALL: Final = (
    f"(opcode + 3) | ((flags & {ROW_FLAGS}) << 5) | ((masking_key IS NOT NULL) << 11) | ((direction & 1) << 12)"
    f" | ((CASE length_form {_CODES} ELSE 0 END) << 13)"
)
# One row of long texts a query: each row fetched would give Python's lock away, and the worker get it back late. What
# fits into one number is one, as numbers are what takes the time: 0.6 us a row.
_COLUMNS: Final = (_SMALL, "length", "time", "connection", "ifnull(message, 0)", "ifnull(fragment, 0)")
_WAYS: Final = ", ".join(str(int(way)) for way in Direction)
_ODD: Final = (
    f"opcode NOT BETWEEN -3 AND 15 OR (flags & ~{ROW_FLAGS}) != 0 OR direction NOT IN ({_WAYS})"
    f" OR length_form NOT IN (0, {', '.join(map(str, LENGTH_FORMS))})"
    " OR (message IS NULL) != (fragment IS NULL) OR message < 1"
)
_QUERY: Final = (
    f"SELECT ifnull(sum({_ODD}), 0), {', '.join(f'group_concat({column})' for column in _COLUMNS)}"  # noqa: S608 - ours
    " FROM (SELECT * FROM loaded WHERE id > ? AND id <= ? ORDER BY id)"
)


def block_of_rows(database: Database, after: int, upto: int) -> ColumnBlock:
    """The columns of the rows beyond ``after`` up to ``upto`` of a capture with a row a frame (formats 1 to 3).

    Raises CaptureError; ColumnError if rows are missing, or are such that no writer of ours has written them.
    """
    parts: list[list[Numbers]] = []
    for start in range(after, upto, _ROWS_A_QUERY):
        stop = min(start + _ROWS_A_QUERY, upto)
        ((odd, *texts),) = database.all(_QUERY, start, stop)
        columns = [_numbers(text) for text in texts]
        if odd or any(len(column) != stop - start for column in columns):
            raise ColumnError(f"rows {start + 1} to {stop} have values that no row has, or are not there")
        parts.append(columns)
    small, *others = (np.concatenate(several) for several in zip(*parts, strict=True))
    flags = ((small >> 5) & ROW_FLAGS) | ((small >> 11) & 1) * FLAG_MASKED | ((small >> 12) & 1) * FLAG_RECEIVED
    values = ((small & 31) - 3, flags, _FORMS[(small >> 13) & 3], *others)
    return pack({column.name: value for column, value in zip(COLUMNS, values, strict=True)})


def _numbers(text: str | None) -> Numbers:
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)


def block_of(database: Database, after: int, upto: int) -> ColumnBlock:
    """The same of a capture of any format."""
    return (block_of_reads if database.version == FORMAT_VERSION else block_of_rows)(database, after, upto)


class ColumnStore:
    """The blocks of one capture that were asked for. For any thread."""

    def __init__(self, rows: int = BLOCK_ROWS, least: int = 2048) -> None:
        """``rows`` of a block, and how many of them have to be asked of at once to be worth it."""
        self.rows = rows
        self.least = least
        self._blocks: dict[int, ColumnBlock | None] = {}

    def block(self, database: Database, number: int) -> ColumnBlock | None:
        """A whole block of rows that are all in the file; None if columns cannot have them. Made once.

        Raises CaptureError.
        """
        if number not in self._blocks:
            try:
                self._blocks[number] = self._made(database, number)
            except ColumnError:
                self._blocks[number] = None
        return self._blocks[number]

    def part(self, database: Database, after: int, upto: int) -> ColumnBlock | None:
        """The columns of rows that may be fewer than a block, and are not kept; None if columns cannot have them.

        Raises CaptureError.
        """
        try:
            return block_of(database, after, upto)
        except ColumnError:
            return None

    def _made(self, database: Database, number: int) -> ColumnBlock:
        found = None
        if database.version == FORMAT_VERSION and self.rows == BLOCK_ROWS:
            found = stored_block(database, number)
        return block_of(database, number * self.rows, (number + 1) * self.rows) if found is None else found


_stores: WeakValueDictionary[tuple[str, int, int], ColumnStore] = WeakValueDictionary()
_lock = threading.Lock()


def store_of(path: Path) -> ColumnStore:
    """The store of the capture at ``path``, one for all who hold it. Its blocks are forgotten with the last one."""
    try:
        found = path.stat()
        key = (str(path.absolute()), found.st_dev, found.st_ino)
    except OSError:
        return ColumnStore()  # whoever opens the file says what is wrong with it
    with _lock:
        store = _stores.get(key)
        if store is None:
            store = _stores[key] = ColumnStore()
        return store
