"""Reading a capture file, while it is being written too: small windows of rows, single payloads, whole messages."""

from __future__ import annotations

import json
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wsgui.capture import checks, schema
from wsgui.capture.checks import DamageError, checked
from wsgui.capture.database import Database, guarded
from wsgui.capture.errors import CaptureError
from wsgui.capture.loading import LONG as _LONG
from wsgui.capture.loading import Loader
from wsgui.capture.packing import MOST_FRAMES
from wsgui.capture.views import PREVIEW_BYTES as PREVIEW_BYTES
from wsgui.capture.views import ConnectionRow, JoinedMessage, Part, Row
from wsgui.protocol.frames import Frame
from wsgui.protocol.states import Role
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import Direction, EndedBy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

__all__ = ["CaptureReader", "ConnectionRow", "JoinedMessage", "Part", "Row"]

MESSAGE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a message that are joined unless the caller says otherwise."""

MOST_BROKEN: Final = 100
"""Broken rules of one row that are read: no frame of any peer breaks so many."""

_MOST_PARTS: Final = 100_000  # a message of empty fragments has no length to bound it
_MOST_ROWS_A_PAGE: Final = 65536 // 8  # the largest page, and the shortest frame with its place in an index
_MOST_LOOKED_AT: Final = 4 * _MOST_PARTS  # a control frame may stand between any two of them
_FIRST_ROWS: Final = 4000
_IDS_A_STEP: Final = 10_000
_WHOLE: Final = 2**31
_READS_A_STEP: Final = 200_000
_IDS_A_QUERY: Final = 500


_DIRECTIONS: Final = tuple(Direction)
_SEVERITIES: Final = {int(severity): severity for severity in Severity}
_ENDINGS: Final = {int(ending): ending for ending in EndedBy}

# The total is looked up for fragments only: frames that are a message by themselves have none.
_ROWS: Final = f"""
SELECT f.id, f.connection, f.time, f.direction, f.opcode, f.flags, f.masking_key, f.length_form, f.length,
  f.message, f.fragment,
  CASE WHEN f.message IS NOT NULL AND (f.fragment > 0 OR f.flags & 8 = 0) THEN
    (SELECT m.fragments FROM messages m WHERE m.connection = f.connection AND m.direction = f.direction
      AND m.number = f.message AND m.finished) END,
  CASE WHEN f.flags & {schema.FLAG_INFLATED} THEN
      (SELECT CASE WHEN i.length <= {_LONG} THEN substr(i.payload, 1, {PREVIEW_BYTES}) END
        FROM inflated i WHERE i.frame = f.id)
    WHEN f.length <= {_LONG} THEN substr(f.payload, 1, {PREVIEW_BYTES}) END,
  CASE WHEN f.flags & {schema.FLAG_INFLATED} THEN (SELECT i.length FROM inflated i WHERE i.frame = f.id) END
