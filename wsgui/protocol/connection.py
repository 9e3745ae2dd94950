"""One end of an open WebSocket connection, without I/O (RFC 6455 sections 5 to 7).

Bytes go in, and out come the frames as they stood on the wire, what the judge says of them, the messages, and the
frames that the policy wants to answer with. The owner does the I/O: it writes the answers, keeps the timers, and
closes TCP when `finished` says so.

    received = connection.receive_data(data)
    transport.write(connection.send(received.replies))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from wsgui.protocol.close import Close, decode_close, encode_close
from wsgui.protocol.frames import Frame, minimal_length_form, wire_of
from wsgui.protocol.judge import NOTHING_OPEN, FrameJudge
from wsgui.protocol.messages import MessageAssembler
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.parser import FrameParser
from wsgui.protocol.policy import Policy
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role, State, Trigger, next_state
from wsgui.protocol.violations import Severity, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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


Event: TypeAlias = str | bytes | PingReceived | PongReceived | CloseReceived
"""What the application sees: a text message is a str, a binary message bytes."""


class Received(NamedTuple):
    """What came out of some bytes. ``violations`` pairs an index into ``frames`` with a broken rule; ``rest`` are
    bytes that will never be a frame (a length over the limit, text that is not UTF-8, half a frame at the end)."""

    frames: list[Frame]
    violations: list[tuple[int, Violation]]
    events: list[Event]
    replies: list[Frame]
    rest: bytes = b""
    rest_violations: Sequence[Violation] = ()


class Connection:
    """``role`` is this end's; ``new_key`` gives four fresh random bytes for each frame that is masked.

    Starts as CONNECTING; `opened` follows the handshake. Nothing that a peer sends makes a method raise.
    """

    __slots__ = (
        "_judge",
        "_messages",
        "_new_key",
        "_parser",
        "_sent_judge",
        "close_received",
        "close_sent",
        "failure",
        "policy",
        "role",
        "state",
    )

    def __init__(self, role: Role, policy: Policy | None = None, *, new_key: Callable[[], bytes]) -> None:
        self.role = role
        self.policy = policy or Policy()
        self.state = State.CONNECTING
        self.failure: Violation | None = None
        self.close_sent: Close | None = None
        self.close_received: Close | None = None
        self._new_key = new_key
        self._parser = FrameParser()
        self._judge = FrameJudge(role.other)
        self._sent_judge = FrameJudge(role)
        self._messages = MessageAssembler()

    # --- state

    def opened(self) -> None:
        """The opening handshake has succeeded."""
        self._move(Trigger.HANDSHAKE_DONE)

    def tcp_closed(self) -> None:
        """TCP is gone, however it went."""
        self._move(Trigger.TCP_CLOSED)

    def _move(self, trigger: Trigger) -> None:
        self.state = next_state(self.state, trigger)

    @property
    def finished(self) -> bool:
        """Whether TCP may be closed: both close frames have gone, or the connection was failed."""
        return self.failure is not None or (self.close_sent is not None and self.close_received is not None)

    # --- receiving

    def receive_data(self, data: bytes) -> Received:
        """Take the next bytes of the peer; see `Received`. Never raises."""
        parser = self._parser
        policy = self.policy
        parser.frame_limit = min(policy.frame_limit, policy.message_limit)
        frames = parser.feed(data)
        received = Received(frames, [], [], [])
        if frames:
            self._messages.whole()
            self._take(frames, received)
        if parser.rest_size and self.failure is None and self.close_received is None:
            return self._look_ahead(received)
        return received

    def _take(self, frames: list[Frame], received: Received) -> None:
        """The ordinary frame (a whole legal message) is worked off here in local variables; the rest in `_meet`."""
        judge = self._judge
        unmasked = judge.sender is Role.SERVER
        add = received.events.append
        plain = judge.open_opcode == NOTHING_OPEN and not judge.close_seen and self.failure is None
        for index, frame in enumerate(frames):
            head, form, key, payload = frame
            if plain and (key is None) is unmasked and (form == 7 or form == minimal_length_form(len(payload))):
                if head == 0x81:
                    try:
                        add(payload.decode())
                    except UnicodeDecodeError:
                        pass
                    else:
                        continue
                elif head == 0x82:
                    add(payload)
                    continue
            self._meet(index, frame, received)
            plain = judge.open_opcode == NOTHING_OPEN and not judge.close_seen and self.failure is None

    def _meet(self, index: int, frame: Frame, received: Received) -> None:
        over = self.failure is not None or self.close_received is not None
        found = self._judge.judge(frame)
        for breach in found:
            received.violations.append((index, breach))
        if over:  # what comes after the end is recorded and judged, and not acted on
            if frame.opcode == Opcode.CLOSE and self.close_received is None:
                self._note_close(frame, received)
            return
        if self.policy.strict:
            for breach in found:
                if breach.close_code is not None and breach.severity is Severity.ERROR:
                    self._fail(breach, received)
                    return
        opcode = frame.opcode
        if opcode == Opcode.PING:
            received.events.append(PingReceived(frame.payload))
            if self.policy.auto_pong:
                received.replies.append(self.frame(Opcode.PONG, frame.payload))
        elif opcode == Opcode.PONG:
            received.events.append(PongReceived(frame.payload))
        elif opcode == Opcode.CLOSE:
            self._note_close(frame, received)
            if self.policy.answer_close and self.close_sent is None:
                received.replies.append(self.frame(Opcode.CLOSE, frame.payload[:2]))
        elif opcode <= Opcode.BINARY:
            self._data(index, frame, received)

    def _note_close(self, frame: Frame, received: Received) -> None:
        self.close_received = decode_close(frame.payload)
        self._move(Trigger.CLOSE_RECEIVED)
        received.events.append(CloseReceived(*self.close_received))

    def _data(self, index: int, frame: Frame, received: Received) -> None:
        messages = self._messages
        if frame.opcode != Opcode.CONTINUATION:
            messages.start(frame.opcode)
        elif messages.opcode is None:
            return
        result = messages.add(frame.payload, final=frame.fin, limit=self.policy.message_limit)
        if isinstance(result, Violation):
            received.violations.append((index, result))
            if self.policy.strict or result.rule == "message.over-limit":
                self._fail(result, received)
            elif not frame.fin:
                messages.drop()
        elif result is not None:
            received.events.append(result)

    def _look_ahead(self, received: Received) -> Received:
        """Judge what has come of the frame under way: a length that is too much, text that went bad already."""
        too_long = self._parser.too_long
        if too_long is not None:
            text = f"A frame of {too_long.length} bytes is announced; the limit is {self._parser.frame_limit} bytes."
            breaches = [violation("length.over-limit", text)]
            if too_long.length >> 63:
                breaches.insert(0, violation("length.top-bit", "The 64-bit length has its top bit set."))
            return self._fail_on_rest(breaches, breaches[-1], received)
        messages = self._messages
        if self.policy.strict and messages.is_text(self._parser.unfinished_head):
            breach = messages.peek(self._parser.unfinished(messages.peeked))
            if breach is not None:
                return self._fail_on_rest([breach], breach, received)
        return received

    def _fail_on_rest(self, breaches: list[Violation], cause: Violation, received: Received) -> Received:
        self._fail(cause, received)
        return received._replace(rest=self._parser.rest, rest_violations=breaches)

    def _fail(self, breach: Violation, received: Received) -> None:
        """Fail the connection (section 7.1.7): a close frame with the rule's code, and nothing is read after."""
        self.failure = breach
        self._move(Trigger.FAILED)
        if self.close_sent is None:
            received.replies.append(self.frame(Opcode.CLOSE, close_payload(breach)))

    def receive_eof(self) -> Received:
        """The peer will send no more. Half a frame that is left comes back as ``rest``, judged."""
        received = Received([], [], [], [])
        rest = self._parser.rest
        if not rest or self.failure is not None:
            return received
        breach = violation("frame.cut", f"The connection ended inside a frame, after {len(rest)} bytes of it.")
        return received._replace(rest=rest, rest_violations=(breach,))

    # --- sending

    def frame(self, opcode: int, payload: bytes = b"", *, fin: bool = True, rsv1: bool = False) -> Frame:
        """A frame of this end, masked with a fresh key if the role or the policy says so."""
        mask = self.policy.mask
        if mask is None:
            mask = self.role is Role.CLIENT
        return Frame(
            opcode | 0x80 * fin | 0x40 * rsv1,
            minimal_length_form(len(payload)),
            self._new_key() if mask else None,
            payload,
        )

    def close_frame(self, code: int | None = 1000, reason: str = "") -> Frame:
        """A close frame; ``code`` None sends an empty one. Raises ValueError if the reason is over 123 bytes."""
        return self.frame(Opcode.CLOSE, b"" if code is None else encode_close(code, reason))

    def send(self, frames: Sequence[Frame]) -> bytes:
        """The bytes to write for ``frames``, whatever they are; a close frame among them moves the state."""
        for frame in frames:
            if frame.head & 0xF == Opcode.CLOSE and self.close_sent is None:
                self.close_sent = decode_close(frame.payload)
                self._move(Trigger.CLOSE_SENT)
        return wire_of(frames)

    def judge_sent(self, frames: Sequence[Frame]) -> list[tuple[int, Violation]]:
        """What the judge says of our own frames, as indices into ``frames`` with the rule; call it once for each."""
        judge = self._sent_judge.judge
        return [(index, breach) for index, frame in enumerate(frames) for breach in judge(frame)]


def close_payload(breach: Violation) -> bytes:
    """The close frame's payload for a broken rule: its code and as much of its sentence as 123 bytes hold."""
    reason = breach.text.encode()[:123].decode(errors="ignore")
    return encode_close(breach.close_code or 1002, reason)
