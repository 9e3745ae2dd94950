"""One TCP connection on an asyncio loop, from the first byte of the handshake to the end of TCP.

The hot path is `buffer_updated`: one read of at most 64 KiB becomes one call into the protocol core, one record for the
observer and one call of the handler. Nothing is scheduled per frame: no future, no task, no ``call_soon``.

It is a `BufferedProtocol` because each ``recv(256 KiB)`` of a plain protocol maps and unmaps memory (17 us instead of
5), and because 64 KiB bounds what is worked off in one go, which is what keeps a window responsive.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
import struct
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from wsgui.engine.clock import now_ns
from wsgui.engine.deadlines import Deadlines
from wsgui.engine.endings import Ending
from wsgui.engine.errors import reason_of
from wsgui.engine.faults import Cut
from wsgui.engine.handler import address_text
from wsgui.engine.leaving import Leaving, Way, unacknowledged
from wsgui.engine.mischief import Mischief
from wsgui.engine.options import Compression
from wsgui.engine.overdue import overdue
from wsgui.engine.pings import Pings
from wsgui.engine.raw_writer import RawWriter
from wsgui.engine.tls_errors import alert_sentence
from wsgui.protocol.client_handshake import ClientHandshake, Outcome
from wsgui.protocol.connection import CloseReceived, Connection, Event, PongReceived, Received
from wsgui.protocol.frames import wire_of
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import Role, State
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    HandshakeSeen,
    How,
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.engine.faults import Faults
    from wsgui.engine.handler import Handler
    from wsgui.engine.options import Options
    from wsgui.protocol.compression import Inflator
    from wsgui.protocol.frames import Frame

READ_SIZE = 64 * 1024
WRITE_HIGH = 256 * 1024
"""Bytes waiting in the transport above which `Handler.writable` says no."""

LINGER_BYTES = 1024 * 1024
"""What is still looked at of a peer that goes on sending after the end; the rest is read and thrown away."""


def new_key() -> bytes:
    """Four fresh random bytes (RFC 6455 section 5.3 asks for a strong source of entropy)."""
    return secrets.token_bytes(4)


class Endpoint(asyncio.BufferedProtocol):
    """One connection. ``handshake`` decides the role; ``buffer`` may be shared by the endpoints of one loop.

    ``observer`` hears a `Record` for everything on the wire, in order. Public attributes are for reading.
    """

    def __init__(
        self,
        handshake: ClientHandshake | ServerHandshake,
        options: Options,
        handler: Handler,
        *,
        number: int = 1,
        observer: Callable[[Record], None] | None = None,
        buffer: bytearray | None = None,
    ) -> None:
        self.handshake = handshake
        self.options = options
        self.handler = handler
        self.number = number
        self.role = Role.CLIENT if isinstance(handshake, ClientHandshake) else Role.SERVER
        self.connection = Connection(self.role, options.policy, new_key=new_key)
        self.closed_record: ConnectionClosed | None = None
        self.local = self.remote = ""
        self.local_host = ""
        """The address of this machine that the peer came to; empty for a Unix socket."""
        self.rtt_ns: int | None = None
        self.url = str(handshake.url) if isinstance(handshake, ClientHandshake) else ""
        self._observer = observer
        self._view = memoryview(buffer if buffer is not None else bytearray(READ_SIZE))
        self._ending = Ending()
        self._deadlines = Deadlines(partial(overdue, self))
        self._pings = Pings()
        self._pauses: set[str] = set()
        self._last_read_ns = 0
        self._unreported = 0
        self._written = 0  # bytes, ever
        self._ping_leaving: Leaving | None = None
        self._close_leaving: Leaving | None = None
        self._full = False
        self._late_pong: Frame | None = None
        self._lingering = False
        self._lingered = 0
        self._asked = False
        self._opening_until: float | None = None
        self._transport: asyncio.Transport | None = None
        self._mischief: Mischief | None = None
        self.raw = RawWriter(number, self.connection, self._push, self._observe, self._note_control)

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP (and TLS) is up: the client sends its request."""
        self._transport = tcp = cast("asyncio.Transport", transport)
        tcp.set_write_buffer_limits(high=WRITE_HIGH)
        self.local = address_text(tcp.get_extra_info("sockname"))
        self.remote = address_text(tcp.get_extra_info("peername"))
        name = tcp.get_extra_info("sockname")
        self.local_host = str(name[0]) if isinstance(name, tuple) else ""
        self._observe(ConnectionOpened(self.number, now_ns(), self.role.value, self.url, self.local, self.remote))
        self.handler.connected()
        if tcp.is_closing():
            return
        if self._opening_until is None:
            self._deadlines.set("opening", self.options.timeouts.opening)
        else:
            self._deadlines.set("opening", max(0.0, self._opening_until - self._deadlines.now()))
        if isinstance(self.handshake, ClientHandshake):
            self._observe(HandshakeSeen(self.number, now_ns(), Direction.SENT, self.handshake.request))
            tcp.write(self.handshake.request)

    def get_buffer(self, sizehint: int) -> memoryview:
        """The buffer for the next read."""
        return self._view if self._mischief is None else self._view[: self._mischief.read_size]

    def buffer_updated(self, nbytes: int) -> None:
        """Some bytes came."""
        time_ns = self._last_read_ns = now_ns()
        if self._lingering:
            self._lingered += nbytes
            if self._lingered > LINGER_BYTES or self.handshake.outcome is Outcome.REFUSED:
                return
        data = bytes(self._view[:nbytes])
        if self.connection.state is State.CONNECTING:
            self._shake(data, time_ns)
        else:
            self._receive(data, time_ns)
        if self._mischief is not None:
            self._mischief.was_read(nbytes)

    def eof_received(self) -> bool:
        """The peer will send no more (TCP FIN); returning False lets the transport close."""
        time_ns = now_ns()
        if self.connection.state is State.CONNECTING:
            self._shake(b"", time_ns)
        else:
            self._observe_rest(self.connection.receive_eof(), time_ns)
        self._ending.eof = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """TCP is gone: say how it ended, once."""
        self._deadlines.clear()
        if self._mischief is not None:
            self._mischief.stop()
        self._lingering = True  # nothing is sent any more
        shaken = self.handshake.outcome is Outcome.ACCEPTED
        if not self._ending.eof and shaken:  # a reset skips eof_received
            self._observe_rest(self.connection.receive_eof(), now_ns())
        self.raw.end()
        if isinstance(exc, ssl.SSLError):
            self._ending.how = How.TLS
            self._ending.loss = f"TLS: {alert_sentence(exc) or str(exc.reason or exc).replace('_', ' ').lower()}"
        elif isinstance(exc, OSError):
            self._ending.how = How.RESET
            self._ending.loss = reason_of(exc)
        if not shaken:
            if not self.handshake.done:  # a reset: what came of the handshake is shown all the same
                self._shake(b"", now_ns())
            if not self._ending.timeout and not self._ending.refusal:
                self._ending.refusal = self.handshake.error or "The connection ended before the handshake was done."
                if isinstance(exc, ssl.SSLError):
                    self._ending.refusal = f"{self._ending.loss}."
        self.connection.tcp_closed()
        self.closed_record = self._ending.record(self.number, now_ns(), self.connection)
        self._observe(self.closed_record)
        self.handler.closed_by(self.closed_record)

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        self._full = True
        self.handler.writable(False)

    def resume_writing(self) -> None:
        """The transport's buffer has room again."""
        self._full = False
        pong, self._late_pong = self._late_pong, None
        if pong is not None and self.can_send:
            self.write([pong])
        self.handler.writable(True)

    # --- the opening handshake

    def _shake(self, data: bytes, time_ns: int) -> None:
        handshake = self.handshake
        before = handshake.done
        handshake.receive_data(data)
        if handshake.done and not before:
            self._shaken(time_ns)
        elif isinstance(handshake, ServerHandshake) and handshake.asked:
            self._wait_for_answer(handshake, time_ns)

    def _wait_for_answer(self, handshake: ServerHandshake, time_ns: int) -> None:
        """A person is asked whether this client may come in: its request is shown meanwhile, and it may hang up."""
        if not self._asked:
            self._asked = True
            self._observe(
                HandshakeSeen(self.number, time_ns, Direction.RECEIVED, handshake.request, handshake.violations)
            )
            self._deadlines.set("opening", self.options.timeouts.answer)
        if len(handshake.leftover) > READ_SIZE:
            self.pause_reading("answer")

    @property
    def asked(self) -> bool:
        """Whether the handshake waits for somebody to say that this client may come in."""
        return isinstance(self.handshake, ServerHandshake) and self.handshake.asked

    def answer_visitor(self, let_in: bool) -> None:
        """Go on with a handshake that waits to be let in; does nothing on any other."""
        handshake = self.handshake
        if isinstance(handshake, ServerHandshake) and handshake.asked and not self._tcp.is_closing():
            handshake.answer(let_in)
            self.resume_reading("answer")
            self._shaken(now_ns())

    def _shaken(self, time_ns: int) -> None:
        handshake, number = self.handshake, self.number
        if isinstance(handshake, ServerHandshake):
            if handshake.request and not self._asked:
                self._observe(
                    HandshakeSeen(number, time_ns, Direction.RECEIVED, handshake.request, handshake.violations)
                )
            if handshake.response:
                self._observe(HandshakeSeen(number, now_ns(), Direction.SENT, handshake.response))
                self._tcp.write(handshake.response)
            self.url = handshake.resource
        elif handshake.response:
            self._observe(HandshakeSeen(number, time_ns, Direction.RECEIVED, handshake.response, handshake.violations))
        if handshake.outcome is Outcome.REFUSED:
            self._linger()
            return
        if handshake.deflate is not None:
            compression = self.options.compression or Compression()
            self.connection.use_deflate(handshake.deflate, level=compression.level, memory=compression.memory)
        self.connection.opened()
        self._deadlines.drop("opening")
        timeouts = self.options.timeouts
        if timeouts.idle is not None:
            self._deadlines.set("idle", timeouts.idle)
        if timeouts.ping_interval is not None:
            self._deadlines.set("ping", timeouts.ping_interval)
        if not self.options.faults.none:
            self.use_faults(self.options.faults)
        self.handler.opened()
        if handshake.leftover:
            self._receive(handshake.leftover, time_ns)

    # --- frames

    def _receive(self, data: bytes, time_ns: int) -> None:
        received = self.connection.receive_data(data)
        frames, violations, events, replies, inflated, rest, _ = received
        self._unreported += len(data)
        if frames and self._observer is not None:
            size, self._unreported = self._unreported, 0
            self._observer(FramesSeen(self.number, time_ns, Direction.RECEIVED, frames, violations, size, inflated))
        if rest:
            self._observe_rest(received, time_ns)
        # Pongs go before what the application answers, a close frame (always the last reply) goes after it: messages
        # that came before the end still get their answers.
        close = replies.pop() if replies and replies[-1].opcode == Opcode.CLOSE else None
        if self._mischief is not None:
            replies = self._mischief.delays_pongs(replies)
            self._mischief.count(len(frames))
        if replies:
            if self._full:
                # A peer that pings and does not read: the latest ping alone may be answered (section 5.5.3).
                self._late_pong = replies[-1]
            else:
                self.write(replies)
        if events:
            if self._pings or self.connection.close_received is not None:
                self._look_at_control(events, time_ns)
            self.handler.events(events)
        if close is not None and self.connection.close_sent is None:
            self.write([close])
        if self.connection.finished:
            self._finish()

    def _look_at_control(self, events: list[Event], time_ns: int) -> None:
        for event in events:
            if isinstance(event, PongReceived):
                for payload, rtt_ns in self._pings.answered(event.payload, time_ns):
                    self.rtt_ns = rtt_ns
                    self.handler.answered(payload, rtt_ns)
                if not self._pings:
                    self._deadlines.drop("pong")
            elif isinstance(event, CloseReceived):
                self._ending.close_first(EndedBy.PEER)
                self._deadlines.set("closing", self.options.timeouts.closing)

    def write(self, frames: Sequence[Frame]) -> None:
        """Send frames in one write: as they are, or as the faults want it. Does nothing once TCP is closing."""
        if self._mischief is not None:
            frames = self._mischief.outgoing(frames)
            if not frames:
                return
        self.write_now(frames)

    def write_now(self, frames: Sequence[Frame]) -> None:
        """Send frames as they are, past all faults."""
        tcp = self._tcp
        if self._lingering or tcp.is_closing():
            return
        if self._full and (queued := tcp.get_write_buffer_size()) > self.options.limits.queued_bytes:
            self._ending.overflow(queued)
            self._abort()
            return
        connection = self.connection
        if self.raw.in_the_way:
            if self.raw.busy and connection.failure is None:
                self.raw.held += frames
            else:
                self.write_raw(wire_of(frames))
            return
        data = connection.send(frames)
        time_ns = now_ns()
        for frame in frames:
            if frame.head & 8:
                self._note_control(frame, time_ns)
        if self._observer is not None:
            violations = connection.judge_sent(frames)
            inflated: Sequence[tuple[int, bytes]] = ()
            if connection.deflate is not None:
                inflated, broken = connection.inflate_sent(frames)
                violations += broken
            self._observer(FramesSeen(self.number, time_ns, Direction.SENT, frames, violations, len(data), inflated))
        tcp.write(data)
        self._written += len(data)
        if connection.finished and connection.close_sent is not None:
            self._finish()
        if self._mischief is not None:
            self._mischief.count(len(frames))

    def write_raw(self, data: bytes) -> bool:
        """Send bytes as they are, frames or not; they are recorded as what a peer reads in them. False if TCP is
        closing already, and nothing was sent. Our close frame having gone does not matter here."""
        if not self.can_send_raw:
            return False
        self.raw.write(data)
        if self.connection.finished and self.connection.close_sent is not None and not self.raw.busy:
            self._finish()
        return True

    def raw_done(self) -> None:
        """All pieces of a raw sending have gone, or no more will: frames that waited for that leave now."""
        held, self.raw.held = self.raw.held, []
        self.raw.busy = False
        if held:
            self.write(held)
        if self.connection.finished and self.connection.close_sent is not None:
            self._finish()

    def end_tcp(self) -> None:
        """Send FIN without a close frame, and read on until the peer's; the peer sees 1006."""
        self._ending.close_first(EndedBy.LOCAL)
        self._linger()

    def _push(self, data: bytes) -> None:
        self._tcp.write(data)
        self._written += len(data)

    def write_ping(self, payload: bytes) -> None:
        """A keep-alive ping; `ping_way` tells how far it is."""
        start, taken = self._written, self._taken()
        self.write([self.connection.frame(Opcode.PING, payload)])
        self._ping_leaving = Leaving(start, self._written, taken)

    def ping_way(self) -> Way:
        """How far the keep-alive ping is that was written last."""
        return Way.LEFT if self._ping_leaving is None else self._ping_leaving.look(self._taken())

    def close_way(self) -> Way:
        """How far our close frame is."""
        return Way.LEFT if self._close_leaving is None else self._close_leaving.look(self._taken())

    def _taken(self) -> int:
        return self._written - unacknowledged(self._tcp)

    def _note_control(self, frame: Frame, time_ns: int) -> None:
        if frame.opcode == Opcode.PING:
            self._pings.sent(frame.payload, time_ns)
        elif frame.opcode == Opcode.CLOSE:
            failure = self.connection.failure
            self._ending.close_first(EndedBy.LOCAL if failure is None else EndedBy.RULE)
            self._close_leaving = Leaving(self._written, self._written + 1, self._taken())
            self._deadlines.set("closing", self.options.timeouts.closing)

    def _finish(self) -> None:
        """Both close frames have gone, or the connection was failed: end TCP as section 7.1.1 says, server first."""
        if self._lingering:
            if self.connection.close_received is not None and self.role is Role.CLIENT:
                self._tcp.close()
        elif self.role is Role.SERVER or self.connection.failure is not None:
            self._linger()

    def _linger(self) -> None:
        """Send FIN and read on until the peer's. To close a socket that still gets bytes sends a reset, and that can
        overtake what we sent last: the close frame, or the answer that says what is wrong with a request."""
        tcp = self._tcp
        if self._lingering or tcp.is_closing():
            return
        self._lingering = True
        self._deadlines.clear()
        if self._pauses:
            self._pauses.clear()
            tcp.resume_reading()
        timeouts = self.options.timeouts
        if tcp.can_write_eof():
            # What waits in the buffer, and FIN behind it, goes out at the peer's pace.
            self._deadlines.set("linger", timeouts.closing if tcp.get_write_buffer_size() else timeouts.linger)
            # The peer's reset may be known to the system and not yet to the loop; the transport hears of it next.
            with suppress(OSError):
                tcp.write_eof()
        else:  # TLS
            self._deadlines.set("linger", timeouts.closing)
            tcp.close()

    # --- for the owner

    @property
    def can_send(self) -> bool:
        """Whether a frame may still go out: the handshake is done and our close frame has not gone."""
        connection = self.connection
        return (
            connection.state in (State.OPEN, State.CLOSING)
            and connection.close_sent is None
            and self.handshake.outcome is Outcome.ACCEPTED
            and not self._lingering
            and not self._tcp.is_closing()
        )

    @property
    def can_send_raw(self) -> bool:
        """Whether bytes may still go out: the handshake is done and TCP is not closing."""
        accepted = self.handshake.outcome is Outcome.ACCEPTED and self._transport is not None
        return accepted and not self._lingering and not self._tcp.is_closing()

    @property
    def handshake_resource(self) -> str:
        """What the server was asked for, path and query, as soon as the request's head was read."""
        return self.handshake.resource if isinstance(self.handshake, ServerHandshake) else self.url

    @property
    def held(self) -> bool:
        """Whether the recorder is behind: who sends by itself waits too then."""
        return "recorder" in self._pauses

    @property
    def write_backlog(self) -> int:
        """Bytes that were sent and that the operating system has not taken yet."""
        return self._tcp.get_write_buffer_size()

    def open_until(self, when: float) -> None:
        """The handshake has to be done by then, by the loop's clock: a client's time runs from the first look-up."""
        self._opening_until = when

    def keep_alive(self, interval: float | None) -> None:
        """Send a ping every ``interval`` seconds from now on; None ends it."""
        self.options.timeouts.ping_interval = interval
        if interval is None:
            self._deadlines.drop("ping")
            self._deadlines.drop("pong")
        elif self.connection.state is State.OPEN:
            self._deadlines.set("ping", interval)

    def pause_reading(self, reason: str) -> None:
        """Stop reading until every reason given has been taken back; TCP then slows the peer."""
        if self._lingering:
            return
        if not self._pauses and not self._tcp.is_closing():
            self._tcp.pause_reading()
        self._pauses.add(reason)

    def resume_reading(self, reason: str) -> None:
        """Take back a reason to stop reading."""
        if reason in self._pauses:
            self._pauses.discard(reason)
            if not self._pauses and not self._tcp.is_closing():
                self._last_read_ns = now_ns()  # while nobody looked, the peer was not idle
                self._tcp.resume_reading()

    def sent_inflator(self) -> Inflator | None:
        """What inflates our own compressed frames, in the state after those sent; None if nothing was agreed."""
        return self.connection.sent_inflator()

    def use_faults(self, faults: Faults) -> None:
        """What is done wrong on purpose from now on."""
        self.options.faults = faults
        if self._mischief is None:
            if faults.none or self._transport is None:
                return
            self._mischief = Mischief(self)
        self._mischief.use(faults)

    def cut(self, how: Cut) -> None:
        """End TCP at once, without a close frame: with FIN behind what was sent, or with a reset (RST)."""
        if self._tcp.is_closing():
            return
        self._ending.close_first(EndedBy.LOCAL)
        if how is Cut.RST:
            # A lingering time of 0 makes the system send a reset and throw away what has not gone yet.
            own = self._tcp.get_extra_info("socket")
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._abort()
        else:
            self._tcp.close()

    def abort(self, refusal: str = "TCP was cut from this side before the handshake was done.") -> None:
        """Cut TCP without a close frame (the peer sees 1006). ``refusal`` says why, if the handshake is not done."""
        self._ending.close_first(EndedBy.LOCAL)
        if not self.handshake.done and not self._ending.refusal:
            self._ending.refusal = refusal
        self._abort()

    def _abort(self) -> None:
        if not self._ending.eof:
            self._ending.how = How.CUT
        self._tcp.abort()

    def get_extra_info(self, name: str) -> object:
        """What asyncio's transport knows: ``ssl_object``, ``socket``, ``peername`` ..."""
        return self._tcp.get_extra_info(name)

    @property
    def _tcp(self) -> asyncio.Transport:
        assert self._transport is not None, "no TCP connection yet"  # noqa: S101
        return self._transport

    def _observe(self, record: Record) -> None:
        if self._observer is not None:
            self._observer(record)

    def _observe_rest(self, received: Received, time_ns: int) -> None:
        if received.rest and self._observer is not None:
            if self._unreported:  # no frame came with them, and they crossed the wire
                size, self._unreported = self._unreported, 0
                self._observer(FramesSeen(self.number, time_ns, Direction.RECEIVED, (), (), size))
            self._observer(BytesSeen(self.number, time_ns, Direction.RECEIVED, received.rest, received.rest_violations))
