from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.chunks import bytewise, cuts, split
from wsgui.protocol.client_handshake import BODY_LIMIT, ClientHandshake, request_head
from wsgui.protocol.handshake import Outcome
from wsgui.protocol.head_text import HeaderError
from wsgui.protocol.url import WsUrl

NONCE = b"the sample nonce"
URL = WsUrl.parse("ws://server.example.com/chat")
ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n"
)
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nSorry"
HELLO = b"\x81\x05Hello"


def handshake(*parts: bytes) -> ClientHandshake:
    client = ClientHandshake(URL, NONCE, subprotocols=["chat", "superchat"])
    for part in parts:
        client.receive_data(part)
    return client


def outcome(parts: list[bytes]) -> tuple[object, ...]:
    """All that must not depend on how the bytes were cut; a refused answer may be cut off at a read's end."""
    client = handshake(*parts)
    split_there = (client.response, client.leftover) if client.outcome is not Outcome.REFUSED else ()
    found = (client.outcome, client.status, client.error, client.body, client.violations, client.headers.items)
    assert (client.response + client.leftover) == b"".join(parts)
    return (*found, *split_there)


def test_1_3_the_request_of_the_rfc() -> None:
    client = ClientHandshake(URL, NONCE, subprotocols=["chat", "superchat"], headers=[("Origin", "http://example.com")])
    assert client.request == (
        b"GET /chat HTTP/1.1\r\n"
        b"Host: server.example.com\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: chat, superchat\r\n"
        b"Origin: http://example.com\r\n\r\n"
    )
    assert client.key == base64.b64encode(NONCE).decode() == "dGhlIHNhbXBsZSBub25jZQ=="
    assert not client.done


def test_1_3_the_response_of_the_rfc() -> None:
    client = handshake(ACCEPTED)
    assert client.done
    assert client.outcome is Outcome.ACCEPTED
    assert (client.status, client.subprotocol, client.violations, client.error) == (101, "chat", [], "")
    assert (client.response, client.leftover) == (ACCEPTED, b"")


def test_a_request_without_and_with_credentials() -> None:
    url = WsUrl.parse("wss://us%C3%A9r:pass@[::1]:8443/?x")
    assert request_head(url, "KEY").endswith(b"Version: 13\r\nAuthorization: Basic dXPDqXI6cGFzcw==\r\n\r\n")
    assert request_head(url, "KEY").startswith(b"GET /?x HTTP/1.1\r\nHost: [::1]:8443\r\n")
    assert b"Basic dXNlcjo=\r\n" in request_head(WsUrl.parse("ws://user@h/"), "KEY")
    assert request_head(WsUrl.parse("ws://h/"), "KEY").endswith(b"Version: 13\r\n\r\n")
    assert request_head(URL, "K", (), [("X", "\u20ac")]).endswith(b"X: \xe2\x82\xac\r\n\r\n")


def test_frames_behind_the_response_are_left_over() -> None:
    client = handshake(ACCEPTED + HELLO, HELLO)
    assert (client.response, client.leftover) == (ACCEPTED, HELLO + HELLO)


def test_informational_responses_are_passed_over() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    client = handshake(hints + ACCEPTED + HELLO)
    assert client.outcome is Outcome.ACCEPTED
    assert (client.response, client.leftover) == (hints + ACCEPTED, HELLO)
    assert handshake(*bytewise(hints)).outcome is Outcome.WAITING


def test_a_101_that_breaks_a_rule_is_refused() -> None:
    client = handshake(ACCEPTED.replace(b"s3pP", b"S3pP") + HELLO)
    assert client.outcome is Outcome.REFUSED
    assert client.error == (
        "Sec-WebSocket-Accept is S3pPLMBiTxaQ9kYGzzhZRbK+xOo=, but the key asks for s3pPLMBiTxaQ9kYGzzhZRbK+xOo=."
    )
    assert [breach.rule for breach in client.violations] == ["response.accept"]
    assert client.leftover == HELLO


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (REFUSED, 403, b"Sorry"),
        (
            b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nNot\r\n4\r\n her\r\n0\r\n\r\n",
            404,
            b"Not her",
        ),
        (b"HTTP/1.0 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nOK", 200, b"OK"),
        (b"HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nNot\r\nnonsense\r\n", 500, b"Not"),
    ],
)
def test_a_refusal_and_its_body(answer: bytes, status: int, body: bytes) -> None:
    for parts in ([answer], bytewise(answer)):
        client = handshake(*parts)
        assert (client.outcome, client.status, client.body) == (Outcome.REFUSED, status, body)
        assert client.error == f"The server answered {status}, not 101 Switching Protocols."
        assert [breach.rule for breach in client.violations] == ["response.status"]
        assert client.response == answer


