"""A capture file that is looked at, as a session that nothing happens in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wsgui.capture.copy import openable
from wsgui.capture.exchange import Problem
from wsgui.capture.reader import CaptureReader
from wsgui.engine.tasks import TaskOwner
from wsgui.session.kinds import KINDS
from wsgui.session.recorder import Tally
from wsgui.session.snapshot import Light, Snapshot

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.capture.views import Row
    from wsgui.session.notes import NoteStore


@dataclass(slots=True)
class Recording:
    """What a tab asks of a recorder: where the rows are, how many, and what was counted."""

    path: Path
    committed: int
    tally: Tally = field(default_factory=Tally)
    writer: NoteStore | None = None
    """Nobody: notes on an opened file cannot be kept."""
    moved: str = ""
    """Nothing: it is not written to."""

    @property
    def shown(self) -> int:
        """All rows are in the file."""
        return self.committed

    def recent(self, _first: int, _last: int, _before_ns: int | None) -> list[Row]:
        """No row waits."""
        return []

    def settle(self, _row_id: int) -> None:
        """Every row is in the file."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is to say of a capture file before its rows are read. ``readable`` is the file to read: ``path``, or
    a copy of it in ``scratch`` (see `openable`). ``created_ns`` is 0 if the file does not tell; ``url`` is that of the
    last connection, ``role`` the recorder's (empty for an import without one).

    ``imported_ns`` and ``source`` say when and from which file it was imported, if it was; then ``created_ns`` is when
    the first thing in it was captured. ``problems`` are what the import could not read."""

    path: Path
    readable: Path
    frames: int
    violations: int
    connections: int
    created_ns: int
    role: str
    url: str
    name: str
    imported_ns: int = 0
    source: str = ""
    problems: tuple[str, ...] = ()


def summarise(path: Path, scratch: Path, cancelled: Callable[[], bool] | None = None) -> Summary:
    """Look at a capture. Reads the file: call it in a worker thread. Raises CaptureError and CancelledError."""
    readable = openable(path, scratch, cancelled=cancelled)
    with CaptureReader(readable) as reader:
        meta = reader.meta()
        connections = reader.connections()
        last = connections[-1] if connections else None
        role = meta.get("role", "")
        if role not in KINDS:
            role = last.role if last is not None and last.role in KINDS else ""
        return Summary(
            path,
            readable,
            reader.last_id(),
            reader.violation_count(),
            len(connections),
            _time(meta.get("created", "")),
            role,
            "" if last is None else last.url,
            meta.get("name", ""),
            _time(meta.get("imported", "")),
            meta.get("source", ""),
            tuple(str(Problem(*problem)) for problem in reader.problems()),
        )


def _time(digits: str) -> int:
    """Nanoseconds since the epoch; 0 for what is no such number."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else 0


class StoredCapture:
    """An opened capture file: never written to. ``scratch`` is deleted when it is closed."""

    kind = "capture"
    saved_path = None

    def __init__(self, summary: Summary, scratch: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self.summary = summary
        self.path = summary.path
        self.name = summary.path.stem
        self.given_name = ""
        """What a person calls it; empty for its usual name."""
        self.message = ""
        self.failed = False
        self.revision = 0
        self.tasks = TaskOwner()
        self.recorder = Recording(summary.readable, summary.frames, Tally(violations=summary.violations))
        self._scratch = scratch

    def changed(self) -> None:
        """Something that is shown has changed."""
        self.revision += 1

    def say(self, sentence: str, *, failed: bool = False) -> None:
        """Set the sentence that the window shows."""
        self.message = sentence
        self.failed = failed
        self.changed()

    def flush(self) -> None:
        """All there is stands in the file."""

    def was_saved(self, path: Path, rows: int) -> None:
        """A copy stands there; this file stays what it is."""

    def snapshot(self) -> Snapshot:
        """What there is to see of it now."""
        return Snapshot(
            self.given_name or self.name,
            self.message,
            self.failed,
            Light.FAILED if self.failed else Light.DIM,
            committed=self.recorder.committed,
            capture=self.path.name,
        )

    async def close(self) -> None:
        """End what runs on it."""
        await self.tasks.close()
        if self._scratch is not None:
            with suppress(OSError):
                self._scratch.cleanup()
