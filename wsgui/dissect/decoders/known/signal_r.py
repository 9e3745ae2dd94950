"""SignalR's hub protocols (https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md).

Records of JSON end with the byte 0x1E, those of MessagePack begin with their length; a message may hold several.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import Reader
from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import having, short, words
from wsgui.dissect.decoders.known.message_pack import fill_part, notation_of, packed
from wsgui.dissect.decoders.model import (
    MISSING,
    NO_CONTEXT,
    Budget,
    CutOff,
    DecodedField,
    Decoder,
    ExchangePart,
    NotFittingError,
    TreeNode,
    json_of,
)
from wsgui.dissect.decoders.notation import Pairs, json_lines, read_json, utf8, varint
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wsgui.dissect.decoders.model import Context, Message

_END: Final = b"\x1e"
_LONGEST: Final = 64 * 1024
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
    writes = True
    fields = (
        DecodedField("type", "text", "handshake, invocation, completion, ping, close and others.", '"invocation"'),
        DecodedField("target", "text", "The method that is called.", '"Send"', common="method", verbatim=True),
        DecodedField("invocation", "text", "The id that joins an invocation and its completion.", '"1"'),
        DecodedField("arguments", "json", "Arguments: signalr.arguments[0].", '"hi"'),
        DecodedField("result", "json", "The result of a completion.", "42"),
        DecodedField("error", "text", "Why an invocation or the connection has failed.", '"no"'),
        DecodedField("records", "number", "How many records the message has.", "1"),
    )

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if not message.text:
            return _fits_packed(context, message)
        if data[:1] != b"{" or (message.whole and not data.endswith(_END)):
            return 0.0
        first = _first(message)
        if not isinstance(first, dict):
            return 0.0
        if first.get("type") not in _TYPES and first != {} and "protocol" not in first and "error" not in first:
            return 0.0
        # Of a message that is cut, the end of a record is missing; the handshake of its connection has one.
        return 0.95 if _END in message.data or _END in context.first else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        count = _count(message)
        more = f" and {count - 1} more" if count > 1 else ""
        return _line(_first(message)) + more

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        if self.fits(context, message) <= 0:
            raise NotFittingError("no record of SignalR looks like it")
        if not message.text:
            _fill_packed(root, message.data, budget)
            return
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
        first = json_of(message.data.split(_END, 1)[0]) if message.text else _first(message)
        if not isinstance(first, dict):
            return {}
        return having(
            type=_kind(first),
            target=first.get("target"),
            invocation=first.get("invocationId"),
            arguments=first.get("arguments", MISSING),
            result=first.get("result", MISSING),
            error=first.get("error"),
            records=_count(message),
        )

    def editable(self, context: Context, message: Message) -> str:
        if not message.text:
            parts = [notation_of(message.data[start:stop]) for _, start, stop in _packed_records(message.data)]
            if not all(map(_is_record, parts)):
                raise NotFittingError("a record of SignalR is an array that begins with its type")
            return "\n".join(json.dumps(part, ensure_ascii=False) for part in parts)
        return super().editable(context, message).removesuffix("\x1e").replace("\x1e", "\n")

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        lines = list(json_lines(text.replace("\x1e", "\n")))
        if all(line.lstrip().startswith("{") for line in lines) and lines:
            return b"".join(utf8(line) + _END for line in lines)
        out = b""
        for line in lines:
            value = read_json(line)
            if not _is_record(value):
                break
            data = packed(value)
            out += varint(len(data)) + data
        else:
            if lines:
                return out
        raise ValueError(
            "SignalR has an object on each line, which is sent as JSON, or an array on each that begins with the type, "
            "a number from 1 to 9, which is sent as MessagePack."
        )

    def is_binary(self, text: str) -> bool:
        return text.lstrip().startswith("[")

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        id_, kind = values.get("invocation"), values.get("type")
        if not isinstance(id_, str) or kind not in ("invocation", "stream-invocation", "completion", "stream-item"):
            return None
        return ExchangePart("invocation" in kind, id_)


def _is_record(value: Any) -> bool:
    """Whether it is an array that begins with the type of a record."""
    if not isinstance(value, list) or isinstance(value, Pairs) or not value:
        return False
    return isinstance(value[0], int) and value[0] in _TYPES


def _first(message: Message) -> Any:
    if not message.text:
        return next(iter(_read_packed(message)), MISSING)
    head, end, _ = message.data[:4096].partition(_END)
    return json_of(head) if end else message.shape


def _count(message: Message) -> int:
    return message.data.count(_END) if message.text else len(_read_packed(message))


def _fits_packed(context: Context, message: Message) -> float:
    ours = b'"messagepack"' in context.first
    if not message.whole or len(message.data) > _LONGEST:
        return 0.9 if ours else 0.0
    return (0.95 if ours else 0.85) if _read_packed(message) else 0.0


def _packed_records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Of each record the first byte of its length, its own first byte, and the one behind it. Raises
    NotFittingError."""
    reader = Reader(data)
    while reader.left:
        place, length = reader.place, 0
        for count in range(5):
            byte = reader.number(1)
            length |= (byte & 127) << 7 * count
            if byte < 128:
                break
        start = reader.place
        reader.take(length)
        yield place, start, reader.place


def _read_packed(message: Message) -> list[dict[str, Any]]:
    """The records of a short message as JSON has them; none if it is not what the protocol says."""
    if "signalr" not in message.known:
        found = []
        budget = Budget(nodes=5000, seconds=1, plain=True)
        try:
            for _, start, stop in _packed_records(message.data):
                reader = Reader(message.data, start, stop)
                value = fill_part(TreeNode("", stop=stop), reader, budget)
                found.append({} if reader.left else _named(value))
        except (NotFittingError, CutOff):
            found = []
        message.known["signalr"] = found if all(found) else []
    known: list[dict[str, Any]] = message.known["signalr"]
    return known


def _named(value: Any) -> dict[str, Any]:
    """The parts of a record by the names that they have in JSON; none if it is no record."""
    if not isinstance(value, list) or not value or type(value[0]) is not int or value[0] not in _TYPES:
        return {}
    names = _PARTS[value[0]]
    found: dict[str, Any] = {"type": value[0]}
    found |= {name: part for name, part in zip(names, value[1:], strict=False) if part is not None}
    if value[0] == 3 and len(value) > 4:
        found["error" if value[3] == 1 else "result"] = value[4]
    return found if len(value) > len(names) - 1 else {}


def _fill_packed(root: TreeNode, data: bytes, budget: Budget) -> None:
    for place, start, stop in _packed_records(data):
        budget.spend(place)
        record = root.add(TreeNode("record", "", place, stop, inner=start))
        record.add(TreeNode("length", str(stop - start), place, start, value=stop - start))
        reader = Reader(data, start, stop)
        value = fill_part(record, reader, budget)
        named = _named(value)
        record.text = _line(named)
        message = record.children[-1]
        message.label = "message"
        for name, part in zip(("type", *_PARTS.get(named.get("type", 0), ())), message.children, strict=False):
            part.label = name


_CALL: Final = ("headers", "invocationId", "target", "arguments", "streamIds")
_PARTS: Final[dict[int, tuple[str, ...]]] = {
    1: _CALL,
    2: ("headers", "invocationId", "item"),
    3: ("headers", "invocationId", "result kind", "result or error"),
    4: _CALL,
    5: ("headers", "invocationId"),
    6: (),
    7: ("error", "allowReconnect"),
    8: ("sequenceId",),
    9: ("sequenceId",),
}
"""What follows the type in MessagePack."""


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