def test_a_body_without_a_length_ends_with_tcp() -> None:
    client = handshake(b"HTTP/1.1 500 Oops\r\n\r\nHalf", b" and half")
    assert not client.done
    client.receive_data(b"")
    assert (client.outcome, client.body) == (Outcome.REFUSED, b"Half and half")


def test_a_body_that_is_cut_is_shown_as_far_as_it_came() -> None:
    client = handshake(REFUSED[:-2], b"")
    assert (client.outcome, client.status, client.body) == (Outcome.REFUSED, 403, b"Sor")
    assert client.error == "The server answered 403, not 101 Switching Protocols."


def test_a_body_without_end_is_kept_up_to_its_limit() -> None:
    client = handshake(b"HTTP/1.1 200 OK\r\n\r\n")
    client.receive_data(b"x" * (BODY_LIMIT - 1))
    assert not client.done
    client.receive_data(b"yz")
    assert client.done
    assert client.body == b"x" * 65535 + b"y"


def test_the_server_closes_too_early() -> None:
    client = handshake(b"")
    assert (client.outcome, client.status) == (Outcome.REFUSED, None)
    assert client.error == "The server closed the connection before it answered the handshake."
    client = handshake(ACCEPTED[:30], b"")
    assert client.error == "The server closed the connection in the middle of its answer."
    assert client.violations == []


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "illegal status line"),
        (b"HTTP/x\r\n\r\n", "illegal status line"),
        (b"\r\n\r\n", "illegal status line"),
        (b"HTTP/1.1 101 X\r\nno colon\r\n\r\n", "illegal header line"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "bad Content-Length"),
        (b"HTTP/1.1 100 Continue\r\n\r\n\r\n", "illegal status line"),
    ],
)
def test_an_answer_that_is_not_http(answer: bytes, complaint: str) -> None:
    client = handshake(answer)
    assert (client.outcome, client.status) == (Outcome.REFUSED, None)
    assert client.error == f"The server did not answer in HTTP: {complaint}."
    assert [(breach.rule, breach.text) for breach in client.violations] == [("http.malformed", client.error)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"\x15\x03\x01\x00\x02\x02\x46", "The server did not answer in HTTP but in TLS: wss:// is spoken there."),
        (b"\x16", "The server did not answer in HTTP but in TLS: wss:// is spoken there."),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "The server did not answer in HTTP/1.1: this may be HTTP/2."),
    ],
)
def test_an_answer_in_another_protocol(answer: bytes, sentence: str) -> None:
    for parts in ([answer], bytewise(answer)):
        client = handshake(*parts)
        assert client.outcome is Outcome.REFUSED
        assert client.error == sentence


@pytest.mark.parametrize("filler", [b"X: " + b"x" * 16384, b"X: y\r\n" * 3000])
def test_a_head_over_the_limit(filler: bytes) -> None:
    answer = ACCEPTED[:-2] + filler + b"\r\n\r\n"
    for parts in ([answer], split(answer, range(100, len(answer), 100))):
        client = handshake(*parts)
        assert client.outcome is Outcome.REFUSED
        assert client.error == "The server's answer has a head of more than 16 KiB."


