"""One direction of a TCP connection, put together from segments that may come twice, overlapping or out of order.

What was not caught is a hole. Nobody can tell at once whether the bytes of a hole come later in the file, so what lies
behind it waits until it is filled or given up with `release`.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final, NamedTuple

WRAP: Final = 1 << 32
_HALF: Final = 1 << 31
FARTHEST: Final = 1 << 30
"""The largest window that TCP has (RFC 7323 section 2.2): a segment farther away belongs to no such connection."""


class StreamPart(NamedTuple):
    """The next bytes of a stream, caught in the packet number ``packet`` at ``time_ns``; or a hole of ``hole`` bytes,
    and ``data`` is empty. ``starts``: they stand at the start of a segment."""

    packet: int
    time_ns: int
    data: bytes
    hole: int = 0
    starts: bool = True


class TcpStream:
    """`add` gives the parts that are next in order. Numbers are kept without wrapping at 2^32.

    ``next`` is the number of the next byte, ``held`` are the bytes that wait behind a hole. ``late`` counts bytes that
    came when their hole had been given up.
    """

    __slots__ = ("_end", "_gone", "_pending", "_top", "held", "late", "next", "start")

    def __init__(self, seq: int) -> None:
        self.start = self.next = seq % WRAP + WRAP  # so that what came before is no negative number
        self._pending: list[tuple[int, int, int, bytes, int]] = []  # place, packet, time, data, bytes cut behind
        self._end: int | None = None
        self._top = self.next
        self._gone: list[tuple[int, int]] = []  # holes that were given up, from and to
        self.held = 0
        self.late = 0

    @property
    def blocked(self) -> bool:
        """Whether something waits behind a hole."""
        return bool(self._pending)

    @property
    def count(self) -> int:
        """How many segments wait."""
        return len(self._pending)

    @property
    def first_packet(self) -> int:
        """The packet that was caught first of those that wait."""
        return min(packet for _, packet, *_ in self._pending)

    @property
    def ended(self) -> bool:
        """Whether everything up to the FIN has been given."""
        return self._end is not None and self.next >= self._end

    @property
    def top(self) -> int:
        """The number behind the last byte that was seen."""
        return max(self._top, self.next)

    def place(self, seq: int) -> int:
        """A sequence number without wrapping, as near as can be to the next byte's."""
        return self.next + ((seq - self.next + _HALF) % WRAP - _HALF)

    def add(
        self, seq: int, data: bytes, packet: int = 0, time_ns: int = 0, *, fin: bool = False, cut: int = 0
    ) -> list[StreamPart]:
        """Take a segment, caught as ``packet``; return what it completes. ``cut`` bytes of it were not caught."""
        place = self.place(seq)
        if self._end is not None and place > self._end:
            place -= 1  # a FIN has a number as if it were a byte, and nothing should come behind it
        end = place + len(data) + cut
        if fin and self._end is None:
            self._end = end
        self._top = max(self._top, end)
        if place > self.next:
            if data or cut:
                heappush(self._pending, (place, packet, time_ns, data, cut))
                self.held += len(data)
            return []
        if self._gone and place < self.next:
            self.late += sum(max(min(end - cut, to) - max(place, start), 0) for start, to in self._gone)
        parts: list[StreamPart] = []
        self._take(place, packet, time_ns, data, cut, parts)
        if self._pending:
            self._follow(packet, time_ns, parts, filled=True)
        return parts

    def release(self, upto: int | None = None) -> list[StreamPart]:
        """Give up the next hole: it, and what lies behind it up to the one after. ``upto`` is where the stream went to
        at least, for a hole that nothing waits behind. Nothing if there is no hole."""
        if self._pending:
            place, packet, time_ns, *_ = self._pending[0]
            parts = [StreamPart(packet, time_ns, b"", place - self.next)]
            self._gone.append((self.next, place))
            self.next = place
            self._follow(0, 0, parts, filled=False)
            return parts
        last = max(self.top, upto or 0) if self._end is None else self._end
        if last <= self.next:
            return []
        hole = StreamPart(0, 0, b"", last - self.next)
        self.next = last
        return [hole]

    def _take(self, place: int, packet: int, time_ns: int, data: bytes, cut: int, parts: list[StreamPart]) -> None:
        """The segment at ``place``, which is not behind the next byte."""
        more = data[self.next - place :]
        if more:
            parts.append(StreamPart(packet, time_ns, more, 0, len(more) == len(data)))
            self.next += len(more)
        if cut:
            # What was cut once is cut each time: that it will come is not waited for, unless it is there already.
            end = place + len(data) + cut
            if self._pending:
                end = min(end, self._pending[0][0])
            if end > self.next:
                parts.append(StreamPart(packet, time_ns, b"", end - self.next))
                self.next = end

    def _follow(self, packet: int, time_ns: int, parts: list[StreamPart], *, filled: bool) -> None:
        """What waited and is next. ``filled``: by this packet, so that none of it was there earlier."""
        pending = self._pending
        while pending and pending[0][0] <= self.next:
            place, own_packet, own_time, data, cut = heappop(pending)
            self.held -= len(data)
            if filled and own_packet < packet:
                own_packet, own_time = packet, time_ns
            self._take(place, own_packet, own_time, data, cut, parts)
