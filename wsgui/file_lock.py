"""One writer at a time for files that every window of this user's shares: saved endpoints, settings, filters."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAIT_SECONDS: Final = 2.0
"""How long another writer is waited for: it needs a few milliseconds. One that hangs must not hang this window."""

_STEP: Final = 0.005


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Be the only one who changes ``path``: read it within, change it, write it. False where it cannot be locked (a
    read-only folder, a system without locks, another one that hangs); then nobody is kept out.

    The lock is on a file beside it (``.lock``), because the file itself is replaced. The system drops it with the
    process.
    """
    try:
        file = path.with_name(f".{path.name}.lock").open("a+b")
    except OSError:
        yield False
        return
    with file:
        yield _take(file)


def _take(file: IO[bytes]) -> bool:
    end = time.monotonic() + WAIT_SECONDS
    while True:
        with suppress(OSError):
            _lock(file)
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(_STEP)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
