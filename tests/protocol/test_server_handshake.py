from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.chunks import bytewise, cuts, split
from wsgui.protocol.admission import Admission
from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.head_text import HeaderError
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.url import WsUrl

REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n"
    b"Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PASS_ON = "A proxy on the way has to pass Upgrade and Connection on."
HELLO = bytes.fromhex("818537fa213d7f9f4d5158")


def handshake(*parts: bytes, speaks: tuple[str, ...] = ("superchat", "chat")) -> ServerHandshake:
    server = ServerHandshake(subprotocols=speaks)
    for part in parts:
        server.receive_data(part)
    return server


def outcome(parts: list[bytes]) -> tuple[object, ...]:
    """All that must not depend on how the bytes were cut; a request without an end may be cut off at a read's end."""
    server = handshake(*parts)
    assert server.request + server.leftover == b"".join(parts)
    whole = (server.request, server.leftover) if server.headers.items or not server.done else ()
    return (server.outcome, server.status, server.error, server.response, server.violations, server.resource, *whole)


def changed(old: bytes, new: bytes) -> bytes:
    assert REQUEST.count(old) == 1
    return REQUEST.replace(old, new)


def test_1_3_the_handshake_of_the_rfc() -> None:
    server = handshake(REQUEST, speaks=("chat",))
    assert server.done
    assert server.outcome is Outcome.ACCEPTED
    assert server.response == (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"Sec-WebSocket-Protocol: chat\r\n\r\n"
    )
    assert (server.resource, server.status, server.subprotocol) == ("/chat", 101, "chat")
    assert (server.request, server.leftover, server.violations) == (REQUEST, b"", [])
    assert server.headers.get("origin") == "http://example.com"


def test_client_and_server_agree() -> None:
    client = ClientHandshake(WsUrl.parse("ws://h/x?y"), bytes(16), subprotocols=["b", "a"])
    server = handshake(*bytewise(client.request), speaks=("a", "b"))
    client.receive_data(server.response + b"\x89\x00")
    assert client.outcome is server.outcome is Outcome.ACCEPTED
    assert client.subprotocol == server.subprotocol == "a"
    assert server.resource == "/x?y"
    assert client.leftover == b"\x89\x00"


@pytest.mark.parametrize(("speaks", "chosen"), [((), None), (("x",), None), (("x", "superchat", "chat"), "superchat")])
def test_4_2_2_the_first_subprotocol_that_both_speak(speaks: tuple[str, ...], chosen: str | None) -> None:
    server = handshake(REQUEST, speaks=speaks)
    assert server.outcome is Outcome.ACCEPTED
    assert server.subprotocol == chosen
    assert (b"Sec-WebSocket-Protocol" in server.response) is (chosen is not None)


def test_frames_behind_the_request_are_left_over() -> None:
    server = handshake(REQUEST + HELLO[:3], HELLO[3:])
    assert (server.request, server.leftover) == (REQUEST, HELLO)


