"""SignalR's JSON protocol (https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md).

Records end with the byte 0x1E; a message may hold several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import having, short, words
from wsgui.dissect.decoders.model import (
    MISSING,
    DecodedField,
    Decoder,
    ExchangePart,
    NotFittingError,
    TreeNode,
    json_of,
)
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_END: Final = b"\x1e"
_TYPES: Final = {
    1: "invocation",
    2: "stream-item",
    3: "completion",
    4: "stream-invocation",
    5: "cancel-invocation",
    6: "ping",
    7: "close",
    8: "ack",
    9: "sequence",
}


@register
class SignalRDecoder(Decoder):
    """Records of SignalR; fields are those of the first record of a message."""

    name = "signalr"
    title = "SignalR"
    prefix = "signalr"
    fields = (
        DecodedField("type", "text", "handshake, invocation, completion, ping, close and others.", '"invocation"'),
        DecodedField("target", "text", "The method that is called.", '"Send"', common="method"),
        DecodedField("invocation", "text", "The id that joins an invocation and its completion.", '"1"'),
        DecodedField("arguments", "json", "Arguments: signalr.arguments[0].", '"hi"'),
        DecodedField("result", "json", "The result of a completion.", "42"),
        DecodedField("error", "text", "Why an invocation or the connection has failed.", '"no"'),
        DecodedField("records", "number", "How many records the message has.", "1"),
    )

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if not message.text or data[:1] != b"{" or (message.whole and not data.endswith(_END)):
            return 0.0
        first = _first(message)
        if not isinstance(first, dict):
            return 0.0
        if first.get("type") not in _TYPES and first != {} and "protocol" not in first and "error" not in first:
            return 0.0
        # Of a message that is cut, the end of a record is missing; the handshake of its connection has one.
        return 0.95 if _END in message.data or _END in context.first else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        count = message.data.count(_END)
        more = f" and {count - 1} more" if count > 1 else ""
        return _line(_first(message)) + more

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        if self.fits(context, message) <= 0:
            raise NotFittingError("no record of SignalR looks like it")
        data, place = message.data, 0
        while place < len(data):
            end = data.find(_END, place)
            stop = len(data) if end < 0 else end
            value = json_of(data[place:stop])
            record = root.add(TreeNode("record", _line(value), place, min(stop + 1, len(data))))
            behind = fill_json(record, data, place, budget, label="message", last=stop)
            if not only_blank(data, behind, stop):
                raise NotFittingError(f"the JSON ends at byte {behind}, and its record at byte {stop}")
            place = stop + 1

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        first = json_of(message.data.split(_END, 1)[0])
        if not isinstance(first, dict):
            return {}
        return having(
            type=_kind(first),
            target=first.get("target"),
            invocation=first.get("invocationId"),
            arguments=first.get("arguments", MISSING),
            result=first.get("result", MISSING),
            error=first.get("error"),
            records=message.data.count(_END),
        )

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        id_, kind = values.get("invocation"), values.get("type")
        if not isinstance(id_, str) or kind not in ("invocation", "stream-invocation", "completion", "stream-item"):
            return None
        return ExchangePart("invocation" in kind, id_)


def _first(message: Message) -> Any:
    head, end, _ = message.data[:4096].partition(_END)
    return json_of(head) if end else message.shape


def _kind(record: Mapping[str, Any]) -> str:
    kind = record.get("type")
    return _TYPES.get(kind, "unknown") if isinstance(kind, int) else "handshake"


def _line(record: Any) -> str:
    if not isinstance(record, dict):
        return ""
    id_ = record.get("invocationId")
    said = record.get("arguments", record.get("result", record.get("item", MISSING)))
    protocol = record.get("protocol")
    return words(
        _kind(record),
        "" if id_ is None else f"#{id_}",
        record.get("target"),
        protocol,
        short(said),
        record.get("error"),
    )
