"""The mark of a capture that is being recorded: a locked file beside it, with the process's number in it.

The system lets go of the lock when the process ends, however it ends. So a mark that is locked says that some wsgui
records to the capture; one that is not says that its wsgui crashed; no mark, that the session was closed in order.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".live"


class LiveMark:
    """Marks the capture ``path`` as being recorded until `remove`. Raises OSError; BlockingIOError if it is marked by
    another."""

    def __init__(self, path: Path) -> None:
        self.path = mark_path(path)
        self._file: IO[bytes] | None = self.path.open("a+b")
        try:
            _lock(self._file)
        except OSError:
            self._file.close()
            raise
        self._file.truncate(0)
        self._file.write(str(os.getpid()).encode())
        self._file.flush()

    def remove(self) -> None:
        """The session was closed in order. May be called again."""
        if self._file is not None:
            with suppress(OSError):
                if sys.platform == "win32":  # an open file cannot be deleted there
                    self._file.close()
                self.path.unlink(missing_ok=True)
            self._file.close()
            self._file = None


def mark_path(path: Path) -> Path:
    """Where the mark of a capture is."""
    return path.with_name(path.name + SUFFIX)


def is_live(path: Path) -> bool:
    """Whether a running wsgui, this one included, records to a capture."""
    try:
        with mark_path(path).open("r+b") as file:
            try:
                _lock(file)
            except OSError:
                return True
    except OSError:  # there is no mark
        pass
    return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(1 << 20)  # beyond what is written: Windows' locks keep others from reading
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
