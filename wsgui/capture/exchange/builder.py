"""Makes the capture file of an import: records in, one file out, all in the calling thread.

A live session's writer has a thread, a log and a backlog because the wire does not wait. Here nothing has to survive a
crash: the file gets its name only when it is whole.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Final

from wsgui.capture import schema
from wsgui.capture.batch import cost_of, storable
from wsgui.capture.errors import CaptureError, is_full, reason_of
from wsgui.capture.exchange.timed_batch import TimedBatch, TimedFrame
from wsgui.records import ConnectionClosed, ConnectionOpened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation
    from wsgui.records import Direction, Record

_FAILURES: Final = (sqlite3.Error, OverflowError, MemoryError)
_MAY_BE_ABSENT: Final = frozenset(("imported", "source"))
_COMMIT_BYTES: Final = 8 * 1024 * 1024
_MOST_FRAMES: Final = 500
"""Frames that wait at most."""


class CaptureBuilder:
    """Writes records to ``path``, an empty file; ``name`` is the capture's file for people. Use it as a context.

    Every method raises CaptureError if the file cannot be written.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        self._batch = TimedBatch()
        self._problems: list[tuple[int | None, str]] = []
        self._notes: list[tuple[int, str]] = []
        self._closed: list[ConnectionClosed] = []
        self._connections: set[int] = set()
        self._meta: dict[str, str] = {}
        self._frames: list[TimedFrame] = []  # wait to be added in one go
        self._violations: list[tuple[int, Violation]] = []
        self._inflated: list[tuple[int, bytes]] = []
        self._cost = 0
        self._database = sqlite3.connect(path, isolation_level=None)
        try:
            self._database.execute("PRAGMA page_size = 8192")
            schema.create(self._database, name="", role="", created_ns=time.time_ns())
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute("BEGIN")
        except _FAILURES as error:
            self._database.close()
            raise self._failed(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._database.close()

    @property
    def last_id(self) -> int:
        """Id of the row that was added last; 0 before the first."""
        return self._batch.last_id + len(self._frames)

    @property
    def connections(self) -> int:
        """How many connections were opened."""
        return len(self._connections)

    def meta(self, **values: str) -> None:
        """Set ``name``, ``role``, ``program``, ``created`` or ``imported`` (ns since the epoch, in digits), or
        ``source`` (a file's name) of the capture. Unless it is said when it was created, that is when the first thing
        in it was seen, or nobody knows."""
        self._meta.update(values)

    def problem(self, offset: int | None, text: str) -> None:
        """Keep what could not be read, and where."""
        self._problems.append((offset, text))

    def frame(
        self,
        connection: int,
        time_ns: int,
        direction: Direction,
        frame: Frame,
        violations: Sequence[Violation] = (),
        inflated: bytes | None = None,
    ) -> None:
        """Add one frame, and what its payload inflates to, if it was compressed."""
        frames = self._frames
        if violations:
            self._violations += [(len(frames), violation) for violation in violations]
        if inflated is not None:
            self._inflated.append((len(frames), inflated))
            self._cost += 100 + len(inflated)
        frames.append((connection, time_ns, direction, frame))
        self._cost += 100 + len(frame[3])
        if len(frames) >= _MOST_FRAMES or self._cost >= _COMMIT_BYTES:
            self._flush()

    def put(self, record: Record) -> None:
        """Add a record. How connections ended is written last, so that rows that come later may still be numbered."""
        self._flush()
        if isinstance(record, ConnectionClosed):
            self._closed.append(record)
            return
        if isinstance(record, ConnectionOpened):
            self._connections.add(record.connection)
        self._add(record)

    def note(self, text: str, id_: int | None = None) -> None:
        """Note ``text`` on a row, the next one unless ``id_`` says another."""
        self._notes.append((self.last_id + 1 if id_ is None else id_, text))

    def _flush(self) -> None:
        if self._frames:
            self._batch.add_frames(self._frames, self._violations, self._inflated)
            self._batch.cost += self._cost
            self._frames = []
            self._violations = []
            self._inflated = []
            self._cost = 0
            self._write()

    def _add(self, record: Record) -> None:
        self._batch.add(record, cost_of(record))
        self._write()

    def _write(self) -> None:
        try:
            if self._batch.cost < _COMMIT_BYTES:
                self._batch.write(self._database, everything=False)
            else:
                self._batch.write(self._database, everything=True)
                self._database.execute("COMMIT")
                self._batch.clear()
                self._database.execute("BEGIN")
        except _FAILURES as error:
            raise self._failed(error) from error

    def _finish(self) -> None:
        self._flush()
        for record in self._closed:
            self._add(record)
        try:
            self._batch.write(self._database, everything=True)
            self._database.executemany("INSERT INTO notes VALUES (?, ?)", self._notes)
            self._database.executemany(
                "INSERT INTO problems (offset, text) VALUES (?, ?)",
                [(offset, storable(text)) for offset, text in self._problems],
            )
            first = self._first_time()
            if first is not None or "imported" in self._meta:
                self._meta.setdefault("created", "" if first is None else str(first))
            values = [(key, storable(value)) for key, value in self._meta.items() if value or key not in _MAY_BE_ABSENT]
            self._database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)
            self._database.execute("COMMIT")
        except _FAILURES as error:
            raise self._failed(error) from error

    def _first_time(self) -> int | None:
        """When the first thing was seen, in ns since the epoch; None for nothing, or for a time that is none."""
        times = self._database.execute("SELECT min(opened) FROM connections UNION ALL SELECT min(time) FROM reads")
        return min((time for (time,) in times if time is not None and time > 0), default=None)

    def _failed(self, error: Exception) -> CaptureError:
        if is_full(error):
            return CaptureError(f"The disk is full: {self._name} was not made.")
        return CaptureError(f"{self._name} cannot be made: {reason_of(error)}.")
