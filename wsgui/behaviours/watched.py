"""A file that a person edits while the server runs: it is looked at now and then whether it was saved."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS: Final = 0.5
"""From one look to the next."""


class WatchedFile:
    """Calls ``changed`` once after each time that the file at ``path`` was saved; `stop` ends it.

    Looked at by its time, size and number: all editors change one of these, those that replace the file too, and
    notifications of the system do not come from network drives.
    """

    def __init__(self, path: str, changed: Callable[[], None]) -> None:
        self._path = Path(path)
        self._changed = changed
        self._seen = self._look()
        self._handle: asyncio.TimerHandle | None = None
        self._wait()

    def stop(self) -> None:
        """Look no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self) -> None:
        self._handle = asyncio.get_running_loop().call_later(SECONDS, self._due)

    def _due(self) -> None:
        self._wait()
        now = self._look()
        if now != self._seen:
            self._seen = now
            self._changed()

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except (OSError, ValueError):
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
