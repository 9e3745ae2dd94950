"""JSON (RFC 8259)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.model import (
    JSON_LIMIT,
    MISSING,
    NO_CONTEXT,
    DecodedField,
    Decoder,
    NotFittingError,
    TreeNode,
)
from wsgui.dissect.decoders.notation import checked_json
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.json_text import indent_json
from wsgui.dissect.preview import text_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_FIN = 0x80


@register
class JsonDecoder(Decoder):
    """A whole message that is one JSON value."""

    name = "json"
    title = "JSON"
    shows_itself = True
    prefix = "json"
    writes = True
    fields = (DecodedField("", "json", "A value in a text message that is JSON: json.a.b[0].", '7 or "open"'),)

    def fits(self, context: Context, message: Message) -> float:
        del context
        data = message.data
        if not data:
            return 0.0
        if not message.whole or len(data) > JSON_LIMIT:
            return 0.5 if message.shape is not MISSING else 0.0
        if message.text:
            value = message.json
            return 0.0 if value is MISSING else 0.5 if isinstance(value, (dict, list)) else 0.3
        return 0.5 if data[:1] in b"{[" and data[-1:] in b"}]" and b"\0" not in data[:4] else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        del context
        return text_line(message.data, message.length, _FIN)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        data = message.data
        end = fill_json(root, data, 0, budget, label="JSON", path="json" if message.text else "")
        if not only_blank(data, end):
            raise NotFittingError(f"the value ends at byte {end}, and more follows")

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        del context
        return {} if message.json is MISSING else {"": message.json}

    def pretty(self, message: Message) -> str:
        try:
            return indent_json(message.string)
        except ValueError as error:
            raise NotFittingError(str(error).removeprefix("no JSON: ")) from None

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        return checked_json(text)
