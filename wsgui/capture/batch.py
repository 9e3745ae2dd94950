"""Records in, rows out: what one transaction of the writer puts into the capture file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from wsgui.capture.packing import mark, pack, pack_one, portions
from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS, HTTP, MISSING, NO_FRAME
from wsgui.protocol import core
from wsgui.protocol.frames import FIN
from wsgui.protocol.numbering import MessageNumbering
from wsgui.records import (
    BytesMissing,
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    FramesSeen,
    HandshakeSeen,
    MessageNoted,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation
    from wsgui.records import Record

READ_COLUMNS: Final = 11


class Gap(NamedTuple):
    """Stands in the writer's queue where frames were lost because the disk was full."""

    frames: int


class NotesSet(NamedTuple):
    """From now on these are the notes on a frame, and no others; an empty one is a bookmark."""

    frame: int
    texts: tuple[str, ...]


Item: TypeAlias = "Record | NotesSet | Gap"

# executemany gives the GIL away at every row, and waits until the event loop's thread lets go of it: up to 5 ms.
# Thousand rows of a frame each a second (120 B, two cores) with executemany / 64 / 256 rows a statement: 307 / 505 /
# 480 alone, 160-180 / 215-240 / 205-230 beside an event loop that parses a flood from another process. 64 rows also
# stay within 999 parameters, SQLite's oldest limit.
ROWS_A_STATEMENT: Final = 64

_ROW = f"({', '.join('?' * READ_COLUMNS)})"
_INSERTS: Final = {
    rows: f"INSERT INTO reads VALUES {', '.join([_ROW] * rows)}"  # noqa: S608 - question marks only
    for rows in (1 << power for power in range(ROWS_A_STATEMENT.bit_length()))
}


