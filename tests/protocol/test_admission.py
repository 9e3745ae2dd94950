from __future__ import annotations

import pytest

from wsgui.protocol.admission import Admission, Refusal
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.handshake_faults import HANDSHAKE_FAULTS
from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.rules import RULES
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.url import WsUrl

BASIC = (b"Authorization", b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")  # RFC 7617 section 2: Aladdin:open sesame


@pytest.mark.parametrize(
    ("admission", "resource", "headers", "subprotocol", "status"),
    [
        (Admission(), "/", [], None, None),
        (Admission(paths=("/chat",)), "/chat?room=1", [], None, None),
        (Admission(paths=("/chat",)), "/chat/x", [], None, 404),
        (Admission(paths=("/a", "/chat/*")), "/chat/x", [], None, None),
        (Admission(paths=("/a b",)), "/a%20b", [], None, None),
        (Admission(required=(("X-Key", "7"),)), "/", [(b"x-key", b"7")], None, None),
        (Admission(required=(("X-Key", "7"),)), "/", [(b"x-key", b"8")], None, 403),
        (Admission(required=(("X-Key", ""),)), "/", [(b"x-key", b"8")], None, None),
        (Admission(required=(("X-Key", ""),)), "/", [], None, 403),
        (Admission(credentials="Aladdin:open sesame"), "/", [BASIC], None, None),
        (Admission(credentials="Aladdin:close"), "/", [BASIC], None, 401),
        (Admission(credentials="Aladdin:open sesame"), "/", [(b"Authorization", b"Bearer \xff")], None, 401),
        (Admission(credentials="Aladdin:open sesame"), "/", [], None, 401),
        (Admission(subprotocol_required=True), "/", [], None, 400),
        (Admission(subprotocol_required=True), "/", [], "chat", None),
        (Admission(rejection=Refusal(503, "Later.")), "/", [], None, 503),
    ],
)
def test_4_2_2_who_is_let_in(
    admission: Admission, resource: str, headers: list[tuple[bytes, bytes]], subprotocol: str | None, status: int | None
) -> None:
    refusal = admission.judge(resource, Headers(headers), subprotocol)
    assert (None if refusal is None else refusal.status) == status


def request(*lines: str) -> bytes:
    more = "".join(f"{line}\r\n" for line in lines)
    return (
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    ).encode()


def test_a_refusal_carries_its_headers_and_body() -> None:
    server = ServerHandshake(admission=Admission(credentials="a:b"), headers=[("X-Extra", "1")])
    server.receive_data(request())
    assert server.outcome is Outcome.REFUSED
    head, _, body = server.response.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 401 Unauthorized",
        b'WWW-Authenticate: Basic realm="wsgui", charset="UTF-8"',
        b"Connection: close",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Length: %d" % len(body),
        b"X-Extra: 1",
    ]
    assert body == b"This server asks for a user name and a password.\n"


def test_a_status_of_ones_own() -> None:
    server = ServerHandshake(admission=Admission(rejection=Refusal(599, "No.", (("Retry-After", "9"),))))
    server.receive_data(request())
    assert server.response.startswith(b"HTTP/1.1 599 Refused\r\nRetry-After: 9\r\n")


REFUSED = b"This server lets pages of other sites, and other host names, in only if it is told to.\n"


def test_10_2_the_guard_refuses() -> None:
    server = ServerHandshake()
    server.guard = lambda headers: headers.get("origin") != "https://evil.example"
    server.receive_data(request("Origin: https://evil.example"))
    assert (server.outcome, server.status) == (Outcome.REFUSED, 403)
    assert server.response.endswith(b"\r\n\r\n" + REFUSED)
    server = ServerHandshake()
    server.guard = lambda headers: headers.get("origin") != "https://evil.example"
    server.receive_data(request("Origin: https://good.example"))
    assert server.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("let_in", "status", "outcome"), [(True, 101, Outcome.ACCEPTED), (False, 403, Outcome.REFUSED)]
)
def test_a_handshake_waits_for_an_answer(let_in: bool, status: int, outcome: Outcome) -> None:
    server = ServerHandshake(subprotocols=["chat"])
    server.guard = lambda headers: None
    server.receive_data(request("Sec-WebSocket-Protocol: chat"))
    assert server.asked
    assert (server.outcome, server.response) == (Outcome.WAITING, b"")
    server.receive_data(b"\x81\x80abcd")
    server.answer(let_in)
    assert not server.asked
    assert (server.outcome, server.status, server.leftover) == (outcome, status, b"\x81\x80abcd")
    assert server.subprotocol == "chat"


