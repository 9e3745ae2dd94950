"""A request of a HAR file: the whole file, or one entry as browsers copy it."""

from __future__ import annotations

from typing import Any

from wsgui.endpoint.elsewhere.documents import json_of, mapping, pairs, sequence, string
from wsgui.endpoint.elsewhere.model import Draft, Findings, is_websocket


def _entries(value: Any) -> list[dict[str, Any]]:
    top = mapping(value)
    entries = sequence(mapping(top.get("log")).get("entries")) or [top]
    return [one for one in entries if isinstance(one, dict) and isinstance(one.get("request"), dict)]


def fits(text: str) -> bool:
    """Whether this is JSON with requests in it, as HAR has them."""
    return '"request"' in text and any(string(one["request"].get("url")) for one in _entries(json_of(text)))


def read(text: str) -> Findings:
    """The entries that opened a WebSocket."""
    found = Findings()
    left = 0
    for entry in _entries(json_of(text)):
        request = entry["request"]
        url, headers = string(request.get("url")), pairs(request.get("headers"))
        if not is_websocket(url, headers) and mapping(entry.get("response")).get("status") != 101:
            left += 1
            continue
        draft = Draft(found)
        draft.settings.url = url
        draft.headers = headers
        draft.endpoint()
    if left:
        found.complaints.append(
            f"{left} plain HTTP request{'s' * (left != 1)} {'were' if left != 1 else 'was'} left out."
        )
    return found
