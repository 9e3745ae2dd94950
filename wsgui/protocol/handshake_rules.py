"""The judge of the opening handshake (RFC 6455 sections 4.1, 4.2 and 11.3): requests and responses.

It is the only one: live handshakes ask it, and `judged_heads` asks it for heads that others have sent.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from wsgui.protocol.head_text import head_text, is_token
from wsgui.protocol.http_head import head_lines
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wsgui.protocol.violations import Violation

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a server appends to the key before hashing (section 1.3)."""


def accept_value(key: str) -> str:
    """Sec-WebSocket-Accept for a Sec-WebSocket-Key: base64(SHA-1(key + GUID)) (section 4.2.2, item 5.4).

    A key that is wrong on purpose may hold any character: it counts with the bytes of its UTF-8."""
    return base64.b64encode(accept_digest(key)).decode()


def accept_digest(key: str) -> bytes:
    """The 20 bytes of SHA-1 that Sec-WebSocket-Accept is made of; SHA-1 protects nothing here."""
    return hashlib.sha1(key.encode("utf-8", "replace") + GUID, usedforsecurity=False).digest()


class Headers:
    """HTTP headers in the order and case in which they came; looked up without regard to case.

    A value's bytes are read as `head_text` reads them."""

    __slots__ = ("items",)

    def __init__(self, items: Iterable[tuple[bytes, bytes]]) -> None:
        self.items = [(name.decode("latin-1"), head_text(value)) for name, value in items]

    @classmethod
    def read(cls, head: bytes) -> Headers:
        """The headers in the bytes of a head that may be wrong on purpose; other lines are passed over."""
        parts = (line.partition(b":") for line in head_lines(head)[1:])
        return cls((name, value.strip(b" \t")) for name, colon, value in parts if colon)

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        name = name.lower()
        return [value for key, value in self.items if key.lower() == name]

    def get(self, name: str) -> str | None:
        """The first value of a header, or None."""
        values = self.all(name)
        return values[0] if values else None

    def tokens(self, name: str) -> list[str]:
        """The comma-separated parts of all values of a header, without blanks and empty parts."""
        parts = [part.strip(" \t") for value in self.all(name) for part in value.split(",")]
        return [part for part in parts if part]

    def names_token(self, name: str, token: str) -> bool:
        """Whether ``token`` is among a header's parts, without regard to case."""
        return any(part.lower() == token for part in self.tokens(name))


def judge_request(method: str, http_version: str, headers: Headers) -> list[Violation]:
    """What a client's opening handshake breaks of section 4.1; empty for a request that deserves a 101."""
    found = []
    if method != "GET":
        found.append(violation("request.method", f"The method is {method}, not GET."))
    if http_version < "1.1":
        found.append(violation("request.http-version", f"The request is HTTP/{http_version}."))
    hosts = headers.all("host")
    if len(hosts) != 1:
        found.append(violation("request.host", f"The request has {len(hosts) or 'no'} Host header{'s'[: len(hosts)]}."))
    elif not hosts[0]:
        found.append(violation("request.host", "The Host header is empty."))
    if not headers.names_token("upgrade", "websocket"):
        found.append(_no_upgrade("request", headers))
    found += _judge_connection("request", headers)
    found += _judge_key(headers.all("sec-websocket-key"))
    versions = headers.all("sec-websocket-version")
    if versions != ["13"]:
        shown = ", ".join(versions)
        text = f"Sec-WebSocket-Version is {shown}, not 13." if versions else "Sec-WebSocket-Version is missing."
        found.append(violation("request.version", text))
    offered = headers.tokens("sec-websocket-protocol")
    if headers.all("sec-websocket-protocol") and not offered:
        found.append(violation("request.subprotocol", "Sec-WebSocket-Protocol names no subprotocol."))
    for name in offered:
        if not is_token(name):
            found.append(violation("request.subprotocol", f"The subprotocol {name!r} is not an HTTP token."))
    if len(set(offered)) != len(offered):
        found.append(violation("request.subprotocol", "A subprotocol is named twice."))
    return found


def _no_upgrade(kind: str, headers: Headers) -> Violation:
    values = headers.all("upgrade")
    text = f"Upgrade is {', '.join(values)!r}, not websocket." if values else "The Upgrade header is missing."
    return violation(f"{kind}.upgrade", text)


def _judge_connection(kind: str, headers: Headers) -> list[Violation]:
    if headers.names_token("connection", "upgrade"):
        return []
    values = headers.all("connection")
    text = f"Connection is {', '.join(values)!r}, without Upgrade." if values else "The Connection header is missing."
    return [violation(f"{kind}.connection", text)]


def _judge_key(keys: Sequence[str]) -> list[Violation]:
    if len(keys) != 1:
        text = "Sec-WebSocket-Key is missing." if not keys else f"Sec-WebSocket-Key stands {len(keys)} times."
        return [violation("request.key", text)]
    try:
        size = len(base64.b64decode(keys[0].encode(), validate=True))
    except binascii.Error:
        return [violation("request.key", "Sec-WebSocket-Key is not base64.")]
    if size != 16:
        return [violation("request.key", f"Sec-WebSocket-Key holds {size} bytes, not 16.")]
    return []


def judge_response(
    status: int, headers: Headers, key: str | None, subprotocols: Sequence[str] | None
) -> list[Violation]:
    """What a server's answer breaks, given the key (empty if it sent none) and the subprotocols that the client sent;
    None for what is not known.

    A status other than 101 is a refusal, not a broken rule of its own; it comes back as ``response.status`` alone.
    Extensions are judged by `negotiation`.
    """
    if status != 101:
        return [violation("response.status", f"The server answered {status}, not 101 Switching Protocols.")]
    found = []
    # A request may name other protocols beside this one; an answer names the one that follows (section 4.1).
    if [value.lower() for value in headers.all("upgrade")] != ["websocket"]:
        found.append(_no_upgrade("response", headers))
    found += _judge_connection("response", headers)
    found += _judge_accept(headers.all("sec-websocket-accept"), key)
    chosen = headers.tokens("sec-websocket-protocol")
    if headers.all("sec-websocket-protocol") and not chosen:
        found.append(violation("response.subprotocol", "Sec-WebSocket-Protocol names no subprotocol."))
    if len(chosen) > 1:
        found.append(violation("response.subprotocol", "The server chose more than one subprotocol."))
    for name in chosen:
        if subprotocols is not None and name not in subprotocols:
            found.append(violation("response.subprotocol", f"The server chose {name!r}, which was not offered."))
    return found


def _judge_accept(accepts: Sequence[str], key: str | None) -> list[Violation]:
    if len(accepts) != 1:
        text = f"Sec-WebSocket-Accept stands {len(accepts)} times." if accepts else "Sec-WebSocket-Accept is missing."
        return [violation("response.accept", text)]
    if key == "":
        return [violation("response.accept", f"Sec-WebSocket-Accept is {accepts[0]}, but the request has no key.")]
    if key is not None and accepts[0] != accept_value(key):
        text = f"Sec-WebSocket-Accept is {accepts[0]}, but the key asks for {accept_value(key)}."
        return [violation("response.accept", text)]
    return []
