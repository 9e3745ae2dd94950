"""Import of pcap and pcapng: finds the WebSocket connections in plain TCP traffic and puts their bytes together.

A WebSocket is known by its opening handshake, so a connection whose beginning was not caught stays unseen, and so does
wss, which is encrypted. Every byte of a connection that looked like a WebSocket becomes a row, or is told as a problem.
Memory is bounded: by the connections that are followed, and by the bytes that wait.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from wsgui.capture.exchange.conversation import Conversation, Phase
from wsgui.capture.exchange.flow import MASK, Flow
from wsgui.capture.exchange.layers import ORDINARY, Layers
from wsgui.capture.exchange.pcap_file import PacketFile
from wsgui.capture.exchange.segments import ACK, FIN, RST, SYN, Segment, source_of, turned
from wsgui.capture.exchange.tcp_stream import FARTHEST, StreamPart, TcpStream
from wsgui.records import Direction, How

if TYPE_CHECKING:
    from wsgui.capture.exchange.builder import CaptureBuilder
    from wsgui.capture.exchange.importing import Import
    from wsgui.capture.exchange.report import ImportReport

FOLLOWED: Final = 10_000
"""Connections that are followed at a time; beyond that the one that began first is given up."""

HELD_BYTES: Final = 512 * 1024 * 1024
"""Bytes of unfinished frames and behind holes, all connections together, before what waits becomes rows."""

LINGER: Final = 64
"""Connections that ended and are followed on, because packets may be written late."""

_SYN_DATA: Final = 65_536
_EARLY: Final = 1000
"""Segments that are kept until the request says where the client's stream begins."""
_NAMES: Final = 50

_SENT, _RECEIVED = Direction.SENT, Direction.RECEIVED
_OPEN = Phase.OPEN  # an enumeration's member takes a while to look up
_SPECIAL: Final = SYN | FIN | RST
_REQUEST: Final = re.compile(rb"GET [^\r\n]+ HTTP/1\.\d\r?\n(?s:.*)\nupgrade[ \t]*:[^\r\n]*websocket", re.IGNORECASE)
_ASKED: Final = re.compile(
    rb"(?-i:GET )[^\r\n]+ HTTP/1\.\d\r?\n(?:[^\r\n]+\r?\n)*?upgrade[ \t]*:[^\r\n]*websocket", re.IGNORECASE
)
_ANSWER: Final = re.compile(rb"HTTP/1\.\d 101\b")


def read_packets(job: Import) -> None:
    """Read the WebSocket connections of a packet file. Raises OSError if the file cannot be read."""
    file, builder, report, check, *_ = job
    reader = _PacketReader(builder, report)
    packets = 0
    layers = Layers()
    for offset, time_ns, linktype, data, length in PacketFile(file, report.problem, check):
        packets += 1
        for segment in layers.segments(linktype, data, length):
            reader.segment(segment, time_ns, offset)
    for segment in layers.rest():
        reader.segment(segment, reader.last_ns, None)
    reader.finish()
    _tell_unread(report, reader, layers.unread, packets)


def _tell_unread(report: ImportReport, reader: _PacketReader, unread: Counter[str], packets: int) -> None:
    """Name what was not looked into: as the reason if no WebSocket was found, else as a remark."""
    for name in sorted(unread):
        if name.startswith("link type "):
            count = unread.pop(name)
            report.problem(
                None, f"{_counted(count, 'packet')} of {name} {'is' if count == 1 else 'are'} not understood."
            )
    names = [f"{_counted(count, 'connection')} with {name}" for name, count in sorted(reader.unread.items())]
    found = reader.count > 0
    for name, count in sorted(unread.items()):
        if not found or name not in ORDINARY:
            names.append(f"{count} {name}" if name.startswith(_PLURALS) else f"{_counted(count, 'packet')} in {name}")
    text = ", ".join(names)
    if not found:
        one = len(names) == 1 and text.startswith("1 ")
        more = f" There {'is' if one else 'are'} {text}." if text else ""
        report.problem(
            None,
            f"No opening handshake of a WebSocket is in its {_counted(packets, 'packet')}.{more} wss cannot be read.",
        )
    elif text:
        report.remark(f"Not looked into: {text}.")
    if reader.strays:
        report.remark(f"{_counted(reader.strays, 'reset')} outside the window (RFC 5961) ended nothing.")


