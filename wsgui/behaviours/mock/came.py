"""What came, as rules ask of it: each thing is found out once, and only if somebody asks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from wsgui.dissect.decoders.model import JSON_LIMIT, json_of
from wsgui.templates.filling import MISSING
from wsgui.templates.paths import at_path

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from wsgui.engine.websocket import WebSocket
    from wsgui.filter import PlainRow
    from wsgui.templates.filling import Path

KNOWN: Final = ("message", "json", "match", "path", "query", "header", "client", "remote")
"""What of `wsgui.templates.GIVEN` a rule can fill in. Where no message came, those of a message are `MISSING`."""

_NOT_YET: Final = object()
_JSON_STARTS: Final = frozenset('{["-0123456789tfn \t\r\n')


class TooSlowError(Exception):
    """A rule took too long to look at a message, in one sentence."""


class Came:
    """A message (or None: something else has happened) on one connection."""

    __slots__ = ("_data", "_filtered", "_json", "_row", "match", "message", "ws")

    def __init__(self, ws: WebSocket, message: str | bytes | None = None) -> None:
        self.ws = ws
        self.message = message
        self.match: re.Match[str] | None = None
        self._json: Any = _NOT_YET
        self._filtered: Any = _NOT_YET
        self._data: bytes | None = None
        self._row: PlainRow | None = None

    @property
    def json(self) -> Any:
        """The value of a text that is JSON, else `MISSING`."""
        if self._json is _NOT_YET:
            self._json = _value(self.message)
        return self._json

    @property
    def filtered(self) -> Any:
        """The same as filters understand it (`json_of`)."""
        if self._filtered is _NOT_YET:
            self._filtered = json_of(self.data)
        return self._filtered

    @property
    def data(self) -> bytes:
        """The message's bytes."""
        if self._data is None:
            message = self.message or b""
            self._data = message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass")
        return self._data

    def as_row(self, make: Callable[[Came], PlainRow]) -> PlainRow:
        """The message as a row that filters are asked of."""
        if self._row is None:
            self._row = make(self)
        return self._row

    def given(self, name: str, path: Path) -> Any:
        """What a template fills in (`KNOWN`)."""
        if name == "json":
            return MISSING if self.json is MISSING else at_path(self.json, path)
        if name == "message":
            return MISSING if self.message is None else self.message
        if name == "match":
            return _group(self.match, path[0] if path else 0)
        ws = self.ws
        if name in _OF_WS:
            return _OF_WS[name](ws)
        place, _, query = ws.url.partition("?")
        if name == "path":
            return place
        key = str(path[0]) if path else ""
        if name == "query":
            return parse_qs(query, keep_blank_values=True).get(key, [MISSING])[0]
        found = ws.headers.all(key)
        return found[0] if found else MISSING


_OF_WS: Final[dict[str, Callable[[WebSocket], Any]]] = {
    "client": lambda ws: ws.number,
    "remote": lambda ws: ws.remote,
}


def _value(message: str | bytes | None) -> Any:
    if not isinstance(message, str) or message[:1] not in _JSON_STARTS or len(message) > JSON_LIMIT:
        return MISSING
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return MISSING


def _group(match: re.Match[str] | None, group: str | int) -> Any:
    if match is None:
        return MISSING
    try:
        found = match.group(group)
    except (IndexError, KeyError):
        return MISSING
    return MISSING if found is None else found
