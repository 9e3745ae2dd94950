"""The client's side of the opening handshake (RFC 6455 section 4.1), without I/O."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final, cast

import h11

from wsgui.protocol.handshake import Outcome
from wsgui.protocol.handshake_rules import Headers, judge_response
from wsgui.protocol.head_text import basic, head_bytes, merged
from wsgui.protocol.http_head import HEAD_LIMIT, HEADER_LIMIT, HeadTooLongError, head_end, limit_text, plain_words
from wsgui.protocol.negotiation import agreed_in, unspoken_in
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.http_exchange import HttpAnswer
    from wsgui.protocol.url import WsUrl
    from wsgui.protocol.violations import Violation

BODY_LIMIT = 64 * 1024
"""Bytes of a refusal's body that are kept."""


def request_head(
    url: WsUrl,
    key: str,
    subprotocols: Sequence[str] = (),
    headers: Sequence[tuple[str, str]] = (),
    offer: str = "",
) -> bytes:
    """The request of section 4.1 as bytes, headers in the order of the RFC's example, ``headers`` behind them or in
    their place (see `head_text.merged`). Raises HeaderError for what cannot leave as it was typed."""
    lines = [
        ("Host", url.host_header),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"),
    ]
    if subprotocols:
        lines.append(("Sec-WebSocket-Protocol", ", ".join(subprotocols)))
    if offer:
        lines.append(("Sec-WebSocket-Extensions", offer))
    if url.user is not None:
        lines.append(("Authorization", basic(url.user, url.password or "")))
    return head_bytes(f"GET {url.resource} HTTP/1.1", merged(lines, headers))


_TLS: Final = (0x15, 0x16)
"""An alert or a handshake of TLS (RFC 8446 section 5.1)."""


def _instead(first: int) -> str:
    """What an answer is that is no HTTP/1: its first byte has to tell, as no more may come."""
    if first in _TLS:
        return " but in TLS: wss:// is spoken there"
    if first == 0:  # the length of SETTINGS, which goes first (RFC 9113 section 3.4)
        return "/1.1: this may be HTTP/2"
    return ": illegal status line"


