"""The field table of a frame's header, one row a field (RFC 6455 section 5.2), for whole and for cut headers.

Both entrances read the header's bytes, not the frame's attributes: what is shown is what stood on the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.sizes import grouped
from wsgui.protocol.frames import minimal_length_form
from wsgui.protocol.opcodes import is_control, is_reserved, opcode_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

MAX_HEADER = 14
"""Bytes of the longest header: two, a 64-bit length, a masking key."""


class HeaderField(NamedTuple):
    """One field of the header.

    ``label`` is the RFC's name, ``name`` the name in filters; ``bit_offset`` counts from the frame's first bit, and
    both it and ``bit_width`` are in bits; ``raw`` is the bits as a number; ``value`` what is shown; ``meaning`` one
    sentence; ``section`` the place in RFC 6455. ``wrong`` holds the broken rules that this field shows. A field
    that is not ``whole`` is cut: its width is that of the bits which are there.
    """

    label: str
    name: str
    bit_offset: int
    bit_width: int
    raw: int
    value: str
    meaning: str
    section: str = "5.2"
    wrong: tuple[Violation, ...] = ()
    whole: bool = True

    @property
    def bits(self) -> str:
        """The raw bits as digits: ``0001``, or hex bytes for fields of whole bytes."""
        if self.bit_width % 8:
            return f"{self.raw:0{self.bit_width}b}"
        return self.raw.to_bytes(self.bit_width // 8, "big").hex(" ")

    @property
    def first_byte(self) -> int:
        """Where the field's first byte stands in the frame."""
        return self.bit_offset // 8

    @property
    def byte_count(self) -> int:
        """Number of bytes that hold a bit of the field."""
        return (self.bit_offset + self.bit_width + 7) // 8 - self.first_byte

    @property
    def reference(self) -> str:
        """``RFC 6455 §5.2``."""
        return f"RFC 6455 §{self.section}"


WHY_MASKED: Final = (
    "Clients mask so that a page cannot choose the bytes that cross the wire, and so cannot make a proxy on the way "
    "take them for a request or an answer (RFC 6455 10.3)."
)


def header_fields(frame: Frame, violations: Iterable[Violation] = ()) -> list[HeaderField]:
    """The fields of a frame's header in the order of their bits, each with the violations it shows."""
    broken = tuple(violations)
    return [_judged(field, broken) for field in _fields(frame.header())]


def header_fields_of_bytes(data: bytes) -> list[HeaderField]:
    """The fields that bytes hold if a header starts with them; what is missing at the end is left out.

    A length or masking key that is only partly there has a row that says so (`HeaderField.whole` is false).
    """
    return _fields(data[:MAX_HEADER])


def declared_length(fields: Sequence[HeaderField]) -> int | None:
    """The payload length in bytes that a header's fields declare; None if the length is cut or missing."""
    for field in reversed(fields):
        if field.name in ("extended_length", "length"):
            return field.raw if field.whole and (field.name != "length" or field.raw < 126) else None
    return None


def _fields(data: bytes) -> list[HeaderField]:
    if not data:
        return []
    fields = _first_byte(data[0])
    if len(data) == 1:
        return fields
    second = data[1]
    length7 = second & 0x7F
    masked = second >= 0x80
    fields.append(_mask_bit(masked))
    fields.append(HeaderField("len 7", "length", 9, 7, length7, str(length7), _length7_meaning(length7)))
    at = 2
    if length7 >= 126:
        size = 2 if length7 == 126 else 8
        part = data[at : at + size]
        fields.append(_extended(part, size))
        at += size
    if masked and fields[-1].whole:
        fields.append(_key(data[at : at + 4], at))
    # A cut length or key of no bytes at all is a row without bits: nothing to show.
    return [field for field in fields if field.bit_width]


def _first_byte(head: int) -> list[HeaderField]:
    fin = head >> 7
    opcode = head & 0xF
    return [
        HeaderField(
            "FIN",
            "fin",
            0,
            1,
            fin,
            str(fin),
            "The final fragment of a message." if fin else "More fragments of the message follow.",
        ),
        _rsv(1, head >> 6 & 1, "RSV1 marks a compressed message if permessage-deflate was agreed on (RFC 7692 §6)."),
        _rsv(2, head >> 5 & 1, "RSV2 is set, and no registered extension uses it."),
        _rsv(3, head >> 4 & 1, "RSV3 is set, and no registered extension uses it."),
        HeaderField(
            "opcode", "opcode", 4, 4, opcode, _opcode_value(opcode), _opcode_meaning(opcode), _opcode_section(opcode)
        ),
    ]


