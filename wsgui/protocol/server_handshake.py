"""The server's side of the opening handshake (RFC 6455 section 4.2), without I/O."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import h11

from wsgui.protocol.admission import Admission, Refusal
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.handshake_rules import Headers, accept_value, judge_request
from wsgui.protocol.head_text import check_header, head_bytes, merged
from wsgui.protocol.http_exchange import BODILESS, CONTINUE, HttpExchange
from wsgui.protocol.http_head import (
    HEAD_LIMIT,
    HEADER_LIMIT,
    HeadTooLongError,
    head_end,
    head_lines,
    limit_text,
    plain_words,
)
from wsgui.protocol.negotiation import agreed_in, answer_to, offered_in
from wsgui.protocol.rules import violation
from wsgui.protocol.states import Role
from wsgui.protocol.violations import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wsgui.protocol.deflate import Deflate
    from wsgui.protocol.extensions import Extension
    from wsgui.protocol.handshake_faults import HandshakeFault
    from wsgui.protocol.http_exchange import Desk, HttpAnswer, HttpRequest
    from wsgui.protocol.violations import Violation


TLS_HANDSHAKE: Final = 0x16
"""The first byte of a TLS connection (RFC 8446 section 5.1): a wss:// client at a ws:// port."""

HTTP_2: Final = b"PRI * HTTP/2.0"
"""How a client begins that speaks HTTP/2 without asking first (RFC 9113 section 3.4)."""

NOT_OF_HTTP: Final = ("upgrade", "connection", "key", "version", "method", "subprotocol", "http-version")
"""Rules of a WebSocket's request that no other request is held to."""

DROPPED: Final = "A proxy on the way has to pass Upgrade and Connection on."


