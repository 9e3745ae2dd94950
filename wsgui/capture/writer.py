"""The writer: records from any thread go into the capture file in a thread of its own.

Nothing is lost and memory stays bounded: what waits to be committed is counted, and beyond a high mark the session is
told to stop reading from its sockets until the backlog has shrunk to a low mark. TCP then slows the peer.

The backlog is bounded by time too. A process that is killed loses what waits, and 32 MiB of small frames are more than
a second's work: so the session is also told to stop once more waits than can be written in `QUEUE_SECONDS`, at the
speed that was measured, or once the oldest record has waited for `PATIENCE`. Then no record is older than 200 ms.

If the file cannot be written (a full disk, most of all), what was committed stays, what was not is kept in memory up
to a bound for `CaptureWriter.retry`, and what comes after that is counted and dropped.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wsgui.capture import schema
from wsgui.capture.batch import Batch, Gap, Item, NotesSet, cost_of, rows_of
from wsgui.capture.block_writer import BlockWriter
from wsgui.capture.conversion import modernise
from wsgui.capture.errors import CaptureError, is_full, reason_of
from wsgui.capture.reader import CaptureReader
from wsgui.capture.recent import rows_of_records
from wsgui.records import FramesSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from wsgui.capture.views import Row
    from wsgui.records import Record

MIB: Final = 1024 * 1024
COMMIT_INTERVAL: Final = 0.06
"""Seconds between two commits under load; after a quiet time the first record is committed at once."""

QUEUE_SECONDS: Final = 0.05
"""How long what waits in the queue may take to write before the peers are slowed."""

PATIENCE: Final = 0.08
"""Seconds that the oldest record may wait before the peers are slowed: the disk stands still, or somebody else holds
the file."""

_COMMIT_BYTES: Final = 8 * MIB
"""A transaction that holds more is committed before its time."""
_TAKE_BYTES: Final = 256 * 1024
"""Within the interval the writer sleeps until this much waits: fewer wake-ups, larger statements."""
_FIRST_SPEED: Final = 16.0 * MIB
"""Bytes a second that are taken to be written until it has been measured."""

# Payloads beyond SQLite's limits and a lack of memory stop the recording like a full disk, never the program.
_FAILURES: Final = (sqlite3.Error, OSError, OverflowError, MemoryError)

_AS_WRITER: Final[dict[str, Any]] = {"isolation_level": None, "check_same_thread": False}


class CaptureWriter:
    """Makes the capture file ``path`` and writes to it until `close`; with ``append`` it goes on with one that exists.

    ``on_commit(last_id)``, ``on_failure(sentence)`` and ``on_overload(overloaded)`` are called from the writer's
    thread, ``on_overload(True)`` from the thread that called `put`. They must be quick, and call neither `flush` nor
    `close`. ``on_failure`` is called once for each time that recording stops. ``high`` and ``low`` are the marks of
    the backlog in bytes, ``keep`` is how much of it is kept while the file cannot be written.

    A file that somebody deletes or replaces meanwhile is written anew, with all rows, at its place or beside what
    stands there now: ``on_moved(sentence)`` says so, and `path` is where it is then.

    Rows that are appended are numbered on; connections are the caller's to number, from `last_connection` on.

    Raises CaptureError if the file exists or cannot be made, or with ``append`` if it is no capture or damaged.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        append: bool = False,
        name: str = "",
        role: str = "",
        on_commit: Callable[[int], None] | None = None,
        on_failure: Callable[[str], None] | None = None,
        on_overload: Callable[[bool], None] | None = None,
        on_moved: Callable[[str], None] | None = None,
        high: int = 32 * MIB,
        low: int = 8 * MIB,
        keep: int = 64 * MIB,
        interval: float = COMMIT_INTERVAL,
    ) -> None:
        self.path = Path(path)
        self._on_commit = on_commit or _nothing
        self._on_failure = on_failure or _nothing
        self._on_overload = on_overload or _nothing
        self._on_moved = on_moved or _nothing
        self.moved = ""
        """What became of the file while it was recorded, in a sentence: somebody deleted or replaced it."""
        self._high = high
        self._low = low
        self._keep = keep
        self._interval = interval

        # Guarded by _changed's lock, but for popleft from the queue, which is atomic and the writer's alone.
        self._changed = threading.Condition(threading.Lock())
        self._queue: deque[tuple[Item, int, float]] = deque()  # record, cost, when it came (monotonic seconds)
        self._oldest: float | None = None  # when the first record of the open transaction came
        self._speed = _FIRST_SPEED  # bytes a second
        self._queued = 0  # bytes in the queue
        self._backlog = 0  # bytes in the queue and in the open transaction
        self._put = 0
        self._done = 0
        self._hurry = 0  # callers of flush that wait
        self._committed = 0
        self._note_revision = 0
        self._failure: str | None = None
        self._stopped = False  # by a failure, and that has been told
        self._gap = 0
        self._dropped = 0
        self._closing = False
        self._overloaded = False
        self._homeless = False  # the file is gone from its place, and could not be written anew

        # One at a time may tell, and tells what holds then, so the last call is never an outdated one.
        self._telling = threading.RLock()
        self._told = False

        self._batch = Batch()
        self._adding = (
            threading.Lock()
        )  # of what changes which records the batch has; the other one may be taken within
        self._recent: deque[tuple[int, Any]] = (
            deque()
        )  # records with rows that wait, and the numbers of their first ones
        self.last_connection = 0
        """The highest number of a connection that the file had when it was opened."""
        if append:
            self._database, self._committed, self.last_connection = _open(self.path)
            self._batch.last_id = self._committed
        else:
            self._database = _create(self.path, name, role)
        self._blocks = BlockWriter(self._database, self._committed)
        self._newest = self._committed
        self._identity = _identity(self.path)
        self._thread = threading.Thread(target=self._run, name=f"capture {self.path.name}")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def backlog(self) -> int:
        """Bytes that wait to be committed: payloads, and about 100 B a frame."""
        return self._backlog

    @property
    def committed(self) -> int:
        """Id of the last committed frame; 0 before the first."""
        return self._committed

    @property
    def newest(self) -> int:
        """Number of the newest row, committed or not."""
        return self._newest

    def recent(self, first: int, last: int, before_ns: int | None = None) -> list[Row]:
        """The rows from ``first`` to ``last`` that are not committed yet, as a reader will give them; rows that are may
        have been by the time of the call, and are missing then. ``before_ns`` is the time of the row before.

        Takes as long as what waits is large: a millisecond for some thousands of rows. From any thread.
        """
        with self._adding:
            with self._changed:
                records = list(self._recent)
            # Of the connections that wait alone: there may be thousands.
            ways = {(one.connection, int(one.direction)) for _, one in records if isinstance(one, FramesSeen)}
            known, states = dict(self._batch.starts), self._batch.states(ways)
        return rows_of_records(records, known, states, first, last, before_ns)

    @property
    def dropped(self) -> int:
        """How many frames were lost because the file could not be written."""
        return self._dropped

    @property
    def failure(self) -> str | None:
        """The sentence that says why recording stopped; None while it goes on."""
        return self._failure

    @property
    def note_revision(self) -> int:
        """Changes each time that notes have been committed."""
        return self._note_revision

    def set_notes(self, frame: int, texts: Sequence[str]) -> None:
        """Make these the notes on a frame; an empty text is a bookmark. `note_revision` tells when they are written.

        Raises CaptureError while nothing can be written.
        """
        if self._closing or self._failure is not None:
            raise CaptureError(f"The note was not kept: nothing is being written to {self.path.name}.")
        self.put(NotesSet(frame, tuple(texts)))

    def put(self, record: Record | NotesSet) -> None:
        """Hand a record to the writer. Cheap, never blocks for the disk, callable from any thread."""
        cost = cost_of(record)
        with self._changed:
            if self._closing or (self._failure is not None and (self._gap or self._backlog + cost > self._keep)):
                rows = rows_of(record)
                self._gap += rows
                self._dropped += rows
                return
            quiet = not self._queued
            now = time.monotonic()
            self._queue.append((record, cost, now))
            if rows := len(record.frames) if type(record) is FramesSeen else rows_of(record):
                self._recent.append((self._newest + 1, record))
                self._newest += rows
            self._put += 1
            self._queued += cost
            self._backlog += cost
            if quiet or self._queued >= _TAKE_BYTES:
                self._changed.notify_all()
            tell = not self._overloaded and self._failure is None and self._is_behind(now, 1.0)
            if tell:
                self._overloaded = True
        if tell:
            self._tell()

    def _is_behind(self, now: float, share: float) -> bool:
        """Whether more waits than ``share`` of what may. The lock is held."""
        if self._backlog > (self._high if share == 1 else self._low):
            return True
        if self._queued > share * max(self._speed * QUEUE_SECONDS, 2 * _TAKE_BYTES):
            return True
        oldest = self._oldest
        if oldest is None:
            try:
                oldest = self._queue[0][2]
            except IndexError:  # the writer's thread takes from the queue without the lock
                return False
        return now - oldest > share * PATIENCE

    def flush(self, timeout: float | None = None) -> bool:
        """Block until everything put so far is committed and told. False if recording stopped before that, or if it
        took more than ``timeout`` seconds."""
        with self._changed:
            target = self._put
            self._hurry += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._done >= target or self._stopped, timeout)
            self._hurry -= 1
            return self._done >= target

    def retry(self) -> None:
        """After a failure: write what was kept, and go on. Does nothing otherwise."""
        with self._changed:
            self._resume()

    def size_bytes(self) -> int:
        """Size on disk of the file and its write-ahead log, in bytes."""
        size = 0
        for path in (self.path, self.path.with_name(self.path.name + "-wal")):
            with suppress(OSError):
                size += path.stat().st_size
        return size

    def close(self) -> bool:
        """Write what waits, close the file and end the thread. True if every record that was put is in the file.

        After a failure the kept records are tried once more. Never raises; may be called again.
        """
        with self._changed:
            if not self._closing:
                self._closing = True
                if self._failure is not None:
                    self._on_failure = _nothing  # told already
                    self._resume()
                self._changed.notify_all()
        self._thread.join()
        return self._done == self._put and not self._dropped and not self._homeless

    def _resume(self) -> None:
        if self._failure is None:
            return
        self._failure = None
        self._stopped = False
        if self._gap:
            self._queue.append((Gap(self._gap), 0, time.monotonic()))
            self._put += 1
            self._gap = 0
        self._changed.notify_all()

    # What follows runs in the writer's thread.

    def _run(self) -> None:
        last_commit = -self._interval
        try:
            while self._wait_for_work():
                try:
                    self._transaction(last_commit + self._interval)
                except _FAILURES as error:
                    self._fail(error)
                last_commit = time.monotonic()
        except BaseException as error:
            # A defect of ours: it must not leave flush waiting and memory growing.
            self._closing = True
            self._fail(error)
            raise
        finally:
            try:
                self._stay_in_place()
                self._blocks.finish(self._committed)
                self._tidy()
            except _FAILURES as error:
                self._homeless = _identity(self.path) != self._identity
                if self._homeless:
                    self._fail(error)
            self._database.close()

    def _wait_for_work(self) -> bool:
        """Block until there is something to write; False when closing and nothing can be written any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._has_work())
            return self._has_work()

    def _has_work(self) -> bool:
        return self._failure is None and bool(self._queue or self._batch.records)

    def _transaction(self, deadline: float) -> None:
        """Write what waits, and what comes until ``deadline`` (monotonic seconds), and commit.

        What waits may be more than can be written in time, and more may come as fast as it is written: then the commit
        does not wait for the queue to be empty.
        """
        batch = self._batch
        queue = self._queue
        adding = self._adding
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        late = max(deadline, time.monotonic()) + COMMIT_INTERVAL / 2
        worked = 0.0
        while True:
            taken = 0
            began = time.monotonic()
            while queue and batch.cost < _COMMIT_BYTES and (not batch.records or time.monotonic() < late):
                item, cost, came = queue[0]
                if self._oldest is None:
                    self._oldest = came
                queue.popleft()
                taken += cost
                with adding:
                    batch.add(item, cost)
                batch.write(database, everything=False)
            now = time.monotonic()
            worked += now - began
            with self._changed:
                self._queued -= taken
                relieved = self._overloaded and not self._is_behind(now, 0.5)
                if relieved:
                    self._overloaded = False
                if batch.cost >= _COMMIT_BYTES or now >= deadline:
                    break
                if (self._hurry or self._closing or self._overloaded) and not queue:
                    break
            if relieved:
                self._tell()
            with self._changed:
                self._changed.wait_for(self._cannot_wait, max(deadline - time.monotonic(), 0))
        began = time.monotonic()
        batch.write(database, everything=True)
        database.execute("COMMIT")
        now = time.monotonic()
        recent = self._recent
        gone = []  # freed once nobody waits for the locks: some ms for what came in a flood
        with self._adding, self._changed:
            self._committed = batch.last_id
            while recent and recent[0][0] <= batch.last_id:
                gone.append(recent.popleft())
            self._note_revision += batch.notes
            self._backlog -= batch.cost
            self._oldest = None
            if batch.cost >= _TAKE_BYTES:  # of less it says little
                speed = batch.cost / max(worked + now - began, 1e-6)
                self._speed += (speed - self._speed) / 4
            if self._overloaded and not self._is_behind(now, 0.5):
                self._overloaded = False
        del gone
        records = batch.records
        self._blocks.take(batch.reads)
        with self._adding:
            batch.clear()
        self._tell()
        try:
            self._stay_in_place()
        finally:
            with suppress(RuntimeError):  # as in _tell
                self._on_commit(self._committed)
            with self._changed:
                self._done += records
                self._changed.notify_all()
        self._blocks.follow(0 if self._overloaded else self._committed)  # columns can wait while peers do

    def _cannot_wait(self) -> bool:
        return bool(self._hurry or self._closing or self._overloaded or self._queued >= _TAKE_BYTES)

    def _fail(self, error: BaseException) -> None:
        with suppress(sqlite3.Error):
            if self._database.in_transaction:  # SQLite may have rolled back already
                self._database.execute("ROLLBACK")
        self._batch.rewind()
        name = self.path.name
        where = f"after frame {self._committed}" if self._committed else "before the first frame"
        kept = " Frames up to there are kept." if self._committed else ""
        if is_full(error):
            sentence = f"The disk is full: recording to {name} stopped {where}.{kept}"
        else:
            sentence = f"Recording to {name} stopped {where}: {reason_of(error)}.{kept}"
        with self._changed:
            self._failure = sentence
            self._queued = sum(cost for _, cost, _ in self._queue)
            self._oldest = None
            self._overloaded = False  # a connection need not stand still because its recording does
        self._tell()
        with suppress(RuntimeError):  # as in _tell
            self._on_failure(sentence)
        with self._changed:
            self._stopped = self._failure is not None  # unless somebody called retry by now
            self._changed.notify_all()

    def _tell(self) -> None:
        with self._telling:
            if self._overloaded is not self._told:
                self._told = self._overloaded
                with suppress(RuntimeError):  # the loop that it was to be handed to is closed
                    self._on_overload(self._told)

    def _stay_in_place(self) -> None:
        """Write the capture anew if its file is gone from its place: what is open is whole, but nobody finds it."""
        found = _identity(self.path)
        if found == self._identity:
            return
        before = self.path
        self.path.parent.mkdir(parents=True, exist_ok=True)
        made = before.with_name(f".{before.name}.{os.getpid()}.anew")
        made.unlink(missing_ok=True)
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            with closing(sqlite3.connect(made, isolation_level=None)) as copy:
                self._database.backup(copy)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        # Closed before the new one is opened: SQLite takes away the log by its name, which may be the new one's.
        self._database.close()
        target = before if found is None else _free(before)
        try:
            # Our log, left beside a file that is not ours, would be taken for that one's.
            for rest in ("-wal", "-shm"):
                before.with_name(before.name + rest).unlink(missing_ok=True)
            made.rename(target)
        except OSError:
            target = made  # whole as it is
        self._database = sqlite3.connect(target, **_AS_WRITER)
        self._blocks.database = self._database
        _set_pace(self._database)
        self._database.execute("PRAGMA journal_mode = WAL")
        self.path, self._identity = target, _identity(target)
        rows = f"all {self._committed} rows" if self._committed != 1 else "its one row"
        if target == before:
            self.moved = f"{before.name} was deleted while it was recorded. It has been written anew, with {rows}."
        else:
            self.moved = (
                f"{before.name} was deleted or replaced while it was recorded. "
                f"Recording goes on in {target.name}, with {rows}."
            )
        with suppress(RuntimeError):  # as in _tell
            self._on_moved(self.moved)

    def _tidy(self) -> None:
        """Leave one plain file without a log beside it, which opens on read-only media too, if nobody reads it."""
        self._database.execute("PRAGMA busy_timeout = 0")
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.execute("PRAGMA journal_mode = DELETE")


def _create(path: Path, name: str, role: str) -> sqlite3.Connection:
    try:
        # For this user's eyes only: captures hold cookies and tokens. The log beside it gets the same rights.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise CaptureError(f"{path.name} exists already.") from None
    except (OSError, ValueError) as error:
        raise CaptureError(f"{path.name} cannot be made: {reason_of(error)}.") from error
    try:
        database: sqlite3.Connection = sqlite3.connect(path, **_AS_WRITER)
        try:
            _set_pace(database)
            # Against the usual 4096: payloads of 16 kB at 290 instead of 175 MB/s, small frames 10 % quicker.
            database.execute("PRAGMA page_size = 8192")
            schema.create(database, name=name, role=role, created_ns=time.time_ns())
        except BaseException:
            database.close()
            raise
    except sqlite3.Error as error:
        path.unlink(missing_ok=True)
        raise CaptureError(f"{path.name} cannot be made: {reason_of(error)}.") from error
    return database


def _set_pace(database: sqlite3.Connection) -> None:
    """How often the disk is waited for: at checkpoints alone, and in small portions."""
    database.execute("PRAGMA synchronous = NORMAL")
    # The commit that fills so many pages puts them into the file, and the next one waits for that. In an echoed flood
    # the usual 1000 pages (8 MiB) made the longest time between two commits 208 to 245 ms, 256 make it 160.
    database.execute("PRAGMA wal_autocheckpoint = 256")


def _open(path: Path) -> tuple[sqlite3.Connection, int, int]:
    """A capture to write to, its last row and its last connection."""
    try:
        modernise(path)
    except (sqlite3.Error, OSError) as error:
        raise CaptureError(f"{path.name} cannot be written: {reason_of(error)}.") from error
    with CaptureReader(path) as reader:  # says in a sentence why it cannot be read
        last_row = reader.last_id()
        last_connection = reader.last_connection()
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        database: sqlite3.Connection = sqlite3.connect(uri, uri=True, **_AS_WRITER)
        try:
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA journal_mode = WAL")
            _set_pace(database)
            schema.check(database, path.name)
            schema.check_nothing_else(database, path.name)
            database.execute("BEGIN IMMEDIATE")  # may it be written, and is nobody else at it?
            database.execute("ROLLBACK")
        except BaseException:
            database.close()
            raise
    except sqlite3.Error as error:
        raise CaptureError(f"{path.name} cannot be written: {reason_of(error)}.") from error
    return database, last_row, last_connection


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands at a path; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _free(path: Path) -> Path:
    """A name beside ``path`` that nothing has."""
    number = 2
    while (free := path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
        number += 1
    return free


def _nothing(_: object) -> None:
    pass
