"""Plain HTTP requests at a server's end of a handshake (RFC 9112)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.chunks import bytewise, cuts, split
from wsgui.protocol.admission import Admission, Refusal
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.http_exchange import Desk, HttpAnswer
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.url import WsUrl

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from wsgui.protocol.handshake_rules import Headers

GET = b"GET /a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"POST /p HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
UPGRADE = (
    b"GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def served(*parts: bytes, limit: int = 10, refusal: Refusal | None = None, **more: object) -> ServerHandshake:
    """A server that answers every plain request, and was sent these bytes."""
    server = ServerHandshake(**more)  # type: ignore[arg-type]
    server.desk = lambda method, target, headers: Desk(limit, lambda: refusal)
    for part in parts:
        server.receive_data(part)
    return server


def asked(server: ServerHandshake) -> tuple[str, str, bytes]:
    request = server.http_request
    assert request is not None
    return request.method, request.target, request.body


def test_a_request_waits_for_its_answer_and_another_follows() -> None:
    server = served(GET + POST)
    assert asked(server) == ("GET", "/a?b=c", b"")
    assert server.http_request is not None
    assert server.http_request.query == "b=c"
    assert (server.heard, server.violations, server.outcome) == (GET, [], Outcome.WAITING)
    server.reply(HttpAnswer.text(200, "yes"))
    assert server.data_to_send() == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n"
        b"Connection: keep-alive\r\n\r\nyes\n"
    )
    assert server.data_to_send() == b""
    server.receive_data(server.ahead())
    assert asked(server) == ("POST", "/p", b"hello")
    assert server.heard == POST
    server.receive_data(b"more")
    assert server.ahead() == b"more"


def test_a_websocket_after_a_plain_request() -> None:
    server = served(GET)
    server.reply(HttpAnswer(204))
    assert server.data_to_send() == b"HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"
    server.receive_data(UPGRADE)
    assert server.outcome is Outcome.ACCEPTED
    assert b"101 Switching Protocols" in server.data_to_send()


@pytest.mark.parametrize("head", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
def test_the_last_request(head: bytes) -> None:
    server = served(head.replace(b"\r\n\r\n", b"\r\nHost: a\r\n\r\n") if b"Host" not in head else head)
    server.reply(HttpAnswer(200, b"x"))
    assert server.data_to_send().endswith(b"Connection: close\r\n\r\nx")
    assert (server.outcome, server.error) == (Outcome.REFUSED, "Plain HTTP: 1 request was answered.")
    server.reply(HttpAnswer(200, b"again"))
    assert server.data_to_send() == b""


def test_a_head_has_no_body() -> None:
    server = served(GET.replace(b"GET", b"HEAD"))
    server.reply(HttpAnswer(200, b"abc"))
    assert server.data_to_send() == b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n"


class Rest:
    """What follows of a body; whoever has a handshake sees to its bytes."""

    def __init__(self, length: int) -> None:
        self.length = length

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        yield b""


def test_an_answer_in_pieces() -> None:
    server = served(GET + GET)
    server.reply_more(b"too early")
    server.reply(HttpAnswer(200, b"ab", rest=Rest(3)))
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"
    assert (server.data_to_send(), server.data_to_send(), server.replying) == (head + b"ab", b"", True)
    server.reply(HttpAnswer(200, b"another"))
    server.reply_more(b"c")
    assert (server.data_to_send(), server.data_to_send(), server.replying) == (b"c", b"", True)
    server.receive_data(POST)
    server.reply_more(b"de")
    assert (server.data_to_send(), server.replying, server.answered) == (b"de", False, 1)
    server.reply_more(b"too late")
    assert server.data_to_send() == b""
    assert server.ahead() == GET + POST


def test_the_rest_of_the_last_answer_and_of_none() -> None:
    last = served(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    last.reply(HttpAnswer(200, rest=Rest(1)))
    assert last.outcome is Outcome.WAITING
    last.reply_more(b"x")
    assert last.data_to_send().endswith(b"\r\n\r\nx")
    assert (last.outcome, last.error) == (Outcome.REFUSED, "Plain HTTP: 1 request was answered.")
    head = served(GET.replace(b"GET", b"HEAD"))
    head.reply(HttpAnswer(200, rest=Rest(7)))
    assert head.data_to_send() == b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\n"
    assert (head.replying, head.http_request) == (False, None)
    gone = served(GET)
    gone.reply(HttpAnswer(200, rest=Rest(7)))
    gone.receive_data(b"")
    assert (gone.replying, gone.error) == (
        False,
        "The client closed the connection before its request was answered in full.",
    )


@pytest.mark.parametrize("request_", [POST, CHUNKED], ids=["length", "chunked"])
@given(places=cuts)
def test_how_tcp_cuts_a_body_makes_no_difference(request_: bytes, places: list[int]) -> None:
    for parts in ([part for part in split(request_ + GET, places) if part], bytewise(request_ + GET)):
        server = served(*parts)
        assert asked(server) == ("POST", "/p", b"hello")
        assert server.heard == request_
        assert server.leftover == GET


@pytest.mark.parametrize(
    "request_",
    [POST.replace(b": 5", b": 11"), CHUNKED.replace(b"\r\n3\r\nhel", b"\r\nb\r\nhello hello")],
    ids=["length", "chunked"],
)
def test_a_body_over_the_limit(request_: bytes) -> None:
    server = served(request_)
    assert (server.status, server.error) == (413, "The request's body is over 10 bytes.")
    assert server.data_to_send().startswith(b"HTTP/1.1 413 ")


def test_a_body_over_the_limit_that_came_at_once() -> None:
    server = served(POST.replace(b": 5", b": 11") + b" hello")
    assert server.status == 413
    assert server.leftover == b"hello hello"[:0]


def test_a_broken_body() -> None:
    server = served(CHUNKED.replace(b"\r\n3\r\n", b"\r\nzz\r\n"))
    assert server.status == 400
    assert server.error.startswith("Not valid HTTP: ")


def test_a_client_that_asks_before_it_sends() -> None:
    head, _, body = POST.replace(b"Content-L", b"Expect: 100-continue\r\nContent-L").partition(b"\r\n\r\n")
    server = served(head + b"\r\n\r\n")
    assert server.data_to_send() == b"HTTP/1.1 100 Continue\r\n\r\n"
    server.receive_data(body)
    assert asked(server) == ("POST", "/p", b"hello")


def test_a_body_that_does_not_come() -> None:
    server = served(POST[:-1])
    assert server.http_request is None
    assert server.time_out()
    assert (server.late, server.status, server.error) == (True, 408, "The request's body did not come in time.")


def test_nothing_more_comes() -> None:
    server = served(GET)
    server.reply(HttpAnswer(200))
    server.data_to_send()
    server.receive_data(server.ahead() + GET)
    server.reply(HttpAnswer(200))
    server.data_to_send()
    assert server.time_out()
    assert (server.late, server.error) == (False, "Plain HTTP: 2 requests were answered.")
    assert server.data_to_send() == b""


def test_clients_that_hang_up() -> None:
    waiting = served(GET, b"")
    assert (waiting.http_request, waiting.outcome) == (None, Outcome.REFUSED)
    assert waiting.error == "The client closed the connection before its request was answered."
    idle = served(GET)
    idle.reply(HttpAnswer(200))
    idle.receive_data(b"")
    assert idle.error == "Plain HTTP: 1 request was answered."
    half = served(POST[:-1], b"")
    assert half.error == "The client closed the connection in the middle of its request."


def test_who_is_not_let_in() -> None:
    server = served(GET, admission=Admission(credentials="a:b", subprotocol_required=True))
    assert server.status == 401
    assert served(GET, admission=Admission(subprotocol_required=True)).http_request is not None
    assert served(GET, refusal=Refusal(403, "No.")).data_to_send().endswith(b"No.\n")


def test_requests_for_nothing_here() -> None:
    server = ServerHandshake()
    server.desk = lambda method, target, headers: None
    server.receive_data(GET)
    assert server.status == 426
    lost_upgrade = served(UPGRADE.replace(b"Upgrade: websocket\r\n", b""))  # it has a key, and is for a WebSocket
    assert lost_upgrade.status == 426


def test_a_request_with_two_hosts_is_refused() -> None:
    assert served(GET.replace(b"Host", b"Host: x\r\nHost")).status == 400
    assert served(GET.replace(b"Host: localhost", b"Host:")).status == 400


def test_the_guard_may_say_what_is_wrong() -> None:
    def guard(headers: Headers) -> Refusal:
        return Refusal(400, "Unknown session.")

    server = ServerHandshake()
    server.guard = guard
    server.receive_data(UPGRADE)
    assert server.data_to_send().endswith(b"Unknown session.\n")


def test_a_client_has_no_requests_to_answer() -> None:
    client = ClientHandshake(WsUrl.parse("ws://localhost/"), bytes(16))
    client.reply(HttpAnswer(200))
    client.reply_more(b"x")
    assert (client.http_request, client.ahead(), client.replying) == (None, b"", False)


@given(st.binary(max_size=200))
def test_nothing_raises(data: bytes) -> None:
    served(CHUNKED[:-20] + data)
    served(POST[:10] + data)
