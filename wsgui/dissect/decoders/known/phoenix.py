"""Phoenix channels (https://hexdocs.pm/phoenix/writing_a_channels_client.html): serializer versions 1 and 2 as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_protocol import JsonProtocol, Meaning, having, short, words
from wsgui.dissect.decoders.model import MISSING, DecodedField, ExchangePart
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context

_PARTS: Final = ("join_ref", "ref", "topic", "event", "payload")
_OWN: Final = ("phx_join", "phx_leave", "phx_reply", "phx_close", "phx_error", "heartbeat")


@register
class PhoenixDecoder(JsonProtocol):
    """``[join_ref, ref, topic, event, payload]``, or the same as an object."""

    name = "phoenix"
    title = "Phoenix"
    prefix = "phoenix"
    fields = (
        DecodedField("topic", "text", "The channel's topic.", '"room:lobby"', common="topic", verbatim=True),
        DecodedField(
            "event",
            "text",
            "The event: phx_join, phx_reply, or one of the application's.",
            '"new_msg"',
            common="event",
            verbatim=True,
        ),
        DecodedField("ref", "text", "What joins a message and its reply.", '"2"'),
        DecodedField("join_ref", "text", "The ref with which the channel was joined.", '"1"'),
        DecodedField("status", "text", "The status of a reply: ok or error.", '"ok"'),
        DecodedField("payload", "json", "The payload: phoenix.payload.body.", '"hi"'),
    )

    def recognises(self, context: Context, value: Any) -> float:
        found = _named(value)
        if not all(isinstance(found.get(name), str) for name in ("topic", "event")):
            return 0.0
        if any(not isinstance(found.get(name), (str, type(None))) for name in ("ref", "join_ref")):
            return 0.0
        if found["event"] in _OWN:
            return 0.9
        if context.path.endswith("/websocket") and "vsn=" in context.target:
            return 0.9
        sure = isinstance(found.get("payload"), dict) and "ref" in found
        return 0.75 if sure else 0.0  # four texts may be anything

    def meaning(self, context: Context, value: Any) -> Meaning:
        del context
        found = _named(value)
        payload = found.get("payload", MISSING)
        status = payload.get("status") if isinstance(payload, dict) and found["event"] == "phx_reply" else None
        ref = found.get("ref")
        line = words(found["topic"], found["event"], "" if ref is None else f"#{ref}", short(payload))
        status = status if isinstance(status, str) else None
        values = having(
            topic=found["topic"],
            event=found["event"],
            ref=ref,
            join_ref=found.get("join_ref"),
            status=status,
            payload=payload,
        )
        return Meaning(line, values, dict(enumerate(_PARTS)) if isinstance(value, list) else {})

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        ref = values.get("ref")
        return None if ref is None else ExchangePart(values.get("event") != "phx_reply", ref)


def _named(value: Any) -> dict[str, Any]:
    """The parts by their names; of a message that is cut, those that are there."""
    if isinstance(value, list):
        return dict(zip(_PARTS, value, strict=False)) if 4 <= len(value) <= 5 else {}
    return value if isinstance(value, dict) else {}