_PLURALS: Final = ("packets ", "IP datagrams ", "broken ", "fragments ")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


class _PacketReader:
    def __init__(self, builder: CaptureBuilder, report: ImportReport) -> None:
        self.builder = builder
        self.report = report
        self.flows: dict[bytes, Flow] = {}  # by the keys of both directions
        self.followed: dict[bytes, Flow] = {}  # by the client's, oldest first
        self.closing: dict[bytes, Flow] = {}  # of these, the ones that ended
        self.ended: dict[bytes, tuple[int, TcpStream]] = {}  # of connections: by both keys, the number and the stream
        self.beyond: Counter[int] = Counter()  # bytes behind the end, by number of the connection
        self.unread: Counter[str] = Counter()
        self.encrypted: set[bytes] = set()
        self.held = 0
        self.count = 0
        self.strays = 0
        self.foreign = 0
        self.packet = 0
        self.offset: int | None = None
        self.last_ns = 0

    def new_number(self) -> int:
        self.count += 1
        return self.count

    def problem(self, text: str) -> None:
        self.report.problem(self.offset, text)

    def segment(self, segment: Segment, time_ns: int, offset: int | None) -> None:
        """Take the next segment that was caught."""
        key, seq, ack, flags, payload, cut = segment
        self.packet += 1
        self.offset = offset
        self.last_ns = time_ns
        flow = self.flows.get(key)
        if flow is None:
            if payload or flags & _SPECIAL:
                self._unknown(segment, time_ns)
            return
        way = _SENT if key == flow.client else _RECEIVED
        stream = flow.streams[way]
        if flow.ready and not flags & _SPECIAL and not cut and stream is not None and seq == stream.next & MASK:
            # As nearly always: the next bytes of an open WebSocket, and nothing waits.
            known = flow.acked[1 - way]
            if known is None or not (ack - known) & 0x8000_0000:
                flow.acked[1 - way] = ack
            if payload:
                stream.next += len(payload)
                flow.last_ns = time_ns
                talk = flow.talk
                talk.received(way, payload, time_ns)  # type: ignore[union-attr]
                if flow.held or talk.waits:  # type: ignore[union-attr]
                    self._weigh(flow)
            return
        self._known(flow, way, segment, time_ns)

    def finish(self) -> None:
        """The file is at its end: connections that are still open stay so."""
        self.offset = None
        for flow in list(self.followed.values()):
            self._end(flow)
        if self.foreign:
            self.problem(f"{_counted(self.foreign, 'byte')} with numbers that belong to no connection are left out.")
        for number, count in sorted(self.beyond.items()):
            what = f"{_counted(count, 'byte')} behind where connection {number} was followed to"
            self.problem(f"{what} {'is' if count == 1 else 'are'} left out.")

    # --- segments

    def _unknown(self, segment: Segment, time_ns: int) -> None:
        """A segment of a connection that is not followed: does one begin?"""
        key, seq, ack, flags, payload, _ = segment
        if flags & RST:
            return
        if key == turned(key):
            self._name("an end that is its own other end")
            return
        known = self.ended.get(key)
        if known is not None and self._is_old(known, segment):
            return
        if flags & SYN:
            flow = self._follow(turned(key) if flags & ACK else key, time_ns)
            flow.fresh = True
            way = _RECEIVED if flags & ACK else _SENT
            flow.begin(way, seq + 1)
            if payload:
                self._known(flow, way, segment._replace(seq=seq + 1 & MASK, flags=flags & ~SYN), time_ns)
        elif (asked := _asked(payload)) is not None or payload[:4] == b"GET ":
            place = asked or 0
            flow = self._follow(key, time_ns)
            flow.begin(_SENT, seq + place)
            if flags & ACK:
                flow.begin(_RECEIVED, ack)
            self._known(flow, _SENT, segment._replace(seq=seq + place & MASK, payload=payload[place:]), time_ns)
        elif _ANSWER.match(payload):
            flow = self._follow(turned(key), time_ns)
            flow.begin(_RECEIVED, seq)
            self._known(flow, _RECEIVED, segment, time_ns)
        elif payload[1:2] == b"\x03" and 0x14 <= payload[0] <= 0x17 and key not in self.encrypted:
            self._remember_encrypted(key)
            ports = (int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big"))
            self._name(f"TLS on port {min(ports)}")

    def _remember_encrypted(self, key: bytes) -> None:
        """A connection that has been named need not be named again."""
        if len(self.encrypted) < 2 * FOLLOWED:
            self.encrypted |= {key, turned(key)}

    def _is_old(self, known: tuple[int, TcpStream], segment: Segment) -> bool:
        """Whether a segment is of a connection that has ended: caught again, or behind its end."""
        number, stream = known
        key, seq, _, flags, payload, _ = segment
        place = stream.place(seq + bool(flags & SYN))
        if flags & SYN:  # with another number it opens another connection, wherever that number stands
            caught_again = place == stream.start
        else:
            caught_again = stream.start <= place < stream.next or bool(flags & FIN and place == stream.next)
        if caught_again:
            return True
        if flags & SYN or payload[:4] == b"GET " or _ANSWER.match(payload):
            self.ended.pop(key, None)
            self.ended.pop(turned(key), None)
            return False
        if stream.next <= place < stream.next + FARTHEST:
            self.beyond[number] += len(payload)
        return True

    def _known(self, flow: Flow, way: Direction, segment: Segment, time_ns: int) -> None:
        _, seq, ack, flags, payload, cut = segment
        if flags & SYN:
            self._syn(flow, way, segment, time_ns)
            return
        if flags & RST:
            self._reset(flow, way, segment, time_ns)
            return
        stream = flow.streams[way]
        if payload and self._begins_anew(flow, way, stream, segment):
            self._replaced(flow, time_ns)
            self._unknown(segment, time_ns)
            return
        if flags & ACK:
            flow.saw_ack(1 - way, ack)
            if flow.streams[1 - way] is None and way is _SENT and stream is not None and seq == stream.start & MASK:
                flow.begin(_RECEIVED, ack)
        if stream is None:
            stream = self._start(flow, way, segment, time_ns)
            if stream is None:
                return
        elif abs(stream.place(seq) - stream.next) > FARTHEST:
            self.foreign += len(payload)
            return
        if payload or cut or flags & FIN:
            flow.last_ns = time_ns
            parts = stream.add(seq, payload, self.packet, time_ns, fin=bool(flags & FIN), cut=cut)
            self._parts(flow, way, parts)
        if not flow.over and flow.closed_ns is None and all(one is not None and one.ended for one in flow.streams):
            self._closed(flow, How.FIN, time_ns)

    def _begins_anew(self, flow: Flow, way: Direction, stream: TcpStream | None, segment: Segment) -> bool:
        """Whether a request stands where none can: at a number that this connection's client is not at."""
        if way is _RECEIVED or stream is None or segment.payload[:4] != b"GET ":
            return False
        place = stream.place(segment.seq)
        if stream.start <= place <= stream.next:
            return False
        return _REQUEST.match(segment.payload) is not None or abs(place - stream.next) > FARTHEST

    def _start(self, flow: Flow, way: Direction, segment: Segment, time_ns: int) -> TcpStream | None:
        """The first segment of a stream whose start nobody has told."""
        _, seq, _, flags, payload, cut = segment
        if way is _RECEIVED:
            return flow.begin(_RECEIVED, seq) if payload else None
        if payload[:4] == b"GET ":
            stream = flow.begin(_SENT, seq)
            self._add_early(flow, way, stream)
            return stream
        if payload or cut:
            flow.early.append((self.packet, time_ns, seq, payload, bool(flags & FIN), cut))
            if len(flow.early) > _EARLY:
                self._begin_without_request(flow)
                self._parts(flow, _SENT, [])
        return None

    def _begin_without_request(self, flow: Flow) -> None:
        """The request was not captured: the client's stream begins with the first byte that is there."""
        first = TcpStream(flow.early[0][2])
        seq = min((number for _, _, number, *_ in flow.early), key=first.place)
        stream = flow.begin(_SENT, seq)
        if flow.talk is not None:
            flow.talk.without_request(flow.last_ns)
        self._add_early(flow, _SENT, stream)

    def _add_early(self, flow: Flow, way: Direction, stream: TcpStream) -> None:
        """The segments that came before anybody knew where the client's stream begins."""
        if way is _SENT:
            early, flow.early = flow.early, []
            for packet, at, number, data, fin, missing in early:
                flow.queue(_SENT, stream.add(number, data, packet, at, fin=fin, cut=missing))

    def _syn(self, flow: Flow, way: Direction, segment: Segment, time_ns: int) -> None:
        """A SYN on a connection that is known: the same again, late, or that of a new one."""
        _, seq, ack, flags, payload, _ = segment
        stream = flow.streams[way]
        start = seq + 1 & MASK
        other = flow.streams[1 - way]
        # A SYN ACK may acknowledge what stood in the SYN too (RFC 7413).
        if stream is None and (not flags & ACK or other is None or (ack - other.start) & MASK < _SYN_DATA):
            stream = flow.begin(way, start)
            self._add_early(flow, way, stream)
        if stream is None or stream.start & MASK != start:
            self._replaced(flow, time_ns)
            self._unknown(segment, time_ns)
        elif payload:
            self._known(flow, way, segment._replace(seq=start, flags=flags & ~SYN), time_ns)

    def _replaced(self, flow: Flow, time_ns: int) -> None:
        """A connection begins between the same ends, so that this one is over, however that went."""
        if flow.closed_ns is None:
            flow.closed_ns = time_ns
        self._end(flow)

    def _reset(self, flow: Flow, way: Direction, segment: Segment, time_ns: int) -> None:
        """A RST counts where the byte stands that the other side awaits next (RFC 5961 section 3.2)."""
        stream = flow.streams[way]
        seq = segment.seq
        if stream is None:
            fits = segment.flags & ACK and flow.talk is None
        else:
            fits = seq in (stream.next & MASK, stream.top & MASK) or seq == flow.acked[way]
        if not fits:
            self.strays += 1
            return
        if segment.payload:  # a sentence for people (RFC 9293 section 3.5.3), never data
            text = segment.payload[:100].decode("latin-1")
            flow.said = f" The reset said {text!a}."
        if flow.closed_ns is None:
            self._closed(flow, How.RESET, time_ns)

    # --- parts

    def _parts(self, flow: Flow, way: int, parts: list[StreamPart]) -> None:
        """What a stream gave goes to the conversation, or waits because something before it is missing."""
        if not parts and not flow.blocked:
            return
        flow.queue(way, parts)
        if flow.blocked:
            flow.ready = False
            if flow.crowded or (flow.talk is None and flow.waiting > 65_536):
                flow.release(everything=flow.talk is None)
                self._drain(flow)
            self._weigh(flow)
            return
        self._drain(flow)

    def _drain(self, flow: Flow, *, ending: bool = False, weigh: bool = True) -> None:
        """Feed what is not held back any more. ``ending``: nothing comes behind it."""
        for way, part in flow.drained():
            if not self._feed(flow, Direction(way), part):
                if not ending:
                    self._drop(flow)
                return
            talk = flow.talk
            if talk is None or talk.phase is _OPEN:
                continue
            if talk.phase is Phase.OTHER and not ending:
                # What is asked next on the same connection may be a WebSocket's handshake.
                self._drop(flow)
                return
            if talk.phase is Phase.REFUSED:
                talk.closed(flow.last_ns)
                flow.number, flow.talk, flow.refused = talk.number, None, True
                flow.started_ns = part.time_ns
                if way == _SENT and not part.hole:  # it ended the refusal: it is the next thing that is asked
                    flow.queue(way, [part])
                    self._drain(flow, ending=ending, weigh=weigh)
        talk = flow.talk
        if ending or talk is None:
            return
        flow.ready = talk.phase is _OPEN and not flow.blocked and None not in flow.streams
        if weigh and (flow.held or talk.waits):
            self._weigh(flow)

    def _feed(self, flow: Flow, way: Direction, part: StreamPart) -> bool:
        """Hand the conversation what comes next; False if there is none, because it begins like no handshake."""
        talk = flow.talk
        if talk is None:
            if flow.refused and (part.hole or (way is _RECEIVED and not _may_begin(way, part.data))):
                return True  # more of the refusal
            asked = None if part.hole or way is _RECEIVED else _asked(part.data)
            if asked:
                part = part._replace(data=part.data[asked:])
            if not part.hole and not _may_begin(way, part.data):
                self._name(_name_of(part.data, flow))
                self._remember_encrypted(flow.client)
                return False
            client, server = source_of(flow.client), source_of(flow.server)
            talk = flow.talk = Conversation(
                self.builder,
                self.new_number,
                self.problem,
                client,
                server,
                flow.started_ns,
                earlier=bool(asked) or not flow.fresh,
            )
            flow.fresh = False
        if part.hole:
            talk.missing(way, part.hole, part.time_ns)
        else:
            talk.received(way, part.data, part.time_ns, starts=part.starts)
        return True

    def _count(self, flow: Flow) -> None:
        """Keep count of what is held."""
        held = 0 if flow.over else flow.waiting + (0 if flow.talk is None else flow.talk.held)
        self.held += held - flow.held
        flow.held = held

    def _weigh(self, flow: Flow) -> None:
        """Keep count of what is held, and make rows of what waits if it is too much."""
        talk = flow.talk
        self._count(flow)
        if self.held > HELD_BYTES and (flow.blocked or (talk is not None and talk.waits)):
            flow.release(everything=True)
            if talk is not None:
                talk.shed(flow.last_ns)
            self._drain(flow, weigh=False)
            self._count(flow)

    # --- connections

    def _follow(self, client: bytes, time_ns: int) -> Flow:
        if len(self.followed) >= FOLLOWED:
            oldest = next(iter(self.followed.values()))
            if oldest.talk is not None and oldest.talk.number and oldest.closed_ns is None:
                self.problem(f"More than {FOLLOWED} connections are open: the oldest is not followed from here on.")
            self._end(oldest)
        flow = Flow(client, time_ns)
        self.flows[client] = self.flows[flow.server] = self.followed[client] = flow
        return flow

    def _closed(self, flow: Flow, how: How, time_ns: int) -> None:
        """TCP is over. What is written late is awaited for a while."""
        flow.closed_ns = time_ns
        flow.how = how
        if flow.talk is None and not flow.blocked:
            self._drop(flow)
            return
        self.closing[flow.client] = flow
        if len(self.closing) > LINGER:
            self._end(next(iter(self.closing.values())))

    def _drop(self, flow: Flow) -> None:
        """Follow a connection no more."""
        flow.over = True
        flow.ready = False
        del self.flows[flow.client], self.followed[flow.client]
        self.closing.pop(flow.client, None)
        self.flows.pop(flow.server, None)  # the same key as the client's if it talks to itself
        self.held -= flow.held
        flow.held = 0

    def _end(self, flow: Flow) -> None:
        """Follow a connection no more, and make rows of all that waits."""
        self._drop(flow)
        if flow.early:
            self._begin_without_request(flow)
        flow.release(everything=True)
        self._drain(flow, ending=True)
        talk = flow.talk
        if talk is not None and (talk.number or talk.phase is Phase.REQUEST):
            flow.tails()
            self._drain(flow, ending=True)
        if talk is None:
            return
        if flow.closed_ns is not None:
            talk.closed(flow.closed_ns, flow.how, flow.said)
        else:
            talk.cut(flow.last_ns)
        flow.number = talk.number or flow.number
        if flow.number:
            for key, stream in zip((flow.client, flow.server), flow.streams, strict=True):
                if stream is not None:
                    if stream.late:
                        late = _counted(stream.late, "byte")
                        self.problem(f"{late} of connection {flow.number} came after they were given up.")
                    self.ended[key] = (flow.number, stream)
            while len(self.ended) > 2 * FOLLOWED:
                del self.ended[next(iter(self.ended))]

    def _name(self, name: str) -> None:
        if name in self.unread or len(self.unread) < _NAMES:
            self.unread[name] += 1


def _asked(data: bytes) -> int | None:
    """Where the request for a WebSocket begins that stands in ``data``, perhaps behind another request, or behind what
    a proxy puts in front of all; None if there is none."""
    found = _ASKED.search(data) if b"GET " in data else None
    return None if found is None else found.start()


def _may_begin(way: Direction, data: bytes) -> bool:
    """Whether an opening handshake may begin like this."""
    if way is _SENT:
        return b"GET ".startswith(data[:4])
    return b"HTTP/1.".startswith(data[:7])


def _name_of(data: bytes, flow: Flow) -> str:
    """What a connection is that begins like this, for people."""
    port = int.from_bytes(flow.client[-2:], "big")
    if 0x14 <= data[0] <= 0x17 and data[1:2] == b"\x03":
        return f"TLS on port {port}"
    if data.startswith(b"PRI * HTTP/2"):
        return "HTTP/2"
    return f"something else on port {port}"
