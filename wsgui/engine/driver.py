"""One connection driven over a `Link`, from the first byte of the handshake to the end.

It joins the parts that each know one thing: the handshake (`opening`), the protocol core (`protocol.connection`), the
timers (`deadlines`, `overdue`), raw bytes (`raw_writer`), faults (`mischief`), and how it all ended (`endings`).
Nothing here knows sockets, TLS or which end this is, apart from who closes TCP first.

The hot path is `data_received`: one read of at most 64 KiB becomes one call into the protocol core, one record for
the observer and one call of the handler. Nothing is scheduled per frame: no future, no task, no ``call_soon``.
Without an observer no record is made.

Order matters, and is this: what came is recorded before anything is done about it; pongs leave before the handler's
answers, a close frame after them; frames that leave are recorded before they are written.

The end has three steps. Both close frames have gone, or a rule was broken, or a person wants FIN: then the server (a
client only if it failed the connection) ends its direction with FIN and *lingers*, reading on until the peer's FIN,
because to close a socket with unread bytes sends a reset that overtakes what was sent last. `lost` comes once, from
the link, and makes the one `ConnectionClosed`. Every step has a deadline behind it.

Reading stops while there is any reason in `pauses`: the recorder is behind, nobody receives, the peer does not read,
a person is asked. So memory stays bounded, and TCP slows whoever sends.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from wsgui.engine.clock import now_ns
from wsgui.engine.deadlines import Deadlines
from wsgui.engine.endings import Ending
from wsgui.engine.faults import Cut
from wsgui.engine.leaving import Leaving, Way
from wsgui.engine.link import NO_LINK, LinkUser
from wsgui.engine.mischief import Mischief
from wsgui.engine.opening import Opening
from wsgui.engine.options import Compression
from wsgui.engine.overdue import overdue
from wsgui.engine.pings import Pings
from wsgui.engine.raw_writer import RawWriter
from wsgui.protocol.connection import CloseReceived, Connection, Event, Interceptor, PongReceived, Received
from wsgui.protocol.frames import wire_of
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import Role, State
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    How,
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.engine.faults import Faults
    from wsgui.engine.handler import Handler
    from wsgui.engine.link import Link, Loss
    from wsgui.engine.options import Options
    from wsgui.protocol.compression import Inflator
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.handshake import Handshake
    from wsgui.protocol.http_exchange import HttpRequest

# A member of an enumeration takes 0.05 us to look up; these are asked for every message.
_CONNECTING, _OPEN, _CLOSING = State.CONNECTING, State.OPEN, State.CLOSING
_ACCEPTED = Outcome.ACCEPTED
_CLOSE = int(Opcode.CLOSE)
_SENT, _RECEIVED = Direction.SENT, Direction.RECEIVED

LINGER_BYTES = 1024 * 1024
"""What is still looked at of a peer that goes on sending after the end; the rest is read and thrown away."""


def new_key() -> bytes:
    """Four fresh random bytes (RFC 6455 section 5.3 asks for a strong source of entropy)."""
    return secrets.token_bytes(4)


class ConnectionDriver(LinkUser):
    """One connection. ``handshake`` decides which end it is, and begins it once a link is `attached`.

    ``observer`` hears a `Record` for everything on the wire, in order. Public attributes are for reading.
    """

    def __init__(
        self,
        handshake: Handshake,
        options: Options,
        handler: Handler,
        *,
        number: int = 1,
        observer: Callable[[Record], None] | None = None,
    ) -> None:
        self.handshake = handshake
        self.options = options
        self.handler = handler
        self.number = number
        self.role = handshake.role
        self.connection = Connection(self.role, options.policy, new_key=new_key)
        self.link: Link = NO_LINK
        self.closed_record: ConnectionClosed | None = None
        self.rtt_ns: int | None = None
        self.deadlines = Deadlines(partial(overdue, self))
        self.ending = Ending()
        self.opening = Opening(handshake, self)
        self.pauses: set[str] = set()
        """Why nothing is read now."""
        self.last_read_ns = 0
        self._observer = observer
        self._pings = Pings()
        self._unreported = 0
        self._written = 0  # bytes, ever
        self.frames_received = self.bytes_received = self.frames_sent = 0
        self._ping_leaving: Leaving | None = None
        self._close_leaving: Leaving | None = None
        self._full = False
        self._late_pong: Frame | None = None
        self._lingering = False
        self._lingered = 0
        self._mischief: Mischief | None = None
        self._sent_interceptor: Interceptor | None = None
        self._outgoing: Interceptor | None = None
        """What frames pass on their way out: an interceptor, the faults, or both."""
        self.raw = RawWriter(number, self.connection, self._push, self.observe, self._note_control)

    # --- what the link tells

    def attached(self, link: Link) -> None:
        """The link is up: the handshake begins."""
        self.link = link
        self.observe(ConnectionOpened(self.number, now_ns(), self.role.value, self.url, link.local, link.remote))
        self.handler.connected()
        if not link.is_closing():
            self.opening.begin()

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        time_ns = self.last_read_ns = now_ns()
        if self._lingering:
            self._lingered += len(data)
            if self._lingered > LINGER_BYTES or self.handshake.outcome is Outcome.REFUSED:
                return
        if self.connection.state is _CONNECTING:
            self.opening.receive(data, time_ns)
        else:
            self._receive(data, time_ns)
        if self._mischief is not None:
            self._mischief.was_read(len(data))

    def eof_received(self) -> None:
        """The peer will send no more."""
        time_ns = now_ns()
        if self.connection.state is State.CONNECTING:
            self.opening.receive(b"", time_ns)
        else:
            self._observe_rest(self.connection.receive_eof(), time_ns)
        self.ending.eof = True

    def lost(self, loss: Loss | None) -> None:
        """The link is gone: say how the connection ended, once."""
        handshake, ending = self.handshake, self.ending
        self.deadlines.clear()
        if self._mischief is not None:
            self._mischief.stop()
        self._lingering = True  # nothing is sent any more
        shaken = handshake.outcome is Outcome.ACCEPTED
        if not ending.eof and shaken:  # a reset skips eof_received
            self._observe_rest(self.connection.receive_eof(), now_ns())
        self.raw.end()
        if loss is not None:
            ending.how, ending.loss = loss
        if not shaken:
            if not handshake.done:  # a reset: what came of the handshake is shown all the same
                self.opening.receive(b"", now_ns())
            if not ending.timeout and not ending.refusal:
                ending.plain = handshake.plain
                ending.refusal = handshake.error or "The connection ended before the handshake was done."
                if loss is not None and loss.how is How.TLS:
                    ending.refusal = f"{loss.sentence}."
        self.connection.tcp_closed()
        self.closed_record = ending.record(self.number, now_ns(), self.connection)
        self.observe(self.closed_record)
        self.handler.closed_by(self.closed_record)

    def writable(self, yes: bool) -> None:
        """Much waits to leave, or little again."""
        self._full = not yes
        if yes and self._late_pong is not None:
            pong, self._late_pong = self._late_pong, None
            if self.can_send:
                self.write([pong])
        self.handler.writable(yes)

    # --- the opening handshake

    def requested(self, request: HttpRequest) -> None:
        """A plain HTTP request waits for its answer."""
        self.handler.requested(request)

    def settled(self, time_ns: int) -> None:
        """The handshake is done: frames follow, or the end."""
        handshake = self.handshake
        if handshake.outcome is Outcome.REFUSED:
            self._linger()
            return
        if handshake.deflate is not None:
            compression = self.options.compression or Compression()
            self.connection.use_deflate(handshake.deflate, level=compression.level, memory=compression.memory)
        self.connection.opened()
        self.deadlines.drop("opening")
        timeouts = self.options.timeouts
        if timeouts.idle is not None:
            self.deadlines.set("idle", timeouts.idle)
        if timeouts.ping_interval is not None:
            self.deadlines.set("ping", timeouts.ping_interval)
        if not self.options.faults.none:
            self.use_faults(self.options.faults)
        self.handler.opened()
        if handshake.leftover:
            self._receive(handshake.leftover, time_ns)

    # --- frames

    def _receive(self, data: bytes, time_ns: int, released: list[Frame] | None = None) -> None:
        connection = self.connection
        received = connection.receive_data(data) if released is None else connection.receive_frames(released)
        frames, violations, events, replies, inflated, rest, _ = received
        self._unreported += len(data)
        self.bytes_received += len(data)
        self.frames_received += len(frames)
        if frames and self._observer is not None:
            size, self._unreported = self._unreported, 0
            self._observer(FramesSeen(self.number, time_ns, _RECEIVED, frames, violations, size, inflated))
        if rest:
            self._observe_rest(received, time_ns)
        # Pongs go before what the application answers, a close frame (always the last reply) goes after it: messages
        # that came before the end still get their answers.
        close = replies.pop() if replies and replies[-1].head & 0xF == _CLOSE else None
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
            if self._pings.waiting or connection.close_received is not None:
                self._look_at_control(events, time_ns)
            self.handler.events(events)
        if close is not None and connection.close_sent is None:
            self.write([close])
        if (connection.failure is not None or connection.close_received is not None) and connection.finished:
            self._finish()

    def _look_at_control(self, events: list[Event], time_ns: int) -> None:
        for event in events:
            if isinstance(event, PongReceived):
                for payload, rtt_ns in self._pings.answered(event.payload, time_ns):
                    self.rtt_ns = rtt_ns
                    self.handler.answered(payload, rtt_ns)
                if not self._pings.waiting:
                    self.deadlines.drop("pong")
            elif isinstance(event, CloseReceived):
                self.ending.close_first(EndedBy.PEER)
                self.deadlines.set("closing", self.options.timeouts.closing)

    def write(self, frames: Sequence[Frame]) -> None:
        """Send frames in one write: as they are, or as an interceptor and the faults want it. Does nothing once TCP is
        closing."""
        if self._outgoing is not None:
            frames = self._outgoing(list(frames))
            if not frames:
                return
        self.write_now(frames)

    def write_now(self, frames: Sequence[Frame]) -> None:
        """Send frames as they are, past all faults."""
        link = self.link
        if self._lingering or link.is_closing():
            return
        if self._full and (queued := link.backlog()) > self.options.limits.queued_bytes:
            self.ending.overflow(queued)
            self.cut_off()
            return
        connection = self.connection
        if self.raw.used and self.raw.in_the_way:
            if self.raw.busy and connection.failure is None:
                self.raw.held += frames
            else:
                self.write_raw(wire_of(frames))
            return
        data = connection.send(frames)
        time_ns = now_ns()
        for frame in frames:
            if frame[0] & 8:
                self._note_control(frame, time_ns)
        if self._observer is not None:
            violations = connection.judge_sent(frames)
            inflated: Sequence[tuple[int, bytes]] = ()
            if connection.deflate is not None:
                inflated, broken = connection.inflate_sent(frames)
                violations += broken
            self._observer(FramesSeen(self.number, time_ns, _SENT, frames, violations, len(data), inflated))
        link.write(data)
        self._written += len(data)
        self.frames_sent += len(frames)
        if connection.close_sent is not None and connection.finished:
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
        self.ending.close_first(EndedBy.LOCAL)
        self._linger()

    def _push(self, data: bytes) -> None:
        self.link.write(data)
        self._written += len(data)

    def write_ping(self, payload: bytes) -> None:
        """A keep-alive ping; `ping_way` tells how far it is."""
        start, taken = self._written, self._taken()
        self.write([self.connection.frame(Opcode.PING, payload)])
        self._ping_leaving = Leaving(start, self._written, taken)

    @property
    def bytes_sent(self) -> int:
        """Bytes of frames, and of what was sent raw."""
        return self._written

    def ping_way(self) -> Way:
        """How far the keep-alive ping is that was written last."""
        return Way.LEFT if self._ping_leaving is None else self._ping_leaving.look(self._taken())

    def close_way(self) -> Way:
        """How far our close frame is."""
        return Way.LEFT if self._close_leaving is None else self._close_leaving.look(self._taken())

    def _taken(self) -> int:
        return self._written - self.link.unacknowledged()

    def _note_control(self, frame: Frame, time_ns: int) -> None:
        if frame.opcode == Opcode.PING:
            self._pings.sent(frame.payload, time_ns)
        elif frame.opcode == Opcode.CLOSE:
            failure = self.connection.failure
            self.ending.close_first(EndedBy.LOCAL if failure is None else EndedBy.RULE)
            self._close_leaving = Leaving(self._written, self._written + 1, self._taken())
            self.deadlines.set("closing", self.options.timeouts.closing)

    def _finish(self) -> None:
        """Both close frames have gone, or the connection was failed: end TCP as section 7.1.1 says, server first."""
        if self._lingering:
            if self.connection.close_received is not None and self.role is Role.CLIENT:
                self.link.close()
        elif self.role is Role.SERVER or self.connection.failure is not None:
            self._linger()

    def _linger(self) -> None:
        """Send FIN and read on until the peer's. To close a socket that still gets bytes sends a reset, and that can
        overtake what we sent last: the close frame, or the answer that says what is wrong with a request."""
        link, timeouts = self.link, self.options.timeouts
        if self._lingering or link.is_closing():
            return
        self._lingering = True
        self.deadlines.clear()
        if self.pauses:
            self.pauses.clear()
            link.resume_reading()
        waiting = link.backlog()
        # What waits, and the end behind it, goes out at the peer's pace.
        self.deadlines.set("linger", timeouts.linger if link.end() and not waiting else timeouts.closing)

    # --- for the owner

    @property
    def url(self) -> str:
        """The client's URL, or the resource that the server was asked for."""
        return self.handshake.place

    @property
    def can_send(self) -> bool:
        """Whether a frame may still go out: the handshake is done and our close frame has not gone."""
        connection = self.connection
        return (
            ((state := connection.state) is _OPEN or state is _CLOSING)
            and connection.close_sent is None
            and self.handshake.outcome is _ACCEPTED
            and not self._lingering
            and not self.link.is_closing()
        )

    @property
    def can_send_raw(self) -> bool:
        """Whether bytes may still go out: the handshake is done and TCP is not closing."""
        return self.handshake.outcome is Outcome.ACCEPTED and not self._lingering and not self.link.is_closing()

    @property
    def held(self) -> bool:
        """Whether the recorder is behind: who sends by itself waits too then."""
        return "recorder" in self.pauses

    def keep_alive(self, interval: float | None) -> None:
        """Send a ping every ``interval`` seconds from now on; None ends it."""
        self.options.timeouts.ping_interval = interval
        if interval is None:
            self.deadlines.drop("ping")
            self.deadlines.drop("pong")
        elif self.connection.state is State.OPEN:
            self.deadlines.set("ping", interval)

    def pause_reading(self, reason: str) -> None:
        """Stop reading until every reason given has been taken back; TCP then slows the peer."""
        if self._lingering:
            return
        if not self.pauses and not self.link.is_closing():
            self.link.pause_reading()
        self.pauses.add(reason)

    def resume_reading(self, reason: str) -> None:
        """Take back a reason to stop reading."""
        if reason in self.pauses:
            self.pauses.discard(reason)
            if not self.pauses and not self.link.is_closing():
                self.last_read_ns = now_ns()  # while nobody looked, the peer was not idle
                self.link.resume_reading()

    def sent_inflator(self) -> Inflator | None:
        """What inflates our own compressed frames, in the state after those sent; None if nothing was agreed."""
        return self.connection.sent_inflator()

    def intercept(self, received: Interceptor | None = None, sent: Interceptor | None = None) -> None:
        """Let functions see the frames of each read, and of each write, before they are recorded, answered or sent.

        See `Connection.intercept` for what they may do; None for none. Frames that ``received`` held go on with
        `release`, those that ``sent`` held with `write_now`. Faults come behind ``sent``. What is sent raw passes by.
        """
        self.connection.intercept(received)
        self._sent_interceptor = sent
        self._arrange()

    def release(self, frames: list[Frame]) -> None:
        """Go on with received frames that an interceptor held back; does nothing once the link is gone."""
        if self.connection.state is not State.CLOSED:
            self._receive(b"", now_ns(), frames)

    def _arrange(self) -> None:
        faults = None if self._mischief is None else self._mischief.outgoing
        sent = self._sent_interceptor
        if sent is None or faults is None:
            self._outgoing = sent or faults
        else:
            self._outgoing = lambda frames: faults(sent(frames))

    def use_faults(self, faults: Faults) -> None:
        """What is done wrong on purpose from now on."""
        self.options.faults = faults
        if self._mischief is None:
            if faults.none or self.link is NO_LINK:
                return
            self._mischief = Mischief(self)
            self._arrange()
        self._mischief.use(faults)

    def limit_reads(self, size: int) -> None:
        """Read so many bytes at a time at most; 0: as many as come."""
        self.link.limit_reads(size)

    def cut(self, how: Cut) -> None:
        """End TCP at once, without a close frame: with FIN behind what was sent, or with a reset (RST)."""
        if self.link.is_closing():
            return
        self.ending.close_first(EndedBy.LOCAL)
        if how is Cut.FIN:
            self.link.close()
            return
        if not self.ending.eof:
            self.ending.how = How.CUT
        self.link.reset()

    def abort(self, refusal: str = "TCP was cut from this side before the handshake was done.") -> None:
        """Cut off without a close frame (the peer sees 1006). ``refusal`` says why, if the handshake is not done."""
        self.ending.close_first(EndedBy.LOCAL)
        if not self.handshake.done and not self.ending.refusal:
            self.ending.refusal = refusal
        self.cut_off()

    def cut_off(self) -> None:
        """End the link at once; `abort` says that it was this side's wish."""
        if not self.ending.eof:
            self.ending.how = How.CUT
        self.link.abort()

    def observe(self, record: Record) -> None:
        if self._observer is not None:
            self._observer(record)

    def _observe_rest(self, received: Received, time_ns: int) -> None:
        if received.rest and self._observer is not None:
            if self._unreported:  # no frame came with them, and they crossed the wire
                size, self._unreported = self._unreported, 0
                self._observer(FramesSeen(self.number, time_ns, Direction.RECEIVED, (), (), size))
            self._observer(BytesSeen(self.number, time_ns, Direction.RECEIVED, received.rest, received.rest_violations))
