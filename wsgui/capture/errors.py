"""What can go wrong with a capture file, said in one sentence."""

from __future__ import annotations

import errno


class CaptureError(Exception):
    """A capture file cannot be made, opened or read. ``str()`` of it is one sentence for people."""


class CancelledError(Exception):
    """The person does not want it any more."""


def is_full(error: BaseException) -> bool:
    """Whether an error of SQLite or the system means that there is no room left on the disk."""
    import sqlite3  # the window's guard knows errors of captures before it knows captures

    if isinstance(error, sqlite3.Error):
        # Set on errors that SQLite itself reported, not on those that Python's module made up.
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def code_of(error: BaseException | None) -> int:
    """The code of an error that SQLite itself reported, the extended one; 0 for others."""
    return getattr(error, "sqlite_errorcode", None) or 0


def reason_of(error: BaseException) -> str:
    """Why, in a few words that fit behind a colon: without an error number, a path or a full stop."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "out of memory"
    return str(error).rstrip(".") or type(error).__name__
