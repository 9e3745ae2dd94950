"""Socket.IO 2 to 5 (https://socket.io/docs/v4/socket-io-protocol/), in message packets of Engine.IO.

A packet is ``4``, its type, ``<attachments>-`` of binary ones, ``/namespace,`` of others than ``/``, an ack's id, and
JSON. The attachments follow in binary messages of their own; in Engine.IO 3 those begin with the byte 4.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.dissect.decoders.json_places import fill_json, only_blank
from wsgui.dissect.decoders.json_protocol import arguments, having, short, words
from wsgui.dissect.decoders.known.engine_io import is_engine_io
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
from wsgui.dissect.decoders.notation import as_text, hex_bytes, read_json, utf8
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.preview import hex_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

TYPES: Final = ("connect", "disconnect", "event", "ack", "connect-error", "binary-event", "binary-ack")
_HEAD: Final = re.compile(rb"4([0-6])(?:(\d{1,9})-)?(?:(/[^,\[{\"]*)(?:,|$))?(\d{1,18})?")
_SURE: Final = re.compile(rb"4(?:[0-6])(?:\d{1,9}-)?(?:/[^,\[{\"]*,)?\d{0,18}(?:\[\"|\{\"|\[\{|\[\]|\[\d|\[null)")


class _SioPacket(NamedTuple):
    """``attachments``, ``namespace`` and ``ack`` are (first byte, the one behind, value), None where they are left out;
    ``data`` is the first byte of the JSON."""

    kind: str
    attachments: tuple[int, int, int] | None
    namespace: tuple[int, int, str] | None
    ack: tuple[int, int, int] | None
    data: int


def _read(data: bytes) -> _SioPacket | None:
    head = _HEAD.match(data)
    if head is None:
        return None
    count, space, ack = head.span(2), head.span(3), head.span(4)
    return _SioPacket(
        TYPES[int(head[1])],
        None if head[2] is None else (*count, int(head[2])),
        None if head[3] is None else (*space, head[3].decode("utf-8", "replace")),
        None if head[4] is None else (*ack, int(head[4])),
        head.end(),
    )


@register
class SocketIoDecoder(Decoder):
    """Packets of Socket.IO, and the binary messages that hold their attachments."""

    name = "socket.io"
    title = "Socket.IO"
    prefix = "sio"
    writes = True
    fields = (
        DecodedField(
            "type", "text", "connect, disconnect, event, ack, connect-error, binary-event or binary-ack.", '"event"'
        ),
        DecodedField("event", "text", "Name of the event.", '"chat"', common="event", verbatim=True),
        DecodedField("namespace", "text", "The namespace, / if it is left out.", '"/admin"'),
        DecodedField("ack", "number", "The id that joins an event and its ack.", "12"),
        DecodedField("args", "json", "Arguments of the event or ack: sio.args[0].text.", '"hi"'),
        DecodedField("data", "json", "The data of a connect packet: sio.data.sid.", '"abc"'),
        DecodedField("attachments", "number", "How many binary messages belong to the packet.", "1"),
    )

    def fits(self, context: Context, message: Message) -> float:
        if not message.text:
            return 0.6 if is_engine_io(context) and message.data else 0.0
        if _SURE.match(message.data):
            return 0.95 if is_engine_io(context) else 0.8
        return 0.9 if is_engine_io(context) and _HEAD.match(message.data) else 0.0

    def one_line(self, context: Context, message: Message) -> str:
        if not message.text:
            return f"attachment {hex_line(message.data, message.length)}"
        packet = _read(message.data)
        if packet is None:
            return ""
        found = _meaning(packet, message.shape_from(packet.data))
        event, args = found.get("event"), found.get("args", found.get("data", MISSING))
        said = short(args)
        if event is not None:
            said = f"{event}({arguments(args)})"
        space = "" if packet.namespace is None else packet.namespace[2]
        ack = "" if packet.ack is None else f"#{packet.ack[2]}"
        return words(packet.kind, space, ack, said)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        data = message.data
        if not message.text:
            start = 1 if data[:1] == b"\x04" and "EIO=3" in context.target else 0
            if start:
                root.add(TreeNode("packet type", "4 message", 0, 1, value="message"))
            root.add(
                TreeNode("attachment", hex_line(data[start:], len(data) - start), start, len(data), value=data[start:])
            )
            return
        packet = _read(data)
        if packet is None:
            raise NotFittingError("no message packet begins it")
        root.text = self.one_line(context, message)
        root.add(TreeNode("Engine.IO", "4 message", 0, 1, value="message"))
        root.add(TreeNode("packet type", f"{data[1:2].decode()} {packet.kind}", 1, 2, value=packet.kind))
        for label, part in (
            ("attachments", packet.attachments),
            ("namespace", packet.namespace),
            ("ack id", packet.ack),
        ):
            if part is not None:
                start, stop, value = part
                root.add(TreeNode(label, str(value), start, stop, value=value, path=_PATHS[label]))
        if packet.data >= len(data):
            return
        is_event = packet.kind in ("event", "binary-event")
        end = fill_json(root, data, packet.data, budget, label="arguments" if "connect" not in packet.kind else "data")
        if not only_blank(data, end):
            raise NotFittingError(f"the JSON ends at byte {end}, and more follows")
        if is_event and root.children[-1].children:
            root.children[-1].children[0].label = "event"

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        packet = _read(message.data) if message.text else None
        return {} if packet is None else _meaning(packet, json_of(message.data[packet.data :]))

    def editable(self, context: Context, message: Message) -> str:
        if message.text:
            return super().editable(context, message)
        return as_text({"$bytes": message.data.hex()})  # an attachment

    def is_binary(self, text: str) -> bool:
        return text.lstrip().startswith("{")

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        if self.is_binary(text):
            value = read_json(text)
            if value.special is None:
                raise ValueError('An attachment is written as {"$bytes": "dead"}.')
            return hex_bytes(*value.special)
        data = utf8(text)
        packet = _read(data)
        if packet is None:
            raise ValueError('A packet of Socket.IO begins with 4 and its type: 42["event", 1].')
        if packet.data < len(data) and json_of(data[packet.data :]) is MISSING:
            raise ValueError("What follows the head of the packet is no JSON.")
        return data

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind, ack = values.get("type"), values.get("ack")
        if ack is None or kind not in ("event", "binary-event", "ack", "binary-ack"):
            return None
        return ExchangePart("event" in kind, (values.get("namespace"), ack))


def _meaning(packet: _SioPacket, value: Any) -> dict[str, Any]:
    found = having(
        type=packet.kind,
        namespace="/" if packet.namespace is None else packet.namespace[2],
        ack=None if packet.ack is None else packet.ack[2],
        attachments=None if packet.attachments is None else packet.attachments[2],
    )
    if isinstance(value, list):
        if packet.kind in ("event", "binary-event") and value and isinstance(value[0], str):
            found["event"] = value[0]
            value = value[1:]
        found["args"] = value
    elif value is not MISSING:
        found["data"] = value
    return found


_PATHS: Final = {"attachments": "sio.attachments", "namespace": "sio.namespace", "ack id": "sio.ack"}