def test_informational_responses_count_too() -> None:
    client = handshake(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 700)
    assert client.outcome is Outcome.REFUSED
    assert client.error == "The server's answer has a head of more than 16 KiB."


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Answers, some of them damaged, with bytes behind them; or noise."""
    answer = bytearray(
        draw(
            st.sampled_from(
                [
                    ACCEPTED,
                    REFUSED,
                    b"HTTP/1.1 100 Continue\r\n\r\n" + ACCEPTED,
                    b"HTTP/1.1 200 OK\n\nBody",
                    b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nNot\r\n0\r\nX: y\r\n\r\n",
                ]
            )
        )
    )
    for _ in range(draw(st.integers(0, 2))):
        answer[draw(st.integers(0, len(answer) - 1))] = draw(st.sampled_from(b"\r\n :0a\x00\xff"))
    return bytes(answer) + draw(st.binary(max_size=20))


@given(answers() | st.binary(max_size=60) | st.binary(max_size=60).map(b"HTTP/1.1 ".__add__), cuts, st.booleans())
@example(b"HTTP/1.1 100 Continue\r\n\r\n\r\n\r\n", [24, 25, 26], False)
def test_no_bytes_raise_and_no_chunking_matters(data: bytes, places: list[int], ended: bool) -> None:
    end = [b""] if ended else []
    whole = outcome([data, *end] if data else end)
    assert outcome([*filter(None, split(data, places)), *end]) == whole
    assert outcome([*bytewise(data), *end]) == whole


def test_a_persons_header_takes_the_place_of_ours_or_takes_it_out() -> None:
    head = request_head(
        WsUrl.parse("ws://a/"),
        "key",
        ("chat",),
        [("host", "b"), ("Upgrade", ""), ("SEC-WEBSOCKET-VERSION", "8"), ("X", "1"), ("X", ""), ("Host", "c")],
        "permessage-deflate",
    )
    assert head.split(b"\r\n") == [
        b"GET / HTTP/1.1",
        b"host: b",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Key: key",
        b"SEC-WEBSOCKET-VERSION: 8",
        b"Sec-WebSocket-Protocol: chat",
        b"Sec-WebSocket-Extensions: permessage-deflate",
        b"X: 1",
        b"X: ",
        b"Host: c",
        b"",
        b"",
    ]


def test_too_many_headers_of_an_answer() -> None:
    client = ClientHandshake(WsUrl.parse("ws://a/"), b"the sample nonce", header_limit=1)
    client.receive_data(b"HTTP/1.1 101 X\r\nA: 1\r\nB: 2\r\n\r\n")
    assert client.error == "The server's answer has 2 headers, over 1."


def test_the_key_that_a_person_chose_is_the_one_to_prove() -> None:
    key = [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]
    client = ClientHandshake(WsUrl.parse("ws://a/"), b"another nonce...", headers=key)
    assert client.key == "dGhlIHNhbXBsZSBub25jZQ=="
    assert ClientHandshake(WsUrl.parse("ws://a/"), b"x" * 16, headers=[("Sec-WebSocket-Key", "")]).key == ""


@pytest.mark.parametrize(
    "headers",
    [
        [("Sec-WebSocket-Protocol", "superchat, chat")],
        [("sec-websocket-protocol", "chat")],
        [("Sec-WebSocket-Protocol", "superchat"), ("Sec-WebSocket-Protocol", "chat")],
    ],
)
def test_4_1_a_typed_header_is_the_offer(headers: list[tuple[str, str]]) -> None:
    client = ClientHandshake(URL, NONCE, headers=headers)
    client.receive_data(ACCEPTED)
    assert (client.outcome, client.subprotocol, client.violations) == (Outcome.ACCEPTED, "chat", [])


def test_4_1_an_offer_that_a_typed_header_took_back() -> None:
    client = ClientHandshake(URL, NONCE, subprotocols=["chat"], headers=[("Sec-WebSocket-Protocol", "")])
    client.receive_data(ACCEPTED)
    assert client.error == "The server chose 'chat', which was not offered."


def test_4_1_typed_extensions_are_the_offer() -> None:
    answer = ACCEPTED.replace(b"Sec-WebSocket-Protocol: chat", b"Sec-WebSocket-Extensions: permessage-deflate")
    client = ClientHandshake(URL, NONCE, headers=[("sec-websocket-extensions", "permessage-deflate")])
    client.receive_data(answer)
    assert client.outcome is Outcome.ACCEPTED
    assert str(client.deflate) == "permessage-deflate"
    other = ClientHandshake(URL, NONCE, offer="permessage-deflate", headers=[("Sec-WebSocket-Extensions", "x")])
    other.receive_data(answer)
    assert other.error == "The server accepted permessage-deflate, which was not offered."


def test_what_counts_is_the_request_that_left() -> None:
    client = ClientHandshake(URL, NONCE, subprotocols=["chat"])
    client.request = b"GET / HTTP/1.1\nHost: h\nSec-WebSocket-Key: x\nSec-WebSocket-Protocol: superchat\n\n"
    assert (client.key, client.subprotocols, client.offer) == ("x", ["superchat"], "")


@pytest.mark.parametrize(
    ("subprotocols", "headers", "offer"),
    [((), [("X", "\udcff")], ""), (("a\r\nX: 1",), (), ""), ((), (), "permessage-deflate\r\nX: 1"), ((), (), "a\x00")],
)
def test_a_request_that_cannot_leave_as_it_was_typed(
    subprotocols: tuple[str, ...], headers: list[tuple[str, str]], offer: str
) -> None:
    with pytest.raises(HeaderError):
        ClientHandshake(URL, NONCE, subprotocols=subprotocols, headers=headers, offer=offer)
