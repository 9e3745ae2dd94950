"""Whether what was written has left this machine: a ping behind a large message is late because of us, not of the peer.

A transport's buffer is the first part of the way alone: the system takes megabytes more, and sends them at the peer's
pace. Linux and macOS say how much of that the peer's TCP has not acknowledged yet; elsewhere it counts as having left.
"""

from __future__ import annotations

import socket
import struct
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio import Transport

_SO_NWRITE: Final = 0x1024
"""macOS: bytes in a socket's send buffer (sys/socket.h)."""


def unacknowledged(transport: Transport) -> int:
    """Bytes that were written and that the peer's TCP has not got, as far as the system tells."""
    waiting, platform = transport.get_write_buffer_size(), str(sys.platform)
    sock = transport.get_extra_info("socket")
    if sock is None:
        return waiting
    try:
        if platform == "linux":
            import fcntl
            import termios

            # SIOCOUTQ (tcp(7)) has the number of TIOCOUTQ.
            answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
            return waiting + int(struct.unpack("i", answer)[0])
        if platform == "darwin":
            return waiting + int(sock.getsockopt(socket.SOL_SOCKET, _SO_NWRITE))
    except (OSError, ValueError):  # closed meanwhile
        pass
    return waiting


class Way(Enum):
    """How far something is that was written."""

    LEFT = auto()
    """It had left when last looked at, or nothing stood before it."""
    LEFT_SINCE = auto()
    """It has left since it was last looked at."""
    MOVING = auto()
    """It waits, and what stands before it has become less."""
    STUCK = auto()
    """It waits, and nothing has moved."""


class Leaving:
    """Follows one thing that was written. Positions count all bytes that were ever written to the connection.

    ``start`` and ``end`` are where it stands, ``taken`` is how far the peer's TCP had got then.
    """

    __slots__ = ("_end", "_taken", "_waits")

    def __init__(self, start: int, end: int, taken: int) -> None:
        self._end = end
        self._taken = taken
        self._waits = taken < start

    def look(self, taken: int) -> Way:
        """How far it is, given how far the peer's TCP has got by now."""
        before, self._taken = self._taken, taken
        if not self._waits:
            return Way.LEFT
        if taken >= self._end:
            self._waits = False
            return Way.LEFT_SINCE
        return Way.MOVING if taken > before else Way.STUCK
