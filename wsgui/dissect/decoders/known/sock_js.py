"""SockJS over WebSocket (https://sockjs.github.io/sockjs-protocol/, sections "Framing" and "WebSocket")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import having, short, words
from wsgui.dissect.decoders.model import (
    MISSING,
    NO_CONTEXT,
    DecodedField,
    Decoder,
    NotFittingError,
    TreeNode,
    json_of,
)
from wsgui.dissect.decoders.notation import checked_json
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_TYPES: Final = {"o": "open", "h": "heartbeat", "a": "messages", "m": "message", "c": "close"}
_PATH: Final = re.compile(r"/[^/.]+/[^/.]+/websocket$")
_FRAME: Final = re.compile(rb'(?:a\["|c\[\d|m")')


@register
class SockJsDecoder(Decoder):
    """Frames of a server, and the arrays of strings that a client sends; a message is often JSON of its own."""

    name = "sockjs"
    title = "SockJS"
    prefix = "sockjs"
    writes = True
    fields = (
        DecodedField("type", "text", "open, heartbeat, messages, message, close or sent.", '"messages"'),
        DecodedField("messages", "json", "The messages of a frame: sockjs.messages[0].", '"hi"'),
        DecodedField("code", "number", "The code of a close frame.", "3000"),
        DecodedField("reason", "text", "The reason of a close frame.", '"Go away!"'),
    )

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if not message.text or not data:
            return 0.0
        ours = _PATH.search(context.path) is not None
        if _FRAME.match(data):
            ends = not message.whole or data[-1:] in (b"]", b'"')
            return 0.95 if ours else 0.7 if ends else 0.0
        if data in (b"o", b"h"):
            return 0.95 if ours else 0.0
        return 0.9 if ours and data[:2] == b'["' else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        kind = _kind(message)
        value = message.shape_from(_start(message))
        return words(kind, short(value))

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        data, start = message.data, _start(message)
        if self.fits(context, message) <= 0:
            raise NotFittingError("no frame of SockJS looks like it")
        root.text = self.one_line(context, message)
        if start:
            root.add(TreeNode("frame type", f"{data[:1].decode()} {_kind(message)}", 0, 1, value=_kind(message)))
        if len(data) > start:
            end = fill_json(root, data, start, budget, label="messages" if data[:1] != b"c" else "close")
            if not only_blank(data, end):
                raise NotFittingError(f"the JSON ends at byte {end}, and more follows")

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        kind, value = _kind(message), json_of(message.data[_start(message) :])
        if kind == "close":
            parts = value if isinstance(value, list) else []
            return having(type=kind, code=next(iter(parts), None), reason=parts[1] if len(parts) > 1 else None)
        messages = [value] if kind == "message" and value is not MISSING else value
        return having(type=kind, messages=messages)

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        kind = text[:1]
        if kind in ("o", "h") and text == kind:
            return text.encode()
        if kind not in ("[", '"', "a", "m", "c"):
            raise ValueError('A frame of SockJS is o, h, a["…"], c[3000,"…"], or what a client sends: ["…"].')
        return kind.encode() + checked_json(text[1:]) if kind in ("a", "m", "c") else checked_json(text)


def _start(message: Message) -> int:
    return 0 if message.data[:1] in (b"[", b'"') else 1


def _kind(message: Message) -> str:
    return _TYPES.get(message.data[:1].decode("latin-1"), "sent")
