"""JSON-RPC 2.0 (https://www.jsonrpc.org/specification)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wsgui.dissect.decoders.json_protocol import JsonProtocol, Meaning, arguments, having, short, words
from wsgui.dissect.decoders.model import MISSING, DecodedField, ExchangePart
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context


@register
class JsonRpcDecoder(JsonProtocol):
    """Requests, notifications, responses, errors, and batches of them; the fields of a batch are those of its first."""

    name = "jsonrpc"
    title = "JSON-RPC"
    prefix = "jsonrpc"
    fields = (
        DecodedField("type", "text", "request, notification, response, error or batch.", '"request"'),
        DecodedField("method", "text", "The method that is called.", '"eth_subscribe"', common="method", verbatim=True),
        DecodedField("id", "json", "The id that joins a request and its response.", "7"),
        DecodedField("params", "json", "Parameters: jsonrpc.params[0], jsonrpc.params.name.", '"open"'),
        DecodedField("result", "json", "The result in a response.", "true"),
        DecodedField("error", "json", "The error object: jsonrpc.error.code.", "-32601"),
    )

    def recognises(self, context: Context, value: Any) -> float:
        del context
        if isinstance(value, list):
            value = value[0] if value else None
        return 0.9 if isinstance(value, dict) and value.get("jsonrpc") == "2.0" else 0.0

    def meaning(self, context: Context, value: Any) -> Meaning:
        if isinstance(value, list):
            first = self.meaning(context, value[0])
            count = f"batch of {len(value)}" if len(value) != 1 else "batch of one"
            return Meaning(f"{count}: {first.line}, \u2026", {**first.values, "type": "batch"})
        method, id_, error = value.get("method"), value.get("id", MISSING), value.get("error", MISSING)
        result, params = value.get("result", MISSING), value.get("params", MISSING)
        number = "" if id_ is MISSING else f"#{short(id_) or 'null'}"
        if isinstance(method, str):
            kind = "notification" if id_ is MISSING else "request"
            line = words(kind, number, f"{method}({arguments(params)})")
        elif error is not MISSING:
            kind = "error"
            known = error if isinstance(error, dict) else {}
            line = words(kind, number, known.get("code"), known.get("message"))
        else:
            kind = "response"
            line = words(kind, number, short(result) or ("" if result is MISSING else "null"))
        values = having(type=kind, method=method, params=params, error=error)
        # null is a value of these, and not the lack of one
        values.update({name: one for name, one in (("id", id_), ("result", result)) if one is not MISSING})
        return Meaning(line, values)

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind, id_ = values.get("type"), values.get("id")
        if kind not in ("request", "response", "error") or not isinstance(id_, (str, int, float)):
            return None
        return ExchangePart(kind == "request", id_)
