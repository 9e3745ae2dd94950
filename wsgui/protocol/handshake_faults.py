"""Answers to the opening handshake that are wrong on purpose: what a client must notice (RFC 6455 section 4.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from wsgui.protocol.handshake_rules import accept_value

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = b"<!doctype html><title>Not a WebSocket</title><p>This page stands where a 101 should.\n"


class HandshakeFault(NamedTuple):
    """A way to answer wrong. ``rule`` is what the answer breaks, ``spoil`` makes it of a good 101."""

    name: str
    title: str
    rule: str
    spoil: Callable[[bytes], bytes]


def _without(name: bytes) -> Callable[[bytes], bytes]:
    pattern = re.compile(rb"^" + name + rb":[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
    return lambda answer: pattern.sub(b"", answer)


def _with(line: bytes) -> Callable[[bytes], bytes]:
    return lambda answer: answer.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)


def _wrong_accept(answer: bytes) -> bytes:
    return _with(b"Sec-WebSocket-Accept: " + accept_value("another key").encode())(
        _without(b"Sec-WebSocket-Accept")(answer)
    )


def _not_101(answer: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(_PAGE)
    return head + _PAGE


def _wrong_version(answer: bytes) -> bytes:
    return (
        b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
        b"Sec-WebSocket-Version: 8, 7\r\nContent-Length: 0\r\n\r\n"
    )


HANDSHAKE_FAULTS: dict[str, HandshakeFault] = {
    fault.name: fault
    for fault in (
        HandshakeFault("wrong-accept", "Accept value of another key", "response.accept", _wrong_accept),
        HandshakeFault("no-accept", "No accept value", "response.accept", _without(b"Sec-WebSocket-Accept")),
        HandshakeFault("no-upgrade", "No Upgrade header", "response.upgrade", _without(b"Upgrade")),
        HandshakeFault("no-connection", "No Connection header", "response.connection", _without(b"Connection")),
        HandshakeFault("wrong-version", "Asks for versions 8 and 7 (426)", "response.status", _wrong_version),
        HandshakeFault("not-101", "A web page (200) instead of 101", "response.status", _not_101),
        HandshakeFault(
            "unasked-extension",
            "An extension that nobody asked for",
            "response.extension",
            _with(b"Sec-WebSocket-Extensions: x-unasked"),
        ),
        HandshakeFault(
            "unasked-subprotocol",
            "A subprotocol that nobody asked for",
            "response.subprotocol",
            _with(b"Sec-WebSocket-Protocol: unasked"),
        ),
        HandshakeFault(
            "junk-before", "Bytes before the 101", "http.malformed", lambda answer: b"\x00junk\r\n" + answer
        ),
        HandshakeFault(
            # 0xF3: FIN, all of RSV set, a reserved opcode; no client can take it for a frame.
            "junk-behind",
            "Bytes that are no frame, glued behind the 101",
            "rsv.not-negotiated",
            lambda answer: answer + b"\xf3\x04junk",
        ),
    )
}
"""Every fault by the name that the command line and the window use."""
