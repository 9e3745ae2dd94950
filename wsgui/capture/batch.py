"""Records in, rows out: what one transaction of the writer puts into the capture file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from wsgui.capture.schema import FLAG_INFLATED, FLAG_VIOLATIONS, FRAME_COLUMNS, HTTP, MISSING, NO_FRAME
from wsgui.protocol.numbering import MessageNumbering
from wsgui.records import BytesMissing, BytesSeen, ConnectionClosed, ConnectionOpened, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from wsgui.protocol.violations import Violation
    from wsgui.records import Record

_FLAGS = 5  # places in a row of `frames`


class Gap(NamedTuple):
    """Stands in the writer's queue where frames were lost because the disk was full."""

    frames: int


class NotesSet(NamedTuple):
    """From now on these are the notes on a frame, and no others; an empty one is a bookmark."""

    frame: int
    texts: tuple[str, ...]


Item: TypeAlias = "Record | NotesSet | Gap"

# executemany gives the GIL away at every row, and waits until the event loop's thread lets go of it: up to 5 ms.
# Thousand rows a second (120 B, two cores) with executemany / 64 / 256 rows a statement: 307 / 505 / 480 alone,
# 160-180 / 215-240 / 205-230 beside an event loop that parses a flood from another process. 64 rows also stay
# within 999 parameters, SQLite's oldest limit.
ROWS_A_STATEMENT: Final = 64

_ROW = f"({', '.join('?' * FRAME_COLUMNS)})"
_INSERTS: Final = {
    rows: f"INSERT INTO frames VALUES {', '.join([_ROW] * rows)}"  # noqa: S608 - question marks only
    for rows in (1 << power for power in range(ROWS_A_STATEMENT.bit_length()))
}


class Batch:
    """The rows between two commits. They are kept until `clear`, so a transaction that failed can be written again.

    `add` numbers frames and messages once and for all; `write` inserts what was not inserted yet.
    """

    def __init__(self) -> None:
        self.last_id = 0
        """Id of the newest row of ``frames`` that was made, written or not."""
        self.cost = 0
        """Bytes that the kept records hold, by the caller's reckoning."""
        self.records = 0
        self.notes = 0
        """How many of the kept records change notes."""
        self._frames: list[object] = []  # flat: FRAME_COLUMNS values for each row
        self._written = 0
        self._rest: list[tuple[str, tuple[object, ...]]] = []
        self._messages: dict[tuple[int, int, int], tuple[object, ...]] = {}
        self._numbering: dict[tuple[int, int], MessageNumbering] = {}

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
        else:
            text = f"{item.frames} frames before this one were not recorded: the capture file could not be written."
            self._later("INSERT INTO notes VALUES (?, ?)", self.last_id + 1, text)

    def write(self, database: sqlite3.Connection, *, everything: bool) -> None:
        """Insert what is new; without ``everything`` only as much as fills whole statements. Raises sqlite3.Error."""
        frames = self._frames
        position = self._written
        rows = ROWS_A_STATEMENT
        while rows:
            values = rows * FRAME_COLUMNS
            while len(frames) - position >= values:
                database.execute(_INSERTS[rows], frames[position : position + values])
                position += values
                self._written = position
            rows = rows >> 1 if everything else 0
        if everything:
            for statement, parameters in self._rest:
                database.execute(statement, parameters)
            database.executemany(
                "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._messages.values()
            )

    def rewind(self) -> None:
        """The transaction was rolled back: `write` begins again with the first row."""
        self._written = 0

    def clear(self) -> None:
        """The transaction was committed: forget the rows."""
        self.cost = 0
        self.records = 0
        self.notes = 0
        self._frames = []
        self._written = 0
        self._rest = []
        self._messages = {}

    def _add_frames(self, record: FramesSeen) -> None:
        connection, time_ns, way, frames, violations, _, inflated = record
        direction = int(way)
        numbering = self._numbering.get((connection, direction))
        if numbering is None:
            numbering = self._numbering[connection, direction] = MessageNumbering()
        frame_id = self.last_id
        first = frame_id + 1
        base = len(self._frames)
        extend = self._frames.extend
        for (head, form, key, payload), (message, fragment) in zip(
            frames, numbering.number(frames, first), strict=True
        ):
            frame_id += 1
            extend(
                (
                    frame_id,
                    connection,
                    time_ns,
                    direction,
                    head & 0xF,
                    head >> 4,
                    key,
                    form,
                    len(payload),
                    message,
                    fragment,
                    payload,
                )
            )
        self.last_id = frame_id
        for changed in numbering.changed():
            self._messages[connection, direction, changed.number] = (connection, direction, *changed)
        for index, violation in violations:
            place = base + index * FRAME_COLUMNS + _FLAGS
            self._frames[place] |= FLAG_VIOLATIONS  # type: ignore[operator]
            self._add_violation(first + index, connection, violation)
        self._add_inflated(inflated, base, first)

    def _add_inflated(self, inflated: Sequence[tuple[int, bytes]], base: int, first: int) -> None:
        """``base`` is where the values of the row with the id ``first`` begin; indices count from that row."""
        for index, data in inflated:
            self._frames[base + index * FRAME_COLUMNS + _FLAGS] |= FLAG_INFLATED  # type: ignore[operator]
            self._later("INSERT INTO inflated VALUES (?, ?, ?)", first + index, len(data), data)

    def _add_bytes(
        self,
        record: HandshakeSeen | BytesSeen | BytesMissing,
        opcode: int,
        data: bytes,
        violations: Sequence[Violation],
    ) -> None:
        connection, time_ns, direction, *_ = record
        self.last_id += 1
        flags = FLAG_VIOLATIONS if violations else 0
        self._frames += (self.last_id, connection, time_ns, int(direction), opcode, flags)
        self._frames += (None, 0, len(data), None, None, bytes(data))
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
        size = 100 * len(record.frames) + sum([len(frame[3]) for frame in record.frames])
        return size + sum(100 + len(data) for _, data in record.inflated) if record.inflated else size
    if isinstance(record, HandshakeSeen):
        return 100 + len(record.raw)
    if isinstance(record, BytesSeen):
        return 100 + len(record.data)
    return 500


def rows_of(record: Record | NotesSet) -> int:
    """How many rows of ``frames`` a record makes."""
    if isinstance(record, FramesSeen):
        return len(record.frames)
    return 1 if isinstance(record, HandshakeSeen | BytesSeen | BytesMissing) else 0


def storable(text: str) -> str:
    """Lone surrogates come from bytes that were no UTF-8, and SQLite takes none: spell them out."""
    return text.encode("utf-8", "backslashreplace").decode()
