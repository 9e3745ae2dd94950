"""URL-encoded forms (https://url.spec.whatwg.org/#application/x-www-form-urlencoded)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, unquote_to_bytes

from wsgui.dissect.decoders.model import JSON_LIMIT, NO_CONTEXT, DecodedField, Decoder, TreeNode
from wsgui.dissect.decoders.notices import notice
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.preview import text_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_FIN = 0x80
_PART: Final = rb"[A-Za-z0-9*._+%~!$'(),;:@/?\[\]-]"
_FORM: Final = re.compile(rb"[A-Za-z_]" + _PART + rb"*=" + _PART + rb"*(?:&" + _PART + rb"+=" + _PART + rb"*)*")
_PAIR: Final = re.compile(rb"(?<![^&])([^&=]*+)=([^&]*+)")

_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})
_ESCAPED: Final = re.compile(r"\\([\\nr])")
_MEANT: Final = {"\\": "\\", "n": "\n", "r": "\r"}


@register
class FormDecoder(Decoder):
    """Names and values, as they mean and as they stand."""

    name = "form"
    title = "URL-encoded"
    shows_itself = True
    prefix = "form"
    writes = True
    fields = (DecodedField("fields", "json", "Values by their names, the first of each: form.fields.user.", '"ann"'),)

    def fits(self, context: Context, message: Message) -> float:
        del context
        data = message.data
        if not message.text or len(data) > JSON_LIMIT or not message.whole or _FORM.fullmatch(data) is None:
            return 0.0
        return 0.6 if b"&" in data or b"%" in data else 0.3

    def one_line(self, context: Context, message: Message) -> str:
        del context
        return text_line(message.data, message.length, _FIN)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        for pair in _PAIR.finditer(message.data):
            budget.spend(pair.start())
            name, value = (_plain(part) for part in pair.groups())
            node = root.add(TreeNode(name, value, pair.start(), pair.end(), value=value, inner=pair.start(2)))
            notice(node, value, budget)

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        del context
        pairs = [(_plain(pair[1]), _plain(pair[2])) for pair in _PAIR.finditer(message.data)]
        return {"fields": dict(reversed(pairs))}

    def pretty(self, message: Message) -> str:
        return "\n".join(f"{_plain(pair[1])}: {_plain(pair[2])}" for pair in _PAIR.finditer(message.data))

    def editable(self, context: Context, message: Message) -> str:
        del context
        pairs = ([_plain(part).translate(_ESCAPES) for part in pair.groups()] for pair in _PAIR.finditer(message.data))
        return "\n".join(": ".join(pair) for pair in pairs)

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        pairs = []
        for line in filter(None, text.split("\n")):
            name, colon, value = line.partition(": ")
            if not colon:
                raise ValueError("Expected a name, a colon, a blank and a value on each line.")
            name, value = (_ESCAPED.sub(lambda found: _MEANT[found[1]], part) for part in (name, value))
            pairs.append(f"{quote_plus(name)}={quote_plus(value)}")
        return "&".join(pairs).encode()


def _plain(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8", "replace")
