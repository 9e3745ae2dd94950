"""Columns: what is asked of many rows at once, as arrays of blocks of 65 536 rows.

A packed block is little-endian and has no padding:

- 1 byte: version, 1. 1 byte: how many columns, 8. 4 bytes: how many rows, 1 to 65 536. 4 bytes: CRC-32 of all that
  follows.
- For each column, in the order of `COLUMNS`, 14 bytes: 1 byte coding (0: a value for each row, 1: a value for each run
  of equal ones); 1 byte width of an offset (0, 1, 2, 4 or 8); 8 bytes base (signed), the least value; 4 bytes how many
  values stand in the block.
- For each column, in the same order: with coding 1 the length of each run less 1 (2 bytes each); then the offsets,
  each of that width, unsigned. A value is base + offset; with the width 0 all are the base.

So what is the same in all rows of a block (mostly connection, length form, fragment) takes no room, and the time of a
read is written once. A flood of 120 B frames takes some 3 B a row, mixed traffic of several connections some 10.

Notes are none of the columns: they change when the rows stand long since, and they are few. Their table is asked.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS
from wsgui.records import FLAG_FIN, FLAG_RSV1, FLAG_RSV2, FLAG_RSV3

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[Any]
    Marks: TypeAlias = NDArray[np.bool_]

BLOCK_ROWS: Final = 65_536
"""Row ``id`` stands in block ``(id - 1) // BLOCK_ROWS``."""

FLAG_MASKED: Final = 64
"""In the column ``flags`` only: the frame is masked. The flags below are those of the row."""

FLAG_RECEIVED: Final = 128
"""In the column ``flags`` only: `Direction.RECEIVED`."""

ROW_FLAGS: Final = FLAG_FIN | FLAG_RSV1 | FLAG_RSV2 | FLAG_RSV3 | FLAG_VIOLATIONS | FLAG_INFLATED
"""The flags of a row among those of the column."""

_VERSION: Final = 1
_HEAD: Final = struct.Struct("<BBII")
_COLUMN: Final = struct.Struct("<BBqI")
_PLAIN, _RUNS = range(2)
_OFFSETS: Final[dict[int, np.dtype[Any]]] = {width: np.dtype(f"<u{width}") for width in (1, 2, 4, 8)}
_RUN: Final = np.dtype("<u2")
_SHORTEST_RUN: Final = 4
"""Runs of fewer rows than this, on average, are written row by row: they save no room that is worth their time."""


class ColumnError(ValueError):
    """A block that no writer of ours has written, or rows that no block can hold. ``str()`` says what is wrong."""


class Column(NamedTuple):
    """One column: the values that it may have, and the `array` type code of rows that are gathered for it."""

    name: str
    least: int
    most: int
    code: str


_NUMBER: Final = 2**32 - 1
_TIME: Final = 2**63 - 1

COLUMNS: Final = (
    # The wire's four bits, or what is no frame.
    Column("opcode", -3, 15, "b"),
    # Upper half of the first byte, broken rules (16), inflated (32), masked (64), received (128).
    Column("flags", 0, 255, "B"),
    # 7, 16 or 64 bits; 0 for what is no frame.
    Column("form", 0, 64, "B"),
    # Bytes of payload. SQLite keeps none beyond 2^31.
    Column("length", 0, 2**31 - 1, "I"),
    # Nanoseconds since the epoch.
    Column("time", -_TIME - 1, _TIME, "q"),
    Column("connection", 0, _NUMBER, "I"),
    # From 1 for each direction of a connection; 0: of none.
    Column("message", 0, _NUMBER, "I"),
    # Place within the message, from 0; 0 too where there is no message.
    Column("fragment", 0, _NUMBER, "I"),
)
_PLACES: Final = {column.name: place for place, column in enumerate(COLUMNS)}
_TYPES: Final[dict[str, np.dtype[Any]]] = {
    "b": np.dtype("i1"),
    "B": np.dtype("u1"),
    "I": np.dtype("u4"),
    "q": np.dtype("i8"),
}


class _Coded(NamedTuple):
    """Where a column stands in a block."""

    coding: int
    width: int
    base: int
    held: int
    start: int

    @property
    def size(self) -> int:
        return self.held * (self.width + (_RUN.itemsize if self.coding == _RUNS else 0))

    def runs(self, data: bytes) -> Numbers:
        """How many rows each value has."""
        return np.frombuffer(data, _RUN, self.held, self.start).astype(np.int64) + 1

    def offsets(self, data: bytes) -> Numbers:
        start = self.start + (self.held * _RUN.itemsize if self.coding == _RUNS else 0)
        return np.frombuffer(data, _OFFSETS[self.width], self.held, start)


