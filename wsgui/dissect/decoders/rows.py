"""The line of a row on screen: by a decoder where the row is a message, else as `wsgui.dissect.preview` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Message
from wsgui.dissect.preview import preview

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context

_FIN = 0x80
_RSV1 = 0x40
_TEXT, _BINARY = 1, 2


def row_line(name: str, context: Context, opcode: int, flags: int, head: bytes, length: int) -> str:
    """One line about a row; ``name`` is the decoder that a person has chosen (empty: whichever fits best), the others
    are those of `preview`. Never raises."""
    if opcode not in (_TEXT, _BINARY) or flags & (_FIN | _RSV1) != _FIN or not length:
        return preview(opcode, flags, head, length)
    message = Message(head, text=opcode == _TEXT, whole=len(head) >= length, length=length)
    decoder = registry.chosen(name, context, message)
    line = registry.line(decoder, context, message)
    return line if decoder.shows_itself else f"{decoder.title} · {line}"
