"""WAMP 2 as JSON (https://wamp-proto.org/wamp_bp_latest_ietf.html section 3.2.3): ``wamp.2.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_protocol import JsonProtocol, Meaning, having, short, words
from wsgui.dissect.decoders.model import MISSING, DecodedField, ExchangePart
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context

_FORMS: Final[dict[int, tuple[str, ...]]] = {
    1: ("HELLO", "realm", "details"),
    2: ("WELCOME", "session", "details"),
    3: ("ABORT", "details", "reason"),
    4: ("CHALLENGE", "method", "extra"),
    5: ("AUTHENTICATE", "signature", "extra"),
    6: ("GOODBYE", "details", "reason"),
    8: ("ERROR", "request type", "request", "details", "error", "args", "kwargs"),
    16: ("PUBLISH", "request", "options", "topic", "args", "kwargs"),
    17: ("PUBLISHED", "request", "publication"),
    32: ("SUBSCRIBE", "request", "options", "topic"),
    33: ("SUBSCRIBED", "request", "subscription"),
    34: ("UNSUBSCRIBE", "request", "subscription"),
    35: ("UNSUBSCRIBED", "request"),
    36: ("EVENT", "subscription", "publication", "details", "args", "kwargs"),
    48: ("CALL", "request", "options", "procedure", "args", "kwargs"),
    49: ("CANCEL", "request", "options"),
    50: ("RESULT", "request", "details", "args", "kwargs"),
    64: ("REGISTER", "request", "options", "procedure"),
    65: ("REGISTERED", "request", "registration"),
    66: ("UNREGISTER", "request", "registration"),
    67: ("UNREGISTERED", "request"),
    68: ("INVOCATION", "request", "registration", "details", "args", "kwargs"),
    69: ("INTERRUPT", "request", "options"),
    70: ("YIELD", "request", "options", "args", "kwargs"),
}
_ASKS: Final = ("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", "CALL", "REGISTER", "UNREGISTER", "INVOCATION")
_ANSWERS: Final = (
    "PUBLISHED",
    "SUBSCRIBED",
    "UNSUBSCRIBED",
    "RESULT",
    "REGISTERED",
    "UNREGISTERED",
    "YIELD",
    "ERROR",
)
_URIS: Final = ("procedure", "topic", "error", "reason", "realm")


@register
class WampDecoder(JsonProtocol):
    """Messages by their type codes."""

    name = "wamp"
    title = "WAMP"
    prefix = "wamp"
    fields = (
        DecodedField("type", "text", "The message's type: CALL, RESULT, EVENT.", '"CALL"'),
        DecodedField("request", "number", "The id that joins a request and its answer.", "7"),
        DecodedField(
            "procedure",
            "text",
            "The procedure that is called or registered.",
            '"com.add"',
            common="method",
            verbatim=True,
        ),
        DecodedField(
            "topic",
            "text",
            "The topic that is published or subscribed to.",
            '"com.news"',
            common="topic",
            verbatim=True,
        ),
        DecodedField("error", "text", "The URI of an error or of the reason to leave.", '"wamp.error.no_such_role"'),
        DecodedField("realm", "text", "The realm that a session joins.", '"realm1"'),
        DecodedField("args", "json", "Arguments by their places: wamp.args[0].", "2"),
        DecodedField("kwargs", "json", "Arguments by their names: wamp.kwargs.name.", '"a"'),
    )

    def recognises(self, context: Context, value: Any) -> float:
        if not isinstance(value, list) or len(value) < 2 or type(value[0]) is not int:
            return 0.0
        form = _FORMS.get(value[0])
        if form is None or len(value) > len(form):
            return 0.0
        if context.subprotocol.startswith("wamp.2."):
            return 0.95
        if form[0] == "HELLO":
            known = isinstance(value[1], str) and len(value) == 3 and isinstance(value[2], dict) and "roles" in value[2]
            return 0.8 if known else 0.0
        return 0.0

    def meaning(self, context: Context, value: Any) -> Meaning:
        del context
        form = _FORMS[value[0]]
        found = dict(zip(form[1:], value[1:], strict=False))
        texts = {name: found[name] for name in _URIS if isinstance(found.get(name), str)}
        request = found.get("request")
        line = words(
            form[0],
            "" if request is None else f"#{request}",
            *texts.values(),
            short(found.get("args")),
            short(found.get("kwargs")),
        )
        values = having(
            type=form[0],
            request=request,
            procedure=texts.get("procedure"),
            topic=texts.get("topic"),
            error=texts.get("error") or texts.get("reason"),
            realm=texts.get("realm"),
            args=found.get("args", MISSING),
            kwargs=found.get("kwargs", MISSING),
        )
        return Meaning(line, values, dict(enumerate(("message type", *form[1:]))))

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind, request = values.get("type"), values.get("request")
        if kind in ("HELLO", "WELCOME", "ABORT"):
            return ExchangePart(kind == "HELLO", "session")
        if type(request) is not int:
            return None
        if kind in _ASKS:
            return ExchangePart(True, request)
        return ExchangePart(False, request) if kind in _ANSWERS else None
