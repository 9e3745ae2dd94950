"""The judge of frames: which rules does this frame break, given what came before it in the same direction?

One function a rule, in the order in which a reader of the header meets them. The ordinary frame breaks none, so
`FrameJudge.judge` first asks whether anything is unusual at all and runs the functions only then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from wsgui.protocol.close import CLOSE_CODES, may_be_sent
from wsgui.protocol.frames import CONTROL_LIMIT, FIN, RSV, RSV1, Frame, minimal_length_form
from wsgui.protocol.opcodes import Opcode, is_control, is_reserved, opcode_name
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.protocol.violations import Violation

NOTHING_OPEN = -1
"""`FrameJudge.open_opcode` while no fragmented message is under way."""


class FrameJudge:
    """Judges the frames of one direction in order; ``sender`` is the role of the endpoint that sent them.

    ``rsv_allowed`` are the RSV bits (`frames.RSV1` ...) that a negotiated extension defines. ``answers`` is the code
    of the other side's close frame once there is one: an endpoint may echo it, even one that it would not choose.
    """

    __slots__ = ("_heads", "answers", "close_seen", "open_opcode", "rsv_allowed", "sender", "usual_heads")

    def __init__(self, sender: Role, rsv_allowed: int = 0) -> None:
        self.sender = sender
        self.rsv_allowed = rsv_allowed
        self._heads = _HEADS_DEFLATE if rsv_allowed & RSV1 else _HEADS
        self.answers: int | None = None
        self.open_opcode: int = NOTHING_OPEN
        self.close_seen = False
        self.usual_heads = self._heads
        """First header bytes that break no rule as things are now."""

    def judge(self, frame: Frame) -> Sequence[Violation]:
        """The rules that ``frame`` breaks, then remember what it opens, continues or closes."""
        head, form, key, payload = frame
        found: Sequence[Violation] = ()
        if head == _CLOSE_HEAD or not self.is_usual(head, form, key is not None, len(payload)):
            found = [breach for rule in _RULES if (breach := rule(frame, self)) is not None]
        self.remember(head)
        return found

    def remember(self, head: int) -> None:
        """Note what a frame with this first byte opens, continues or closes; `judge` does it too."""
        opcode = head & 0xF
        if opcode < 8:
            if head >= FIN:
                self.open_opcode = NOTHING_OPEN
                self.usual_heads = self._heads
            elif opcode:
                self.open_opcode = opcode
                self.usual_heads = _HEADS_INSIDE
        elif opcode == 8:
            self.close_seen = True
        if self.close_seen:
            self.usual_heads = NO_HEADS

    def is_usual(self, head: int, form: int, masked: bool, length: int) -> bool:
        """Whether a header breaks no rule whatever its payload; a header that only RSV bits make unusual is not."""
        return (
            head in self.usual_heads
            and masked is (self.sender is Role.CLIENT)
            and length >= SHORTEST[form]
            and (form == 7 or head & 8 == 0)
        )


SHORTEST = {7: 0, 16: 126, 64: 0x10000}
"""The shortest payload, in bytes, that needs each of the length forms."""

_CLOSE_HEAD = FIN | Opcode.CLOSE
_HEADS = frozenset((0x01, 0x02, 0x81, 0x82, _CLOSE_HEAD, 0x89, 0x8A))
_HEADS_DEFLATE = _HEADS | {0x41, 0x42, 0xC1, 0xC2}
_HEADS_INSIDE = frozenset((0x00, 0x80, _CLOSE_HEAD, 0x89, 0x8A))
NO_HEADS: frozenset[int] = frozenset()

_FrameRule: TypeAlias = "Callable[[Frame, FrameJudge], Violation | None]"


def _mask(frame: Frame, judge: FrameJudge) -> Violation | None:
    if judge.sender is Role.CLIENT and not frame.masked:
        return violation("mask.client-unmasked", "This frame came from a client and is not masked.")
    if judge.sender is Role.SERVER and frame.masked:
        return violation("mask.server-masked", "This frame came from a server and is masked.")
    return None


def _rsv(frame: Frame, judge: FrameJudge) -> Violation | None:
    wrong = frame.head & RSV & ~judge.rsv_allowed
    if not wrong:
        return None
    names = " and ".join(f"RSV{n}" for n, bit in ((1, 0x40), (2, 0x20), (3, 0x10)) if wrong & bit)
    return violation("rsv.not-negotiated", f"{names} is set, and no extension was negotiated that defines it.")


def _rsv1_place(frame: Frame, judge: FrameJudge) -> Violation | None:
    if not (frame.head & judge.rsv_allowed & RSV1) or frame.opcode in (Opcode.TEXT, Opcode.BINARY):
        return None
    if frame.opcode == Opcode.CONTINUATION:
        return violation("deflate.rsv1-misplaced", "RSV1 is set on a fragment that is not its message's first.")
    if is_control(frame.opcode):
        return violation("deflate.rsv1-misplaced", f"RSV1 is set on a {opcode_name(frame.opcode)} frame.")
    return None


def _opcode(frame: Frame, judge: FrameJudge) -> Violation | None:
    if not is_reserved(frame.opcode):
        return None
    kind = "control" if is_control(frame.opcode) else "data"
    return violation(f"opcode.reserved-{kind}", f"Reserved {kind} opcode {opcode_name(frame.opcode)}.")


def _length(frame: Frame, judge: FrameJudge) -> Violation | None:
    size = len(frame.payload)
    minimal = minimal_length_form(size)
    if frame.length_form == minimal:
        return None
    return violation(
        "length.not-minimal",
        f"A length of {size} fits the {minimal}-bit form, but is written in the {frame.length_form}-bit form.",
    )


def _fragment_order(frame: Frame, judge: FrameJudge) -> Violation | None:
    opcode = frame.opcode
    if is_control(opcode):
        return None
    if opcode == Opcode.CONTINUATION:
        if judge.open_opcode == NOTHING_OPEN:
            return violation("continuation.nothing-open", "A continuation frame, but no message was started.")
    elif judge.open_opcode != NOTHING_OPEN:
        return violation(
            "fragment.interleaved",
            f"A new {opcode_name(opcode)} message starts before the {opcode_name(judge.open_opcode)} message ended.",
        )
    return None


def _control_fragmented(frame: Frame, judge: FrameJudge) -> Violation | None:
    if is_control(frame.opcode) and not frame.fin:
        return violation("control.fragmented", f"This {opcode_name(frame.opcode)} frame has FIN 0.")
    return None


def _control_length(frame: Frame, judge: FrameJudge) -> Violation | None:
    size = len(frame.payload)
    if is_control(frame.opcode) and size > CONTROL_LIMIT:
        return violation("control.too-long", f"This {opcode_name(frame.opcode)} frame carries {size} bytes.")
    return None


def _close_payload(frame: Frame, judge: FrameJudge) -> Violation | None:
    if frame.opcode != Opcode.CLOSE or not frame.payload:
        return None
    if len(frame.payload) == 1:
        return violation("close.one-byte", "A close frame with one byte of payload: half a close code.")
    code = int.from_bytes(frame.payload[:2], "big")
    if not may_be_sent(code):
        if code in CLOSE_CODES:
            return violation("close.code-reserved", f"Close code {code} is reserved and never sent.")
        return violation("close.code-undefined", f"Close code {code} is not defined.")
    return None


def _close_side(frame: Frame, judge: FrameJudge) -> Violation | None:
    if frame.opcode != Opcode.CLOSE or len(frame.payload) < 2:
        return None
    code = int.from_bytes(frame.payload[:2], "big")
    if code == judge.answers:
        return None
    if code == 1010 and judge.sender is Role.SERVER:
        return violation("close.wrong-side", "A server closed with 1010, which only clients send.")
    if 1011 <= code <= 1014 and judge.sender is Role.CLIENT:
        return violation("close.wrong-side", f"A client closed with {code}, which only servers send.")
    return None


def _close_reason(frame: Frame, judge: FrameJudge) -> Violation | None:
    if frame.opcode != Opcode.CLOSE:
        return None
    try:
        frame.payload[2:].decode()
    except UnicodeDecodeError as error:
        return violation("close.reason-not-utf8", f"The close reason is not UTF-8 at its byte {error.start}.")
    return None


def _after_close(frame: Frame, judge: FrameJudge) -> Violation | None:
    if judge.close_seen and not is_control(frame.opcode):
        return violation("frame.after-close", f"A {opcode_name(frame.opcode)} frame after the close frame.")
    return None


_RULES: tuple[_FrameRule, ...] = (
    _mask,
    _rsv,
    _rsv1_place,
    _opcode,
    _length,
    _fragment_order,
    _control_fragmented,
    _control_length,
    _close_payload,
    _close_side,
    _close_reason,
    _after_close,
)
