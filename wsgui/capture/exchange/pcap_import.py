"""Import of pcap and pcapng: finds the WebSocket connections in plain TCP traffic and puts their bytes together.

A WebSocket is known by its opening handshake, so a connection whose beginning was not caught stays unseen, and so does
wss, which is encrypted. Memory is bounded: by the connections that are followed, and by the bytes that wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.conversation import Conversation, Phase
from wsgui.capture.exchange.layers import LINKS, Layers
from wsgui.capture.exchange.pcap_file import PacketFile
from wsgui.capture.exchange.segments import ACK, FIN, RST, SYN, source_of, turned
from wsgui.capture.exchange.tcp_stream import TcpStream
from wsgui.records import Direction, How

if TYPE_CHECKING:
    from wsgui.capture.exchange.builder import CaptureBuilder
    from wsgui.capture.exchange.importing import Import
    from wsgui.capture.exchange.report import ImportReport
    from wsgui.capture.exchange.segments import Segment

FOLLOWED: Final = 10_000
"""Connections that are followed at a time; beyond that the one that began first is given up."""

HELD_BYTES: Final = 256 * 1024 * 1024
"""Bytes of unfinished frames and behind holes, all connections together, before a connection is given up."""

_GET: Final = b"GET "
_OPEN = Phase.OPEN  # an enumeration's member takes a while to look up
_SENT, _RECEIVED = Direction.SENT, Direction.RECEIVED


class _Flow:
    """A TCP connection with its two streams; the server's begins with what the request's packet acknowledged."""

    __slots__ = ("client", "first", "held", "last_ns", "over", "server", "started_ns", "streams", "talk")

    def __init__(self, client: bytes, first: int, started_ns: int) -> None:
        self.client = client
        self.first = first
        self.server = turned(client)
        self.streams: list[TcpStream | None] = [TcpStream(first), None]
        self.talk: Conversation | None = None
        self.held = 0
        self.over = False
        self.started_ns = self.last_ns = started_ns


def read_packets(job: Import) -> None:
    """Read the WebSocket connections of a packet file. Raises OSError if the file cannot be read."""
    file, builder, report, check, *_ = job
    reader = _Reader(builder, report)
    packets = 0
    unknown: set[int] = set()
    layers = Layers()
    for offset, time_ns, linktype, data, length in PacketFile(file, report.problem, check):
        packets += 1
        for segment in layers.segments(linktype, data, length):
            reader.segment(segment, time_ns, offset)
        if linktype not in LINKS and linktype not in unknown and len(unknown) < 20:
            unknown.add(linktype)
            report.problem(offset, f"Packets of link type {linktype} are not understood.")
    reader.finish()
    if not reader.count:
        report.problem(None, f"No opening handshake of a WebSocket is in its {packets} packets. wss cannot be read.")


class _Reader:
    def __init__(self, builder: CaptureBuilder, report: ImportReport) -> None:
        self.builder = builder
        self.report = report
        self.flows: dict[bytes, _Flow] = {}  # by the keys of both directions
        self.followed: dict[bytes, _Flow] = {}  # by the client's, oldest first
        self.held = 0
        self.count = 0

    def new_number(self) -> int:
        self.count += 1
        return self.count

    def segment(self, segment: Segment, time_ns: int, offset: int) -> None:
        """Take the next segment that was caught."""
        key, seq, ack, flags, payload, _ = segment
        flow = self.flows.get(key)
        if flags & SYN:
            if not flags & ACK and (flow is None or flow.first != seq + 1):  # not the same one again
                if flow is not None:
                    self._end(flow, offset, closed=True)
                self._follow(key, seq + 1, time_ns, offset)
            return
        if flow is None:
            if payload[:4] != _GET:
                return
            flow = self._follow(key, seq, time_ns, offset)
        flow.last_ns = time_ns
        way = _SENT if key == flow.client else _RECEIVED
        stream = flow.streams[way]
        if stream is None:
            return  # the server speaks before it was asked
        data = stream.add(seq, payload, fin=bool(flags & FIN))
        if data:
            self._received(flow, way, data, ack, offset)
        if stream.lost and not flow.over:
            self._lost(flow, way, stream, offset)
        if not flow.over and (flow.held or stream.held or (data and flow.talk is not None and flow.talk.waits)):
            self._weigh(flow, offset)
        if not flow.over and (flags & RST or (stream.ended and all(one and one.ended for one in flow.streams))):
            self._end(flow, offset, closed=True, how=How.RESET if flags & RST else How.FIN)

    def finish(self) -> None:
        """The file is at its end: connections that are still open stay so."""
        for flow in list(self.followed.values()):
            self._end(flow, None, closed=False)

    def _follow(self, client: bytes, seq: int, time_ns: int, offset: int) -> _Flow:
        if len(self.followed) >= FOLLOWED:
            oldest = next(iter(self.followed.values()))
            if oldest.talk is not None and oldest.talk.number:
                text = f"More than {FOLLOWED} connections are open: the oldest is not followed from here on."
                self.report.problem(offset, text)
            self._end(oldest, offset, closed=False)
        flow = _Flow(client, seq, time_ns)
        self.flows[client] = self.flows[flow.server] = self.followed[client] = flow
        return flow

    def _received(self, flow: _Flow, way: Direction, data: bytes, ack: int, offset: int) -> None:
        talk = flow.talk
        if talk is None:
            if not _GET.startswith(data[:4]):
                self._end(flow, offset, closed=False)
                return
            client, server = source_of(flow.client), source_of(flow.server)
            talk = flow.talk = Conversation(self.builder, self.new_number, client, server, flow.started_ns)
            flow.streams[Direction.RECEIVED] = TcpStream(ack)
        talk.received(way, data, flow.last_ns)
        if talk.phase is not _OPEN and talk.phase in (Phase.OTHER, Phase.REFUSED):
            # What is asked next on the same connection may be a WebSocket's handshake again.
            self._end(flow, offset, closed=True)

    def _lost(self, flow: _Flow, way: Direction, stream: TcpStream, offset: int) -> None:
        if stream.missing and flow.talk is not None and flow.talk.number:
            self._tell_missing(flow.talk.number, way, stream, offset)
            flow.talk.cut(way, flow.last_ns, ended=False)
        stream.drop()

    def _weigh(self, flow: _Flow, offset: int) -> None:
        """Keep count of what is held, and give up a connection if it is too much."""
        held = 0 if flow.talk is None else flow.talk.held
        held += sum(stream.held for stream in flow.streams if stream is not None)
        self.held += held - flow.held
        flow.held = held
        if self.held > HELD_BYTES:
            text = f"A connection is given up here: more than {HELD_BYTES} bytes wait for their rest."
            self.report.problem(offset, text)
            self._end(flow, offset, closed=False)

    def _end(self, flow: _Flow, offset: int | None, *, closed: bool, how: str = "") -> None:
        """Follow a connection no more; ``closed``: TCP is over, and ``how`` says how, as far as packets show it."""
        flow.over = True
        del self.flows[flow.client], self.followed[flow.client]
        self.flows.pop(flow.server, None)  # the same key as the client's if it talks to itself
        self.held -= flow.held
        talk = flow.talk
        if talk is None or not talk.number:
            return
        for way in Direction:
            stream = flow.streams[way]
            if stream is not None and stream.missing:
                self._tell_missing(talk.number, way, stream, offset)
        if closed:
            talk.closed(flow.last_ns, how)
        else:
            for way in Direction:
                talk.cut(way, flow.last_ns, ended=False)

    def _tell_missing(self, number: int, way: Direction, stream: TcpStream, offset: int | None) -> None:
        who = ("client", "server")[way]
        text = f"{stream.missing} bytes from the {who} of connection {number} are missing; what is behind is left out."
        self.report.problem(offset, text)
