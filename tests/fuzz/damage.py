"""Damaged captures: a whole one, to which the bytes that are fuzzed do something, six of them each."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.fuzz.found import check
from wsgui.capture.columns import ColumnError
from wsgui.capture.errors import CaptureError
from wsgui.capture.read_columns import block_of_reads
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import BytesSeen, ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.views import Row

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
ROWS: Final = 14
"""Rows of the whole capture."""
MOST: Final = 500
"""Rows that are asked for, whatever a damaged one says that it has."""
_MEMORY: Final = Path("/dev/shm")
_DAMAGE: Final = struct.Struct("<BBHH")  # what, which read, where, value
_MOST_DAMAGES: Final = 20
_NUMBERS: Final = ("last", "connection", "time", "direction", "kind", "opcodes", "message", "fragment", "id")
_VALUES: Final = (0, 1, -1, -2, -3, 2, 7, 100, 4097, 65_537, 2**31, 2**32, 2**62, 2**63 - 1, -(2**63))


class Whole(NamedTuple):
    """The capture before it was damaged."""

    content: bytes
    rows: list[Row]
    reads: list[int]


def _write(path: Path) -> None:
    broken = Violation("a.rule", "5.1", Severity.ERROR, 1002, "A text.")
    small, masked = Frame(0x81, 7, None, b"hello"), Frame(0x89, 7, b"abcd", b"ping")
    with CaptureWriter(path) as writer:
        writer.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        writer.put(HandshakeSeen(1, 2, SENT, b"GET / HTTP/1.1\r\n\r\n", [broken]))
        parts = [Frame(0x01, 7, None, b"a"), masked, Frame(0x00, 16, None, b"b"), Frame(0x80, 64, b"wxyz", b"c" * 300)]
        writer.put(FramesSeen(1, 3, RECEIVED, parts, [(1, broken)]))
        writer.put(FramesSeen(1, 4, SENT, [Frame(0xC1, 7, None, b"\0"), small, small], (), 0, [(0, b"")]))
        writer.put(BytesSeen(1, 5, RECEIVED, b"\x81\x7f"))
        writer.put(FramesSeen(1, 6, RECEIVED, [Frame(0x82, 64, None, bytes(600_000))]))
        writer.put(FramesSeen(1, 7, RECEIVED, [small, masked, small, Frame(0x88, 7, None, b"\x03\xe8")]))


@cache
def whole() -> Whole:
    """Made once in a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "whole.wscap"
        _write(path)
        with CaptureReader(path) as reader, closing(sqlite3.connect(path)) as database:
            rows = reader.rows(1, MOST)
            reads = [id_ for (id_,) in database.execute("SELECT id FROM reads ORDER BY id")]
        check(len(rows) == ROWS, "the capture has other rows than it should")
        return Whole(path.read_bytes(), rows, reads)


def damaged_capture(data: bytes) -> None:
    """A damaged capture is read as far as it is whole, in sentences; an index that lies changes nothing at all."""
    base = whole()
    content = bytearray(base.content)
    by_sql: list[tuple[int, int, int, int]] = []
    only_index = True
    for number in range(min(len(data) // _DAMAGE.size, _MOST_DAMAGES)):
        what, which, where, value = _DAMAGE.unpack_from(data, number * _DAMAGE.size)
        what %= 7
        only_index &= what in (2, 3)
        if what == 0:
            place = (which << 16 | where) % len(content)
            content[place] ^= value & 0xFF or 1
        elif what == 1:
            del content[max((which << 16 | where) % len(content), 1) :]
        else:
            by_sql.append((what, base.reads[which % len(base.reads)], where, value))
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "damaged.wscap"
        path.write_bytes(content)
        database = sqlite3.connect(path, isolation_level=None)
        with closing(database), suppress(sqlite3.Error, UnicodeDecodeError):
            for one in by_sql:
                with suppress(sqlite3.IntegrityError, OverflowError):
                    _damage(database, *one)
        rows = _read(path)
        if only_index:
            check(rows == base.rows, "an index that lies changes what is read")


def _damage(database: sqlite3.Connection, what: int, read: int, where: int, value: int) -> None:
    if what == 4:
        column = _NUMBERS[where % len(_NUMBERS)]
        database.execute(f"UPDATE reads SET {column} = ? WHERE id = ?", (_VALUES[value % len(_VALUES)], read))
        return
    if what == 5:
        made = bytes((value & 0xFF,)) * (where % 3000)
        database.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?)", (value >> 8, made))
        return
    column = "places" if what in (2, 3) else "wire"
    found = database.execute(f"SELECT {column} FROM reads WHERE id = ?", (read,)).fetchone()
    if found is None or not found[0]:
        return
    changed = bytearray(found[0])
    if what == 3:  # of another length
        changed = changed[: where % len(changed)] + bytes(value % 8)
    else:
        changed[where % len(changed)] ^= value & 0xFF or 1
    if column == "places":
        _keep_flags(changed, found[0])
    database.execute(f"UPDATE reads SET {column} = ? WHERE id = ?", (bytes(changed), read))


def _keep_flags(changed: bytearray, before: bytes) -> None:
    """What else the marks say (16 and 32: broken rules, inflated) stands nowhere in the wire: a flip there is told from
    no other value."""
    if len(changed) == len(before):
        for place in range(len(before) // 6 * 5, len(before)):
            changed[place] = changed[place] & ~48 | before[place] & 48


def _read(path: Path) -> list[Row]:
    rows: list[Row] = []

    def tried(what: Callable[[], object]) -> None:
        with suppress(CaptureError, LookupError):
            what()

    with suppress(CaptureError), CaptureReader(path) as reader:

        def all_rows() -> None:
            rows.extend(reader.rows(1, MOST))

        tried(all_rows)
        check(len(rows) <= MOST, "there are more rows than were asked for")
        last = 0
        with suppress(CaptureError):
            last = reader.last_id()
        for id_ in (*range(1, ROWS + 1), last):
            for ask in (
                reader.row,
                reader.frame,
                reader.payload,
                reader.message_of,
                reader.message_sizes,
                reader.time_of,
            ):
                tried(lambda ask=ask, id_=id_: ask(id_))  # type: ignore[misc]
            tried(lambda id_=id_: reader.payload_slice(id_, 3, 100))  # type: ignore[misc]
        for tell in (
            lambda: reader.rows_of([3, 9, 900], 2),
            lambda: reader.ids(1, 0, MOST),
            lambda: reader.handshake(1),
            lambda: reader.closing(1, 5),
            lambda: reader.first_message(1),
            reader.request_lines,
        ):
            tried(tell)
        with suppress(ColumnError):
            tried(lambda: block_of_reads(reader.database, 0, ROWS))
    return rows
