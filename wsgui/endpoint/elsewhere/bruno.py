"""Bruno's requests: ``.bru`` files, several of them one after another, and its exported collections (JSON)."""

from __future__ import annotations

import re
from typing import Any, Final

from wsgui.endpoint.elsewhere.documents import json_of, mapping, pairs, sequence, string
from wsgui.endpoint.elsewhere.model import ITEMS_LIMIT, Draft, Findings, SavedMessage, filled, is_websocket

_BLOCK: Final = re.compile(r"(?m)^([a-z][\w:-]*)\s*\{[ \t]*$\n?(.*?)^\}", re.DOTALL)
_LINE: Final = re.compile(r"(?m)^[ \t]*(~?)([^\s:][^:\n]*):[ \t]*('''.*?'''|[^\n]*)$", re.DOTALL)
_OWN: Final = ("get", "post", "put", "patch", "delete", "head", "options", "graphql", "grpc")


def fits(text: str) -> bool:
    """Whether this is a request in Bruno's own language, or a collection as it exports it."""
    if re.search(r"(?m)^meta\s*\{", text):
        return True
    top = mapping(json_of(text)) if text.lstrip().startswith("{") else {}
    return "items" in top and ("brunoConfig" in top or "uid" in top or string(top.get("version")) == "1")


def read(text: str) -> Findings:
    """The WebSocket requests in it."""
    found = Findings()
    left = _exported(found, mapping(json_of(text))) if text.lstrip().startswith("{") else _own(found, text)
    if left:
        found.complaints.append(f"{left} other request{'s' * (left != 1)} {'were' if left != 1 else 'was'} left out.")
    return found


def _members(body: str) -> list[tuple[str, str]]:
    """``name: value`` lines that are not switched off by a ``~``."""
    return [
        (match[2].strip(), _text(match[3]))
        for match in _LINE.finditer(body)
        if not match[1] and match[2].strip() != "'''"
    ]


def _text(value: str) -> str:
    """A value; those in three quotes stand indented."""
    if not value.startswith("'''"):
        return value.strip()
    lines = value[3:-3].strip("\n").split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines).rstrip()


def _own(found: Findings, text: str) -> int:
    """Files in its own language; each begins with ``meta``. Returns how many requests were left out."""
    left = 0
    starts = [match.start() for match in re.finditer(r"(?m)^meta\s*\{", text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        blocks = [(match[1], match[2]) for match in _BLOCK.finditer(text[start:end])]
        first = {name: dict(_members(body)) for name, body in reversed(blocks)}
        request = first.get("ws") or next((first[name] for name in _OWN if name in first), {})
        headers = _members("".join(body for name, body in blocks if name == "headers"))
        url = request.get("url", "")
        if "ws" not in first and not is_websocket(url, headers):
            left += 1
            continue
        values = dict(_members("".join(body for name, body in blocks if name in ("vars", "vars:pre-request"))))
        name = first.get("meta", {}).get("name", "")
        draft = Draft(found, name, name)
        draft.settings.url = filled(url, values)
        draft.headers = [(key, filled(value, values)) for key, value in headers]
        for kind, members in first.items():
            if kind.startswith("auth:"):
                _auth(draft, kind.removeprefix("auth:"), {key: filled(one, values) for key, one in members.items()})
            elif kind.startswith("script:") or kind == "tests":
                draft.say(f"{kind} was left out.")
        draft.messages = [
            SavedMessage(members.get("name", "Message"), filled(members.get("content", ""), values))
            for members in (dict(_members(body)) for name, body in blocks if name == "body:ws")
        ]
        draft.endpoint()
    return left


def _auth(draft: Draft, kind: str, parts: dict[str, str]) -> None:
    if kind in ("basic", "digest"):
        draft.settings.auth = "digest" if kind == "digest" else "none"
        draft.basic(f"{parts.get('username', '')}:{parts.get('password', '')}")
    elif kind == "bearer":
        draft.bearer(parts.get("token", ""))
    elif kind not in ("none", "inherit"):
        draft.say(f"the authorization {kind!r} is not understood, and was left out.")


def _exported(found: Findings, top: dict[str, Any]) -> int:
    """A collection as JSON; returns how many requests were left out."""
    values: dict[str, str] = {}
    for environment in map(mapping, sequence(top.get("environments"))):
        if environment.get("uid") == top.get("activeEnvironmentUid") or len(sequence(top.get("environments"))) == 1:
            values |= dict(pairs(environment.get("variables")))
    waiting = [("", mapping(one)) for one in reversed(sequence(top.get("items")))]
    left = 0
    for _ in range(ITEMS_LIMIT):
        if not waiting:
            break
        folder, row = waiting.pop()
        name = string(row.get("name"))
        if "items" in row:
            inside = f"{folder}/{name.replace('/', ' ')}".strip("/")
            waiting += [(inside, mapping(one)) for one in reversed(sequence(row.get("items")))]
            continue
        request = mapping(row.get("request"))
        headers = [(key, filled(value, values)) for key, value in pairs(request.get("headers"))]
        url = filled(string(request.get("url")), values)
        if not string(row.get("type")).startswith("ws") and not is_websocket(url, headers):
            left += 1
            continue
        draft = Draft(found, f"{folder}/{name}".lstrip("/"), name, folder)
        draft.settings.url = url
        draft.headers = headers
        auth = mapping(request.get("auth"))
        kind = string(auth.get("mode"))
        _auth(draft, kind or "none", {key: filled(value, values) for key, value in pairs(mapping(auth.get(kind)))})
        for message in map(mapping, sequence(mapping(request.get("body")).get("ws"))):
            draft.messages.append(
                SavedMessage(string(message.get("name")) or "Message", filled(string(message.get("content")), values))
            )
        draft.endpoint()
    return left
