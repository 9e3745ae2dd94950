"""Captures in the folder of live captures that nobody gave a name: what a crash left, and what was never saved."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsgui.capture.errors import CaptureError
from wsgui.capture.formats import SUFFIX
from wsgui.capture.reader import CaptureReader
from wsgui.redaction import shown_url
from wsgui.session.live_mark import is_live, mark_path

if TYPE_CHECKING:
    from pathlib import Path

_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An unsaved capture. ``crashed``: the wsgui that recorded it did not end in order. ``size`` is in bytes, the log
    included; ``changed_ns`` is when it was last written to (ns since the epoch). ``problem`` is a sentence if the file
    cannot be read, and then ``frames`` is 0."""

    path: Path
    crashed: bool
    frames: int
    size: int
    changed_ns: int
    name: str = ""
    problem: str = ""


def find_unsaved(folder: Path) -> list[Unsaved]:
    """The unsaved captures in ``folder``, the latest first; none that a running wsgui records to. Reads files: call it
    in a worker thread. Never raises."""
    found: list[Unsaved] = []
    paths: list[Path] = []
    with suppress(OSError):
        paths = [path for path in folder.iterdir() if path.suffix == SUFFIX]
    for path in paths:
        crashed = mark_path(path).exists()
        if crashed and is_live(path):
            continue
        with suppress(OSError):  # gone meanwhile
            found.append(_look(path, crashed))
    return sorted(found, key=lambda one: one.changed_ns, reverse=True)


def _look(path: Path, crashed: bool) -> Unsaved:
    parts = [one.stat() for one in (path, *_beside(path)) if one.exists()]
    size = sum(one.st_size for one in parts)
    changed = max((one.st_mtime_ns for one in parts), default=0)
    try:
        with CaptureReader(path) as reader:
            connections = reader.connections()
            name = reader.meta().get("name", "")
            if connections:  # the session had no better name when its capture was made
                name = f"{connections[-1].role.title()} {shown_url(connections[-1].url)}"
            return Unsaved(path, crashed, reader.last_id(), size, changed, name)
    except CaptureError as error:
        return Unsaved(path, crashed, 0, size, changed, problem=str(error))


def delete_capture(path: Path) -> None:
    """Delete a capture with its log and mark. Raises OSError; BlockingIOError if a running wsgui records to it."""
    if is_live(path):
        raise BlockingIOError(f"{path.name} is being recorded to")
    path.unlink(missing_ok=True)
    for one in (*_beside(path), mark_path(path)):
        one.unlink(missing_ok=True)


def forget_crash(path: Path) -> None:
    """The person was told: from now on the capture is one that was never saved. Raises OSError."""
    if not is_live(path):
        mark_path(path).unlink(missing_ok=True)


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in _BESIDE]
