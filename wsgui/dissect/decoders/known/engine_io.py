"""Engine.IO 3 and 4 (https://socket.io/docs/v4/engine-io-protocol/): what stands around the messages of Socket.IO.

In version 3 the client pings and the server answers, in version 4 the other way round; the packets look the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_places import fill_json
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
from wsgui.dissect.decoders.notation import utf8
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

TYPES: Final = ("open", "close", "ping", "pong", "message", "upgrade", "noop")
_VERSION: Final = re.compile(r"[?&]EIO=(\d)")


def is_engine_io(context: Context) -> bool:
    """Whether the request's target is one of Engine.IO: it always says which version."""
    return "EIO=" in context.target


@register
class EngineIoDecoder(Decoder):
    """Packets of Engine.IO; those of Socket.IO within ``message`` packets have a decoder of their own."""

    name = "engine.io"
    title = "Engine.IO"
    prefix = "eio"
    needs_context = True
    writes = True
    fields = (
        DecodedField("type", "text", "open, close, ping, pong, message, upgrade or noop.", '"ping"'),
        DecodedField("sid", "text", "The id of the session, in an open packet.", '"abc"'),
        DecodedField("data", "json", "The data of an open or message packet: eio.data.pingInterval.", "25000"),
        DecodedField("probe", "bool", "Whether it is a ping or pong that probes an upgrade."),
    )

    def fits(self, context: Context, message: Message) -> float:
        data = message.data
        if not message.text or not data or not 0x30 <= data[0] <= 0x36:
            return 0.0
        if data in (b"2probe", b"3probe") or data.startswith(b'0{"sid":'):
            return 0.8
        if not is_engine_io(context):
            return 0.0
        return 0.7 if data[0] == 0x34 or len(data) == 1 else 0.3

    def one_line(self, context: Context, message: Message) -> str:
        version = _VERSION.search(context.target)
        kind = TYPES[message.data[0] - 0x30]
        data = message.shape_from(1)
        said = message.string[1:] if data is MISSING else short(data)
        return words(version and f"version {version[1]}" if kind == "open" else None, kind, said)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        data = message.data
        if self.fits(context, message) <= 0:
            raise NotFittingError("no digit from 0 to 6 begins it")
        kind = TYPES[data[0] - 0x30]
        root.text = self.one_line(context, message)
        root.add(TreeNode("packet type", f"{data[0] - 0x30} {kind}", 0, 1, value=kind))
        if len(data) > 1:
            if data[1:2] in (b"{", b"["):
                fill_json(root, data, 1, budget, label="data")
            else:
                text = message.string[1:]
                root.add(TreeNode("data", text, 1, len(data), value=text))

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        data = json_of(message.data[1:])
        return having(
            type=TYPES[message.data[0] - 0x30],
            sid=data.get("sid") if isinstance(data, dict) else None,
            data=data,
            probe=message.data[1:] == b"probe",
        )

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        if text[:1] not in set("0123456"):
            raise ValueError("A packet of Engine.IO begins with a digit from 0 to 6.")
        return utf8(text)

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind = values.get("type")
        return ExchangePart(kind == "ping", "ping") if kind in ("ping", "pong") else None
