"""One end of an open WebSocket connection, without I/O (RFC 6455 sections 5 to 7).

Bytes go in, and out come the frames as they stood on the wire, what the judge says of them, the messages, and the
frames that the policy wants to answer with. The owner does the I/O: it writes the answers, keeps the timers, and
closes TCP when `finished` says so.

    received = connection.receive_data(data)
    transport.write(connection.send(received.replies))

How it works. What the peer sends passes four stages, and none of them raises:

1. `FrameParser` cuts bytes into frames and keeps each as it stood: it knows lengths and keys, and no rules. Whole
   frames come out; of the one under way its header is known. Here an interceptor may put other frames in their
   place.
2. `FrameJudge` says which rules a frame breaks, given the frames before it. A frame whose first byte is among the
   judge's `usual_heads` breaks none if its mask and length form are right, and skips the stage: that is the hot
   loop in `_take`, and `_meet` takes all others. So the whole table of rules is asked about unusual frames alone.
3. `Inflator` and `MessageAssembler` make messages of data frames. Text is decoded as its fragments come.
4. Control frames become events, and answers as the policy has it.

Observe, then judge, then act: a broken rule is told in every mode, and only a strict policy fails the connection for
it (`_fail`: section 7.1.7); limits alone hold in every mode, because memory is finite. After that, and after the
peer's close frame, frames are still parsed and judged for the record, and nothing is done about them.

How the bytes were cut into reads changes none of this. A breach that is certain before its frame is whole (a
character that is none, a length over the limit) fails the connection at that byte (`_look_ahead`), and is told with
the frame. Each byte is in one frame or in one `rest`.

The sending half is `sending.SendingSide`. It judges what we send by a judge of its own, as a strict peer would: to
send what is wrong is what people come here for.

The states are a table (`states`): CONNECTING until `opened`, OPEN, CLOSING from the first close frame or failure on,
CLOSED once `tcp_closed`.
"""

from __future__ import annotations

from codecs import utf_8_decode
from copy import copy
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from wsgui.protocol import core
from wsgui.protocol.close import REASON_LIMIT, Close, decode_close, encode_close, may_be_sent
from wsgui.protocol.compression import DEFAULT_LEVEL, DEFAULT_MEMORY, Inflator
from wsgui.protocol.frames import CONTROL_LIMIT, FIN, RSV1, Frame
from wsgui.protocol.judge import NO_HEADS, SHORTEST, FrameJudge
from wsgui.protocol.messages import over_limit
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.rules import violation
from wsgui.protocol.sending import SendingSide
from wsgui.protocol.states import Role, Trigger
from wsgui.protocol.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.parser import Header, TooLong
    from wsgui.protocol.policy import Policy


# First bytes and opcodes as plain numbers: on Python 3.11 it takes 0.2 us to look up a member of an enumeration.
_TEXT = FIN | Opcode.TEXT
_BINARY = FIN | Opcode.BINARY
_CLOSE = FIN | Opcode.CLOSE
_PING = int(Opcode.PING)
_PONG = int(Opcode.PONG)
_SERVER = Role.SERVER
_new = tuple.__new__  # a named tuple's own constructor takes twice as long
_INSIDE = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that start no character."""


class PingReceived(NamedTuple):
    """A ping (RFC 6455 section 5.5.2); with auto-pong its answer is among the replies."""

    payload: bytes


class PongReceived(NamedTuple):
    """A pong (section 5.5.3), asked for or not."""

    payload: bytes


class CloseReceived(NamedTuple):
    """The peer's close frame (section 5.5.1); ``code`` is None if it carried none."""

    code: int | None
    reason: str


Interceptor: TypeAlias = "Callable[[list[Frame]], list[Frame]]"
"""Sees the frames of one read, or of one write, and says what takes their place: see `Connection.intercept`."""

Event: TypeAlias = str | bytes | PingReceived | PongReceived | CloseReceived
"""What the application sees: a text message is a str, a binary message bytes."""


class Received(NamedTuple):
    """What came out of some bytes. ``violations`` pairs an index into ``frames`` with a broken rule, ``inflated`` with
    what the payload of a compressed message's frame inflates to. ``rest`` are bytes that will never be a frame (a
    length over the limit and what follows it, half a frame at the end).

    How the peer's bytes were cut into reads changes none of it: every byte is in one frame or in one ``rest``, and
    every breach is told once, with the frame it is about, though `Connection.failure` may know of it earlier."""

    frames: list[Frame]
    violations: list[tuple[int, Violation]]
    events: list[Event]
    replies: list[Frame]
    inflated: list[tuple[int, bytes]]
    rest: bytes = b""
    rest_violations: Sequence[Violation] = ()


