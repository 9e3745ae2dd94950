"""A copy of a capture that is whole in itself, made while the capture may still be written to.

SQLite's backup within one read transaction: what is committed meanwhile is not in the copy, and does not make it begin
again. The copy is one plain file without a log beside it.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.capture.conversion import modernise
from wsgui.capture.errors import CancelledError, CaptureError, code_of, is_full, reason_of
from wsgui.capture.exchange.target import BUFFER, new_path
from wsgui.capture.reader import CaptureReader
from wsgui.capture.secrets_out import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CancelledError", "copy_capture", "openable"]

_PAGES: Final = 512
"""Pages of 8 KiB that are copied between two looks at whether to go on: a few ms."""

_SQLITE_CANTOPEN: Final = 14
_SQLITE_READONLY: Final = 8


def copy_capture(
    source: str | Path,
    target: str | Path,
    *,
    overwrite: bool = False,
    without_secrets: bool = False,
    to_go_on: bool = False,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> int:
    """Copy the capture ``source`` to ``target``; returns how many rows the copy has. ``without_secrets`` masks those of
    the heads (`capture.secrets_out`), ``to_go_on`` makes one of an older format one of today's, to be gone on with.

    ``target`` appears when it is whole, and stays as it was otherwise. ``progress(done, total)`` counts pages of the
    database. Raises CaptureError with one sentence, and CancelledError once ``cancelled()`` is true.
    """
    source, target = Path(source), Path(target)
    _check_target(source, target)

    def step(_: int, remaining: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise CancelledError
        if progress is not None:
            progress(total - remaining, total)

    with CaptureReader(source) as reader, new_path(target, overwrite=overwrite) as path:
        reader.database.hold()
        rows = reader.last_id()
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as made:
                reader.database.backup(made, pages=_PAGES, progress=step)
                made.execute("PRAGMA journal_mode = DELETE")
                if without_secrets:
                    mask_secrets(made, partial(step, 0, 0, 0))
            if to_go_on:
                modernise(path, step=partial(step, 0, 0, 0))
        except (sqlite3.Error, OSError) as error:
            if is_full(error):
                raise CaptureError(f"The disk is full: {target.name} was not written.") from error
            if code_of(error) & 0xFF == sqlite3.SQLITE_CORRUPT:
                raise CaptureError(f"{source.name} is damaged.") from error
            raise CaptureError(f"{target.name} cannot be written: {reason_of(error)}.") from error
    return rows


def openable(path: str | Path, scratch: str | Path, *, cancelled: Callable[[], bool] | None = None) -> Path:
    """Where `CaptureReader` can read the capture ``path``: itself, or a copy with its log in the folder ``scratch``.

    A crash leaves a log beside a capture, and to read it SQLite has to make a file beside both. Where it may not, on
    read-only media, only a copy shows the frames of the log. Raises CaptureError, and CancelledError.
    """
    path = Path(path)
    log = path.with_name(f"{path.name}-wal")
    try:
        CaptureReader(path).close()
    except CaptureError as error:
        if code_of(error.__cause__) & 0xFF not in (_SQLITE_CANTOPEN, _SQLITE_READONLY) or not log.is_file():
            raise
    else:
        return path
    made = Path(scratch) / path.name
    try:
        for one, other in ((path, made), (log, made.with_name(log.name))):
            with one.open("rb") as source, other.open("xb") as out:
                while data := source.read(BUFFER):
                    if cancelled is not None and cancelled():
                        raise CancelledError
                    out.write(data)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise CaptureError(f"{path.name} cannot be read: {reason_of(error)}.") from error
    CaptureReader(made).close()
    return made


def _check_target(source: Path, target: Path) -> None:
    try:
        if source.samefile(target):
            raise CaptureError(f"{target.name} is the capture itself: choose another name.")
    except (OSError, ValueError):
        pass  # told when they are opened
    # The log of the capture that stood there would be taken for the new one's, and ruin it.
    log = target.with_name(f"{target.name}-wal")
    if log.is_file() and log.stat().st_size:
        raise CaptureError(f"{target.name} is being recorded to, or was left by a crash: choose another name.")
