"""JavaScript: ``new WebSocket(…)`` of browsers and of Node's ``ws``, ``io(…)`` of Socket.IO, and ``fetch(…)``."""

from __future__ import annotations

import re
from typing import Any, Final

from wsgui.endpoint.elsewhere.model import Draft, Findings

_CALL: Final = re.compile(r"\bnew\s+(?:\w+\.)*WebSocket\s*\(|\bfetch\s*\(|\bio(?:\.connect)?\s*\(")
_STRING: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`""", re.DOTALL)
_PIECE: Final = re.compile(rf"{_STRING.pattern}|//[^\n]*|/\*.*?\*/|[()\[\]{{}},]|[^\"'`()\[\]{{}},/]+|/", re.DOTALL)
ARGUMENTS_LIMIT: Final = 64 * 1024
"""Characters of the arguments of one call."""


def fits(text: str) -> bool:
    """Whether such a call stands in ``text``."""
    return _CALL.search(text) is not None


def read(text: str) -> Findings:
    """An endpoint for each call whose arguments are written out."""
    found = Findings()
    for call in _CALL.finditer(text):
        where = f"Line {text.count(chr(10), 0, call.start()) + 1}"
        _call(Draft(found, where), call[0], _arguments(text[call.end() : call.end() + ARGUMENTS_LIMIT]))
    return found


def _arguments(text: str) -> list[str]:
    """The arguments behind an opening parenthesis, each as it is written; empty if they do not end."""
    arguments = [""]
    depth = 0
    at = 0
    while (piece := _PIECE.match(text, at)) is not None:
        part = piece[0]
        at = piece.end()
        if part.startswith(("//", "/*")):
            continue
        if part == ")" and not depth:
            return [one.strip() for one in arguments if one.strip()]
        if part == "," and not depth:
            arguments.append("")
            continue
        depth += (part in tuple("([{")) - (part in tuple(")]}"))
        arguments[-1] += part
    return []


def _value(text: str) -> Any:
    """What a literal means; None for anything that is computed."""
    import json5  # where it is needed alone: the window starts sooner

    try:
        return json5.loads(_STRING.sub(_no_template, text))
    except (ValueError, RecursionError):
        return None


def _no_template(match: re.Match[str]) -> str:
    """A template literal as a string in double quotes; one with expressions stays, and is no literal then."""
    text = match[0]
    if text[0] != "`" or "${" in text:
        return text
    return '"' + text[1:-1].replace("\\`", "`").replace('"', '\\"').replace("\n", "\\n") + '"'


def _call(draft: Draft, call: str, arguments: list[str]) -> None:
    values = [_value(one) for one in arguments]
    url = values[0] if values else None
    if not isinstance(url, str):
        draft.say("the address is computed, and cannot be read here.")
        return
    draft.settings.url = url
    options = next((one for one in values[1:] if isinstance(one, dict)), {})
    if call.startswith("io"):
        _socket_io(draft, options)
    elif call.startswith("new") and len(values) > 1 and not isinstance(values[1], dict):
        names = values[1] if isinstance(values[1], list) else [values[1]]
        if all(isinstance(one, str) for one in names):
            draft.settings.subprotocols = list(names)
        else:
            draft.say("the subprotocols are computed, and were left out.")
    headers = options.get("headers", options.get("extraHeaders", {}))
    if isinstance(headers, dict):
        draft.headers += [(str(name), str(value)) for name, value in headers.items()]
    if isinstance(options.get("origin"), str):
        draft.settings.origin = options["origin"]
    if options.get("rejectUnauthorized") is False:
        draft.settings.verify = False
    if options.get("body") is not None:
        draft.say("the body was left out: an opening handshake has none.")
    draft.endpoint()


def _socket_io(draft: Draft, options: dict[str, Any]) -> None:
    """Socket.IO's address: its namespace is no path, and its own path and query are added."""
    scheme, mark, rest = draft.settings.url.partition("://")
    place, slash, namespace = rest.partition("/")
    path = options.get("path") if isinstance(options.get("path"), str) else "/socket.io/"
    query = "".join(f"&{name}={value}" for name, value in _pairs(options.get("query")))
    draft.settings.url = f"{scheme}{mark}{place}{path}?EIO=4&transport=websocket{query}"
    connect = f"40/{namespace}," if slash and namespace else "40"
    draft.settings.on_connect = [connect]
    draft.say(f"Socket.IO: its connect packet {connect!r} is sent after each connect.")


def _pairs(value: Any) -> list[tuple[str, str]]:
    return [(str(name), str(one)) for name, one in value.items()] if isinstance(value, dict) else []