class Connection(SendingSide):
    """``role`` is this end's; ``new_key`` gives four fresh random bytes for each frame that is masked.

    Starts as CONNECTING; `opened` follows the handshake. Nothing that a peer sends makes a method raise.
    """

    __slots__ = ("_early", "_feed", "_inflator", "_lost", "_messages", "_parser", "_usual", "close_received", "failure")

    def __init__(self, role: Role, policy: Policy | None = None, *, new_key: Callable[[], bytes]) -> None:
        super().__init__(role, policy, new_key)
        self.failure: Violation | None = None
        self.close_received: Close | None = None
        self._lost = False  # where the next frame starts is not known
        self._early: Violation | None = None  # what the frame under way breaks, to be told with it
        self._parser = core.current.parser()
        self._feed: Callable[[bytes], list[Frame]] = self._parser.feed  # or an interceptor around it
        self._messages = core.current.messages()
        self._usual = core.current.usual
        self._inflator: Inflator | None = None

    # --- state

    def opened(self) -> None:
        """The opening handshake has succeeded."""
        self._move(Trigger.HANDSHAKE_DONE)

    def use_deflate(self, deflate: Deflate, *, level: int = DEFAULT_LEVEL, memory: int = DEFAULT_MEMORY) -> None:
        """permessage-deflate was agreed on: call it before the first frame. ``level`` and ``memory`` are zlib's."""
        ours = deflate.client_max_window_bits, not deflate.client_no_context_takeover
        theirs = deflate.server_max_window_bits, not deflate.server_no_context_takeover
        if self.role is Role.SERVER:
            ours, theirs = theirs, ours
        self.deflate = deflate
        self._deflate_sent(ours[0], takeover=ours[1], level=level, memory=memory)
        self._inflator = Inflator(theirs[0], takeover=theirs[1])
        self._judge = FrameJudge(self.role.other, RSV1)

    def tcp_closed(self) -> None:
        """TCP is gone, however it went."""
        self._move(Trigger.TCP_CLOSED)

    @property
    def finished(self) -> bool:
        """Whether TCP may be closed: both close frames have gone, or the connection was failed."""
        return self.failure is not None or (self.close_sent is not None and self.close_received is not None)

    # --- receiving

    def receive_data(self, data: bytes) -> Received:
        """Take the next bytes of the peer; see `Received`. Never raises."""
        if self._lost:
            return Received([], [], [], [], [], data)
        parser, policy = self._parser, self.policy
        limit = policy.frame_limit if policy.frame_limit < policy.message_limit else policy.message_limit
        parser.frame_limit = limit if limit > CONTROL_LIMIT else CONTROL_LIMIT
        frames = self._feed(data)
        received = _new(Received, (frames, [], [], [], [], b"", ()))
        if frames:
            self._messages.peeked = 0
            if self._early is not None:
                received.violations.append((0, self._early))
                self._early = None
            self._take(frames, received)
        if parser.too_long is not None:
            return self._give_up(parser.too_long, received)
        if parser.under_way is not None and self.failure is None and self.close_received is None:
            self._look_ahead(parser.under_way, received)
        return received

    def receive_frames(self, frames: list[Frame]) -> Received:
        """Take frames that an interceptor held back, or made: judged and answered as if they had come now."""
        received = Received(frames, [], [], [], [])
        if frames:
            self._messages.peeked = 0
            self._take(frames, received)
        return received

    def intercept(self, interceptor: Interceptor | None) -> None:
        """Let a function see the frames of each read before anything is made of them; None ends it.

        It is called once a read, with all frames that the read has completed, as they stood on the wire (compressed
        payloads stay compressed). What it returns takes their place, in records, judgements and answers: the same
        list, if nothing is to change; others; fewer, where some are dropped or held for `receive_frames`. It must not
        raise. Once the connection has failed it is asked no more, and what still comes is recorded as it came.
        """
        feed = self._parser.feed
        if interceptor is None:
            self._feed = feed
            return

        def intercepted(data: bytes) -> list[Frame]:
            frames = feed(data)
            return interceptor(frames) if frames and self.failure is None else frames

        self._feed = intercepted

    def _take(self, frames: list[Frame], received: Received) -> None:
        """The hot loop: what breaks no rule is worked off here; `_meet` takes close frames and whatever is unusual."""
        if self._usual is not None:
            self._take_compiled(self._usual, frames, received)
            return
        judge = self._judge
        unmasked = judge.sender is _SERVER
        shortest = SHORTEST
        add = received.events.append
        heads = self._easy_heads()
        for index, frame in enumerate(frames):
            head, form, key, payload = frame
            if head in heads and (key is None) is unmasked and len(payload) >= shortest[form]:
                if head == _TEXT:
                    try:
                        add(payload.decode())
                        continue
                    except UnicodeDecodeError:
                        pass  # `_meet` finds it too, and says where
                elif head == _BINARY:
                    add(payload)
                    continue
                elif head & 8 == 0:
                    judge.remember(head)
                    self._data(index, head, payload, received)
                    heads = self._easy_heads()
                    continue
                elif form == 7 and head != _CLOSE:
                    self._control(head & 0xF, payload, received)
                    continue
            self._meet(index, frame, received)
            heads = self._easy_heads()

    def _take_compiled(self, usual: Callable[..., int], frames: list[Frame], received: Received) -> None:
        """As the loop in `_take`, by the compiled core, which stops at control frames and at whatever is unusual."""
        judge, messages, compressed, events = self._judge, self._messages, self._inflator is not None, received.events
        unmasked = judge.sender is _SERVER
        index, count = 0, len(frames)
        easy = self._easy_heads()
        while index < count:
            if easy:
                limit = self.policy.message_limit
                index = usual(frames, index, judge, unmasked, messages, compressed, limit, events)
                if index == count:
                    return
            head, form, key, payload = frame = frames[index]
            if easy and head & 8 and head in easy and head != _CLOSE and form == 7 and (key is None) is unmasked:
                self._control(head & 0xF, payload, received)
            else:
                self._meet(index, frame, received)
                easy = self._easy_heads()
            index += 1

    def _easy_heads(self) -> frozenset[int]:
        """First bytes of the frames that need no look at the whole table of rules, as things are now."""
        if self.failure is not None or self.policy.message_limit < CONTROL_LIMIT:
            return NO_HEADS
        return self._judge.usual_heads

    def _meet(self, index: int, frame: Frame, received: Received) -> None:
        found = self._judge.judge(frame)
        if found:
            received.violations.extend([(index, breach) for breach in found])
        head, _, _, payload = frame
        opcode = head & 0xF
        if self.failure is not None or self.close_received is not None:
            # What comes after the end is recorded and judged, and not acted on.
            if opcode == Opcode.CLOSE and self.close_received is None:
                self._note_close(payload, received)
            return
        if self.policy.strict:
            for breach in found:
                if breach.close_code is not None:
                    self._fail(breach, received)
                    return
        if opcode < 8:
            self._data(index, head, payload, received)
        else:
            self._control(opcode, payload, received)

    def _control(self, opcode: int, payload: bytes, received: Received) -> None:
        if opcode == _PING:
            received.events.append(PingReceived(payload))
            if self.policy.auto_pong:
                wrong = self.policy.pong_payload
                received.replies.append(self.frame(_PONG, payload if wrong is None else wrong))
        elif opcode == _PONG:
            received.events.append(PongReceived(payload))
        elif opcode == Opcode.CLOSE:
            self._note_close(payload, received)
            if self.policy.answer_close and self.close_sent is None:
                other = self.policy.close_answer
                answer = _answer(payload) if other is None else encode_close(other)
                received.replies.append(self.frame(Opcode.CLOSE, answer))

    def _note_close(self, payload: bytes, received: Received) -> None:
        self.close_received = decode_close(payload)
        self._sent_judge.answers = self.close_received.code
        self._move(Trigger.CLOSE_RECEIVED)
        received.events.append(CloseReceived(*self.close_received))

    def _data(self, index: int, head: int, payload: bytes, received: Received) -> None:
        messages = self._messages
        opcode = head & 0xF
        if opcode > 2:  # a message of a kind that nobody knows; one that was open has lost its place
            messages.drop()
            return
        if opcode:
            messages.start(opcode)
        elif messages.opcode is None:
            return
        if self._inflator is not None:
            inflated = self._inflator.frame(head, payload, max(self.policy.message_limit - messages.size, 0))
            if isinstance(inflated, Violation):
                messages.drop()
                self._break(index, inflated, received)
                return
            if inflated is not None:
                received.inflated.append((index, inflated))
                payload = inflated
        result = messages.add(payload, head >= FIN, self.policy.message_limit)
        if result is None:
            return
        if isinstance(result, Violation):
            self._break(index, result, received)
        else:
            received.events.append(result)

    def _break(self, index: int, breach: Violation, received: Received) -> None:
        """A message broke a rule. Limits hold in every mode, because memory is finite."""
        received.violations.append((index, breach))
        if self.policy.strict or breach.rule == "message.over-limit":
            self._fail(breach, received)

    def _give_up(self, too_long: TooLong, received: Received) -> Received:
        """Fail for a frame that is not waited for: neither it nor anything behind it will be read."""
        text = f"A frame of {too_long.length} bytes is announced; the limit is {self._parser.frame_limit} bytes."
        breaches = [violation("length.over-limit", text)]
        if too_long.length >> 63:
            breaches.insert(0, violation("length.top-bit", "The 64-bit length has its top bit set."))
        if self.failure is None and self.close_received is None:
            self._fail(breaches[-1], received)
        self._lost = True
        return received._replace(rest=self._parser.take_rest(), rest_violations=breaches)

    def _look_ahead(self, header: Header, received: Received) -> None:
        """Fail at the first byte that decides it: the end of the frame may be megabytes away."""
        breach = self._bad_already(header)
        if breach is not None:
            self._early = breach
            self._fail(breach, received)

    def _bad_already(self, header: Header) -> Violation | None:
        """What the data frame under way breaks for certain, whatever will still come of it.

        A breach that its header shows goes first when the frame is whole, so it keeps the others from being
        looked for here: how the bytes were cut into reads must not decide what is found.
        """
        head, form, key, length = header
        messages = self._messages
        kind = head & 0xF or messages.opcode
        if (
            kind is None
            or kind >= 8
            or self._is_compressed(head)
            or not self._judge.is_usual(head, form, key is not None, length)
        ):
            return None
        size = messages.size + length
        limit = self.policy.message_limit
        if size > limit:
            return over_limit(size, limit)
        if kind == Opcode.TEXT and self.policy.strict:
            return messages.peek(self._parser.unfinished(messages.peeked))
        return None

    def _is_compressed(self, head: int) -> bool:
        """Whether a data frame with this first byte belongs to a compressed message: its length says little then."""
        if self._inflator is None:
            return False
        return head & RSV1 != 0 if head & 0xF else self._inflator.compressed

    def _fail(self, breach: Violation, received: Received) -> None:
        """Fail the connection (section 7.1.7): a close frame with the rule's code, and nothing is read after."""
        self.failure = breach
        self._move(Trigger.FAILED)
        if self.close_sent is None:
            received.replies.append(self.frame(Opcode.CLOSE, close_payload(breach)))

    def receive_eof(self) -> Received:
        """The peer will send no more. Half a frame that is left comes back as ``rest``, judged."""
        received = Received([], [], [], [], [])
        rest = self._parser.take_rest()
        if not rest:
            return received
        self._lost = True
        if self._early is not None:
            breaches = [self._early]
        elif self.failure is None:
            text = f"The connection ended inside a frame, after {len(rest)} bytes of it."
            breaches = [violation("frame.cut", text)]
        else:
            breaches = []
        return received._replace(rest=rest, rest_violations=breaches)

    # --- the other end

    def peer_now(self, half_sent: bytes = b"") -> Connection:
        """A strict peer that has got all that was sent (to `judge_sent`) and ``half_sent``, to ask what it would say.

        Nothing that is asked of it changes this connection. It masks with a key of zeros.
        """
        peer = Connection(self.role.other, new_key=lambda: bytes(4))
        peer.opened()
        peer._judge = copy(self._sent_judge)
        if self._sent_inflator is not None:
            peer._inflator = self._sent_inflator.copy()
        if peer._judge.open_opcode in (Opcode.TEXT, Opcode.BINARY):
            peer._messages.start(peer._judge.open_opcode)
            peer._messages.add(_begun(self._sent_tail), False, peer.policy.message_limit)
        if self.close_received is not None:
            peer.close_sent = self.close_received
            peer._move(Trigger.CLOSE_SENT)
        if self.close_sent is not None:
            peer.close_received = self.close_sent
            peer._move(Trigger.CLOSE_RECEIVED)
        peer.receive_data(half_sent)
        return peer

    @property
    def open_message(self) -> int:
        """The opcode of the fragmented message that the peer has begun; -1 for none."""
        return self._judge.open_opcode

    @property
    def half_read(self) -> bytes:
        """What has come of a frame that is not whole, as it stood on the wire."""
        return self._parser.rest

    @property
    def header_under_way(self) -> Header | None:
        """The whole header of the frame that has begun; None between frames and inside a header."""
        return self._parser.under_way


def close_payload(breach: Violation) -> bytes:
    """The close frame's payload for a broken rule: its code and as much of its sentence as 123 bytes hold."""
    reason = breach.text.encode()[:REASON_LIMIT].decode(errors="ignore")
    return encode_close(breach.close_code, reason)


def _begun(tail: bytes) -> bytes:
    """The first bytes of a character that the last three bytes of a text end in, if they do."""
    tail = tail.lstrip(_INSIDE)
    try:
        return tail[utf_8_decode(tail, "strict", False)[1] :]
    except UnicodeDecodeError:
        return b""  # wrong already, and told


def _answer(payload: bytes) -> bytes:
    """The payload that answers a close frame: the same code, or none where that one must not be sent."""
    code = decode_close(payload).code
    return encode_close(code if code is not None and may_be_sent(code) else None)
