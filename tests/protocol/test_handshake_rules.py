from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.handshake_rules import Headers, accept_value, judge_request, judge_response

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
REQUEST = {
    b"Host": b"server.example.com",
    b"Upgrade": b"websocket",
    b"Connection": b"Upgrade",
    b"Sec-WebSocket-Key": KEY.encode(),
    b"Sec-WebSocket-Version": b"13",
}
RESPONSE = {b"Upgrade": b"websocket", b"Connection": b"Upgrade", b"Sec-WebSocket-Accept": ACCEPT.encode()}


def request(*more: tuple[bytes, bytes], without: bytes = b"", method: str = "GET", version: str = "1.1") -> list[str]:
    headers = [item for item in REQUEST.items() if item[0] != without]
    return texts(judge_request(method, version, Headers([*headers, *more])))


def response(
    *more: tuple[bytes, bytes], without: bytes = b"", offered: tuple[str, ...] | None = (), key: str | None = KEY
) -> list[str]:
    headers = [item for item in RESPONSE.items() if item[0] != without]
    return texts(judge_response(101, Headers([*headers, *more]), key, offered))


def texts(found: list[Violation]) -> list[str]:
    return [f"{breach.rule}: {breach.text}" for breach in found]


def test_1_3_the_accept_value_of_the_rfc() -> None:
    assert accept_value(KEY) == ACCEPT
    assert accept_value("\u20ac") == "9n0vsk6nFpZp8b4uAqp+dqOyz1E="  # SHA-1 over its three bytes of UTF-8


def test_headers_are_looked_up_without_regard_to_case() -> None:
    headers = Headers([(b"Upgrade", b"WebSocket, h2c"), (b"X-\xe4", b"1"), (b"upgrade", b" , x")])
    assert headers.items == [("Upgrade", "WebSocket, h2c"), ("X-ä", "1"), ("upgrade", " , x")]
    assert Headers([(b"X", b"\xc5\x81"), (b"X", b"\xe9")]).all("x") == ["Ł", "é"]
    assert headers.all("UPGRADE") == ["WebSocket, h2c", " , x"]
    assert headers.get("upgrade") == "WebSocket, h2c"
    assert headers.get("host") is None
    assert headers.tokens("upgrade") == ["WebSocket", "h2c", "x"]
    assert headers.names_token("upgrade", "websocket")
    assert not headers.names_token("upgrade", "web")


