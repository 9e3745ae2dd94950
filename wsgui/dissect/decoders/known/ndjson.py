"""Newline-delimited JSON: a value on each line (https://github.com/ndjson/ndjson-spec)."""

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
    json_of,
)
from wsgui.dissect.decoders.notation import json_lines, utf8
from wsgui.dissect.decoders.partial_json import partial_json
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.json_text import indent_json
from wsgui.dissect.preview import text_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message, TreeNode

_FIN = 0x80


@register
class NdjsonDecoder(Decoder):
    """At least two lines, each an object or array."""

    name = "ndjson"
    title = "NDJSON"
    shows_itself = True
    prefix = "ndjson"
    writes = True
    fields = (DecodedField("lines", "json", "The values of all lines: ndjson.lines[0].id.", "7"),)

    def fits(self, context: Context, message: Message) -> float:
        del context
        if not message.text or message.data[:1] not in (b"{", b"["):
            return 0.0
        lines = message.data[:4096].rstrip(b"\r\n").split(b"\n")
        if len(lines) < 2 or json_of(lines[0]) is MISSING:
            return 0.0
        second = json_of(lines[1])
        if second is MISSING and len(lines) == 2 and (not message.whole or len(message.data) > 4096):
            second = partial_json(lines[1])
        return 0.6 if isinstance(second, (dict, list)) else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        del context
        return text_line(message.data, message.length, _FIN)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        data, place, number = message.data, 0, 0
        while place < len(data):
            end = data.find(b"\n", place)
            stop = len(data) if end < 0 else end
            if not only_blank(data, place, stop):
                number += 1
                behind = fill_json(root, data, place, budget, label=f"line {number}", last=stop)
                if not only_blank(data, behind, stop):
                    raise NotFittingError(f"the value ends at byte {behind}, and its line at byte {stop}")
            place = stop + 1

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        del context
        if len(message.data) > JSON_LIMIT:
            return {}
        found = [json_of(line) for line in message.data.split(b"\n") if line.strip()]
        return {"lines": [value for value in found if value is not MISSING]}

    def pretty(self, message: Message) -> str:
        try:
            return "\n".join(indent_json(line) for line in message.string.split("\n") if line.strip())
        except ValueError as error:
            raise NotFittingError(str(error).removeprefix("no JSON: ")) from None

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        for _ in json_lines(text):
            pass
        return utf8(text)
