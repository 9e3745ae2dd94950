"""Faults of a client's opening handshake (RFC 6455 section 4.1)."""

from __future__ import annotations

from wsgui.protocol.faults.model import CLIENT, DECLINE, RequestFault, refuse
from wsgui.protocol.http_head import HEAD_LIMIT

_LINES = (
    b"GET {resource} HTTP/1.1",
    b"Host: {host}",
    b"Upgrade: websocket",
    b"Connection: Upgrade",
    b"Sec-WebSocket-Key: {key}",
    b"Sec-WebSocket-Version: 13",
)


def _request(changes: dict[int, bytes | None] | None = None, *more: bytes) -> bytes:
    """The request of the RFC with some of its lines replaced, or left out for None, and more lines behind."""
    changed = changes or {}
    lines = [changed.get(index, line) for index, line in enumerate(_LINES)]
    return b"\r\n".join([*(line for line in lines if line is not None), *more]) + b"\r\n\r\n"


_ROWS: tuple[tuple[str, str, str, int, str, bytes], ...] = (
    ("post", "POST", "request.method", 405, "Only GET opens a WebSocket.", _request({0: b"POST {resource} HTTP/1.1"})),
    (
        "http-1.0",
        "HTTP/1.0",
        "request.http-version",
        400,
        "HTTP/1.0 knows no upgrade.",
        _request({0: b"GET {resource} HTTP/1.0"}),
    ),
    (
        "no-host",
        "No Host header",
        "request.host",
        400,
        "HTTP/1.1 demands a Host header (RFC 9112 section 3.2), and RFC 6455 repeats it.",
        _request({1: None}),
    ),
    (
        "no-host-1.0",
        "No Host header, HTTP/1.0",
        "request.host",
        400,
        "HTTP/1.0 could do without a Host header, a WebSocket cannot.",
        _request({0: b"GET {resource} HTTP/1.0", 1: None}),
    ),
    (
        "two-hosts",
        "Two Host headers",
        "request.host",
        400,
        "Two answers to the question which host is meant, as in attacks on proxies.",
        _request(None, b"Host: other.example"),
    ),
    ("no-upgrade", "No Upgrade header", "request.upgrade", 426, "An ordinary HTTP request.", _request({2: None})),
    (
        "upgrade-h2c",
        "Upgrade to something else",
        "request.upgrade",
        426,
        "Upgrade names h2c and not websocket.",
        _request({2: b"Upgrade: h2c"}),
    ),
    (
        "no-connection",
        "No Connection header",
        "request.connection",
        400,
        "Without Connection: Upgrade the Upgrade header means nothing.",
        _request({3: None}),
    ),
    (
        "keep-alive",
        "Connection: keep-alive",
        "request.connection",
        400,
        "A proxy that does not know WebSockets rewrites the header so.",
        _request({3: b"Connection: keep-alive"}),
    ),
    ("no-key", "No key", "request.key", 400, "Sec-WebSocket-Key is missing.", _request({4: None})),
    (
        "short-key",
        "Key of 15 bytes",
        "request.key",
        400,
        "Base64 of 15 bytes, not of 16.",
        _request({4: b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA"}),
    ),
    (
        "key-no-base64",
        "Key that is not base64",
        "request.key",
        400,
        "The key has characters that base64 does not know.",
        _request({4: b"Sec-WebSocket-Key: !not base64 at all!!!"}),
    ),
    (
        "two-keys",
        "Two keys",
        "request.key",
        400,
        "The key must not stand twice.",
        _request(None, b"Sec-WebSocket-Key: {key}"),
    ),
    (
        "no-version",
        "No version",
        "request.version",
        426,
        "Sec-WebSocket-Version is missing; the first drafts did without it.",
        _request({5: None}),
    ),
    (
        "version-8",
        "Version 8",
        "request.version",
        426,
        "A draft of the protocol; the server names the versions it speaks.",
        _request({5: b"Sec-WebSocket-Version: 8"}),
    ),
    (
        "version-14",
        "Version 14",
        "request.version",
        426,
        "A version that does not exist.",
        _request({5: b"Sec-WebSocket-Version: 14"}),
    ),
    (
        "subprotocol-no-token",
        "Subprotocol that is no token",
        "request.subprotocol",
        400,
        "The name of a subprotocol has no blanks and no separators.",
        _request(None, b"Sec-WebSocket-Protocol: chat room"),
    ),
    (
        "subprotocol-twice",
        "Subprotocol named twice",
        "request.subprotocol",
        400,
        "Each name stands once.",
        _request(None, b"Sec-WebSocket-Protocol: chat, chat"),
    ),
    (
        "no-http",
        "Not HTTP at all",
        "http.malformed",
        400,
        "A line that is no request line.",
        b"Hello, are you there?\r\n\r\n",
    ),
    (
        "tls-hello",
        "TLS at a ws:// port",
        "http.malformed",
        400,
        "The first bytes of a TLS handshake: a wss:// client at a ws:// port.",
        bytes.fromhex("16030100050100000100"),
    ),
    (
        "bad-extensions",
        "A header of extensions that is none",
        "request.extensions",
        400,
        "A parameter without a name: the header does not follow its grammar.",
        _request(None, b"Sec-WebSocket-Extensions: permessage-deflate; ="),
    ),
    (
        "deflate-parameter",
        "An offer with a parameter that permessage-deflate has not",
        "request.deflate",
        101,
        "A server declines an offer that it does not understand, and goes on without it (RFC 7692 section 7.1).",
        _request(None, b"Sec-WebSocket-Extensions: permessage-deflate; window_size=12"),
    ),
    (
        "deflate-window",
        "An offer of a window of 7 bits",
        "request.deflate",
        101,
        "Windows have 8 to 15 bits; a server declines the offer.",
        _request(None, b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7"),
    ),
    (
        "blank-before-colon",
        "Blank before the colon",
        "http.malformed",
        400,
        "A blank between a header's name and its colon must be refused (RFC 9112 section 5.1).",
        _request({2: b"Upgrade : websocket"}),
    ),
    (
        "control-character",
        "NUL in a header",
        "http.malformed",
        400,
        "A header's value with a NUL in it.",
        _request(None, b"X-Note: a\x00b"),
    ),
    (
        "long-head",
        "A request whose head is too long",
        "http.malformed",
        431,
        "A header of as many bytes as a whole head may have here.",
        _request(None, b"X-Filler: " + b"x" * HEAD_LIMIT),
    ),
)

REQUEST_FAULTS: tuple[RequestFault, ...] = tuple(
    RequestFault(
        f"request-{name}", words, rule, CLIENT, DECLINE if status == 101 else refuse(status), explanation, template
    )
    for name, words, rule, status, explanation, template in _ROWS
)