def test_1_2_the_example_breaks_nothing() -> None:
    assert request((b"Sec-WebSocket-Protocol", b"chat, superchat"), (b"Origin", b"http://example.com")) == []
    assert response() == []


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (request(method="POST"), "request.method: The method is POST, not GET."),
        (request(version="1.0"), "request.http-version: The request is HTTP/1.0."),
        (request(without=b"Host"), "request.host: The request has no Host header."),
        (request((b"host", b"b")), "request.host: The request has 2 Host headers."),
        (request((b"Host", b""), without=b"Host"), "request.host: The Host header is empty."),
        (request(without=b"Upgrade"), "request.upgrade: The Upgrade header is missing."),
        (request((b"Upgrade", b"h2c"), without=b"Upgrade"), "request.upgrade: Upgrade is 'h2c', not websocket."),
        (request(without=b"Connection"), "request.connection: The Connection header is missing."),
        (
            request((b"Connection", b"close"), without=b"Connection"),
            "request.connection: Connection is 'close', without Upgrade.",
        ),
        (request(without=b"Sec-WebSocket-Key"), "request.key: Sec-WebSocket-Key is missing."),
        (request((b"Sec-WebSocket-Key", KEY.encode())), "request.key: Sec-WebSocket-Key stands 2 times."),
        (
            request((b"Sec-WebSocket-Key", b"\xe4\xf6"), without=b"Sec-WebSocket-Key"),
            "request.key: Sec-WebSocket-Key is not base64.",
        ),
        (
            request((b"Sec-WebSocket-Key", b"dGhl"), without=b"Sec-WebSocket-Key"),
            "request.key: Sec-WebSocket-Key holds 3 bytes, not 16.",
        ),
        (request(without=b"Sec-WebSocket-Version"), "request.version: Sec-WebSocket-Version is missing."),
        (request((b"sec-websocket-version", b"8")), "request.version: Sec-WebSocket-Version is 13, 8, not 13."),
        (
            request((b"Sec-WebSocket-Protocol", b"chat, a b")),
            "request.subprotocol: The subprotocol 'a b' is not an HTTP token.",
        ),
        (
            request((b"Sec-WebSocket-Protocol", b"a, b"), (b"Sec-WebSocket-Protocol", b"a")),
            "request.subprotocol: A subprotocol is named twice.",
        ),
        (
            request((b"Sec-WebSocket-Protocol", b"a/b")),
            "request.subprotocol: The subprotocol 'a/b' is not an HTTP token.",
        ),
        (
            request((b"Sec-WebSocket-Protocol", b" , ")),
            "request.subprotocol: Sec-WebSocket-Protocol names no subprotocol.",
        ),
        (
            response((b"Upgrade", b"websocket, h2c"), without=b"Upgrade"),
            "response.upgrade: Upgrade is 'websocket, h2c', not websocket.",
        ),
        (response((b"Upgrade", b"h2c")), "response.upgrade: Upgrade is 'websocket, h2c', not websocket."),
        (
            response((b"Sec-WebSocket-Accept", ACCEPT.encode())),
            "response.accept: Sec-WebSocket-Accept stands 2 times.",
        ),
        (response(key=""), f"response.accept: Sec-WebSocket-Accept is {ACCEPT}, but the request has no key."),
        (
            response((b"Sec-WebSocket-Protocol", b"")),
            "response.subprotocol: Sec-WebSocket-Protocol names no subprotocol.",
        ),
        (response(without=b"Upgrade"), "response.upgrade: The Upgrade header is missing."),
        (response(without=b"Connection"), "response.connection: The Connection header is missing."),
        (response(without=b"Sec-WebSocket-Accept"), "response.accept: Sec-WebSocket-Accept is missing."),
        (
            response((b"Sec-WebSocket-Accept", b"x"), without=b"Sec-WebSocket-Accept"),
            f"response.accept: Sec-WebSocket-Accept is x, but the key asks for {ACCEPT}.",
        ),
        (
            response((b"Sec-WebSocket-Protocol", b"chat"), offered=("superchat",)),
            "response.subprotocol: The server chose 'chat', which was not offered.",
        ),
        (
            response((b"Sec-WebSocket-Protocol", b"a, b"), offered=("a", "b")),
            "response.subprotocol: The server chose more than one subprotocol.",
        ),
    ],
)
def test_4_1_one_breach_one_sentence(found: list[str], complaint: str) -> None:
    assert found == [complaint]


def test_4_1_any_offered_subprotocol_may_be_chosen() -> None:
    assert response((b"Sec-WebSocket-Protocol", b"b"), offered=("a", "b")) == []


def test_4_1_a_request_may_name_other_protocols_beside_this_one() -> None:
    assert request((b"Upgrade", b"h2c")) == []


def test_an_answer_is_judged_as_far_as_it_goes_where_the_request_is_not_known() -> None:
    chosen = (b"Sec-WebSocket-Protocol", b"a")
    assert response(chosen, offered=None, key=None) == []
    assert response(chosen, (b"Upgrade", b"x"), offered=None, key=None)[0].startswith("response.upgrade")


def test_headers_are_read_from_bytes_that_may_be_wrong() -> None:
    head = b"GET / HTTP/1.1\nHost:  a \nno header\n: x\nHOST :b\r\n\nX: y"
    assert Headers.read(head).items == [("Host", "a"), ("", "x"), ("HOST ", "b")]


def test_headers_of_any_bytes() -> None:
    headers = Headers.read(b"GET / HTTP/1.1\r\nX: a, b\r\nno header\r\nx:\tc \nY: d\r\n\r\nX: of the body")
    assert headers.all("X") == ["a, b", "c"]
    assert headers.tokens("x") == ["a", "b", "c"]
    assert Headers.read(b"GET / HTTP/1.1\r\nX: , a ,,\r\n").tokens("X") == ["a"]
    assert Headers.read(b"X: the start line is no header").items == []


def test_4_1_a_refusal_is_one_fact() -> None:
    found = judge_response(404, Headers([]), KEY, [])
    assert texts(found) == ["response.status: The server answered 404, not 101 Switching Protocols."]


pairs = st.tuples(st.binary(max_size=10) | st.sampled_from(list(REQUEST | RESPONSE)), st.binary(max_size=20))


@given(st.text(max_size=5), st.sampled_from(["1.0", "1.1", "2.0"]), st.lists(pairs, max_size=8))
def test_any_headers_are_judged(method: str, version: str, headers: list[tuple[bytes, bytes]]) -> None:
    for breach in judge_request(method, version, Headers(headers)):
        assert breach.rule.startswith("request.")
    for breach in judge_response(101, Headers(headers), KEY, ["chat"]):
        assert breach.rule.startswith("response.")
