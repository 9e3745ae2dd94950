"""Centrifugo as JSON (https://centrifugal.dev/docs/transports/client_protocol): a command or reply on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import having, short, words
from wsgui.dissect.decoders.model import (
    MISSING,
    NO_CONTEXT,
    DecodedField,
    Decoder,
    ExchangePart,
    NotFittingError,
    TreeNode,
    json_of,
)
from wsgui.dissect.decoders.notation import json_lines, utf8
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_METHODS: Final = (
    "connect",
    "subscribe",
    "unsubscribe",
    "publish",
    "presence",
    "presence_stats",
    "history",
    "rpc",
    "refresh",
    "sub_refresh",
    "send",
    "ping",
)
_PUSHES: Final = ("pub", "join", "leave", "unsubscribe", "message", "subscribe", "connect", "disconnect", "refresh")


@register
class CentrifugoDecoder(Decoder):
    """Commands, replies and pushes; fields are those of the first line."""

    name = "centrifugo"
    title = "Centrifugo"
    prefix = "centrifugo"
    writes = True
    fields = (
        DecodedField(
            "method", "text", "connect, subscribe, publish, push.pub, …, ping or error.", '"publish"', common="method"
        ),
        DecodedField("id", "number", "The id that joins a command and its reply.", "1"),
        DecodedField("channel", "text", "The channel.", '"news"', common="topic", verbatim=True),
        DecodedField("data", "json", "The data: centrifugo.data.text.", '"hi"'),
        DecodedField("error", "json", "The error of a reply: centrifugo.error.code.", "103"),
    )

    def fits(self, context: Context, message: Message) -> float:
        if not message.text or message.data[:1] != b"{":
            return 0.0
        ours = context.subprotocol == "centrifuge-json" or context.path.endswith("/connection/websocket")
        first = _first(message)
        if not isinstance(first, dict) or not (first or ours):
            return 0.0
        if ours:
            return 0.95 if not first or first.keys() & {"id", "push", "error", *_METHODS} else 0.0
        push = first.get("push")
        if isinstance(push, dict) and len(first) == 1 and isinstance(push.get("channel"), str):
            return 0.7 if push.keys() & set(_PUSHES) else 0.0
        names = first.keys() & set(_METHODS)
        is_one = len(first) == 2 and type(first.get("id")) is int and len(names) == 1
        return 0.7 if is_one and isinstance(first[names.pop()], dict) else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        count = len(message.data.strip(b"\n").split(b"\n", 1000))
        return _line(_first(message)) + (f" and {count - 1} more" if count > 1 else "")

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        if self.fits(context, message) <= 0:
            raise NotFittingError("no command or reply of Centrifugo looks like it")
        data, place = message.data, 0
        while place < len(data):
            end = data.find(b"\n", place)
            stop = len(data) if end < 0 else end
            if stop > place:
                record = root.add(TreeNode("message", _line(json_of(data[place:stop])), place, stop))
                behind = fill_json(record, data, place, budget, label="message", last=stop)
                if not only_blank(data, behind, stop):
                    raise NotFittingError(f"the JSON ends at byte {behind}, and its line at byte {stop}")
                record.children = record.children[0].children
            place = stop + 1

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        first = json_of(message.data.split(b"\n", 1)[0])
        return _meaning(first) if isinstance(first, dict) else {}

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        for number, line in enumerate(json_lines(text), 1):
            if not line.lstrip().startswith("{"):
                raise ValueError(f"Message {number} of Centrifugo is no object.")
        return utf8(text)

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        id_ = values.get("id")
        if type(id_) is not int or context.from_client is None:
            return None
        return ExchangePart(context.from_client, id_)


def _first(message: Message) -> Any:
    head, end, _ = message.data[:4096].partition(b"\n")
    return json_of(head) if end else message.shape


def _meaning(value: Mapping[str, Any]) -> dict[str, Any]:
    method = next((name for name in _METHODS if name in value), None)
    inside = value.get(method) if method is not None else None
    push = value.get("push")
    if isinstance(push, dict):
        kind = next((name for name in _PUSHES if name in push), "")
        method, inside = f"push.{kind}", push.get(kind)
    inside = inside if isinstance(inside, dict) else {}
    channel = (push if isinstance(push, dict) else inside).get("channel")
    if method is None:
        method = "error" if "error" in value else "reply" if value else "ping"
    data = inside.get("data", MISSING)
    return having(
        method=method,
        id=value.get("id"),
        channel=channel if isinstance(channel, str) else None,
        data=data,
        error=value.get("error"),
    )


def _line(value: Any) -> str:
    found = _meaning(value) if isinstance(value, dict) else {}
    id_ = found.get("id")
    said = short(found.get("data", found.get("error", MISSING)))
    return words(found.get("method"), "" if id_ is None else f"#{id_}", found.get("channel"), said)
