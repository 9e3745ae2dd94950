"""The bits of a raw frame's header, one by one: what each is called, and the frame with one of them flipped. No Qt."""

from __future__ import annotations

from typing import NamedTuple

from wsgui.protocol.frames import MASK
from wsgui.protocol.raw_frame import LARGEST, RawFrame

FIRST_BITS = 16
"""Bits before the extended length."""

_NAMES = (
    "FIN",
    "RSV1",
    "RSV2",
    "RSV3",
    *(f"opcode bit {bit} (value {1 << bit})" for bit in (3, 2, 1, 0)),
    "MASK",
    *(f"length bit {bit} (value {1 << bit})" for bit in range(6, -1, -1)),
)


class Bit(NamedTuple):
    """A bit of the header: its name for people who do not see the diagram, and its value."""

    name: str
    on: bool


def header_bits(frame: RawFrame) -> list[Bit]:
    """The header's bits up to the masking key: 16, 32 or 80. A length that its form cannot hold is cut to it."""
    form = frame.form
    length = frame.length & LARGEST[form] if form != 7 else min(frame.length, LARGEST[7])
    short = length if form == 7 else 126 if form == 16 else 127
    first = frame.head << 8 | (0 if frame.masking_key is None else MASK) | short
    bits = [Bit(name, bool(first >> (15 - place) & 1)) for place, name in enumerate(_NAMES)]
    if form > 7:
        bits += [Bit(f"extended length bit {place}", bool(length >> place & 1)) for place in range(form - 1, -1, -1)]
    return bits


_RULE_BITS = {
    "mask.": range(8, 9),
    "opcode.": range(4, 8),
    "length.top-bit": range(16, 17),
    "control.too-long": range(9, 80),
    "length.": range(9, 80),
    "control.fragmented": range(1),
    "continuation.": range(4, 8),
    "fragment.": range(4, 8),
}


def bits_of_rule(rule: str, frame: RawFrame) -> set[int]:
    """The bits of the header that show a broken rule; none for one that shows in the payload."""
    if rule.startswith("rsv."):
        return {place for place in (1, 2, 3) if frame.head & 0x80 >> place}
    return set(next((bits for start, bits in _RULE_BITS.items() if rule.startswith(start)), range(0)))


def flipped(frame: RawFrame, place: int, key: bytes) -> RawFrame:
    """The frame with bit ``place`` of its header flipped; ``key`` is the masking key if MASK becomes 1.

    126 and 127 in the seven bits of the length choose the longer forms. A length that comes out true is no lie.
    """
    if place < 8:
        return frame._replace(head=frame.head ^ 0x80 >> place)
    if place == 8:
        return frame._replace(masking_key=key if frame.masking_key is None else None)
    if place < FIRST_BITS:
        short = frame.length if frame.form == 7 else 126 if frame.form == 16 else 127
        return _with_short(frame, short ^ 0x40 >> (place - 9))
    return _told(frame, frame.length ^ 1 << (frame.form - 1 - (place - FIRST_BITS)), frame.form)


def _with_short(frame: RawFrame, short: int) -> RawFrame:
    if short < 126:
        return _told(frame, short, 7)
    form = 16 if short == 126 else 64
    return _told(frame, frame.length & LARGEST[form], form)


def _told(frame: RawFrame, length: int, form: int) -> RawFrame:
    return frame._replace(length_form=form, declared=None if length == len(frame.payload) else length)
