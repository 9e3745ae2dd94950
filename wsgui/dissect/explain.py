"""One byte of a frame in words: which bits of the header it holds, or how the mask turns it into payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.header import header_fields
from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame

_NAMES = {0x09: "tab", 0x0A: "line feed", 0x0D: "carriage return", 0x20: "space", 0x00: "NUL", 0x7F: "DEL"}


class ExplanationPart(NamedTuple):
    """A piece of an explanation and what it speaks of: ``plain``, ``header``, ``wire``, ``key`` or ``payload``."""

    kind: str
    text: str


def byte_text(byte: int) -> str:
    """``6e 'n'``; control characters by name, other bytes as hex only."""
    if 0x20 < byte < 0x7F:
        return f"{byte:02x} '{chr(byte)}'"
    name = _NAMES.get(byte)
    return f"{byte:02x} {name}" if name else f"{byte:02x}"


def explain_pieces(frame: Frame, offset: int, xor: str = "\u2295") -> list[ExplanationPart]:
    """What the frame's byte at ``offset`` is, in pieces that can be coloured: ``wire 30 xor key 5e (i = 12, i mod 4 =
    0) = 6e 'n'``, or the fields that a header byte holds. ``xor`` is the operator's sign. Raises IndexError outside."""
    start = frame.header_length
    if not 0 <= offset < start + len(frame.payload):
        raise IndexError(f"byte {offset} of {start + len(frame.payload)}")
    if offset < start:
        return _header_byte(frame, offset)
    index = offset - start
    byte = frame.payload[index]
    if frame.masking_key is None:
        return [ExplanationPart("plain", f"not masked (i = {index}): "), ExplanationPart("payload", byte_text(byte))]
    turn = index % 4
    key = frame.masking_key[turn]
    return [
        ExplanationPart("wire", f"wire {byte ^ key:02x}"),
        ExplanationPart("plain", f" {xor} "),
        ExplanationPart("key", f"key {key:02x}"),
        ExplanationPart("plain", f" (i = {index}, i mod 4 = {turn}) = "),
        ExplanationPart("payload", byte_text(byte)),
    ]


def explain_plain(data: bytes, offset: int) -> list[ExplanationPart]:
    """A byte of bytes that form no frame. Raises IndexError outside."""
    return [ExplanationPart("payload", byte_text(data[offset : offset + 1][0]))]


def _header_byte(frame: Frame, offset: int) -> list[ExplanationPart]:
    pieces = []
    for field in header_fields(frame):
        if not field.first_byte <= offset < field.first_byte + field.byte_count:
            continue
        at = offset - field.first_byte
        if field.name == "masking_key":
            text = f"byte {at + 1} of 4 of the masking key, for payload bytes with i mod 4 = {at}"
        elif field.name == "extended_length":
            text = f"byte {at + 1} of {field.byte_count} of the extended length {grouped(field.raw)}"
        else:
            text = f"{field.label} = {field.value}"
        pieces.append(ExplanationPart("key" if field.name == "masking_key" else "header", text))
    separator = ExplanationPart("plain", ", ")
    return [part for piece in pieces for part in (separator, piece)][1:]
