"""Action Cable of Ruby on Rails (https://guides.rubyonrails.org/action_cable_overview.html): actioncable-v1-json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_protocol import JsonProtocol, Meaning, having, short, words
from wsgui.dissect.decoders.model import MISSING, DecodedField, json_of
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context

_COMMANDS: Final = ("subscribe", "unsubscribe", "message")
_TYPES: Final = ("welcome", "ping", "confirm_subscription", "reject_subscription", "disconnect")


@register
class ActionCableDecoder(JsonProtocol):
    """Commands of a client, and what a server says; a channel's identifier is JSON within a string."""

    name = "actioncable"
    title = "Action Cable"
    prefix = "actioncable"
    fields = (
        DecodedField("type", "text", "The command or type: subscribe, message, ping, broadcast.", '"message"'),
        DecodedField("channel", "text", "Name of the channel.", '"ChatChannel"', common="topic", verbatim=True),
        DecodedField("identifier", "json", "What identifies the subscription: actioncable.identifier.room.", '"1"'),
        DecodedField(
            "action", "text", "The action that a message asks for.", '"speak"', common="method", verbatim=True
        ),
        DecodedField("message", "json", "What was said: actioncable.message.text.", '"hi"'),
    )

    def recognises(self, context: Context, value: Any) -> float:
        if not isinstance(value, dict):
            return 0.0
        ours = context.subprotocol.startswith("actioncable-")
        if value.get("command") in _COMMANDS and isinstance(value.get("identifier"), str):
            return 0.95 if ours else 0.85
        if isinstance(value.get("identifier"), str) and ("message" in value or value.get("type") in _TYPES):
            return 0.95 if ours else 0.7
        return 0.95 if ours and value.get("type") in _TYPES else 0.0

    def meaning(self, context: Context, value: Any) -> Meaning:
        del context
        identifier = _inside(value.get("identifier", MISSING))
        channel = identifier.get("channel") if isinstance(identifier, dict) else None
        data = _inside(value.get("data", MISSING))
        kind = value.get("command") or value.get("type") or "broadcast"
        action = data.get("action") if isinstance(data, dict) else None
        said = data if data is not MISSING else value.get("message", MISSING)
        channel = channel if isinstance(channel, str) else None
        action = action if isinstance(action, str) else None
        return Meaning(
            words(kind, channel, short(said)),
            having(type=str(kind), channel=channel, identifier=identifier, action=action, message=said),
        )


def _inside(text: Any) -> Any:
    """The value of JSON within a string; the string itself if it is none."""
    value = json_of(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else text
    return text if value is MISSING else value