def _rsv(number: int, bit: int, meaning: str) -> HeaderField:
    unset = "Reserved for extensions, and 0 unless one was agreed on."
    return HeaderField(f"RSV{number}", f"rsv{number}", number, 1, bit, str(bit), meaning if bit else unset)


_OPCODE_MEANINGS = {
    0x0: ("The frame continues the message that is open.", "5.4"),
    0x1: ("The frame starts a text message: its payload is UTF-8.", "5.6"),
    0x2: ("The frame starts a binary message: what it means is up to the application.", "5.6"),
    0x8: ("A control frame that starts or answers the closing handshake.", "5.5.1"),
    0x9: ("A control frame that the peer answers with a pong of the same payload.", "5.5.2"),
    0xA: ("A control frame that answers a ping, or says unasked that its sender lives.", "5.5.3"),
}


def _opcode_value(opcode: int) -> str:
    return f"0x{opcode:X}" if is_reserved(opcode) else f"0x{opcode:X} {opcode_name(opcode)}"


def _opcode_meaning(opcode: int) -> str:
    if opcode in _OPCODE_MEANINGS:
        return _OPCODE_MEANINGS[opcode][0]
    kind = "control" if is_control(opcode) else "data"
    return f"Reserved for {kind} frames that are not defined yet."


def _opcode_section(opcode: int) -> str:
    return _OPCODE_MEANINGS[opcode][1] if opcode in _OPCODE_MEANINGS else "5.2"


def _mask_bit(masked: bool) -> HeaderField:
    meaning = (
        "The payload is masked with the key below, as a client must do."
        if masked
        else "The payload is not masked, as a server sends it."
    )
    return HeaderField("MASK", "masked", 8, 1, int(masked), str(int(masked)), meaning, "5.1")


def _length7_meaning(value: int) -> str:
    if value < 126:
        return f"The payload has {value} {'byte' if value == 1 else 'bytes'}."
    bits = 16 if value == 126 else 64
    return f"{value} says that the next {bits // 8} bytes hold the payload's length."


def _extended(part: bytes, size: int) -> HeaderField:
    bits = size * 8
    raw = int.from_bytes(part, "big")
    label = f"extended length {bits}"
    if len(part) < size:
        meaning = f"The bytes end inside the length: {len(part)} of {size} are there."
        return HeaderField(label, "extended_length", 16, len(part) * 8, raw, part.hex(" "), meaning, whole=False)
    meaning = f"The payload has {grouped(raw)} {'byte' if raw == 1 else 'bytes'}."
    minimal = minimal_length_form(raw)
    if minimal < bits:
        meaning += f" {minimal} bits would hold that, and the RFC wants the fewest."
    elif raw >> 63:
        meaning += " The top bit must be 0."
    return HeaderField(label, "extended_length", 16, bits, raw, grouped(raw), meaning)


def _key(part: bytes, at: int) -> HeaderField:
    raw = int.from_bytes(part, "big")
    whole = len(part) == 4
    meaning = (
        f"Payload byte i stands on the wire XORed with byte i mod 4 of this key. {WHY_MASKED}"
        if whole
        else f"The bytes end inside the masking key: {len(part)} of 4 are there."
    )
    return HeaderField(
        "masking key", "masking_key", at * 8, len(part) * 8, raw, part.hex(" "), meaning, "5.3", whole=whole
    )


_FIELDS_OF_RULES = {
    "mask": ("masked",),
    "rsv": ("rsv1", "rsv2", "rsv3"),
    "opcode": ("opcode",),
    "continuation": ("opcode",),
    "fragment": ("opcode",),
    "length": ("length", "extended_length"),
    "control.fragmented": ("fin",),
    "control.too-long": ("length", "extended_length"),
}
"""Where a broken rule shows in the header, by the rule's id or the first word of it; others show elsewhere."""


def _judged(field: HeaderField, violations: Iterable[Violation]) -> HeaderField:
    wrong = tuple(violation for violation in violations if _shows(field, violation.rule))
    return field._replace(wrong=wrong) if wrong else field


def _shows(field: HeaderField, rule: str) -> bool:
    names = _FIELDS_OF_RULES.get(rule) or _FIELDS_OF_RULES.get(rule.partition(".")[0], ())
    if field.name not in names:
        return False
    # An illegal reserved bit is one that is set; its neighbours are as they should be.
    return not field.name.startswith("rsv") or bool(field.raw)
