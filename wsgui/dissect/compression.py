"""What compression came to, for a frame and for its message (RFC 7692 section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.sizes import grouped, ratio_text
from wsgui.protocol.frames import RSV1

if TYPE_CHECKING:
    from wsgui.protocol.frames import Frame


class Sizes(NamedTuple):
    """Bytes of payload on the wire and inflated, of one frame; the same of its whole message, in ``frames`` frames, as
    far as they have come. ``message_inflated`` is None if not all of it could be inflated."""

    inflated: int
    message_wire: int
    message_inflated: int | None
    frames: int


class SizeLine(NamedTuple):
    """A line of the details: what, how much, and what it means."""

    label: str
    value: str
    meaning: str


def bytes_text(count: int) -> str:
    """``1 byte``, ``1 024 bytes``."""
    return f"{grouped(count)} {'byte' if count == 1 else 'bytes'}"


def compression_line(wire: int, inflated: int) -> str:
    """``compressed: 105 bytes on the wire, 642 bytes inflated (6.1 : 1)``."""
    return f"compressed: {bytes_text(wire)} on the wire, {bytes_text(inflated)} inflated ({ratio_text(inflated, wire)})"


def compression_lines(frame: Frame, sizes: Sizes | None) -> list[SizeLine]:
    """What to say of a frame's compression; nothing of one that has none. ``sizes`` is None where nothing was inflated.

    RSV1 stands in the first frame of a message and means all of them (section 6.1).
    """
    marked = bool(frame.head & RSV1)
    first = frame.head & 0xF != 0
    if sizes is None:
        if not marked:
            return []
        return [SizeLine("not inflated", "", "RSV1 is set, but nothing was inflated from this payload.")]
    wire = len(frame.payload)
    said = (
        "The message is compressed."
        if first and marked
        else "A later frame of a compressed message: RSV1 stands in its first frame alone."
    )
    lines = [
        SizeLine("RSV1", str(int(marked)), said),
        SizeLine("on the wire", bytes_text(wire), "The payload as it was sent, compressed."),
        SizeLine("inflated", bytes_text(sizes.inflated), "What this frame adds to the message."),
        SizeLine("ratio", ratio_text(sizes.inflated, wire), "Inflated to compressed, of this frame."),
    ]
    if sizes.frames > 1:
        frames = f"all {grouped(sizes.frames)} frames of the message that have come"
        whole = bytes_text(sizes.message_wire)
        if sizes.message_inflated is None:
            lines.append(SizeLine("message", whole, f"On the wire, of {frames}; not all of them could be inflated."))
        else:
            ratio = ratio_text(sizes.message_inflated, sizes.message_wire)
            said = f"{whole} on the wire, {bytes_text(sizes.message_inflated)} inflated, of {frames}."
            lines.append(SizeLine("message", ratio, said))
    return lines
