"""What stands between an engine and a capture file: records go to the writer, and are counted on the way."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.capture.schemas import use_schema
from wsgui.capture.writer import CaptureWriter
from wsgui.records import BytesSeen, ConnectionClosed, ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.capture.views import Row
    from wsgui.dissect.decoders.schema.model import SchemaChoice
    from wsgui.records import Record

AHEAD: Final = 64
"""Rows that wait to be committed before a table shows them from memory. Fewer are in the file within a moment, and
whoever sees a row can ask the file for it."""
SETTLING: Final = 0.2
"""Seconds that a row which a person has chosen may take to be committed."""


@dataclass(slots=True)
class Tally:
    """What a session has seen. Bytes are bytes on the wire, handshakes included."""

    frames_sent: int = 0
    frames_received: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    violations: int = 0
    connections: int = 0

    def count(self, record: Record) -> None:
        """Add one record."""
        if isinstance(record, FramesSeen):
            if record.direction is Direction.SENT:
                self.frames_sent += len(record.frames)
                self.bytes_sent += record.wire_bytes
            else:
                self.frames_received += len(record.frames)
                self.bytes_received += record.wire_bytes
            self.violations += len(record.violations)
        elif isinstance(record, HandshakeSeen):
            if record.direction is Direction.SENT:
                self.bytes_sent += len(record.raw)
            else:
                self.bytes_received += len(record.raw)
            self.violations += len(record.violations)
        elif isinstance(record, BytesSeen):
            self.violations += len(record.violations)
        elif isinstance(record, ConnectionOpened):
            self.connections += 1


class Recorder:
    """The observer of a session: counts in `tally`, writes to a capture file, listens to nobody else.

    ``on_overload(yes)`` and ``on_failure(sentence)`` are called on the loop that was running when the recorder was
    made, whichever thread found out. ``on_record`` hears connections open and close. With ``append`` it goes on with a
    file that exists. Raises CaptureError when the file cannot be made or opened.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        on_overload: Callable[[bool], None],
        on_failure: Callable[[str], None],
        on_record: Callable[[Record], None] | None = None,
        on_moved: Callable[[str], None] | None = None,
        role: str = "",
        append: bool = False,
    ) -> None:
        self.tally = Tally()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._behind = False
        self._on_overload = on_overload
        self._on_failure = on_failure
        self._on_record = on_record
        self._closed = False
        self.writer = CaptureWriter(
            path,
            name=name,
            role=role,
            append=append,
            on_overload=self._overload_changed,
            on_failure=lambda sentence: self._tell(on_failure, sentence),
            on_moved=None if on_moved is None else lambda sentence: self._tell(on_moved, sentence),
        )

    @property
    def path(self) -> Path:
        """The capture file; another one than at first if somebody replaced that while it was recorded."""
        return self.writer.path

    def use_schema(self, schema: SchemaChoice | None) -> None:
        """Have the messages in the file read by a Protobuf schema, or by none."""
        use_schema(self.path, schema)

    def _tell(self, function: Callable[..., None], argument: object) -> None:
        if not self._closed:
            self._loop.call_soon_threadsafe(function, argument)

    def _overload_changed(self, yes: bool) -> None:
        """In the loop's own thread at once: uvloop reads a connection up to 32 times before it calls anything else, and
        a peer that was to be slowed sent for 0.3 s more. What is said later says how it is then."""
        self._behind = yes
        if threading.get_ident() == self._thread:
            if not self._closed:
                self._on_overload(yes)
        else:
            self._tell(lambda _: self._on_overload(self._behind), None)

    @property
    def moved(self) -> str:
        """What became of the file, in a sentence, if somebody deleted or replaced it; empty while nobody has."""
        return self.writer.moved

    def __call__(self, record: Record) -> None:
        """Take a record from the engine."""
        self.tally.count(record)
        self.writer.put(record)
        if self._on_record is not None and isinstance(record, ConnectionOpened | ConnectionClosed):
            self._on_record(record)

    @property
    def observer(self) -> Callable[[Record], None] | None:
        """What an engine is to tell; None where nobody wants to hear, and the engine makes no records then."""
        return self

    @property
    def last_connection(self) -> int:
        """The highest number of a connection that the file has; 0 for none."""
        return self.writer.last_connection

    @property
    def file_name(self) -> str:
        """The file's name, without its folder."""
        return self.path.name

    @property
    def dropped(self) -> int:
        """Rows that were not written, and never will be."""
        return self.writer.dropped

    @property
    def failure(self) -> str | None:
        """Why nothing is written now, in a sentence."""
        return self.writer.failure

    def size_bytes(self) -> int:
        """How large the file is."""
        return self.writer.size_bytes()

    def flush(self) -> bool:
        """Wait until all that came is in the file. Blocks: call it in a worker thread. False if it cannot be."""
        return self.writer.flush()

    def discard(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)

    @property
    def committed(self) -> int:
        """The number of rows that readers of the file can see."""
        return self.writer.committed

    @property
    def shown(self) -> int:
        """The number of rows that a table shows: those that are committed, under load those that wait too."""
        committed, newest = self.writer.committed, self.writer.newest
        return newest if newest - committed >= AHEAD and self.writer.failure is None else committed

    def recent(self, first: int, last: int, before_ns: int | None) -> list[Row]:
        """Rows that wait to be committed; see `CaptureWriter.recent`."""
        return self.writer.recent(first, last, before_ns)

    def settle(self, row_id: int) -> None:
        """A row is asked about: have it in the file, which takes some milliseconds if it is not."""
        if row_id > self.writer.committed:
            self.writer.flush(SETTLING)

    def retry(self) -> None:
        """After a failed recording: try again."""
        self.writer.retry()

    async def close(self) -> bool:
        """Write what is left and close the file, off the loop's thread. True if every record is in it."""
        complete = await asyncio.to_thread(self.writer.close)
        self._closed = True
        return complete


class Unrecorded(Recorder):
    """For a session that nothing is kept of. It has no file: `path` and `writer` are not to be asked for."""

    def __init__(self) -> None:
        self.tally = Tally()

    @property
    def observer(self) -> Callable[[Record], None] | None:
        return None

    @property
    def last_connection(self) -> int:
        return 0

    @property
    def file_name(self) -> str:
        return ""

    @property
    def moved(self) -> str:
        return ""

    @property
    def dropped(self) -> int:
        return 0

    @property
    def failure(self) -> str | None:
        return None

    @property
    def committed(self) -> int:
        return 0

    @property
    def shown(self) -> int:
        return 0

    def use_schema(self, schema: SchemaChoice | None) -> None:
        """Nobody reads it."""

    def settle(self, row_id: int) -> None:
        """There are no rows."""

    def size_bytes(self) -> int:
        return 0

    def flush(self) -> bool:
        return True

    def retry(self) -> None:
        """There is nothing to write."""

    def discard(self) -> None:
        """There is nothing to delete."""

    async def close(self) -> bool:
        return True