FROM loaded f WHERE """  # noqa: S608 - numbers of ours


def _cut(column: str) -> str:
    """A text, or its beginning if it is too long to be one of ours. ``substr`` alone would end at a zero character."""
    most = checks.TEXT_LIMIT
    return f"CASE WHEN length(CAST({column} AS BLOB)) > {most} THEN substr({column}, 1, {most + 1}) ELSE {column} END"


_TIME_OLD: Final = "SELECT time FROM frames WHERE id = ?"
_TIME: Final = (
    "SELECT ifnull((SELECT time FROM edited WHERE id = ?1), time) FROM"
    " (SELECT last, time FROM reads WHERE id <= ?1 ORDER BY id DESC LIMIT 1) WHERE last >= ?1"
)
_LAST: Final = (
    "SELECT max(ifnull((SELECT max(id, last) FROM reads ORDER BY id DESC LIMIT 1), 0),"
    " ifnull((SELECT max(id) FROM edited), 0))"
)
_VIOLATIONS: Final = (
    f"SELECT frame, {_cut('rule')}, {_cut('section')}, severity, close_code, {_cut('text')}"  # noqa: S608 - names of ours
    " FROM violations WHERE {} ORDER BY frame, rowid LIMIT ?"
)
_LONGEST_LINE: Final = 2048
_REQUESTS: Final = (
    "SELECT h.connection, substr(f.{0}, 1, ?) FROM handshakes h JOIN {1} f ON f.id = h.frame"
    " WHERE substr(f.{0}, 1, 5) != CAST('HTTP/' AS BLOB) ORDER BY h.frame"
)
_CONNECTIONS: Final = (
    f"SELECT id, opened, {_cut('role')}, {_cut('url')}, {_cut('local')}, {_cut('remote')}, closed, code,"  # noqa: S608 - names of ours
    f" {_cut('reason')}, ended_by, {_cut('text')}, {_cut('how')} FROM connections ORDER BY id"
)

# Cut, and so many: a page of rows takes bounded memory whatever the file holds.
_NOTES: Final = (
    "SELECT frame, substr(text, 1, 20000) FROM notes WHERE frame IN (SELECT value FROM json_each(?))"
    " ORDER BY frame, rowid LIMIT 1000"
)


class CaptureReader:
    """A capture file, read-only. Each method sees what was committed by then.

    One thread at a time: a worker thread opens a reader of its own. Every method raises CaptureError when the file
    turns out to be damaged; LookupError when there is no such frame.
    """

    def __init__(self, path: str | Path) -> None:
        """Raises CaptureError if the file is missing, damaged, made by a newer wsgui, or no capture at all."""
        self._open(Path(path))

    def _open(self, path: Path) -> None:
        self.database = Database(path)
        self.path = self.database.path
        self.loader = Loader(self.database)
        self._all = self.database.all
        self._one = self.database.one

    def reopen(self, path: Path) -> None:
        """The capture was written anew, perhaps elsewhere: read that file from now on. Raises CaptureError."""
        self.database.close()
        self._open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called again."""
        self.database.close()

    @guarded
    def meta(self) -> dict[str, str]:
        """``format``, ``program``, ``name``, ``role`` and ``created`` (ns since the epoch) of the capture; of one
        that was imported also ``imported`` (when, the same) and ``source`` (the file's name)."""
        return dict(checked(self._all("SELECT key, value FROM meta"), checks.META))

    @guarded
    def last_id(self) -> int:
        """Id of the newest frame, which is also how many there are; 0 if there is none."""
        query = "SELECT max(id) FROM frames" if self.loader.direct else _LAST
        ((last,),) = self._all(query)
        # A file that somebody made up may claim 2^62 rows: more than it has room for make no list and no loop.
        if last is not None and last > self._all("PRAGMA page_count")[0][0] * _MOST_ROWS_A_PAGE:
            raise CaptureError(f"{self.path.name} is damaged: it has numbers of frames that cannot be.")
        return max(last or 0, 0)

    @guarded
    def last_connection(self) -> int:
        """The highest number of a connection; 0 if there is none."""
        return max(self._all("SELECT max(id) FROM connections")[0][0] or 0, 0)

    @guarded
    def time_of(self, id_: int) -> int:
        """When a row crossed the wire, in ns since the epoch."""
        return int(self._one(_TIME_OLD if self.loader.direct else _TIME, id_)[0])

    @guarded
    def load_block(self, after: int, upto: int) -> None:
        """Make what SQL asks of ``loaded`` answer for the rows beyond ``after`` up to ``upto``, payloads too, the row
        before them and the capture's first one."""
        self.loader.block(after, upto)

    @guarded
    def load_ids(self, ids: Sequence[int]) -> None:
        """The same for rows with certain ids, ascending, and for no others."""
        if not self.loader.direct:
            if ids[-1] - ids[0] == len(ids) - 1:
                self.loader.range(ids[0], ids[-1], whole=True)
            else:
                self.loader.ids(ids, whole=True)

    @guarded
    def rows(self, first: int, last: int) -> list[Row]:
        """The rows with ids ``first`` to ``last``, both included, as far as they exist."""
        self.loader.range(max(first - 1, 1), last)
        found = self._all(_ROWS + "f.id BETWEEN ? AND ? ORDER BY f.id", max(first - 1, 1), last)
        before = None
        if found and found[0][0] < first:
            before = found.pop(0)[2]
        return self._rows(found, before)

    @guarded
    def rows_of(self, ids: Sequence[int], before_id: int | None = None) -> list[Row]:
        """The rows with these ids in this order, without those that do not exist.

        ``before_id`` is the id in front of the first: its time is what the first row's ``delta_ns`` counts from.
        """
        wanted = list(ids) if before_id is None else [before_id, *ids]
        self.loader.ids(wanted)
        found: dict[int, tuple[Any, ...]] = {}
        for start in range(0, len(wanted), _IDS_A_QUERY):
            some = wanted[start : start + _IDS_A_QUERY]
            for row in self._all(f"{_ROWS} f.id IN ({', '.join('?' * len(some))})", *some):
                found[row[0]] = row
        before = None
        if before_id in found:
            before = found[before_id][2]
        return self._rows([found[id_] for id_ in ids if id_ in found], before)

    @guarded
    def row(self, id_: int) -> Row:
        """One row; its ``delta_ns`` is the time since the row with the id before."""
        found = self.rows(id_, id_)
        if not found:
            raise LookupError(f"no frame {id_}")
        return found[0]

    @guarded
    def frame(self, id_: int) -> Frame:
        """The frame as it stood on the wire. LookupError for a row that is none (HTTP, bytes that formed no frame)."""
        columns = "direction, opcode, flags, masking_key, length_form, length, payload"
        self.loader.ids((id_,), whole=True)
        found = [self._one(f"SELECT {columns} FROM loaded WHERE id = ?", id_)]  # noqa: S608 - names of ours
        ((direction, opcode, flags, key, form, length, payload),) = checked(found, checks.FRAME)
        checks.check_frame(id_, direction, opcode, flags, key, form, length)
        checks.check_size(id_, length, len(payload))
        if opcode < 0:
            raise LookupError(f"row {id_} is no frame")
        return Frame((flags & 0xF) << 4 | opcode, form, key, payload)

    @guarded
    def payload(self, id_: int) -> bytes:
        """The whole unmasked payload of a row."""
        if not self.loader.direct:
            return self._wire_slice(id_, 0, _WHOLE)
        return self._payload(id_, [self._one("SELECT length, payload FROM frames WHERE id = ?", id_)])

    @guarded
    def inflated(self, id_: int) -> bytes | None:
        """What a frame's payload inflates to (RFC 7692); None if it was not compressed or could not be inflated."""
        found = self._all("SELECT length, payload FROM inflated WHERE frame = ?", id_)
        return self._payload(id_, found) if found else None

    @guarded
    def payload_slice(self, id_: int, start: int, size: int) -> bytes:
        """At most ``size`` bytes of a payload from byte ``start``, without reading what stands before or behind."""
        return self._wire_slice(id_, start, size)

    @guarded
    def inflated_slice(self, id_: int, start: int, size: int) -> bytes:
        """The same of what the payload inflates to. LookupError if there is none."""
        (length,) = self._one("SELECT length FROM inflated WHERE frame = ?", id_)
        return self._slice("inflated", id_, length, start, size)

    def _wire_slice(self, id_: int, start: int, size: int) -> bytes:
        if self.loader.direct:
            (length,) = self._one("SELECT length FROM frames WHERE id = ?", id_)
            return self._slice("frames", id_, length, start, size)
        found = self.loader.slice(id_, max(start, 0), max(size, 0))
        if found is None:
            raise LookupError(f"no frame {id_}")
        return found

    def _payload(self, id_: int, found: list[Any]) -> bytes:
        length, payload = checked(found, checks.PAYLOAD)[0]
        checks.check_size(id_, length, len(payload))
        whole: bytes = payload
        return whole

    def _slice(self, table: str, id_: int, length: int, start: int, size: int) -> bytes:
        if start >= length or size <= 0:
            return b""
        with self.database.blob(table, id_) as blob:
            checks.check_size(id_, length, len(blob))
            blob.seek(max(start, 0))
            return blob.read(size)

    @guarded
    def message_of(self, id_: int, limit: int = MESSAGE_LIMIT, *, wire: bool = False) -> JoinedMessage:
        """The message that a frame belongs to, joined up to ``limit`` bytes; a control frame by itself. With ``wire``
        it is not inflated.

        LookupError for a row that is no frame.
        """
        view, frames = self._message_frames(id_)
        return self._join(view, frames, limit, wire=wire)

    @guarded
    def message_key(self, id_: int) -> tuple[int, int, int]:
        """Connection, direction and number of the message that a frame belongs to. LookupError if it is of none."""
        self.loader.ids((id_,))
        found = [self._one("SELECT connection, direction, message FROM loaded WHERE id = ?", id_)]
        ((connection, direction, number),) = checked(found, checks.KEY)
        if number is None:
            raise LookupError(f"row {id_} belongs to no message")
        return connection, direction, number

    @guarded
    def message_sizes(self, id_: int) -> tuple[int, int | None, int]:
        """Of the message that a frame belongs to, as far as it has come: bytes of payload on the wire, what they
        inflate to (None unless all of them were inflated), and the number of frames. Reads no payload.

        LookupError for a row that is no frame.
        """
        _, frames = self._message_frames(id_)
        wire = sum(length for _, length, _ in frames)
        if not all(flags & schema.FLAG_INFLATED for _, _, flags in frames):
            return wire, None, len(frames)
        lengths = self._inflated_lengths(frames)
        return wire, sum(lengths.get(number, 0) for number, _, _ in frames), len(frames)

    @guarded
    def message_extent(self, id_: int) -> tuple[int, int, bool] | None:
        """Of a message of several frames that has the row ``id_``, as far as it has come: how many frames, bytes on the
        wire, and whether its last one is there. None for a row of no such message."""
        try:
            key = self.message_key(id_)
        except LookupError:
            return None
        found = self._all(
            "SELECT fragments, length, finished FROM messages WHERE connection = ? AND direction = ? AND number = ?",
            *key,
        )
        if not found:
            return None
        ((frames, length, finished),) = checked(found, checks.EXTENT)
        return frames, length, bool(finished)

    @guarded
    def first_frame(self, id_: int) -> int | None:
        """The row of the first frame of the message that a frame belongs to; None for a row of no message."""
        try:
            key = self.message_key(id_)
        except LookupError:
            return None
        found = self._all(
            "SELECT first_frame FROM messages WHERE connection = ? AND direction = ? AND number = ?", *key
        )
        return checked(found, checks.NUMBER)[0][0] if found else id_

    @guarded
    def fragments_before(self, connection: int, direction: int, number: int, upto: int, few: int) -> list[int]:
        """The rows up to ``upto`` of a message of several fragments, ascending; none if it is still open and has more
        than ``few`` of them."""
        known = self._all(
            "SELECT first_frame FROM messages"
            " WHERE connection = ? AND direction = ? AND number = ? AND (finished OR fragments <= ?)",
            connection,
            direction,
            number,
            few,
        )
        if not known:
            return []
        ((first,),) = checked(known, checks.NUMBER)
        self.loader.way(first, upto, connection, direction, _MOST_LOOKED_AT)
        found = self._all(
            "SELECT id FROM loaded WHERE id BETWEEN ? AND ? AND connection = ? AND direction = ? AND message = ?"
            " ORDER BY id",
            first,
            upto,
            connection,
            direction,
            number,
        )
        return [id_ for (id_,) in found]

    def _message_frames(self, id_: int) -> tuple[JoinedMessage, list[tuple[int, int, int]]]:
        """An empty view of the message of a frame, and its frames as (id, length, flags)."""
        columns = "connection, direction, opcode, flags, message, fragment, masking_key, length_form, length"
        self.loader.ids((id_,))
        found = [self._one(f"SELECT {columns} FROM loaded WHERE id = ?", id_)]  # noqa: S608 - names of ours
        ((connection, direction, opcode, flags, number, fragment, key, form, length),) = checked(found, checks.PLACE)
        checks.check_frame(id_, direction, opcode, flags, key, form, length)
        if opcode < 0:
            raise LookupError(f"row {id_} is no frame")
        finished = bool(flags & schema.FLAG_FIN)
        frames = [(id_, length, flags)]
        if number is not None and (fragment or not finished):
            known = checked(
                self._all(
                    "SELECT opcode, first_frame, last_frame, finished FROM messages"
                    " WHERE connection = ? AND direction = ? AND number = ?",
                    connection,
                    direction,
                    number,
                ),
                checks.MESSAGE,
            )
            if known:
                opcode, first, last, finished = known[0]
                checks.check_message(number, opcode)
                self.loader.way(first, last, connection, direction, _MOST_LOOKED_AT)
                parts = checked(
                    self._all(
                        "SELECT id, length, flags FROM loaded WHERE id BETWEEN ? AND ?"
                        " AND connection = ? AND direction = ? AND message = ? ORDER BY id LIMIT ?",
                        first,
                        last,
                        connection,
                        direction,
                        number,
                        _MOST_PARTS + 1,
                    ),
                    checks.PART,
                )
                frames = parts or frames
        view = JoinedMessage(
            connection, Direction(direction), number, opcode, frames[0][2], b"", [], bool(finished), False
        )
        return view, frames

    @guarded
    def connections(self) -> list[ConnectionRow]:
        """All connections in the order in which they were opened."""
        rows: list[ConnectionRow] = []
        for row in checked(self._all(_CONNECTIONS), checks.CONNECTION):
            id_, *_, code, _, ended_by, _, _ = values = checks.short(row)
            checks.check_connection(id_, code, ended_by)
            rows.append(ConnectionRow._make(values)._replace(ended_by=_ENDINGS.get(ended_by)))
        return rows

    @guarded
    def request_lines(self) -> dict[int, bytes]:
        """The first line of the HTTP request with which each connection began, without its end; at most 2 KiB of it."""
        found = checked(
            self._all(
                _REQUESTS.format(*(("payload", "frames") if self.loader.direct else ("wire", "reads"))), _LONGEST_LINE
            ),
            checks.REQUEST,
        )
        return {connection: start.partition(b"\n")[0].rstrip(b"\r") for connection, start in found}

    @guarded
    def handshake(self, connection: int) -> tuple[bytes | None, bytes | None]:
        """Request and response of a connection's opening handshake, raw; None for one that was not seen."""
        messages: dict[int, bytes] = {}
        for direction in Direction:  # of several of one direction, such as a 407 and what came after it, the last
            ((frame,),) = checked(
                self._all(
                    "SELECT max(frame) FROM handshakes WHERE connection = ? AND direction = ?", connection, direction
                ),
                checks.NUMBER,
            )
            if frame is not None:
                try:
                    messages[direction] = self.payload(frame)
                except LookupError:
                    raise DamageError(f"the handshake of connection {connection} is not there") from None
        asks = Direction.RECEIVED if self.role(connection) == Role.SERVER.value else Direction.SENT
        return messages.get(asks), messages.get(1 - asks)

    @guarded
    def role(self, connection: int) -> str:
        """Whether this side was the ``client`` or the ``server`` of a connection; empty if the file does not say."""
        found = checked(self._all("SELECT role FROM connections WHERE id = ?", connection), checks.TEXT)
        return str(found[0][0]) if found else ""

    @guarded
    def first_message(self, connection: int) -> bytes:
        """The beginning of the first message that the capture has of a connection, at most `PREVIEW_BYTES`; empty while
        there is none, or none among the first thousands of rows behind its handshake."""
        ((start,),) = self._all("SELECT max(frame) FROM handshakes WHERE connection = ?", connection)
        start = start or 0
        if not self.loader.direct:
            read = self._all(
                "SELECT id, last FROM reads WHERE id > ? AND id <= ? AND last > ? AND connection = ? AND opcodes & 6"
                " ORDER BY id LIMIT 1",
                start - MOST_FRAMES,
                start + _FIRST_ROWS,
                start,
                connection,
            )
            if not read:
                return b""
            # Not a row more: with thousands of connections, what stands around it is for others.
            ((first, last),) = checked(read, checks.PAIR)
            self.loader.range(first, min(last, first + MOST_FRAMES))
        found = self._all(
            "SELECT id FROM loaded WHERE id > ? AND id <= ? AND connection = ? AND opcode IN (1, 2)"
            " ORDER BY id LIMIT 1",
            start,
            start + _FIRST_ROWS,
            connection,
        )
        if not found:
            return b""
        rows = self.rows_of([found[0][0]])
        return rows[0].preview if rows else b""

    @guarded
    def violations(self, after: int, most: int = -1) -> list[tuple[int, Violation]]:
        """The rules broken by frames with ids beyond ``after``, with the frames' ids, in their order; the first
        ``most``, or all."""
        return self._violations("frame > ?", after, most=most)

    @guarded
    def closing(self, connection: int, most: int) -> list[tuple[Row, bytes]]:
        """The rows of a connection from its first close frame on, at most ``most``, each with up to 125 bytes of its
        payload. Looks through all frames, as there is no index: 90 ms for a million."""
        if not self.loader.direct:
            ((start,),) = self._all("SELECT min(id) FROM reads WHERE connection = ? AND opcodes & 256", connection)
            if start is None:
                return []
            self.loader.connection(start, connection, MOST_FRAMES + most)
        ((first,),) = self._all("SELECT min(id) FROM loaded WHERE connection = ? AND opcode = 8", connection)
        if first is None:
            return []
        ids = self._all(
            "SELECT id FROM loaded WHERE id >= ? AND connection = ? ORDER BY id LIMIT ?", first, connection, most
        )
        return [(row, row.preview[:125]) for row in self.rows_of([id_ for (id_,) in ids])]

    @guarded
    def failing(self, connection: int) -> list[tuple[int, Violation]]:
        """The rules that a connection's frames broke and for which a strict endpoint closes, with the rows, at most a
        thousand."""
        return self._violations("connection = ? AND close_code IS NOT NULL", connection, most=1000)

    @guarded
    def broken_rows(self, after: int) -> list[int]:
        """The rows beyond ``after`` that break a rule, in their order."""
        ((some,),) = self._all(
            "SELECT group_concat(frame) FROM (SELECT DISTINCT frame FROM violations WHERE frame > ? ORDER BY frame)",
            after,
        )
        rows: list[int] = json.loads(f"[{some or ''}]")
        return rows

    @guarded
    def violation_count(self) -> int:
        """How many times a rule was broken."""
        return int(self._all("SELECT count(*) FROM violations")[0][0])

    @guarded
    def problems(self) -> list[tuple[int | None, str]]:
        """What the import that made the capture could not read: where in the file it read (in bytes, None: as a whole)
        and a sentence."""
        return checked(self._all("SELECT offset, text FROM problems ORDER BY id"), checks.PROBLEM)

    @guarded
    def notes(self) -> list[tuple[int, str]]:
        """Notes on frames, with the frames' ids; one about a loss stands at the first frame after it."""
        return checked(self._all("SELECT frame, text FROM notes ORDER BY frame, rowid"), checks.NOTE)

    @guarded
    def notes_of(self, id_: int) -> list[str]:
        """The notes on one frame; an empty one is a bookmark."""
        found = self._all("SELECT text FROM notes WHERE frame = ? ORDER BY rowid", id_)
        return [text for (text,) in checked(found, checks.TEXT)]

    @guarded
    def noted(self, most: int) -> list[tuple[int, int, str]]:
        """The first ``most`` notes and bookmarks: frame, its time (ns since the epoch), text."""
        noted = self._all("SELECT DISTINCT frame FROM notes ORDER BY frame LIMIT ?", most)
        self.loader.ids([frame for (frame,) in noted])
        found = self._all(
            "SELECT n.frame, f.time, substr(n.text, 1, 4096) FROM notes n JOIN loaded f ON f.id = n.frame"
            " ORDER BY n.frame, n.rowid LIMIT ?",
            most,
        )
        return checked(found, checks.NOTED)

    @guarded
    def next_noted(self, id_: int, *, backward: bool = False) -> int | None:
        """The nearest frame behind (or before) ``id_`` that has a note or a bookmark."""
        before, behind = "SELECT max(frame) FROM notes WHERE frame < ?", "SELECT min(frame) FROM notes WHERE frame > ?"
        found: int | None = self._all(before if backward else behind, id_)[0][0]
        return found

    @guarded
    def ids(self, connection: int | None, after: int, upto: int) -> array[int]:
        """The ids beyond ``after`` up to ``upto`` of one connection's frames, or of all, ascending."""
        upto = min(upto, self.last_id())
        if connection is None:
            return array("q", range(after + 1, upto + 1))
        if not self.loader.direct:
            return self._ids_of_reads(connection, after, upto)
        ids = array("q")
        among = "FROM frames WHERE id > ? AND id <= ? AND connection = ?"
        for start in range(after, upto, _IDS_A_STEP):
            stop = min(start + _IDS_A_STEP, upto)
            ((count,),) = self._all(f"SELECT count(*) {among}", start, stop, connection)
            if count == stop - start:  # as in a session with one connection: 118 instead of 303 ms for 10^6
                ids.extend(range(start + 1, stop + 1))
            elif count:
                # One row with many ids: each row fetched gives the GIL away, and a busy thread gives it back late.
                query = f"SELECT group_concat(id) FROM (SELECT id {among} ORDER BY id)"  # noqa: S608 - no value in it
                ((some,),) = self._all(query, start, stop, connection)
                ids.extend(map(int, some.split(",")))
        return ids

    def _ids_of_reads(self, connection: int, after: int, upto: int) -> array[int]:
        ids = array("q")
        for start in range(after, upto, _READS_A_STEP):
            # One row with many numbers, as above.
            ((some,),) = self._all(
                "SELECT group_concat(id || ',' || last) FROM (SELECT id, last FROM reads"
                " WHERE id <= ? AND last > ? AND id > ? - ? AND connection = ? ORDER BY id)",
                min(start + _READS_A_STEP, upto),
                start,
                start,
                MOST_FRAMES,
                connection,
            )
            numbers = iter(map(int, some.split(",")) if some else ())
            for first, last in zip(numbers, numbers, strict=True):
                ids.extend(range(max(first, start + 1), min(last, start + _READS_A_STEP, upto) + 1))
        return ids

    def _rows(self, found: list[tuple[Any, ...]], before: int | None) -> list[Row]:
        rows: list[Row] = []
        broken: dict[int, list[Violation]] = {}
        checked(found, checks.ROW)
        if wanted := [row[0] for row in found if row[5] & schema.FLAG_VIOLATIONS]:
            broken = self._broken(wanted)
        notes: dict[int, list[str]] = {}
        if found:
            ids = [row[0] for row in found]
            for frame, text in checked(self._all(_NOTES, json.dumps(ids)), checks.NOTE):
                notes.setdefault(frame, []).append(text)
        for id_, connection, time_ns, direction, *rest, preview, size in found:
            opcode, flags, key, form, length, *_ = rest
            checks.check_frame(id_, direction, opcode, flags, key, form, length)
            delta = None if before is None else time_ns - before
            before = time_ns
            if preview is None:
                preview = (self.payload_slice if size is None else self.inflated_slice)(id_, 0, PREVIEW_BYTES)
            checks.check_size(id_, min(length if size is None else size, PREVIEW_BYTES), len(preview))
            violations = tuple(broken.get(id_, ()))
            way, texts = _DIRECTIONS[direction], tuple(notes.get(id_, ()))
            rows.append(Row._make((id_, connection, time_ns, delta, way, *rest, preview, violations, texts, size)))
        return rows

    def _broken(self, ids: list[int]) -> dict[int, list[Violation]]:
        """The rules that some rows break. A row has a handful; of one that somebody made up, the first are read, and
        the last says how many more there are."""
        broken: dict[int, list[Violation]] = {}
        marks = ", ".join("?" * len(ids))
        most = MOST_BROKEN * 2 + len(ids) * 4
        found = self._violations(f"frame IN ({marks})", *ids, most=most)
        if len(found) == most:
            found = [one for id_ in ids for one in self._violations("frame = ?", id_, most=MOST_BROKEN)]
        for id_, violation in found:
            broken.setdefault(id_, []).append(violation)
        for id_, several in broken.items():
            if len(several) >= MOST_BROKEN:
                ((count,),) = self._all("SELECT count(*) FROM violations WHERE frame = ?", id_)
                text = f"{count - MOST_BROKEN + 1} more broken rules of this row stand in the file and are not shown."
                several[MOST_BROKEN - 1 :] = [Violation("capture.more-rules", "", Severity.NOTE, None, text)]
        return broken

    def _violations(self, condition: str, *parameters: object, most: int = -1) -> list[tuple[int, Violation]]:
        violations: list[tuple[int, Violation]] = []
        for row in checked(self._all(_VIOLATIONS.format(condition), *parameters, most), checks.BROKEN):
            frame, rule, section, severity, code, text = checks.short(row)
            checks.check_severity(frame, severity, code)
            violations.append((frame, Violation(rule, section, _SEVERITIES[severity], code, text)))
        return violations

    def _join(
        self, view: JoinedMessage, frames: list[tuple[int, int, int]], limit: int, *, wire: bool
    ) -> JoinedMessage:
        payload = bytearray()
        parts: list[Part] = []
        truncated = len(frames) > _MOST_PARTS
        # All or nothing: half of a message inflated and half of it not would be neither.
        inflated = not wire and all(flags & schema.FLAG_INFLATED for _, _, flags in frames)
        lengths = self._inflated_lengths(frames[:_MOST_PARTS]) if inflated else {}
        wire_length = sum(length for _, length, _ in frames)
        for id_, length, _ in frames[:_MOST_PARTS]:
            length = lengths.get(id_, length)
            room = limit - len(payload)
            if inflated:
                data = self._slice("inflated", id_, length, 0, min(length, room))
            else:
                data = self._wire_slice(id_, 0, min(length, room))
            if data or not length:
                parts.append(Part(id_, len(payload), len(data)))
                payload += data
            if length > room:
                truncated = True
                break
        return view._replace(
            payload=bytes(payload), parts=parts, truncated=truncated, inflated=inflated, wire_length=wire_length
        )

    def _inflated_lengths(self, frames: list[tuple[int, int, int]]) -> dict[int, int]:
        first, last = frames[0][0], frames[-1][0]
        found = self._all("SELECT frame, length FROM inflated WHERE frame BETWEEN ? AND ?", first, last)
        return dict(checked(found, checks.PAIR))
