"""Postman's collections (format 2.0 and 2.1), and its environments for their variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wsgui.endpoint.elsewhere.documents import json_of, mapping, pairs, sequence, string
from wsgui.endpoint.elsewhere.model import (
    ITEMS_LIMIT,
    Draft,
    ElsewhereError,
    Findings,
    SavedMessage,
    filled,
    is_websocket,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def fits(text: str) -> bool:
    """Whether this is a collection or an environment."""
    top = mapping(json_of(text)) if text.lstrip().startswith("{") else {}
    return ("item" in top and "info" in top) or ("values" in top and "name" in top)


def read(text: str) -> Findings:
    """The WebSocket requests of a collection. Raises ElsewhereError for an environment, which has none."""
    top = mapping(json_of(text))
    if "item" not in top:
        names = [name for name, _ in pairs(top.get("values"), "key")]
        raise ElsewhereError(
            f"This is an environment of Postman with {len(names)} variables and no request: open it together with "
            "its collection."
        )
    found = Findings()
    values = dict(pairs(top.get("variable"), "key"))
    left = 0
    for folder, item, auth in _items(top):
        request = mapping(item.get("request"))
        url = request.get("url")
        address = filled(string(url) or string(mapping(url).get("raw")), values)
        headers = [(name, filled(value, values)) for name, value in pairs(request.get("header"), "key")]
        if not is_websocket(address, headers):
            left += 1
            continue
        name = string(item.get("name"))
        draft = Draft(found, f"{folder}/{name}".lstrip("/"), name, folder)
        draft.settings.url = address
        draft.headers = headers
        _auth(draft, mapping(request.get("auth")) or auth, values)
        _body(draft, request, values)
        for event in sequence(item.get("event")):
            draft.say(f"the script {string(mapping(event).get('listen'))!r} was left out.")
        draft.endpoint()
    if left:
        found.complaints.append(
            f"{left} plain HTTP request{'s' * (left != 1)} {'were' if left != 1 else 'was'} left out."
        )
    return found


def _items(top: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every request with its folder and with the authorization that it inherits, in the order of the collection."""
    waiting = [("", mapping(one), mapping(top.get("auth"))) for one in reversed(sequence(top.get("item")))]
    for _ in range(ITEMS_LIMIT):
        if not waiting:
            return
        folder, item, auth = waiting.pop()
        if "item" in item:
            inside = f"{folder}/{string(item.get('name')).replace('/', ' ')}".strip("/")
            own = mapping(item.get("auth")) or auth
            waiting += [(inside, mapping(one), own) for one in reversed(sequence(item.get("item")))]
        else:
            yield folder, item, auth


def _auth(draft: Draft, auth: dict[str, Any], values: dict[str, str]) -> None:
    kind = string(auth.get("type"))
    parts = {name: filled(value, values) for name, value in pairs(auth.get(kind), "key")}
    if kind == "basic":
        draft.basic(f"{parts.get('username', '')}:{parts.get('password', '')}")
    elif kind == "digest":
        draft.settings.auth = "digest"
        draft.basic(f"{parts.get('username', '')}:{parts.get('password', '')}")
    elif kind == "bearer":
        draft.bearer(parts.get("token", ""))
    elif kind == "apikey" and parts.get("in", "header") == "header":
        draft.headers.append((parts.get("key", ""), parts.get("value", "")))
    elif kind not in ("", "noauth"):
        draft.say(f"the authorization {kind!r} is not understood, and was left out.")


def _body(draft: Draft, request: dict[str, Any], values: dict[str, str]) -> None:
    body = mapping(request.get("body"))
    text = string(body.get("raw"))
    if text:
        draft.messages.append(SavedMessage("Message", filled(text, values)))
    elif body.get("mode"):
        draft.say(f"the body of the kind {string(body.get('mode'))!r} was left out.")
    for one in sequence(request.get("messages")):
        row = mapping(one)
        draft.messages.append(
            SavedMessage(string(row.get("name")) or "Message", filled(string(row.get("content")), values))
        )
