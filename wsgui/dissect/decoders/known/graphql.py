"""GraphQL over WebSocket: the subprotocols ``graphql-transport-ws`` and, older, ``graphql-ws``.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md and
https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.json_protocol import JsonProtocol, Meaning, having, short, words
from wsgui.dissect.decoders.model import MISSING, DecodedField, ExchangePart
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Context

_SUBPROTOCOLS: Final = ("graphql-transport-ws", "graphql-ws")
_NEW: Final = ("subscribe", "next", "ping", "pong")
_OLD: Final = ("start", "stop", "data", "ka", "connection_error", "connection_terminate")
_BOTH: Final = ("connection_init", "connection_ack", "error", "complete")
_OPERATION: Final = re.compile(r"\b(query|mutation|subscription)\b\s*([_A-Za-z]\w*)?")
_FIRST_FIELD: Final = re.compile(r"\{\s*([_A-Za-z]\w*)")


@register
class GraphqlDecoder(JsonProtocol):
    """Messages of both subprotocols; a request's operation is named by its name, else by its first field."""

    name = "graphql"
    title = "GraphQL"
    prefix = "graphql"
    fields = (
        DecodedField("type", "text", "The message's type: subscribe, next, complete.", '"next"'),
        DecodedField("id", "text", "The id of the operation.", '"1"'),
        DecodedField(
            "operation",
            "text",
            "Name of the operation that is asked for.",
            '"OnMessage"',
            common="method",
            verbatim=True,
        ),
        DecodedField("kind", "text", "query, mutation or subscription.", '"subscription"'),
        DecodedField("query", "text", "The document that is asked for.", '"subscription"'),
        DecodedField("variables", "json", "The variables: graphql.variables.room.", '"a"'),
        DecodedField("data", "json", "The data of a result: graphql.data.user.name.", '"Ann"'),
        DecodedField("errors", "json", "The errors of a result: graphql.errors[0].message.", '"no"'),
    )

    def recognises(self, context: Context, value: Any) -> float:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in (*_NEW, *_OLD, *_BOTH):
            return 0.0
        if context.subprotocol in _SUBPROTOCOLS:
            return 0.95
        payload = value.get("payload")
        if kind in ("subscribe", "start"):
            return 0.85 if isinstance(payload, dict) and "query" in payload else 0.0
        if kind in ("next", "data"):
            return 0.85 if isinstance(payload, dict) and payload.keys() & {"data", "errors"} else 0.0
        return 0.8 if kind in ("connection_init", "connection_ack") else 0.0

    def meaning(self, context: Context, value: Any) -> Meaning:
        del context
        payload = value.get("payload", MISSING)
        inside = payload if isinstance(payload, dict) else {}
        query = inside.get("query")
        kind = operation = None
        if isinstance(query, str):
            found = _OPERATION.search(query[:4096])
            kind = found[1] if found else "query"
            field = _FIRST_FIELD.search(query[:4096])
            operation = inside.get("operationName") or (found and found[2]) or (field[1] if field else None)
        errors = payload if isinstance(payload, list) else inside.get("errors", MISSING)
        id_ = value.get("id")
        said = words(kind, operation, short(inside.get("variables"))) if query else short(payload)
        line = words(value["type"], "" if id_ is None else f"#{id_}", said)
        operation = operation if isinstance(operation, str) else None
        data = inside.get("data", MISSING)
        values = having(type=value["type"], operation=operation, kind=kind, query=query, data=data, errors=errors)
        values.update(having(id=None if id_ is None else str(id_), variables=inside.get("variables")))
        return Meaning(line, values)

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        del context
        kind, id_ = values.get("type"), values.get("id")
        if kind in ("ping", "pong"):
            return ExchangePart(kind == "ping", "ping")
        if kind in ("connection_init", "connection_ack"):
            return ExchangePart(kind == "connection_init", "connection")
        if id_ is None or kind not in ("subscribe", "start", "next", "data", "error", "complete"):
            return None
        return ExchangePart(kind in ("subscribe", "start"), f"#{id_}")
