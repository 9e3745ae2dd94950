"""Plain HTTP requests on a connection that may become a WebSocket later (RFC 9112), without I/O.

A server answers such a request where somebody says that he does (`Desk`); all others hear that this is a WebSocket
server (426). Bodies are bounded before they are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import h11

from wsgui.protocol.http_head import limit_text, plain_words

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from wsgui.protocol.admission import Refusal
    from wsgui.protocol.handshake_rules import Headers

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
"""What a client waits for that asks before it sends a body (RFC 9110 section 10.1.1)."""

BODILESS: Final = (204, 304)
"""Answers that have no body and no length (RFC 9110 sections 15.3.5 and 15.4.5)."""


class HttpRequest(NamedTuple):
    """A whole request: ``target`` as it stands in its first line, ``body`` without what frames it."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        return self.target.partition("?")[2]


class Rest(Protocol):
    """What of a body is too long to be held at once."""

    @property
    def length(self) -> int:
        """Its bytes."""

    def pieces(self) -> AsyncGenerator[bytes, None]:
        """Them, in order."""


class HttpAnswer(NamedTuple):
    """An answer; its length and what becomes of the connection are added. ``rest`` follows behind ``body``; whoever
    made the answer sees to it, with `Handshake.reply_more`."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    rest: Rest | None = None

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        return len(self.body) + (0 if self.rest is None else self.rest.length)

    @classmethod
    def text(cls, status: int, sentence: str, *headers: tuple[str, str]) -> HttpAnswer:
        """A sentence for people."""
        return cls(status, f"{sentence}\n".encode(), (*headers, ("Content-Type", "text/plain; charset=utf-8")))


class Desk(NamedTuple):
    """That somebody answers a request whose head has come. ``body_limit``: bytes that its body may have; ``refusal`` is
    asked last, after all that `Admission` asks for."""

    body_limit: int
    refusal: Callable[[], Refusal | None]


class HttpExchange:
    """One request whose head has come, until it is ``whole``. ``failure`` is a status and a sentence for one that
    cannot be read; ``raw`` its bytes as they came, ``leftover`` what came behind them. ``ahead`` is what came in the
    same read as its head."""

    def __init__(
        self, http: h11.Connection, request: h11.Request, headers: Headers, head: bytes, ahead: bytes, limit: int
    ) -> None:
        self._http = http
        self._limit = limit
        self._request = request
        self.headers = headers
        self.raw = head + ahead
        self.body = b""
        self.leftover = b""
        self.whole = False
        self.failure: tuple[int, str] | None = None
        length = headers.get("content-length")
        if length is not None and int(length) > limit:  # h11 has seen to it that it is a number
            self._too_long()
        else:
            if ahead:  # nothing would mean the end of TCP to h11
                http.receive_data(ahead)
            self._read()

    @property
    def keeps(self) -> bool:
        """Whether the client wants to send another one on this connection."""
        return self._request.http_version >= b"1.1" and not self.headers.names_token("connection", "close")

    @property
    def waits(self) -> bool:
        """Whether the client asks to be told to send its body."""
        return self._http.they_are_waiting_for_100_continue

    @property
    def request(self) -> HttpRequest:
        """The request, once it is whole."""
        method, target = self._request.method.decode("latin-1"), self._request.target.decode("latin-1")
        return HttpRequest(method, target, self.headers, self.body)

    def receive(self, data: bytes) -> None:
        """Some of the body came."""
        self.raw += data
        self._http.receive_data(data)
        self._read()

    def _read(self) -> None:
        parts = []
        try:
            while isinstance(event := self._http.next_event(), h11.Data):
                parts.append(bytes(event.data))
        except h11.RemoteProtocolError as error:
            self.failure = (400, f"Not valid HTTP: {plain_words(error)}.")
            return
        self.body += b"".join(parts)
        if len(self.body) > self._limit:
            self._too_long()
        elif isinstance(event, h11.EndOfMessage):
            self.whole = True
            self.leftover = self._http.trailing_data[0]
            self.raw = self.raw[: len(self.raw) - len(self.leftover)]

    def _too_long(self) -> None:
        self.failure = (413, f"The request's body is over {limit_text(self._limit)}.")