class Batch:
    """The rows between two commits. They are kept until `clear`, so a transaction that failed can be written again.

    `add` numbers frames and messages once and for all; `write` inserts what was not inserted yet.
    """

    def __init__(self) -> None:
        self.last_id = 0
        """Number of the newest row that was made, written or not."""
        self.cost = 0
        """Bytes that the kept records hold, by the caller's reckoning."""
        self.records = 0
        self.notes = 0
        """How many of the kept records change notes."""
        self.starts: dict[int, tuple[int, int]] = {}
        """Where the numbering of messages stood before the kept records of frames, by the numbers of their first rows:
        see `MessageNumbering.state`."""
        self.reads: list[object] = []
        """The kept rows of `reads`, `READ_COLUMNS` values each, one row behind the other."""
        self._written = 0
        self._rest: list[tuple[str, tuple[object, ...]]] = []
        self._messages: dict[tuple[int, int, int], tuple[object, ...]] = {}
        self._numbering: dict[tuple[int, int], MessageNumbering] = {}
        self._received: tuple[int, int, Sequence[Frame]] = (0, 0, ())
        """The latest frames that were received: of which connection, and the number of the first one's row."""

    def add(self, item: Item, cost: int) -> None:
        """Turn a record into rows."""
        self.cost += cost
        self.records += 1
        if isinstance(item, FramesSeen):
            self._add_frames(item)
        elif isinstance(item, HandshakeSeen):
            self._add_bytes(item, HTTP, item.raw, item.violations)
            self._later("INSERT INTO handshakes VALUES (?, ?, ?)", item.connection, self.last_id, int(item.direction))
        elif isinstance(item, BytesSeen):
            self._add_bytes(item, NO_FRAME, item.data, item.violations)
        elif isinstance(item, BytesMissing):
            self._add_bytes(item, MISSING, storable(item.text).encode(), ())
            # A message does not go on over a hole: what would be joined is not what was sent.
            numbering = self._numbering.get((item.connection, int(item.direction)))
            if numbering is not None:
                numbering.interrupt()
        elif isinstance(item, ConnectionOpened):
            self._later(
                "INSERT OR REPLACE INTO connections (id, opened, role, url, local, remote) VALUES (?, ?, ?, ?, ?, ?)",
                item.connection,
                item.time_ns,
                *map(storable, (item.role, item.url, item.local, item.remote)),
            )
        elif isinstance(item, ConnectionClosed):
            self._later(
                "UPDATE connections SET closed = ?, code = ?, reason = ?, ended_by = ?, text = ?, how = ? WHERE id = ?",
                item.time_ns,
                item.code,
                storable(item.reason),
                int(item.ended_by),
                storable(item.text),
                item.how or None,
                item.connection,
            )
            for direction in (0, 1):
                self._numbering.pop((item.connection, direction), None)
        elif isinstance(item, NotesSet):
            self.notes += 1
            self._later("DELETE FROM notes WHERE frame = ?", item.frame)
            for text in item.texts:
                self._later("INSERT INTO notes VALUES (?, ?)", item.frame, storable(text))
        elif isinstance(item, MessageNoted):
            self._add_noted(item)
        else:
            text = f"{item.frames} frames before this one were not recorded: the capture file could not be written."
            self._later("INSERT INTO notes VALUES (?, ?)", self.last_id + 1, text)

    def write(self, database: sqlite3.Connection, *, everything: bool) -> None:
        """Insert what is new; without ``everything`` only as much as fills whole statements. Raises sqlite3.Error."""
        reads = self.reads
        position = self._written
        rows = ROWS_A_STATEMENT
        while rows:
            values = rows * READ_COLUMNS
            while len(reads) - position >= values:
                database.execute(_INSERTS[rows], reads[position : position + values])
                position += values
                self._written = position
            rows = rows >> 1 if everything else 0
        if everything:
            for statement, parameters in self._rest:
                database.execute(statement, parameters)
            database.executemany(
                "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._messages.values()
            )

    def states(self, ways: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
        """Where the numbering of messages stands, by connection and direction, for those of ``ways`` that it knows."""
        return {way: self._numbering[way].state for way in ways if way in self._numbering}

    def rewind(self) -> None:
        """The transaction was rolled back: `write` begins again with the first row."""
        self._written = 0

    def clear(self) -> None:
        """The transaction was committed: forget the rows."""
        self.cost = 0
        self.records = 0
        self.notes = 0
        self.reads = []
        self.starts = {}
        self._written = 0
        self._rest = []
        self._messages = {}

    def _add_frames(self, record: FramesSeen) -> None:
        connection, time_ns, way, frames, violations, _, inflated = record
        first = self.last_id + 1
        marks: dict[int, int] = {}
        for index, violation in violations:
            marks[index] = FLAG_VIOLATIONS
            self._add_violation(first + index, connection, violation)
        for index, data in inflated:
            marks[index] = marks.get(index, 0) | FLAG_INFLATED
            self._later("INSERT INTO inflated VALUES (?, ?, ?)", first + index, len(data), data)
        if way == Direction.RECEIVED:
            self._received = (connection, first, frames)
        if frames:
            self._add_read(connection, time_ns, int(way), frames, marks)

    def _add_noted(self, item: MessageNoted) -> None:
        """Notes beside the row that ended a message: behaviours say so at once, so it is among the latest frames."""
        connection, first, frames = self._received
        ends = [place for place, frame in enumerate(frames) if frame[0] & 0x88 == FIN]
        if connection == item.connection and item.place < len(ends):
            self.notes += 1
            for text in item.texts:
                self._later("INSERT INTO notes VALUES (?, ?)", first + ends[item.place], storable(text))

    def _add_read(
        self, connection: int, time_ns: int, direction: int, frames: Sequence[Frame], marks: dict[int, int]
    ) -> None:
        """Frames that crossed the wire at one time; ``marks`` are flags of some by their indices, beyond those of the
        first byte."""
        key = (connection, direction)
        numbering = self._numbering.get(key)
        if numbering is None:
            numbering = self._numbering[key] = MessageNumbering()
        at = self.last_id + 1
        if len(frames) == 1:  # as in an echo: half of the time
            frame = frames[0]
            message, fragment = self.starts[at] = numbering.pass_one(frame, at)
            packed = pack_one(frame, marks.get(0, 0) if marks else 0)
            self.last_id = at
            opcodes = 1 << (frame[0] & 0xF)
            self.reads += (at, at, connection, time_ns, direction, 0, opcodes, message, fragment, *packed)
            for changed in numbering.changed():
                self._messages[connection, direction, changed.number] = (connection, direction, *changed)
            return
        for start, some in portions(frames, self.last_id + 1):
            first = self.last_id + 1
            wire, places, heads, opcodes = pack(some)
            for index, flag in marks.items():
                if 0 <= index - start < len(some):
                    mark(places, index - start, flag)
            message, fragment = numbering.state
            self.starts.setdefault(at, (message, fragment))
            numbering.pass_over(some, heads, first)
            self.last_id += len(some)
            self.reads += (first, self.last_id, connection, time_ns, direction, 0, opcodes)
            self.reads += (message, fragment, places, wire)
        for changed in numbering.changed():
            self._messages[connection, direction, changed.number] = (connection, direction, *changed)

    def _add_bytes(
        self,
        record: HandshakeSeen | BytesSeen | BytesMissing,
        opcode: int,
        data: bytes,
        violations: Sequence[Violation],
    ) -> None:
        connection, time_ns, direction, *_ = record
        self.last_id += 1
        self.reads += (
            self.last_id,
            self.last_id,
            connection,
            time_ns,
            int(direction),
            opcode,
            0,
            0,
            0,
            b"",
            bytes(data),
        )
        for violation in violations:
            self._add_violation(self.last_id, connection, violation)

    def _add_violation(self, frame_id: int, connection: int, violation: Violation) -> None:
        rule, section, severity, close_code, text = violation
        self._later(
            "INSERT INTO violations VALUES (?, ?, ?, ?, ?, ?, ?)",
            frame_id,
            connection,
            rule,
            section,
            int(severity),
            close_code,
            storable(text),
        )

    def _later(self, statement: str, *parameters: object) -> None:
        self._rest.append((statement, parameters))


def cost_of(record: Record | NotesSet) -> int:
    """Roughly how many bytes of memory a record holds: payloads, and 100 B a row."""
    if isinstance(record, FramesSeen):
        size = 100 * len(record.frames) + core.current.payload_bytes(record.frames)
        return size + sum(100 + len(data) for _, data in record.inflated) if record.inflated else size
    if isinstance(record, HandshakeSeen):
        return 100 + len(record.raw)
    if isinstance(record, BytesSeen):
        return 100 + len(record.data)
    return 500


def rows_of(record: Record | NotesSet) -> int:
    """How many rows a record makes."""
    if isinstance(record, FramesSeen):
        return len(record.frames)
    return 1 if isinstance(record, HandshakeSeen | BytesSeen | BytesMissing) else 0


def storable(text: str) -> str:
    """Lone surrogates come from bytes that were no UTF-8, and SQLite takes none: spell them out."""
    return text.encode("utf-8", "backslashreplace").decode()
