"""A tunnel through an HTTP proxy: the client's side of CONNECT (RFC 9110 section 9.3.6), without I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import h11

from wsgui.protocol.challenges import read_challenges
from wsgui.protocol.client_handshake import BODY_LIMIT
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.head_text import head_bytes, head_text
from wsgui.protocol.http_head import HEAD_LIMIT, HeadTooLongError, head_end, limit_text, plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence


def authority(host: str, port: int) -> str:
    """Host and port as CONNECT asks for them: the port always stands there, brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Tunnel:
    """Send `request`, feed what the proxy answers, look at `outcome`.

    ACCEPTED: what came behind the blank line of a 2xx answer is in `leftover`, the first bytes of the server. A
    Content-Length or Transfer-Encoding of such an answer means nothing. REFUSED: `error` says why, without the name of
    the proxy and without a full stop; `status`, `headers` and `body` (up to 64 KiB) are the proxy's.

    ``authorization`` is the value of Proxy-Authorization; empty sends no credentials. Raises HeaderError for one that
    no line of a head can hold.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        authorization: str = "",
        headers: Sequence[tuple[str, str]] = (),
        head_limit: int = HEAD_LIMIT,
    ) -> None:
        place = authority(host, port)
        lines = [("Host", place), *headers]
        if authorization:
            lines.append(("Proxy-Authorization", authorization))
        self.request = head_bytes(f"CONNECT {place} HTTP/1.1", lines)
        self.outcome = Outcome.WAITING
        self.status: int | None = None
        self.headers = Headers(())
        self.body = b""
        self.leftover = b""
        self.error = ""
        self._knows_us = authorization != ""
        self._head_limit = head_limit
        self._head = b""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=head_limit)
        self._http.send(h11.Request(method="CONNECT", target="x", headers=[("Host", "x")]))
        self._http.send(h11.EndOfMessage())

    @property
    def done(self) -> bool:
        """Whether `outcome` is settled."""
        return self.outcome is not Outcome.WAITING

    def receive_data(self, data: bytes) -> None:
        """Take the proxy's next bytes; empty means that it will send no more (TCP FIN). Never raises."""
        if self.done:
            self.leftover += data
        elif self.status is not None:
            self._take_body(data, ended=not data)
        elif data:
            self._head += data
            self._take_heads()
        else:
            self._refuse(f"it closed the connection {'in the middle of' if self._head else 'before'} its answer")

    def give_up(self) -> None:
        """No more will be waited for: a refusal is told with what has come of its body."""
        if not self.done:
            self._refuse(self._refusal() if self.status is not None else "it did not answer in time")

    def _take_heads(self) -> None:
        while self.status is None:
            if not b"HTTP/".startswith(self._head[:5]):
                return self._refuse("it does not speak HTTP")
            try:
                end = head_end(self._head, 0, self._head_limit)
                if end is None:
                    return None
                self._http.receive_data(self._head[:end])
                event = cast("h11.InformationalResponse | h11.Response", self._http.next_event())
            except HeadTooLongError:
                return self._refuse(f"its answer has a head of more than {limit_text(self._head_limit)}")
            except h11.RemoteProtocolError as error:
                if self._head[8:13] == b" 101 ":
                    return self._refuse("it answered 101, which was not asked for")
                return self._refuse(f"it did not answer in HTTP: {plain_words(error)}")
            self._head = self._head[end:]
            if isinstance(event, h11.Response):
                self.status = event.status_code
                self.headers = Headers(event.headers.raw_items())
                self._phrase = head_text(bytes(event.reason))
        if 200 <= self.status < 300:
            self.outcome, self.leftover = Outcome.ACCEPTED, self._head
        else:
            self._take_body(self._head, ended=False)
        return None

    def _take_body(self, data: bytes, *, ended: bool) -> None:
        try:
            if data or ended:
                self._http.receive_data(data)
            while isinstance(event := self._http.next_event(), h11.Data):
                self.body = (self.body + bytes(event.data))[:BODY_LIMIT]
            if event is h11.NEED_DATA and len(self.body) < BODY_LIMIT:
                return
        except h11.RemoteProtocolError:
            pass  # half a body: what came of it is shown
        self._refuse(self._refusal())

    def _refusal(self) -> str:
        if self.status == 407:
            asked = read_challenges(self.headers.all("proxy-authenticate"))
            schemes = ", ".join(dict.fromkeys(one.scheme for one in asked))
            offers = f" ({schemes})" if schemes else ""
            if self._knows_us:
                return f"it did not accept the user name and the password{offers}: 407"
            return f"it asks for a user name and a password{offers}: 407"
        return f"{self.status} {self._phrase}".rstrip(" .")

    def _refuse(self, error: str) -> None:
        self.outcome = Outcome.REFUSED
        self.error = error
