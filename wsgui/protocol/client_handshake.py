"""The client's side of the opening handshake (RFC 6455 section 4.1), without I/O."""

from __future__ import annotations

import base64
from enum import Enum, auto
from typing import TYPE_CHECKING

import h11

from wsgui.protocol.handshake_rules import Headers, accept_value, judge_response
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.url import WsUrl
    from wsgui.protocol.violations import Violation

HEAD_LIMIT = 16 * 1024
"""Bytes of an HTTP head that are accepted."""
BODY_LIMIT = 64 * 1024
"""Bytes of a refusal's body that are kept."""


class Outcome(Enum):
    """How far the handshake is."""

    WAITING = auto()
    ACCEPTED = auto()
    REFUSED = auto()
    """Not a WebSocket: `ClientHandshake.error` says why."""


def request_head(
    url: WsUrl, key: str, subprotocols: Sequence[str] = (), headers: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The request of section 4.1 as bytes, headers in the order of the RFC's example, ``headers`` behind them."""
    lines = [
        f"GET {url.resource} HTTP/1.1",
        f"Host: {url.host_header}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    if subprotocols:
        lines.append("Sec-WebSocket-Protocol: " + ", ".join(subprotocols))
    if url.user is not None:
        credentials = base64.b64encode(f"{url.user}:{url.password or ''}".encode()).decode()
        lines.append(f"Authorization: Basic {credentials}")
    lines += [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def plain_words(error: h11.ProtocolError) -> str:
    """What h11 found wrong, without the Python values it quotes and the full stop."""
    return str(error).split(": bytearray")[0].split(": b'")[0].rstrip(".")


class ClientHandshake:
    """Send `request`, feed what comes back, look at `outcome`.

    ``nonce`` are 16 random bytes for Sec-WebSocket-Key. `response` holds the bytes of the answer (a refusal's body
    included, up to 64 KiB), `leftover` what came behind a 101: the first frames.
    """

    def __init__(
        self,
        url: WsUrl,
        nonce: bytes,
        *,
        subprotocols: Sequence[str] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.url = url
        self.key = base64.b64encode(nonce).decode()
        self.subprotocols = tuple(subprotocols)
        self.request = request_head(url, self.key, self.subprotocols, headers)
        self.outcome = Outcome.WAITING
        self.response = b""
        self.leftover = b""
        self.status: int | None = None
        self.headers = Headers(())
        self.body = b""
        self.violations: list[Violation] = []
        self.error = ""
        # h11 only reads here. It has to believe that it sent an upgrade request, or it takes a 101 for a breach.
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        self._http.send(
            h11.Request(
                method="GET", target="/", headers=[("Host", "x"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
            )
        )
        self._http.send(h11.EndOfMessage())

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that the server chose."""
        return self.headers.get("sec-websocket-protocol")

    @property
    def done(self) -> bool:
        """Whether `outcome` is settled."""
        return self.outcome is not Outcome.WAITING

    def receive_data(self, data: bytes) -> None:
        """Take the server's next bytes; empty means that it will send no more (TCP FIN). Never raises."""
        if self.outcome is not Outcome.WAITING:
            self.leftover += data
            return
        self.response += data
        try:
            self._http.receive_data(data)
            self._read()
        except h11.RemoteProtocolError as error:
            self._malformed(error, ended=not data)
        if self.outcome is Outcome.WAITING and not data:
            self._refuse("The server closed the connection in the middle of its answer.")

    def _read(self) -> None:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.InformationalResponse | h11.Response):
                self._judge(event)
                if event.status_code == 101:
                    return None
            elif isinstance(event, h11.Data):
                self.body = (self.body + bytes(event.data))[:BODY_LIMIT]
                if len(self.body) == BODY_LIMIT:
                    return self._refused()
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                return self._refused()
            else:
                return None

    def _judge(self, event: h11.InformationalResponse | h11.Response) -> None:
        if 100 <= event.status_code < 200 and event.status_code != 101:
            return
        self.status = event.status_code
        self.headers = Headers(event.headers.raw_items())
        self.violations = judge_response(event.status_code, self.headers, self.key, self.subprotocols)
        if event.status_code != 101:
            return
        self.leftover = self._http.trailing_data[0]
        if self.leftover:
            self.response = self.response[: -len(self.leftover)]
        if self.violations:
            self._refuse(self.violations[0].text)
        else:
            self.outcome = Outcome.ACCEPTED

    def _refused(self) -> None:
        self._refuse(self.violations[0].text if self.violations else "The server closed before it answered.")

    def _refuse(self, error: str) -> None:
        self.outcome = Outcome.REFUSED
        self.error = error

    def _malformed(self, error: h11.RemoteProtocolError, *, ended: bool) -> None:
        if self.status is not None:
            return self._refused()
        if ended and not self.response:
            return self._refuse("The server closed the connection before it answered the handshake.")
        if ended and self.response.startswith(b"HTTP/"):
            return self._refuse("The server closed the connection in the middle of its answer.")
        if error.error_status_hint == 431:
            text = f"The server's answer has a head of more than {HEAD_LIMIT // 1024} KiB."
        else:
            text = f"The server did not answer in HTTP: {plain_words(error)}."
        self.violations = [violation("http.malformed", text)]
        return self._refuse(text)


__all__ = ["BODY_LIMIT", "HEAD_LIMIT", "ClientHandshake", "Outcome", "accept_value", "request_head"]
