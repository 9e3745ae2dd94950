"""The sending half of a connection: frames and messages made, compressed, written, judged (RFC 6455 section 6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol import core
from wsgui.protocol.close import Close, decode_close, encode_close
from wsgui.protocol.compression import Deflator, Inflator
from wsgui.protocol.frames import CONTROL_LIMIT, RSV1, Frame, minimal_length_form
from wsgui.protocol.judge import FrameJudge
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy
from wsgui.protocol.states import Role, State, Trigger, next_state
from wsgui.protocol.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.protocol.deflate import Deflate


# What is asked about every message. A member of an enumeration takes 0.05 us to look up, and a named tuple's own
# constructor twice as long as a tuple's.
_CLIENT = Role.CLIENT
_CLOSE = int(Opcode.CLOSE)
_new = tuple.__new__


class SendingSide:
    """What `Connection` sends with. ``role`` is this end's; ``new_key`` gives four fresh random bytes for each frame
    that is masked."""

    __slots__ = (
        "_deflator",
        "_judge",
        "_new_key",
        "_sent_inflator",
        "_sent_judge",
        "_sent_tail",
        "close_sent",
        "deflate",
        "policy",
        "role",
        "state",
    )

    def __init__(self, role: Role, policy: Policy | None, new_key: Callable[[], bytes]) -> None:
        self.role = role
        self.policy = policy or Policy()
        self.state = State.CONNECTING
        self.close_sent: Close | None = None
        self.deflate: Deflate | None = None
        """What was agreed on of permessage-deflate, if anything."""
        self._new_key = new_key
        self._judge = FrameJudge(role.other)
        self._sent_judge = FrameJudge(role)
        self._sent_tail = b""
        self._deflator: Deflator | None = None
        self._sent_inflator: Inflator | None = None

    def _deflate_sent(self, bits: int | None, *, takeover: bool, level: int, memory: int) -> None:
        """Compress from now on, with these parameters of our direction."""
        self._deflator = Deflator(bits, takeover=takeover, level=level, memory=memory)
        self._sent_inflator = Inflator(bits, takeover=takeover)
        self._sent_judge = FrameJudge(self.role, RSV1)

    def _move(self, trigger: Trigger) -> None:
        self.state = next_state(self.state, trigger)

    def frame(self, opcode: int, payload: bytes = b"", *, fin: bool = True, rsv1: bool = False) -> Frame:
        """A frame of this end, masked with a fresh key if the role or the policy says so."""
        mask = self.policy.mask
        if mask is None:
            mask = self.role is _CLIENT
        form = 7 if len(payload) <= CONTROL_LIMIT else minimal_length_form(len(payload))
        key = self._new_key() if mask else None
        return _new(Frame, (opcode | 0x80 * fin | 0x40 * rsv1, form, key, payload))

    def message(self, opcode: int, payload: bytes, *, compress: bool | None = None) -> Frame:
        """A message in one frame, to be sent next; see `fragments` for ``compress``."""
        deflator = self._deflator
        if deflator is None or not (self.policy.compress if compress is None else compress):
            return self.frame(opcode, payload)
        return self.frame(opcode, deflator.fragment(payload), rsv1=True)

    def fragments(self, opcode: int, parts: Sequence[bytes], *, compress: bool | None = None) -> list[Frame]:
        """A message in as many frames as there are ``parts``, to be sent next, in this order: with context takeover
        each compressed message refers to those before it (RFC 7692 section 7.2.1).

        ``compress`` None leaves it to the policy; nothing is compressed unless permessage-deflate was agreed on.
        """
        deflator = self._deflator
        if deflator is None or not (self.policy.compress if compress is None else compress):
            deflator = None
        frames = []
        for index, part in enumerate(parts):
            final = index == len(parts) - 1
            payload = part if deflator is None else deflator.fragment(part, final=final)
            first = index == 0
            frames.append(self.frame(opcode if first else 0, payload, fin=final, rsv1=first and deflator is not None))
        return frames

    def fragment(self, opcode: int, payload: bytes, *, fin: bool) -> Frame:
        """The next frame of a compressed message, to be sent before anything else of data; control frames may come
        between. The ``fin`` one ends the message. Not compressed unless permessage-deflate was agreed on."""
        if self._deflator is None:
            return self.frame(opcode, payload, fin=fin)
        return self.frame(opcode, self._deflator.fragment(payload, final=fin), fin=fin, rsv1=opcode != 0)

    def deflator_now(self) -> Deflator | None:
        """A copy of what the next message would be compressed with, to see what would come of it; None without it."""
        return None if self._deflator is None else self._deflator.copy()

    def compressed(self, payload: bytes) -> bytes:
        """What ``payload`` would be compressed to as the next message; nothing changes by asking.

        Raises ValueError if permessage-deflate was not agreed on.
        """
        if self._deflator is None:
            raise ValueError("permessage-deflate was not agreed on")
        return self._deflator.copy().fragment(payload)

    def close_frame(self, code: int | None = 1000, reason: str = "") -> Frame:
        """A close frame; ``code`` None sends an empty one. Raises ValueError if the reason is over 123 bytes."""
        return self.frame(Opcode.CLOSE, b"" if code is None else encode_close(code, reason))

    def send(self, frames: Sequence[Frame]) -> bytes:
        """The bytes to write for ``frames``, whatever they are; a close frame among them moves the state."""
        for frame in frames:
            if frame[0] & 0xF == _CLOSE and self.close_sent is None:
                self.close_sent = decode_close(frame.payload)
                self._judge.answers = self.close_sent.code
                self._move(Trigger.CLOSE_SENT)
        return core.current.wire_of(frames)

    def judge_sent(self, frames: Sequence[Frame]) -> list[tuple[int, Violation]]:
        """What the judge says of our own frames, as indices into ``frames`` with the rule; call it once for each."""
        judge = self._sent_judge.judge
        found = [(index, breach) for index, frame in enumerate(frames) for breach in judge(frame)]
        if self._sent_judge.open_opcode == Opcode.TEXT:
            for head, _, _, payload in frames:
                if head & 8 == 0:
                    self._sent_tail = ((b"" if head & 0xF else self._sent_tail) + payload)[-3:]
        return found

    def sent_inflator(self) -> Inflator | None:
        """What `inflate_sent` inflates with, in a copy of its state; None if no compression was agreed on."""
        return None if self._sent_inflator is None else self._sent_inflator.copy()

    def inflate_sent(self, frames: Sequence[Frame]) -> tuple[list[tuple[int, bytes]], list[tuple[int, Violation]]]:
        """What our own compressed frames inflate to, as the peer will find; call it once for each frame sent.

        What a person sends as "compressed" may be anything, so this inflates what stands in the frames instead of
        remembering what they were made of.
        """
        inflator = self._sent_inflator
        inflated: list[tuple[int, bytes]] = []
        broken: list[tuple[int, Violation]] = []
        if inflator is not None:
            for index, (head, _, _, payload) in enumerate(frames):
                if head & 0xF < 3:
                    result = inflator.frame(head, payload, self.policy.message_limit)
                    if isinstance(result, Violation):
                        if result.rule == "deflate.invalid":
                            broken.append((index, result))
                    elif result is not None:
                        inflated.append((index, result))
        return inflated, broken
