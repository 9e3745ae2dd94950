"""Faults of a server's answer to the opening handshake (RFC 6455 sections 4.1 and 4.2.2)."""

from __future__ import annotations

from wsgui.protocol.faults.model import ABANDON, SERVER, ResponseFault
from wsgui.protocol.http_head import HEAD_LIMIT

_LINES = (
    b"HTTP/1.1 101 Switching Protocols",
    b"Upgrade: websocket",
    b"Connection: Upgrade",
    b"Sec-WebSocket-Accept: {accept}",
)


def _response(changes: dict[int, bytes | None] | None = None, *more: bytes) -> bytes:
    """The RFC's answer with some of its lines replaced, or left out for None, and more lines behind."""
    changed = changes or {}
    lines = [changed.get(index, line) for index, line in enumerate(_LINES)]
    return b"\r\n".join([*(line for line in lines if line is not None), *more]) + b"\r\n\r\n"


_ROWS: tuple[tuple[str, str, str, str, bytes], ...] = (
    (
        "200",
        "200 with a body",
        "response.status",
        "A web server that does not know WebSockets answers with a page.",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nHello\n",
    ),
    (
        "404",
        "404",
        "response.status",
        "There is nothing at this path.",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    ),
    (
        "200-upgrade",
        "200 with all headers of a 101",
        "response.status",
        "Everything is there but the status.",
        _response({0: b"HTTP/1.1 200 OK"}, b"Content-Length: 0"),
    ),
    ("no-upgrade", "101 without Upgrade", "response.upgrade", "The Upgrade header is missing.", _response({1: None})),
    (
        "upgrade-h2c",
        "101 with another Upgrade",
        "response.upgrade",
        "The server switches to h2c, which nobody asked for.",
        _response({1: b"Upgrade: h2c"}),
    ),
    (
        "no-connection",
        "101 without Connection",
        "response.connection",
        "The Connection header is missing.",
        _response({2: None}),
    ),
    (
        "keep-alive",
        "101 with Connection: keep-alive",
        "response.connection",
        "A proxy has rewritten the header.",
        _response({2: b"Connection: keep-alive"}),
    ),
    ("no-accept", "101 without Accept", "response.accept", "The proof is missing.", _response({3: None})),
    (
        "wrong-accept",
        "101 with a wrong Accept",
        "response.accept",
        "The Accept of another key: an answer from a cache.",
        _response({3: b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA="}),
    ),
    (
        "key-as-accept",
        "101 with the key as Accept",
        "response.accept",
        "The server gives the key back and has not hashed it.",
        _response({3: b"Sec-WebSocket-Accept: {key}"}),
    ),
    (
        "extension",
        "101 with an extension that nobody offered",
        "response.extension",
        "The server accepts an extension that the client did not offer.",
        _response(None, b"Sec-WebSocket-Extensions: x-unheard-of"),
    ),
    (
        "bad-extensions",
        "101 with a header of extensions that is none",
        "response.extensions",
        "A parameter without a name: the header does not follow its grammar.",
        _response(None, b"Sec-WebSocket-Extensions: permessage-deflate; ="),
    ),
    (
        "deflate-parameter",
        "101 with a parameter that permessage-deflate has not",
        "response.deflate",
        "An unknown parameter: the client must fail the connection (RFC 7692 section 7.1).",
        _response(None, b"Sec-WebSocket-Extensions: permessage-deflate; window_size=12"),
    ),
    (
        "deflate-window",
        "101 with a window of 16 bits",
        "response.deflate",
        "Windows have 8 to 15 bits.",
        _response(None, b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16"),
    ),
    (
        "deflate-twice",
        "101 that accepts permessage-deflate twice",
        "response.deflate",
        "Two extensions that both want RSV1.",
        _response(None, b"Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate"),
    ),
    (
        "subprotocol",
        "101 with a subprotocol that nobody offered",
        "response.subprotocol",
        "The server chooses a subprotocol that the client did not offer.",
        _response(None, b"Sec-WebSocket-Protocol: unheard-of"),
    ),
    (
        "two-subprotocols",
        "101 with two subprotocols",
        "response.subprotocol",
        "The server chooses one subprotocol at most.",
        _response(None, b"Sec-WebSocket-Protocol: one, two"),
    ),
    ("junk", "Junk before the 101", "http.malformed", "Bytes that are no HTTP.", b"\x00\x01junk\r\n" + _response()),
    (
        "frame",
        "A frame instead of an answer",
        "http.malformed",
        "The server starts with frames and never answers the handshake.",
        b"\x81\x05Hello",
    ),
    (
        "long-head",
        "An answer whose head is too long",
        "http.malformed",
        "A header of as many bytes as a whole head may have here.",
        _response(None, b"X-Filler: " + b"x" * HEAD_LIMIT),
    ),
)

RESPONSE_FAULTS: tuple[ResponseFault, ...] = tuple(
    ResponseFault(f"response-{name}", words, rule, SERVER, ABANDON, explanation, template)
    for name, words, rule, explanation, template in _ROWS
)
