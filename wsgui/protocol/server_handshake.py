"""The server's side of the opening handshake (RFC 6455 section 4.2), without I/O."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

import h11

from wsgui.protocol.client_handshake import Outcome
from wsgui.protocol.handshake_rules import Headers, accept_value, judge_request
from wsgui.protocol.http_head import HEAD_LIMIT, HeadTooLongError, head_end, plain_words
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.violations import Violation


TLS_HANDSHAKE = 0x16
"""The first byte of a TLS connection (RFC 8446 section 5.1): a wss:// client at a ws:// port."""


class ServerHandshake:
    """Feed what the client sends; once `outcome` is not WAITING, write `response` and go on or close.

    ``subprotocols`` are those that this server speaks, best first; the first one that the client offers is chosen.
    """

    def __init__(self, *, subprotocols: Sequence[str] = ()) -> None:
        self._speaks = tuple(subprotocols)
        self.outcome = Outcome.WAITING
        self.request = b""
        self.response = b""
        self.leftover = b""
        self.resource = ""
        self.headers = Headers(())
        self.subprotocol: str | None = None
        self.status: int | None = None
        self.violations: list[Violation] = []
        self.error = ""

    @property
    def done(self) -> bool:
        """Whether `outcome` is settled."""
        return self.outcome is not Outcome.WAITING

    def receive_data(self, data: bytes) -> None:
        """Take the client's next bytes; empty means that it will send no more (TCP FIN). Never raises."""
        if self.done:
            self.leftover += data
            return
        self.request += data
        if not data:
            text = "in the middle of its request" if self.request else "before it sent a request"
            self.outcome = Outcome.REFUSED
            self.error = f"The client closed the connection {text}."
            return
        if self.request[0] <= 0x20:  # no method starts so; a blank line may never come
            tls = self.request[0] == TLS_HANDSHAKE
            words = "a TLS handshake, but this server speaks plain ws://" if tls else "illegal request line"
            self._malformed(400, f"Not valid HTTP: {words}.")
            return
        try:
            end = head_end(self.request)
        except HeadTooLongError:
            self._malformed(431, f"The request's head is over {HEAD_LIMIT // 1024} KiB.")
            return
        if end is not None:
            self.request, self.leftover = self.request[:end], self.request[end:]
            self._read()

    def _read(self) -> None:
        http = h11.Connection(h11.SERVER)
        try:
            http.receive_data(self.request)
            request = cast("h11.Request", http.next_event())
        except h11.RemoteProtocolError as error:
            self._malformed(400, f"Not valid HTTP: {plain_words(error)}.")
        else:
            self._answer(request)

    def _malformed(self, status: int, text: str) -> None:
        self.violations = [violation("http.malformed", text)]
        self._refuse(status, text)

    def time_out(self) -> None:
        """The head did not come in time: 408."""
        self._refuse(408, "The request's head did not come in time.")

    def _answer(self, request: h11.Request) -> None:
        self.resource = request.target.decode("latin-1")
        self.headers = Headers(request.headers.raw_items())
        method = request.method.decode("latin-1")
        self.violations = judge_request(method, request.http_version.decode(), self.headers)
        broken = {breach.rule: breach.text for breach in self.violations}
        if not broken:
            self._accept()
        elif "request.upgrade" in broken:
            self._refuse(
                426, "This is a WebSocket server: connect with ws://, not http://.", [("Upgrade", "websocket")]
            )
        elif "request.method" in broken:
            self._refuse(405, broken["request.method"], [("Allow", "GET")])
        elif "request.version" in broken:
            self._refuse(426, broken["request.version"], [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket")])
        else:
            self._refuse(400, " ".join(broken.values()))

    def _accept(self) -> None:
        offered = self.headers.tokens("sec-websocket-protocol")
        self.subprotocol = next((name for name in self._speaks if name in offered), None)
        key = self.headers.get("sec-websocket-key") or ""
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept_value(key)}",
        ]
        if self.subprotocol is not None:
            lines.append(f"Sec-WebSocket-Protocol: {self.subprotocol}")
        self.response = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self.status = 101
        self.outcome = Outcome.ACCEPTED

    def _refuse(self, status: int, error: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        body = f"{error}\n".encode()
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            *(f"{name}: {value}" for name, value in headers),
            f"Connection: {'Upgrade, close' if status == 426 else 'close'}",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(body)}",
        ]
        self.response = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
        self.status = status
        self.error = error
        self.outcome = Outcome.REFUSED
