"""File descriptors: each connection takes one, and a system gives a program so many (often 1024) unless it asks."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import Final

RESERVE: Final = 64
"""Descriptors below the limit that connections leave alone: for captures, files, names to look up, and to say no."""

MOST: Final = 1 << 20
"""What is asked for where the system names no end."""

EXHAUSTED: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
"""Error numbers of accepting that say: not now."""


def open_more_files() -> None:
    """Ask for as many descriptors as the system lets this program have."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = [MOST, 10_240] if hard == resource.RLIM_INFINITY else [hard]  # macOS takes no more than OPEN_MAX
    for most in wanted:
        if soft != resource.RLIM_INFINITY and most > soft:
            with suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
                return


def most_files() -> int | None:
    """How many descriptors this program may have now; None where there is no end."""
    try:
        import resource
    except ImportError:
        return None
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


class Spare:
    """One descriptor kept for the moment when there is no other: let go, it lets one connection be told so."""

    def __init__(self) -> None:
        self._number: int | None = None
        self.take()

    @property
    def here(self) -> bool:
        """Whether it is there to be let go."""
        return self._number is not None

    def take(self) -> None:
        """Get it (again), if there is one."""
        if self._number is None:
            with suppress(OSError):
                self._number = os.open(os.devnull, os.O_RDONLY)

    def let_go(self) -> None:
        """Give it back."""
        if self._number is not None:
            os.close(self._number)
            self._number = None