@pytest.mark.parametrize(
    ("wire", "start", "error"),
    [
        (
            changed(b"Upgrade: websocket", b"X: y"),
            b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n",
            f"The Upgrade header is missing. {PASS_ON}",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
            b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n",
            "This is a WebSocket server: connect with ws://, not http://.",
        ),
        (
            REQUEST.replace(b"Upgrade: websocket\r\nConnection: Upgrade", b"Connection: close").replace(
                b"/1.1", b"/1.0"
            ),
            b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n",
            f"The Upgrade header is missing. Connection is 'close', without Upgrade. {PASS_ON}",
        ),
        (
            b"PRI * HTTP/2.0\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
            "Not valid HTTP/1.1: the client speaks HTTP/2, and WebSocket begins in HTTP/1.1 here.",
        ),
        (
            changed(b"Version: 13", b"Version: 8"),
            b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n",
            "Sec-WebSocket-Version is 8, not 13.",
        ),
        (
            changed(b"Version: 13", b"Version: 8").replace(b"dGhl", b""),
            b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n",
            "Sec-WebSocket-Version is 8, not 13.",
        ),
        (
            changed(b"GET", b"POST"),
            b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nConnection: close\r\n",
            "The method is POST, not GET.",
        ),
        (
            changed(b"Connection: Upgrade", b"Connection: close").replace(b"dGhl", b"*"),
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n",
            f"Connection is 'close', without Upgrade. Sec-WebSocket-Key is not base64. {PASS_ON}",
        ),
        (
            changed(b"Host: server.example.com\r\n", b""),
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n",
            "The request has no Host header.",
        ),
        (b"GET\r\n\r\n", b"HTTP/1.1 400 Bad Request\r\n", "Not valid HTTP: illegal request line."),
        (b"\r\n", b"HTTP/1.1 400 Bad Request\r\n", "Not valid HTTP: illegal request line."),
        (
            b"\x16\x03\x01\x02\x00\x01",
            b"HTTP/1.1 400 Bad Request\r\n",
            "Not valid HTTP: a TLS handshake, but this server speaks plain ws://.",
        ),
        (
            b"GET / HTTP/1.1\r\nX: " + b"x" * 16384,
            b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
            "The request's head is over 16 KiB.",
        ),
        (
            REQUEST[:-2] + b"X: y\r\n" * 3000 + b"\r\n",
            b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
            "The request's head is over 16 KiB.",
        ),
    ],
)
def test_refusals(wire: bytes, start: bytes, error: str) -> None:
    body = f"{error}\n".encode()
    for parts in ([wire], split(wire, range(0, len(wire), 7))):
        server = handshake(*filter(None, parts))
        assert server.outcome is Outcome.REFUSED
        assert server.response.startswith(start)
        assert server.response.endswith(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert server.error == error
        assert str(server.status).encode() == start[9:12]
        assert server.violations
        assert server.request + server.leftover == wire


def test_the_client_closes_too_early() -> None:
    server = handshake(b"")
    assert (server.outcome, server.response, server.status) == (Outcome.REFUSED, b"", None)
    assert server.error == "The client closed the connection before it sent a request."
    assert handshake(REQUEST[:9], b"").error == "The client closed the connection in the middle of its request."


def test_a_head_that_does_not_come_in_time() -> None:
    server = handshake(REQUEST[:9])
    server.time_out()
    assert server.outcome is Outcome.REFUSED
    assert server.response.startswith(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n")
    assert server.error == "The request's head did not come in time."


def test_4_2_1_hosts_are_judged_beside_the_rest() -> None:
    server = handshake(changed(b"Host: server.example.com", b"X: y").replace(b"Version: 13", b"Version: 8"))
    assert server.status == 400
    assert server.error == "The request has no Host header. Sec-WebSocket-Version is 8, not 13."
    assert [breach.rule for breach in server.violations] == ["request.host", "request.version"]
    assert server.resource == "/chat"


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """The request, damaged in a few places, with bytes behind it."""
    request = bytearray(draw(st.sampled_from([REQUEST, REQUEST.replace(b"\r\n", b"\n"), b"GET / HTTP/1.0\r\n\r\n"])))
    for _ in range(draw(st.integers(0, 3))):
        request[draw(st.integers(0, len(request) - 1))] = draw(st.sampled_from(b"\r\n :0a\x00\xff"))
    return bytes(request) + draw(st.binary(max_size=20))


@given(
    requests() | st.binary(max_size=60) | st.binary(max_size=60).map(b"GET / HTTP/1.1\r\n".__add__), cuts, st.booleans()
)
@example(b"\r\n\r\n", [1], False)
def test_no_bytes_raise_and_no_chunking_matters(data: bytes, places: list[int], ended: bool) -> None:
    end = [b""] if ended else []
    whole = outcome([data, *end] if data else end)
    assert outcome([*filter(None, split(data, places)), *end]) == whole
    assert outcome([*bytewise(data), *end]) == whole


@pytest.mark.parametrize(("method", "status"), [(b"HEAD", 405), (b"HEAD", 426)])
def test_9110_9_3_2_a_head_is_answered_without_a_body(method: bytes, status: int) -> None:
    wire = REQUEST if status == 405 else b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    server = handshake(wire.replace(b"GET", method))
    assert server.response.startswith(b"HTTP/1.1 %d " % status)
    assert server.response.endswith(b"\r\nContent-Length: %d\r\n\r\n" % (len(server.error) + 1))


def test_a_full_server_answers_a_head_without_a_body_too() -> None:
    server = ServerHandshake(full=True)
    server.receive_data(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert server.response.endswith(b"\r\nContent-Length: 49\r\n\r\n")


def test_headers_of_ones_own_say_what_was_agreed_on() -> None:
    extra = [("sec-websocket-protocol", "superchat"), ("Sec-WebSocket-Extensions", "permessage-deflate"), ("X", "Łódź")]
    server = ServerHandshake(subprotocols=["chat"], headers=extra)
    server.receive_data(changed(b"Origin: http://example.com", b"Sec-WebSocket-Extensions: permessage-deflate"))
    assert server.response == (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nsec-websocket-protocol: superchat\r\n"
        b"Sec-WebSocket-Extensions: permessage-deflate\r\nX: \xc5\x81\xc3\xb3d\xc5\xba\r\n\r\n"
    )
    assert server.subprotocol == "superchat"
    assert str(server.deflate) == "permessage-deflate"


def test_a_header_of_ones_own_takes_an_agreement_back() -> None:
    server = ServerHandshake(subprotocols=["chat"], headers=[("Sec-WebSocket-Protocol", "")])
    server.receive_data(REQUEST)
    assert b"chat" not in server.response
    assert server.subprotocol is None


def test_a_header_that_cannot_be_sent() -> None:
    with pytest.raises(HeaderError, match=r"^The value of the header X has a line break in it\.$"):
        ServerHandshake(headers=[("X", "1\r\nY: 2")])


def test_credentials_beyond_latin_1_are_compared() -> None:
    server = ServerHandshake(admission=Admission(credentials="ü:€"))
    server.receive_data(changed(b"Origin: http://example.com", b"Authorization: Basic \xc5\x81"))
    assert server.status == 401
    server = ServerHandshake(admission=Admission(credentials="ü:€", required=(("X-City", "Łódź"),)))
    line = b"Authorization: Basic w7w64oKs\r\nX-City: \xc5\x81\xc3\xb3d\xc5\xba"
    server.receive_data(changed(b"Origin: http://example.com", line))
    assert server.status == 101