def test_a_handshake_whose_client_does_not_wait_or_waits_too_long() -> None:
    server = ServerHandshake()
    server.guard = lambda headers: None
    server.receive_data(request())
    server.receive_data(b"")
    assert (server.outcome, server.asked, server.response) == (Outcome.REFUSED, False, b"")
    assert server.error == "The client closed the connection while it waited to be let in."
    server = ServerHandshake()
    server.guard = lambda headers: None
    server.receive_data(request())
    server.time_out()
    assert (server.outcome, server.asked, server.status) == (Outcome.REFUSED, False, 403)
    assert server.error == "Nobody said in time whether this client may come in."


def test_a_full_server_and_too_many_headers() -> None:
    server = ServerHandshake(full=True)
    server.receive_data(request())
    assert server.status == 503
    server = ServerHandshake(header_limit=6)
    server.receive_data(request("A: 1", "B: 2"))
    assert server.status == 431
    assert server.error == "The request has 7 headers, over 6."


def test_extra_headers_of_an_answer() -> None:
    server = ServerHandshake(headers=[("x-Trace", "7")])
    server.receive_data(request())
    assert server.response.endswith(b"\r\nx-Trace: 7\r\n\r\n")


def test_observing_servers_let_broken_requests_pass() -> None:
    server = ServerHandshake(strict=False)
    server.receive_data(request().replace(b"Version: 13", b"Version: 8"))
    assert server.outcome is Outcome.ACCEPTED
    assert [breach.rule for breach in server.violations] == ["request.version"]


@pytest.mark.parametrize("fault", HANDSHAKE_FAULTS.values(), ids=lambda fault: fault.name)
def test_a_strict_client_notices_every_fault(fault) -> None:  # type: ignore[no-untyped-def]
    server = ServerHandshake(fault=fault)
    server.receive_data(request())
    client = ClientHandshake(WsUrl.parse("ws://server.example.com/chat"), b"the sample nonce")
    client.receive_data(server.response)
    if fault.name == "junk-behind":
        assert client.outcome is Outcome.ACCEPTED
        assert client.leftover == b"\xf3\x04junk"
    else:
        client.receive_data(b"")
        assert client.outcome is Outcome.REFUSED
        assert fault.rule in [breach.rule for breach in client.violations]
    assert fault.rule in RULES
    assert (server.outcome is Outcome.REFUSED) is (fault.rule == "response.status")


def test_observing_clients_let_a_broken_101_pass() -> None:
    server = ServerHandshake(fault=HANDSHAKE_FAULTS["wrong-accept"])
    server.receive_data(request())
    client = ClientHandshake(WsUrl.parse("ws://server.example.com/chat"), b"the sample nonce", strict=False)
    client.receive_data(server.response)
    assert client.outcome is Outcome.ACCEPTED
    assert [breach.rule for breach in client.violations] == ["response.accept"]


@pytest.mark.parametrize(
    ("resource", "authorization", "status"),
    [
        ("/", "", 401),
        ("/", "Bearer t\u00f6k3n", 101),
        ("/", "bearer  t\u00f6k3n ", 101),
        ("/", "Basic t\u00f6k3n", 401),
        ("/", "Bearer other", 401),
        ("/?token=t%C3%B6k3n", "", 101),
        ("/?a=b&token=x&token=t%C3%B6k3n", "", 101),
        ("/?token=%ff", "", 401),
    ],
)
def test_a_token(resource: str, authorization: str, status: int) -> None:
    server = ServerHandshake(admission=Admission(token="t\u00f6k3n"))
    more = (f"Authorization: {authorization}",) if authorization else ()
    server.receive_data(request(*more).replace(b" /chat ", f" {resource} ".encode()))
    assert server.status == status
    assert "t\u00f6k3n" not in repr(Admission(token="t\u00f6k3n"))
