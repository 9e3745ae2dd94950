from __future__ import annotations

import errno
import sqlite3

import pytest

from wsgui.capture.errors import is_full, reason_of


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("of some kind")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), True),
        (sqlite_error(sqlite3.SQLITE_IOERR), False),
        (sqlite3.ProgrammingError("made by Python"), False),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (MemoryError(), False),
    ],
)
def test_full(error: BaseException, full: bool) -> None:
    assert is_full(error) is full


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.EACCES, "Permission denied", "/secret/place"), "Permission denied"),
        (OSError("no number"), "no number"),
        (sqlite3.OperationalError("disk I/O error."), "disk I/O error"),
        (MemoryError(), "out of memory"),
        (OverflowError(), "OverflowError"),
    ],
)
def test_reason(error: BaseException, reason: str) -> None:
    assert reason_of(error) == reason