class ColumnBlock:
    """The columns of up to `BLOCK_ROWS` rows, packed; ``block["time"]`` is one of them, unpacked anew each time.

    A block that is there has passed all checks: reading a column of it raises nothing.
    """

    __slots__ = ("_columns", "data", "rows")

    def __init__(self, data: bytes) -> None:
        """Raises ColumnError for bytes that are no block, or one that contradicts itself."""
        self.data = data
        self.rows = 0
        """How many rows it has."""
        self._columns: list[_Coded] = []
        self._read_heads()
        for column, coded in zip(COLUMNS, self._columns, strict=True):
            self._check(column, coded)

    def _read_heads(self) -> None:
        data = self.data
        start = _HEAD.size + _COLUMN.size * len(COLUMNS)
        if len(data) < start:
            raise ColumnError(f"a block of columns has {len(data)} bytes")
        version, columns, self.rows, crc = _HEAD.unpack_from(data)
        if (version, columns) != (_VERSION, len(COLUMNS)):
            raise ColumnError(f"a block of columns is of version {version} with {columns} columns")
        if not 0 < self.rows <= BLOCK_ROWS:
            raise ColumnError(f"a block of columns says that it has {self.rows} rows")
        if zlib.crc32(memoryview(data)[_HEAD.size :]) != crc:
            raise ColumnError("the checksum of a block of columns is wrong")
        for place in range(len(COLUMNS)):
            coding, width, base, count = _COLUMN.unpack_from(data, _HEAD.size + place * _COLUMN.size)
            if coding > _RUNS or (width and width not in _OFFSETS):
                raise ColumnError(f"the column {COLUMNS[place].name} is coded in a way that there is not")
            coded = _Coded(coding, width, base, count, start)
            start += coded.size
            self._columns.append(coded)
        if start != len(data):
            raise ColumnError(f"a block of columns has {len(data)} bytes and not {start}")

    def _check(self, column: Column, coded: _Coded) -> None:
        # The whole block has the bytes that its heads say: what is counted here is there, and bounded by its size.
        rows = int(coded.runs(self.data).sum()) if coded.coding == _RUNS else coded.held
        if rows != self.rows:
            raise ColumnError(f"the column {column.name} has {rows} rows and not {self.rows}")
        most = coded.base + (int(coded.offsets(self.data).max()) if coded.width else 0)
        if coded.base < column.least or most > column.most:
            raise ColumnError(f"the column {column.name} has values from {coded.base} to {most}")

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, name: str) -> Numbers:
        """A column by its name in `COLUMNS`: an array of `rows` numbers. KeyError if there is none."""
        place = _PLACES[name]
        coded, kind = self._columns[place], _TYPES[COLUMNS[place].code]
        if not coded.width:
            return np.full(self.rows, coded.base, kind)
        values: Numbers = coded.offsets(self.data).astype(kind)
        values += kind.type(coded.base)  # within 64 bits sums wrap round, and come out right
        return np.repeat(values, coded.runs(self.data)) if coded.coding == _RUNS else values

    def constant(self, name: str) -> int | None:
        """The value that all rows have in a column, if they have the same one and the block says so."""
        coded = self._columns[_PLACES[name]]
        return None if coded.width else coded.base

    def range_of(self, name: str) -> tuple[int, int]:
        """The least and the greatest value of a column."""
        coded = self._columns[_PLACES[name]]
        return coded.base, coded.base + (int(coded.offsets(self.data).max()) if coded.width else 0)


def pack(columns: Mapping[str, Numbers]) -> ColumnBlock:
    """A block of the columns named in `COLUMNS`, all of the same length. Raises ColumnError for values that a column
    cannot have, no rows, or too many."""
    rows = len(columns[COLUMNS[0].name])
    if not 0 < rows <= BLOCK_ROWS:
        raise ColumnError(f"a block of columns cannot have {rows} rows")
    heads: list[bytes] = []
    parts: list[bytes] = []
    for column in COLUMNS:
        values = columns[column.name]
        if len(values) != rows:
            raise ColumnError(f"the column {column.name} has {len(values)} rows and not {rows}")
        least, most = int(values.min()), int(values.max())
        if least < column.least or most > column.most:
            raise ColumnError(f"the column {column.name} cannot have values from {least} to {most}")
        width = next(width for width in (0, 1, 2, 4, 8) if most - least < 1 << 8 * width)
        coding = _PLAIN
        if width:
            starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
            if len(starts) * _SHORTEST_RUN <= rows:
                coding = _RUNS
                parts.append((np.diff(starts, append=rows) - 1).astype(_RUN).tobytes())
                values = values[starts]
            offsets = values.astype(np.int64).astype(np.uint64) - np.array(least, np.int64).astype(np.uint64)
            parts.append(offsets.astype(_OFFSETS[width]).tobytes())
        heads.append(_COLUMN.pack(coding, width, least, len(values)))
    body = b"".join((*heads, *parts))
    return ColumnBlock(_HEAD.pack(_VERSION, len(COLUMNS), rows, zlib.crc32(body)) + body)


class ColumnBuilder:
    """Gathers rows in their order, read by read, and gives them away in blocks."""

    def __init__(self) -> None:
        self._values: tuple[array[int], ...] = ()
        self.clear()

    def __len__(self) -> int:
        return len(self._values[0])

    def clear(self) -> None:
        """Forget the rows."""
        self._values = tuple(array(column.code) for column in COLUMNS)

    def add(
        self,
        connection: int,
        time_ns: int,
        opcodes: Iterable[int],
        flags: Iterable[int],
        forms: Iterable[int],
        lengths: Iterable[int],
        messages: Iterable[int],
        fragments: Iterable[int],
    ) -> None:
        """The rows of one read or write; ``flags`` are those of the column (`FLAG_MASKED`, `FLAG_RECEIVED`), a message
        of 0 is none. Raises OverflowError for values that no row has."""
        kinds, marks, lengths_form, sizes, times, connections, numbers, places = self._values
        before = len(kinds)
        kinds.extend(opcodes)
        count = len(kinds) - before
        marks.extend(flags)
        lengths_form.extend(forms)
        sizes.extend(lengths)
        times.extend(array("q", (time_ns,)) * count)
        connections.extend(array("I", (connection,)) * count)
        numbers.extend(messages)
        places.extend(fragments)

    def take(self) -> ColumnBlock:
        """The first rows, a block of them if there are so many, packed; they are gone from here. Raises ColumnError if
        there are none."""
        block = self.block()
        for values in self._values:
            del values[:BLOCK_ROWS]
        return block

    def block(self) -> ColumnBlock:
        """The same, and the rows stay."""
        return pack(
            {
                column.name: np.frombuffer(values, _TYPES[column.code])[:BLOCK_ROWS].copy()
                for column, values in zip(COLUMNS, self._values, strict=True)
            }
        )