class ServerHandshake:
    """A `Handshake`: feed what the client sends; once `outcome` is not WAITING, write `response` and go on or close.

    ``subprotocols`` are those that this server speaks, best first; the first one that the client offers is chosen.
    ``deflate`` is what it wishes of permessage-deflate, None: it declines. ``admission`` says who is let in,
    ``headers`` stand in every answer, behind our own or in their place (see `head_text.merged`): what was agreed on is
    read from the answer then. ``strict`` False lets a request pass that breaks
    rules, if it is a GET that asks for an upgrade. ``fault`` is a way to answer wrong on purpose. ``head_limit`` is in
    bytes, ``header_limit`` in headers; a ``full`` server takes nobody any more (503). Raises HeaderError for a header
    that cannot be sent.
    """

    role: Final = Role.SERVER

    def __init__(
        self,
        *,
        subprotocols: Sequence[str] = (),
        deflate: Deflate | None = None,
        admission: Admission | None = None,
        headers: Sequence[tuple[str, str]] = (),
        strict: bool = True,
        fault: HandshakeFault | None = None,
        head_limit: int = HEAD_LIMIT,
        header_limit: int = HEADER_LIMIT,
        full: bool = False,
    ) -> None:
        self._speaks = tuple(subprotocols)
        self._wish = deflate
        self._admission = admission or Admission()
        self._extra = tuple(headers)
        for name, value in self._extra:
            check_header(name, value)
        self._strict = strict
        self._fault = fault
        self._head_limit = head_limit
        self._header_limit = header_limit
        self._full = full
        self.guard: Callable[[Headers], bool | Refusal | None] | None = None
        """Asked last, whether the client may come in; None: somebody has to be asked, and `answer` follows."""
        self.desk: Callable[[str, str, Headers], Desk | None] | None = None
        """Asked with the method, the target and the headers of a request that is for no WebSocket: None if nobody
        answers it."""
        self.http_request: HttpRequest | None = None
        """A plain request that waits for `reply`."""
        self.plain = False
        """Whether it was plain HTTP all the time, which ended in order."""
        self.answered = 0
        """Plain requests that were answered."""
        self._exchange: HttpExchange | None = None
        self.asked = False
        """Whether `answer` is waited for."""
        self.late = False
        """Whether its time was over."""
        self._sent = False
        self._owed = 0  # bytes of an answer that are still to come
        self._piece = b""
        self._offered: list[Extension] = []
        self.deflate: Deflate | None = None
        """What was agreed on of permessage-deflate, once `outcome` is ACCEPTED."""
        self.outcome = Outcome.WAITING
        self.request = b""
        self.response = b""
        self.leftover = b""
        self.resource = ""
        self._head_only = False  # a HEAD is answered without a body (RFC 9110 section 9.3.2)
        self.headers = Headers(())
        self.subprotocol: str | None = None
        self.status: int | None = None
        self.violations: list[Violation] = []
        self.error = ""

    @property
    def place(self) -> str:
        """The resource that the client asks for, once its request is read."""
        return self.resource

    @property
    def heard(self) -> bytes:
        """The client's request, as far as it has come."""
        return self.request if self._exchange is None else self._exchange.raw

    def data_to_send(self) -> bytes:
        """The answer, once, and what follows of it."""
        piece, self._piece = self._piece, b""
        if self._sent or not self.response:
            return piece
        self._sent = True
        return self.response + piece

    @property
    def done(self) -> bool:
        """Whether `outcome` is settled."""
        return self.outcome is not Outcome.WAITING

    def receive_data(self, data: bytes) -> None:
        """Take the client's next bytes; empty means that it will send no more (TCP FIN). Never raises."""
        if self.done or ((self.asked or self.http_request is not None) and data):
            self.leftover += data
            return
        if not data:
            self._hung_up()
            return
        if self._exchange is not None:
            self._exchange.receive(data)
            self._look_at_body(self._exchange)
            return
        self.request += data
        if self.request[0] <= 0x20:  # no method starts so; a blank line may never come
            tls = self.request[0] == TLS_HANDSHAKE
            words = "a TLS handshake, but this server speaks plain ws://" if tls else "illegal request line"
            self._malformed(400, f"Not valid HTTP: {words}.")
            return
        try:
            end = head_end(self.request, 0, self._head_limit)
        except HeadTooLongError:
            self._malformed(431, f"The request's head is over {limit_text(self._head_limit)}.")
            return
        if end is not None:
            self.request, self.leftover = self.request[:end], self.request[end:]
            self._read()

    def _hung_up(self) -> None:
        text = "in the middle of its request" if self.request else "before it sent a request"
        if self.asked:
            self.asked, text = False, "while it waited to be let in"
        elif self.http_request is not None:
            self.http_request, text = None, "before its request was answered" + " in full" * (self._owed > 0)
        self.outcome = Outcome.REFUSED
        self.error = f"The client closed the connection {text}."
        if self.answered and not self.request:
            self._end_plain()

    def _end_plain(self) -> None:
        """No more plain requests follow."""
        several = self.answered != 1
        self.plain = True
        self.outcome = Outcome.REFUSED
        self.error = f"Plain HTTP: {self.answered} request{'s' * several} {'were' if several else 'was'} answered."

    def _read(self) -> None:
        if self.request.startswith(HTTP_2):
            self._malformed(400, "Not valid HTTP/1.1: the client speaks HTTP/2, and WebSocket begins in HTTP/1.1 here.")
            return
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=self._head_limit)
        try:
            http.receive_data(self.request)
            request = cast("h11.Request", http.next_event())
        except h11.RemoteProtocolError as error:
            if "Host: header" in str(error):
                self._judge_hosts()
            else:
                self._malformed(400, f"Not valid HTTP: {plain_words(error)}.")
        else:
            self._answer(request, http)

    def _judge_hosts(self) -> None:
        """h11 takes no request whose Host header is missing or stands twice; here that is one rule among others."""
        self.headers = Headers.read(self.request)
        method, target, version = head_lines(self.request)[0].decode("latin-1").split(" ")
        self.resource = target
        self.violations = judge_request(method, version.removeprefix("HTTP/"), self.headers)
        self.violations += offered_in(self.headers)[1]
        self._refuse(400, " ".join(breach.text for breach in self.violations if breach.severity is Severity.ERROR))

    def _malformed(self, status: int, text: str) -> None:
        self.violations = [violation("http.malformed", text)]
        self._refuse(status, text)

    def time_out(self) -> bool:
        """The head, or the answer of whoever is asked, did not come in time: it is refused. False if it was done."""
        if self.done:
            return False
        if self.answered and not self.request:
            self._end_plain()
            return True
        self.late = True
        if self.asked:
            self.asked = False
            self._refuse(403, "Nobody said in time whether this client may come in.")
        else:
            part = "head" if self._exchange is None else "body"
            self._refuse(408, f"The request's {part} did not come in time.")
        return True

    def _answer(self, request: h11.Request, http: h11.Connection) -> None:
        self.resource = request.target.decode("latin-1")
        method = request.method.decode("latin-1")
        self._head_only = method == "HEAD"
        self.headers = Headers(request.headers.raw_items())
        if len(self.headers.items) > self._header_limit:
            self._malformed(431, f"The request has {len(self.headers.items)} headers, over {self._header_limit}.")
            return
        if self._full:
            self._refuse(503, "This server has as many connections as it takes.")
            return
        self.violations = judge_request(method, request.http_version.decode(), self.headers)
        offered, found = offered_in(self.headers)
        self.violations += found
        broken = {breach.rule: breach.text for breach in self.violations if breach.severity is Severity.ERROR}
        if (desk := self._desk_for(method, broken)) is not None:
            self._serve(desk, broken, request, http)
            return
        if not self._strict:  # without these two it is a request for something else
            broken = {rule: text for rule, text in broken.items() if rule in ("request.upgrade", "request.method")}
        if not broken:
            self._admit(offered)
        elif "request.upgrade" in broken:
            self._refuse(426, self._no_upgrade(broken), [("Upgrade", "websocket")])
        elif "request.method" in broken:
            self._refuse(405, broken["request.method"], [("Allow", "GET")])
        elif "request.version" in broken:
            self._refuse(426, broken["request.version"], [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket")])
        else:
            told = [*broken.values(), DROPPED] if "request.connection" in broken else broken.values()
            self._refuse(400, " ".join(told))

    # --- plain requests

    def _desk_for(self, method: str, broken: Mapping[str, str]) -> Desk | None:
        """Who answers this request, if it is for no WebSocket. One with a key is, whatever came of its headers."""
        if self.desk is None or self.headers.get("sec-websocket-key") is not None:
            return None
        is_plain = "request.upgrade" in broken or "request.method" in broken
        return self.desk(method, self.resource, self.headers) if is_plain else None

    def _serve(self, desk: Desk, broken: Mapping[str, str], request: h11.Request, http: h11.Connection) -> None:
        self.violations = [one for one in self.violations if one.rule.removeprefix("request.") not in NOT_OF_HTTP]
        wrong = " ".join(text for rule, text in broken.items() if rule.removeprefix("request.") not in NOT_OF_HTTP)
        refusal = Refusal(400, wrong) if wrong else None
        refusal = refusal or self._admission.judge(self.resource, self.headers, None, plain=True) or desk.refusal()
        if refusal is not None:
            self._refuse(refusal.status, refusal.body, refusal.headers)
            return
        ahead, self.leftover = self.leftover, b""
        self._exchange = HttpExchange(http, request, self.headers, self.request, ahead, desk.body_limit)
        self._look_at_body(self._exchange)

    def _look_at_body(self, exchange: HttpExchange) -> None:
        if exchange.failure is not None:
            self._refuse(*exchange.failure)
        elif exchange.whole:
            self.http_request, self.leftover = exchange.request, exchange.leftover
        elif exchange.waits:
            self.response, self._sent = CONTINUE, False

    def reply(self, answer: HttpAnswer) -> None:
        """Answer the `http_request`; another one may follow, which `ahead` has the first bytes of."""
        exchange = self._exchange
        if self.http_request is None or exchange is None or self._owed:
            return
        lines = list(answer.headers)
        if answer.status not in BODILESS:
            lines.append(("Content-Length", str(answer.length)))
        lines.append(("Connection", "keep-alive" if exchange.keeps else "close"))
        bodiless = self._head_only or answer.status in BODILESS
        self.response = _head(answer.status, merged(lines, self._extra)) + (b"" if bodiless else answer.body)
        self._sent = False
        self.status = answer.status
        self._owed = 0 if bodiless else answer.length - len(answer.body)
        if not self._owed:
            self._replied(exchange)

    def reply_more(self, data: bytes) -> None:
        """Some of the answer's `HttpAnswer.rest`."""
        exchange = self._exchange
        if exchange is None or not self._owed:
            return
        self._piece += data
        self._owed -= len(data)
        if not self._owed:
            self._replied(exchange)

    @property
    def replying(self) -> bool:
        """Whether some of an answer's `HttpAnswer.rest` is still to come."""
        return self._owed > 0 and self.http_request is not None

    def _replied(self, exchange: HttpExchange) -> None:
        self.answered += 1
        self.http_request = self._exchange = None
        if exchange.keeps:
            self.request = b""
        else:
            self._end_plain()

    def ahead(self) -> bytes:
        """What came behind a request that was answered: the next one."""
        ahead, self.leftover = self.leftover, b""
        return ahead

    # --- requests for a WebSocket

    def _no_upgrade(self, broken: Mapping[str, str]) -> str:
        """Who sends a key did mean a WebSocket, and somebody on the way took the rest: the headers are named then."""
        if self.headers.get("sec-websocket-key") is None:
            return "This is a WebSocket server: connect with ws://, not http://."
        missing = [broken[rule] for rule in ("request.upgrade", "request.connection") if rule in broken]
        return " ".join([*missing, DROPPED])

    def _admit(self, extensions: list[Extension]) -> None:
        offered = self.headers.tokens("sec-websocket-protocol")
        self.subprotocol = next((name for name in self._speaks if name in offered), None)
        refusal = self._admission.judge(self.resource, self.headers, self.subprotocol)
        if refusal is not None:
            self._refuse(refusal.status, refusal.body, refusal.headers)
            return
        self._offered = extensions
        let_in = True if self.guard is None else self.guard(self.headers)
        if isinstance(let_in, Refusal):
            self._refuse(let_in.status, let_in.body, let_in.headers)
        elif let_in is None:
            self.asked = True
        else:
            self.answer(let_in)

    def answer(self, let_in: bool) -> None:
        """Whether the client may come in, once the `guard` or whoever was `asked` has said so."""
        self.asked = False
        if not let_in:
            self._refuse(403, "This server lets pages of other sites, and other host names, in only if it is told to.")
            return
        self.deflate = answer_to(self._offered, self._wish)
        key = self.headers.get("sec-websocket-key") or ""
        lines = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept_value(key)),
        ]
        if self.subprotocol is not None:
            lines.append(("Sec-WebSocket-Protocol", self.subprotocol))
        if self.deflate is not None:
            lines.append(("Sec-WebSocket-Extensions", str(self.deflate)))
        self.response = _head(101, merged(lines, self._extra))
        self._sent = False
        if self._extra:
            self._read_own_answer()
        self.status = 101
        self.outcome = Outcome.ACCEPTED
        if self._fault is not None:
            self.response = self._fault.spoil(self.response)
            if self._fault.rule == "response.status":
                self.outcome = Outcome.REFUSED
                self.error = f"The handshake was answered wrong on purpose: {self._fault.title}."

    def _read_own_answer(self) -> None:
        """What a person's headers say is what the client believes."""
        answer = Headers.read(self.response)
        chosen = answer.tokens("sec-websocket-protocol")
        self.subprotocol = chosen[0] if chosen else None
        self.deflate = agreed_in(answer, ", ".join(self.headers.all("sec-websocket-extensions")))[0]

    def _refuse(self, status: int, error: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        body = f"{error}\n".encode()
        lines = [
            *headers,
            ("Connection", "Upgrade, close" if status == 426 else "close"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
        ]
        self.response = _head(status, merged(lines, self._extra)) + (b"" if self._head_only else body)
        self._sent = False
        self.status = status
        self.error = error
        self.outcome = Outcome.REFUSED


def _head(status: int, headers: Sequence[tuple[str, str]]) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Refused"
    return head_bytes(f"HTTP/1.1 {status} {phrase}", headers)
