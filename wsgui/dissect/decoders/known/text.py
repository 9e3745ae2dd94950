"""Plain text: what a text message is when nothing else fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.dissect.decoders.model import NO_CONTEXT, Decoder, Message, NotFittingError, TreeNode
from wsgui.dissect.decoders.notation import utf8
from wsgui.dissect.decoders.notices import notice, reads_well
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.preview import PREVIEW_BYTES, text_line

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget, Context

_FIN = 0x80
_MOST_LINES = 100_000
_LONGEST = 64 * 1024


@register
class TextDecoder(Decoder):
    """The text, line by line."""

    name = "text"
    title = "Text"
    last_resort = True
    shows_itself = True
    writes = True

    def fits(self, context: Context, message: Message) -> float:
        del context
        if message.text:
            return 0.2
        head = Message(message.data[:PREVIEW_BYTES], text=True, whole=False).string
        return 0.15 if head and "\ufffd" not in head and reads_well(head) else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        del context
        return text_line(message.data, message.length, _FIN)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        try:
            message.data.decode()
        except UnicodeDecodeError as error:
            if message.whole or error.reason != "unexpected end of data":
                raise NotFittingError(f"byte {error.start} (0x{message.data[error.start]:02x}) is no UTF-8") from None
        start = 0
        lines = message.data.split(b"\n", _MOST_LINES) if b"\n" in message.data else [message.data]
        for number, line in enumerate(lines, 1):
            budget.spend(start)
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            node = root.add(TreeNode(f"line {number}", text, start, start + len(line), value=text))
            start += len(line) + 1
            if len(text) <= _LONGEST:
                notice(node, text, budget)

    def pretty(self, message: Message) -> str:
        return message.string

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        return utf8(text)