class ClientHandshake:
    """A `Handshake`: send `request`, feed what comes back, look at `outcome`.

    ``nonce`` are 16 random bytes for Sec-WebSocket-Key; ``offer`` is the value of Sec-WebSocket-Extensions, sent as it
    is. ``strict`` False lets a 101 pass that breaks rules; what it breaks is in `violations` all the same.
    ``head_limit`` is in bytes, ``header_limit`` in headers. Raises HeaderError as `request_head` does.

    The key and the offers that the answer is judged by are read from the bytes of `request`, whoever made them; where
    those are not known (b""), the answer is judged as far as it goes without.
    `response` holds the bytes of the answer (a refusal's body included, up to 64 KiB), `leftover` what came behind a
    101: the first frames.
    """

    role: Final = Role.CLIENT
    asked: Final = False
    late: Final = False
    http_request: Final = None
    plain: Final = False

    def __init__(
        self,
        url: WsUrl,
        nonce: bytes,
        *,
        subprotocols: Sequence[str] = (),
        headers: Sequence[tuple[str, str]] = (),
        offer: str = "",
        strict: bool = True,
        head_limit: int = HEAD_LIMIT,
        header_limit: int = HEADER_LIMIT,
    ) -> None:
        self.url = url
        self.request = request_head(url, base64.b64encode(nonce).decode(), subprotocols, headers, offer)
        self.deflate: Deflate | None = None
        """What was agreed on of permessage-deflate, once `outcome` is ACCEPTED."""
        self._strict = strict
        self._head_limit = head_limit
        self._header_limit = header_limit
        self.outcome = Outcome.WAITING
        self.response = b""
        self.leftover = b""
        self.status: int | None = None
        self.headers = Headers(())
        self.body = b""
        self.violations: list[Violation] = []
        self.error = ""
        self._sent = False
        self._read = 0  # bytes of `response` that were heads before the one that is awaited
        # h11 only reads here. It has to believe that it sent an upgrade request, or it takes a 101 for a breach.
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=head_limit)
        self._http.send(
            h11.Request(
                method="GET", target="/", headers=[("Host", "x"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
            )
        )
        self._http.send(h11.EndOfMessage())

    @property
    def place(self) -> str:
        """The URL that is asked for."""
        return str(self.url)

    @property
    def heard(self) -> bytes:
        """The server's answer, as far as it has come."""
        return self.response

    def data_to_send(self) -> bytes:
        """The request, once."""
        if self._sent:
            return b""
        self._sent = True
        return self.request

    def answer(self, let_in: bool) -> None:
        """A client asks nobody whether the server may come in."""

    def reply(self, answer: HttpAnswer) -> None:
        """A server sends a client no requests."""

    def reply_more(self, data: bytes) -> None:
        """Nothing: see `reply`."""

    @property
    def replying(self) -> bool:
        """Never: see `reply`."""
        return False

    def ahead(self) -> bytes:
        """Nothing: see `reply`."""
        return b""

    def time_out(self) -> bool:
        """The time is over. True for a refusal whose body never ends: what has come of it is shown."""
        if self.done or self.status is None:
            return False
        self.receive_data(b"")
        return True

    @property
    def key(self) -> str:
        """Sec-WebSocket-Key as it stands in the request; empty if it is not there."""
        sent = self._asked.all("sec-websocket-key")
        return sent[0] if sent else ""

    @property
    def subprotocols(self) -> list[str]:
        """The subprotocols that the request offers, in their order."""
        return self._asked.tokens("sec-websocket-protocol")

    @property
    def offer(self) -> str:
        """The extensions that the request offers: the values of Sec-WebSocket-Extensions, joined by commas."""
        return ", ".join(self._asked.all("sec-websocket-extensions"))

    @property
    def _asked(self) -> Headers:
        return Headers.read(self.request)

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
        if self.done:
            self.leftover += data
            return
        self.response += data
        if self.status is not None:
            self._take_body(data, ended=not data)
        elif data:
            self._take_heads()
        else:
            place = "in the middle of its answer" if self.response else "before it answered the handshake"
            self._refuse(f"The server closed the connection {place}.")

    def _take_heads(self) -> None:
        """Read heads of informational responses and the one of the final response, as far as they have come."""
        while self.status is None:
            if not b"HTTP/".startswith(self.response[self._read :][:5]):
                return self._malformed(f"The server did not answer in HTTP{_instead(self.response[self._read])}.")
            try:
                end = head_end(self.response, self._read, self._head_limit)
                if end is None:
                    return None
                self._http.receive_data(self.response[self._read : end])
                self._judge(cast("h11.InformationalResponse | h11.Response", self._http.next_event()))
            except HeadTooLongError:
                return self._malformed(f"The server's answer has a head of more than {limit_text(self._head_limit)}.")
            except h11.RemoteProtocolError as error:
                return self._malformed(f"The server did not answer in HTTP: {plain_words(error)}.")
            self._read = end
        behind = self.response[self._read :]
        if self.status == 101:
            self.response, self.leftover = self.response[: self._read], behind
        else:
            self._take_body(behind, ended=False)
        return None

    def _judge(self, event: h11.InformationalResponse | h11.Response) -> None:
        if 100 <= event.status_code < 200 and event.status_code != 101:
            return
        self.status = event.status_code
        self.headers = Headers(event.headers.raw_items())
        if len(self.headers.items) > self._header_limit:
            self._malformed(f"The server's answer has {len(self.headers.items)} headers, over {self._header_limit}.")
            return
        known = self.request != b""
        asked = (self.key, self.subprotocols) if known else (None, None)
        self.violations = judge_response(event.status_code, self.headers, *asked)
        if event.status_code != 101:
            return
        self.deflate, found = agreed_in(self.headers, self.offer if known else None)
        self.violations += found
        if self.violations and self._strict:
            self._refuse(self.violations[0].text)
        elif self._strict and (unspoken := unspoken_in(self.headers)):
            self._refuse(f"The server accepted {unspoken[0]}, which was offered here and is not spoken here.")
        else:
            self.outcome = Outcome.ACCEPTED

    def _take_body(self, data: bytes, *, ended: bool) -> None:
        """Keep the body of a refusal; its end, or what goes wrong with it, settles the handshake."""
        try:
            if data or ended:
                self._http.receive_data(data)
            while isinstance(event := self._http.next_event(), h11.Data):
                self.body = (self.body + bytes(event.data))[:BODY_LIMIT]
            if event is h11.NEED_DATA and len(self.body) < BODY_LIMIT:
                return
        except h11.RemoteProtocolError:
            pass  # half a body: what came of it is shown
        self._refuse(self.violations[0].text)

    def _refuse(self, error: str) -> None:
        self.outcome = Outcome.REFUSED
        self.error = error

    def _malformed(self, text: str) -> None:
        self.violations = [violation("http.malformed", text)]
        self._refuse(text)
