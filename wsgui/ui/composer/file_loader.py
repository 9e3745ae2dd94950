"""Reads a file beside the window's thread, with a limit, and says in one sentence why it could not."""

from __future__ import annotations

import contextlib
import stat
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

FILE_LIMIT = 64 * 1024 * 1024
"""Bytes of the largest file that is loaded."""


class LoadError(Exception):
    """A file that is not loaded; its text is one sentence for people."""


def read_file(path: str, limit: int = FILE_LIMIT) -> bytes:
    """The file's bytes. Raises LoadError when it is too large (``limit`` in bytes), unreadable, or not a file."""
    name = Path(path).name or path
    try:
        info = Path(path).stat()
        # A pipe would block for ever, and a device would never end.
        if not stat.S_ISREG(info.st_mode):
            raise LoadError(f"{name} is not a regular file.")
        if info.st_size <= limit:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)  # it may have grown meanwhile
            if len(data) <= limit:
                return data
    except OSError as error:
        raise LoadError(f"{name} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise LoadError("This is no name of a file.") from error
    raise LoadError(f"{name} is too large: up to {limit // 1024 // 1024} MiB can be loaded.")


class _Carrier(QObject):
    """Brings the worker's result to the window's thread."""

    done = Signal(int, str, object, str)


def _read(number: int, path: str, carrier: _Carrier) -> None:
    data: bytes | None = None
    trouble = ""
    try:
        data = read_file(path)
    except LoadError as error:
        trouble = str(error)
    except MemoryError:
        trouble = "There is not enough memory to load this file."
    with contextlib.suppress(RuntimeError):  # the window went away meanwhile
        carrier.done.emit(number, path, data, trouble)


class FileLoader(QObject):
    """Loads one file at a time; a newer `load`, or `forget`, makes an older one void."""

    loaded = Signal(str, object)
    """(path, bytes)"""
    failed = Signal(str)
    """One sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._carrier = _Carrier(self)
        self._carrier.done.connect(self._finished)
        self._current = 0
        self._threads: dict[int, threading.Thread] = {}
        self.busy = False

    def load(self, path: str) -> None:
        """Start to read; `loaded` or `failed` follows."""
        self._current += 1
        self.busy = True
        # A daemon, not a thread pool: a share that hangs must not hold up the end of the program.
        arguments = (self._current, path, self._carrier)
        thread = threading.Thread(target=_read, args=arguments, name="wsgui-load-file", daemon=True)
        self._threads[self._current] = thread
        thread.start()

    @property
    def reading(self) -> int:
        """How many files are being read, those that nobody wants any more included."""
        return len(self._threads)

    def forget(self) -> None:
        """Want the running result no more."""
        self._current += 1
        self.busy = False

    def _finished(self, number: int, path: str, data: bytes | None, trouble: str) -> None:
        self._threads.pop(number).join()  # it has nothing left to do but to end
        if number != self._current:
            return
        self.busy = False
        if data is None:
            self.failed.emit(trouble)
        else:
            self.loaded.emit(path, data)
