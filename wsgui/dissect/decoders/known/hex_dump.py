"""Bytes in hex: what a binary message is when nothing else fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.dissect.decoders.model import NO_CONTEXT, Decoder, TreeNode
from wsgui.dissect.decoders.notices import picture_words, unpack_into
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.hexrows import printable
from wsgui.dissect.preview import hex_line

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget, Context, Message

_ROW = 16


@register
class HexDecoder(Decoder):
    """Rows of sixteen bytes; above them what they are known to be: an image, compressed bytes."""

    name = "hex"
    title = "Hex"
    last_resort = True
    shows_itself = True
    writes = True
    binary = True

    def fits(self, context: Context, message: Message) -> float:
        del context, message
        return 0.1

    def one_line(self, context: Context, message: Message) -> str:
        del context
        words = picture_words(message.data)
        return words or hex_line(message.data, message.length)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        data = message.data
        root.text = picture_words(data)
        unpack_into(root, data, budget)
        for start in range(0, len(data), _ROW):
            budget.spend(start)
            row = data[start : start + _ROW]
            root.add(
                TreeNode(f"{start:08x}", f"{row.hex(' '):<47}  {printable(row)}", start, start + len(row), value=row)
            )

    def editable(self, context: Context, message: Message) -> str:
        del context
        return message.data.hex(" ")

    def pretty(self, message: Message) -> str:
        return message.data.hex(" ")

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise ValueError("Expected two hex digits for each byte, such as de ad be ef.") from None
