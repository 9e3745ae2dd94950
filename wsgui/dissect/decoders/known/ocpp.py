"""OCPP-J 1.6, 2.0.1 and 2.1 (Open Charge Point Protocol, part 4, section 4: RPC framework)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.dissect.decoders.json_protocol import JsonProtocol, Meaning, having, short, words
from wsgui.dissect.decoders.model import MISSING, DecodedField, ExchangePart
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context


class _Form(NamedTuple):
    name: str
    parts: tuple[str, ...]


_FORMS: Final = {
    2: _Form("call", ("message type", "id", "action", "payload")),
    3: _Form("result", ("message type", "id", "payload")),
    4: _Form("error", ("message type", "id", "error code", "error description", "error details")),
    5: _Form("result-error", ("message type", "id", "error code", "error description", "error details")),
    6: _Form("send", ("message type", "id", "action", "payload")),
}


@register
class OcppDecoder(JsonProtocol):
    """Calls, their results and errors."""

    name = "ocpp"
    title = "OCPP"
    prefix = "ocpp"
    fields = (
        DecodedField("type", "text", "call, result, error, result-error or send.", '"call"'),
        DecodedField("id", "text", "The id that joins a call and its result.", '"19223201"'),
        DecodedField("action", "text", "The action of a call.", '"BootNotification"', common="method", verbatim=True),
        DecodedField("payload", "json", "The payload: ocpp.payload.status.", '"Accepted"'),
        DecodedField("error", "text", "The code of an error.", '"NotImplemented"'),
    )

    def recognises(self, context: Context, value: Any) -> float:
        form = _form(value)
        if form is None or not isinstance(value[1], str):
            return 0.0
        if context.subprotocol.startswith("ocpp"):
            return 0.95
        return 0.75 if form.name == "call" and len(value) == 4 and isinstance(value[3], dict) else 0.0

    def meaning(self, context: Context, value: Any) -> Meaning:
        del context
        form = _form(value) or _FORMS[3]
        found = dict(zip(form.parts, value, strict=False))
        payload, details = found.get("payload", MISSING), found.get("error details")
        action, error = _text(found.get("action")), _text(found.get("error code"))
        line = words(
            form.name, f"#{value[1]}", action, error, found.get("error description"), short(payload), short(details)
        )
        values = having(type=form.name, id=value[1], action=action, error=error, payload=payload)
        return Meaning(line, values, dict(enumerate(form.parts)))

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind = values.get("type")
        return ExchangePart(kind == "call", values.get("id")) if kind in ("call", "result", "error") else None


def _form(value: Any) -> _Form | None:
    if not isinstance(value, list) or len(value) < 2 or type(value[0]) is not int:
        return None
    form = _FORMS.get(value[0])
    return form if form is not None and len(value) <= len(form.parts) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
