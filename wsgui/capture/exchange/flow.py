"""A TCP connection with its two streams: segments in, a conversation fed in an order that makes sense.

A hole in one direction holds back what both sent since, until it is filled or given up: so the rows stand in the order
in which things were seen, also where packets of one direction were written later than those of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.segments import turned
from wsgui.capture.exchange.tcp_stream import FARTHEST, WRAP, StreamPart, TcpStream

if TYPE_CHECKING:
    from wsgui.capture.exchange.conversation import Conversation

PENDING_BYTES: Final = 4 * 1024 * 1024
"""Bytes of a connection that wait behind holes before the holes are given up."""

PENDING_SEGMENTS: Final = 10_000

MASK: Final = WRAP - 1


class Flow:
    """``client`` is the key of segments that the client sends. A stream is None while nobody knows where it begins."""

    __slots__ = (
        "_latest",
        "_queue",
        "_queued",
        "acked",
        "client",
        "closed_ns",
        "early",
        "fresh",
        "held",
        "how",
        "last_ns",
        "number",
        "over",
        "ready",
        "refused",
        "said",
        "server",
        "started_ns",
        "streams",
        "talk",
    )

    def __init__(self, client: bytes, started_ns: int) -> None:
        self.client = client
        self.server = turned(client)
        self.streams: list[TcpStream | None] = [None, None]
        self.acked: list[int | None] = [None, None]
        """The next byte of each direction that the other side said to await."""
        self.talk: Conversation | None = None
        self.early: list[tuple[int, int, int, bytes, bool, int]] = []
        """Segments of a client whose stream's start is not known: packet, time, number, data, FIN, bytes cut."""
        self.fresh = False
        """Whether it is known that nothing was said on it yet."""
        self.ready = False
        """Whether segments in order may go straight to ``talk``."""
        self.held = 0
        self.number = 0
        """Of the last WebSocket on it, once that is known to be one."""
        self.refused = False
        """Whether a handshake was refused on it, so that another may follow."""
        self.over = False
        self.closed_ns: int | None = None
        self.how = ""
        self.said = ""
        self.started_ns = self.last_ns = started_ns
        self._queue: list[tuple[int, int, StreamPart]] = []  # packet, way, part
        self._queued = 0
        self._latest = [0, 0]  # the packet of the last part of each direction

    @property
    def blocked(self) -> bool:
        """Whether a hole holds something back."""
        return any(stream is not None and stream.blocked for stream in self.streams)

    @property
    def waiting(self) -> int:
        """Bytes that are held back."""
        return self._queued + sum(stream.held for stream in self.streams if stream is not None)

    @property
    def crowded(self) -> bool:
        """Whether more is held back than is good."""
        count = len(self._queue) + sum(stream.count for stream in self.streams if stream is not None)
        return count > PENDING_SEGMENTS or self.waiting > PENDING_BYTES

    def begin(self, way: int, seq: int) -> TcpStream:
        """The stream of a direction begins with this byte."""
        stream = self.streams[way] = TcpStream(seq)
        return stream

    def saw_ack(self, way: int, ack: int) -> None:
        """The other side of ``way`` said which byte it awaits next."""
        known = self.acked[way]
        if known is None or not (ack - known) & 0x8000_0000:
            self.acked[way] = ack

    def queue(self, way: int, parts: list[StreamPart]) -> None:
        """Hold parts back that a stream gave."""
        for part in parts:
            packet = self._latest[way] = max(self._latest[way], part.packet)
            self._queue.append((packet, way, part))
            self._queued += len(part.data)

    def release(self, *, everything: bool) -> None:
        """Give up holes: all of them, or as many as take to hold little back again."""
        while self.blocked:
            for way, stream in enumerate(self.streams):
                if stream is not None and stream.blocked:
                    self.queue(way, stream.release())
            if not everything and self._little_waits():
                break

    def tails(self) -> None:
        """Give up what was acknowledged, or stood before a FIN, and was never seen."""
        for way, stream in enumerate(self.streams):
            if stream is None:
                continue
            upto = None
            ack = self.acked[way]
            if ack is not None:
                upto = stream.place(ack)
                if upto - stream.next > FARTHEST or (upto == stream.top + 1 and not self._is_inside(way)):
                    upto = None  # one number alone is that of a FIN that was not caught
            self.queue(way, [part._replace(time_ns=self.last_ns) for part in stream.release(upto)])

    def _is_inside(self, way: int) -> bool:
        return self.talk is not None and self.talk.is_inside(way)

    def drained(self) -> list[tuple[int, StreamPart]]:
        """What is not held back any more, in order: (way, part)."""
        if not self._queue:
            return []
        self._queue.sort(key=_packet)
        limit = min(
            (stream.first_packet for stream in self.streams if stream is not None and stream.blocked), default=None
        )
        count = len(self._queue)
        if limit is not None:
            count = sum(packet < limit for packet, _, _ in self._queue)
        found, self._queue = self._queue[:count], self._queue[count:]
        self._queued -= sum(len(part.data) for _, _, part in found)
        return [(way, part) for _, way, part in found]

    def _little_waits(self) -> bool:
        count = sum(stream.count for stream in self.streams if stream is not None)
        size = sum(stream.held for stream in self.streams if stream is not None)
        return count <= PENDING_SEGMENTS // 2 and size <= PENDING_BYTES // 2


def _packet(item: tuple[int, int, StreamPart]) -> int:
    return item[0]
