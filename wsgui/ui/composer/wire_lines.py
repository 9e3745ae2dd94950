"""The text of the wire preview: which bytes would leave, cut to what can be shown. Knows no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.protocol.frames import FIN, RSV1, frame_header, minimal_length_form
from wsgui.protocol.masking import apply_mask
from wsgui.ui.composer.outgoing import Outgoing, wire_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.raw_frame import RawFrame

ELLIPSIS = "…"


class WireLine(NamedTuple):
    """One frame as hex: header without key, masking key (or empty), payload as on the wire, ``…`` if cut."""

    header: str
    key: str
    payload: str

    @property
    def text(self) -> str:
        """The parts with a blank between."""
        return " ".join(part for part in self if part)


def wire_line(frame: Outgoing, room: int) -> WireLine:
    """The frame's line with up to ``room`` bytes, header and key counted; the payload is cut, the header never."""
    key = frame.masking_key
    length = len(frame.payload)
    head = frame.opcode | FIN * frame.fin | RSV1 * frame.rsv1
    header = frame_header(head, minimal_length_form(length), key, length)
    head_only = header if key is None else header[:-4]
    shown = max(0, min(length, room - len(header)))
    start = frame.payload[:shown]
    payload = (start if key is None else bytes(apply_mask(start, key))).hex(" ")
    if shown < length:
        payload = f"{payload} {ELLIPSIS}" if payload else ELLIPSIS
    return WireLine(head_only.hex(" "), "" if key is None else key.hex(" "), payload)


def raw_line(frame: RawFrame, room: int) -> WireLine:
    """The same for a frame whose header may lie: all of its payload counts, whatever the header declares."""
    key = frame.masking_key
    header = frame.header()
    shown = max(0, min(len(frame.payload), room - len(header)))
    start = frame.payload[:shown]
    payload = (start if key is None else bytes(apply_mask(start, key))).hex(" ")
    if shown < len(frame.payload):
        payload = f"{payload} {ELLIPSIS}" if payload else ELLIPSIS
    return WireLine((header if key is None else header[:-4]).hex(" "), "" if key is None else key.hex(" "), payload)


def count_of(number: int, singular: str) -> str:
    """``1 byte``, ``131 072 bytes``: thousands kept together with no-break spaces."""
    return f"{number:,} {singular}{'' if number == 1 else 's'}".replace(",", "\N{NO-BREAK SPACE}")


def preview_title(frames: Sequence[Outgoing], *, masked: bool, compression: str = "") -> str:
    """``wire preview · 66 bytes · 3 frames · masked``, and a word on compression where it was agreed on."""
    if not frames:
        return "wire preview · nothing to send"
    parts = [
        "wire preview",
        count_of(wire_size(frames, masked=masked), "byte"),
        count_of(len(frames), "frame"),
        "masked" if masked else "unmasked",
    ]
    if compression:
        parts.append(compression)
    return " · ".join(parts)
