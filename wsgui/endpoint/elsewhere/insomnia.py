"""Insomnia's exports: format 4 (JSON or YAML, a flat list of resources) and format 5 (YAML, a tree)."""

from __future__ import annotations

from typing import Any, Final

from wsgui.endpoint.elsewhere.documents import json_of, mapping, pairs, sequence, string, yaml_of
from wsgui.endpoint.elsewhere.model import ITEMS_LIMIT, Draft, Findings, SavedMessage, filled, is_websocket

_FIVE: Final = "collection.insomnia.rest/5"


def _top(text: str) -> dict[str, Any]:
    return mapping(json_of(text) or yaml_of(text))


def fits(text: str) -> bool:
    """Whether this is one of its exports."""
    return "__export_format" in text or _FIVE in text[:4096]


def read(text: str) -> Findings:
    """The WebSocket and Socket.IO requests of an export."""
    top = _top(text)
    found = Findings()
    left = _tree(found, top) if "collection" in top else _resources(found, top)
    if left:
        found.complaints.append(f"{left} other request{'s' * (left != 1)} {'were' if left != 1 else 'was'} left out.")
    return found


def _resources(found: Findings, top: dict[str, Any]) -> int:
    """Format 4; returns how many requests were left out."""
    rows = [row for row in sequence(top.get("resources"))[:ITEMS_LIMIT] if isinstance(row, dict)]
    by_id = {string(row.get("_id")): row for row in rows}
    values: dict[str, str] = {}
    for row in rows:
        if row.get("_type") == "environment":
            values |= dict(pairs(mapping(row.get("data"))))
    left = 0
    for row in rows:
        kind = string(row.get("_type"))
        if kind not in ("websocket_request", "socketio_request"):
            left += kind in ("request", "grpc_request")
            continue
        folders: list[str] = []
        above = by_id.get(string(row.get("parentId")))
        while above is not None and above.get("_type") == "request_group" and len(folders) < 20:
            folders.insert(0, string(above.get("name")).replace("/", " "))
            above = by_id.get(string(above.get("parentId")))
        messages = [
            SavedMessage(string(one.get("name")) or "Message", filled(string(one.get("value")), values))
            for one in rows
            if one.get("_type") == "websocket_payload" and one.get("parentId") == row.get("_id")
        ]
        _request(found, row, "/".join(folders), values, messages)
    return left


def _tree(found: Findings, top: dict[str, Any]) -> int:
    """Format 5; returns how many requests were left out."""
    values = dict(pairs(mapping(mapping(top.get("environments")).get("data"))))
    waiting = [("", mapping(one)) for one in reversed(sequence(top.get("collection")))]
    left = 0
    for _ in range(ITEMS_LIMIT):
        if not waiting:
            break
        folder, row = waiting.pop()
        name = string(row.get("name"))
        if "children" in row:
            inside = f"{folder}/{name.replace('/', ' ')}".strip("/")
            waiting += [(inside, mapping(one)) for one in reversed(sequence(row.get("children")))]
        elif string(mapping(row.get("meta")).get("id")).startswith(("ws-req", "socketio-req")) or is_websocket(
            string(row.get("url"))
        ):
            messages = [
                SavedMessage(string(one.get("name")) or "Message", filled(string(one.get("value")), values))
                for one in map(mapping, sequence(row.get("payloads")))
            ]
            _request(found, row, folder, values, messages)
        else:
            left += 1
    return left


def _request(
    found: Findings, row: dict[str, Any], folder: str, values: dict[str, str], messages: list[SavedMessage]
) -> None:
    name = string(row.get("name"))
    draft = Draft(found, f"{folder}/{name}".lstrip("/"), name, folder)
    query = "&".join(f"{key}={filled(value, values)}" for key, value in pairs(row.get("parameters")))
    url = filled(string(row.get("url")), values)
    draft.settings.url = url + (("&" if "?" in url else "?") + query if query else "")
    draft.headers = [(key, filled(value, values)) for key, value in pairs(row.get("headers"))]
    draft.messages = messages
    auth = mapping(row.get("authentication"))
    kind = string(auth.get("type"))
    if kind and not auth.get("disabled"):
        if kind in ("basic", "digest"):
            draft.settings.auth = "digest" if kind == "digest" else "none"
            draft.basic(
                f"{filled(string(auth.get('username')), values)}:{filled(string(auth.get('password')), values)}"
            )
        elif kind == "bearer":
            draft.bearer(filled(string(auth.get("token")), values))
        elif kind != "none":
            draft.say(f"the authorization {kind!r} is not understood, and was left out.")
    draft.endpoint()
