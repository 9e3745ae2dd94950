"""One direction of a TCP connection, put together from segments that may come twice, overlapping or out of order."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

PENDING_BYTES: Final = 4 * 1024 * 1024
"""Bytes that wait behind a hole, in one direction, before the hole is given up."""

PENDING_SEGMENTS: Final = 10_000

_WRAP: Final = 1 << 32
_HALF: Final = 1 << 31


class TcpStream:
    """`add` gives the bytes that are next in order. Numbers are kept without wrapping at 2^32.

    Once more waits behind a hole than the limits allow, `lost` is true and nothing comes any more.
    """

    __slots__ = ("_count", "_end", "_next", "_pending", "_pending_bytes", "lost")

    def __init__(self, seq: int) -> None:
        self._next = seq + _WRAP  # so that what came before is no negative number
        self._pending: list[tuple[int, int, bytes]] = []
        self._pending_bytes = 0
        self._count = 0
        self._end: int | None = None
        self.lost = False

    @property
    def ended(self) -> bool:
        """Whether everything up to the FIN has been given."""
        return self._end is not None and self._next >= self._end

    @property
    def held(self) -> int:
        """Bytes that wait behind a hole."""
        return self._pending_bytes

    @property
    def missing(self) -> int:
        """Bytes of the hole that something waits behind; 0 if nothing does."""
        return self._pending[0][0] - self._next if self._pending else 0

    def add(self, seq: int, data: bytes, *, fin: bool = False) -> bytes:
        """Take a segment; return the bytes that it completes, b"" if it is early, late or empty."""
        if seq == self._next % _WRAP and not fin and not self._pending and not self.lost:  # as nearly always
            self._next += len(data)
            return data
        if self.lost:
            return b""
        place = self._next + ((seq - self._next + _HALF) % _WRAP - _HALF)
        if fin and self._end is None:
            self._end = place + len(data)
        if place > self._next:
            if data:
                self._keep(place, data)
            return b""
        data = data[self._next - place :]
        self._next += len(data)
        if not self._pending:
            return data
        return b"".join((data, *self._follow()))

    def _keep(self, place: int, data: bytes) -> None:
        self._count += 1
        heappush(self._pending, (place, self._count, data))
        self._pending_bytes += len(data)
        if self._pending_bytes > PENDING_BYTES or len(self._pending) > PENDING_SEGMENTS:
            self.lost = True

    def _follow(self) -> list[bytes]:
        found: list[bytes] = []
        pending = self._pending
        while pending and pending[0][0] <= self._next:
            place, _, data = heappop(pending)
            self._pending_bytes -= len(data)
            more = data[self._next - place :]
            self._next += len(more)
            found.append(more)
        return found

    def drop(self) -> None:
        """Forget what waits."""
        self._pending = []
        self._pending_bytes = 0
