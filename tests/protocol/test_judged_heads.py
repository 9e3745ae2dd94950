"""Heads of others are judged as live ones are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.client_handshake import ClientHandshake
from wsgui.protocol.faults import FAULTS, RequestFault, ResponseFault
from wsgui.protocol.judged_heads import judge_request_head, judge_response_head
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.url import WsUrl

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
OFFER = "permessage-deflate"
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


REQUESTS = [one for one in FAULTS.values() if isinstance(one, RequestFault)]
RESPONSES = [one for one in FAULTS.values() if isinstance(one, ResponseFault)]


@pytest.mark.parametrize("one", REQUESTS, ids=lambda one: one.id)
def test_every_request_of_the_catalogue(one: RequestFault) -> None:
    raw = one.request("a.example", "/", KEY)
    live = ServerHandshake()
    live.receive_data(raw)
    assert one.rule in [breach.rule for breach in live.violations]
    assert judge_request_head(raw) == live.violations


@pytest.mark.parametrize("one", RESPONSES, ids=lambda one: one.id)
def test_every_answer_of_the_catalogue(one: ResponseFault) -> None:
    raw = one.response(ACCEPT, KEY)
    live = ClientHandshake(WsUrl.parse("ws://a/"), b"the sample nonce", offer=OFFER)
    live.receive_data(raw)
    assert one.rule in [breach.rule for breach in live.violations]
    assert judge_response_head(raw, live.request) == live.violations


def test_what_is_right() -> None:
    assert judge_request_head(REQUEST) == []
    hints = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    assert judge_response_head(hints + RESPONSE, REQUEST) == judge_response_head(RESPONSE, None) == []


def test_what_only_the_request_tells() -> None:
    wrong = RESPONSE.replace(b"s3pP", b"S3pP").replace(
        b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: a\r\nSec-WebSocket-Extensions: b\r\n\r\n"
    )
    assert judge_response_head(wrong, None) == []
    assert [breach.rule for breach in judge_response_head(wrong, REQUEST)] == [
        "response.accept",
        "response.subprotocol",
        "response.extension",
    ]


def test_an_extension_that_nobody_speaks_here_breaks_no_rule_of_theirs() -> None:
    request = REQUEST.replace(b"permessage-deflate", b"x-ours")
    answer = RESPONSE.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x-ours\r\n\r\n")
    assert judge_response_head(answer, request) == []
    live = ClientHandshake(WsUrl.parse("ws://a/"), b"the sample nonce", offer="x-ours")
    live.receive_data(answer)
    assert live.error == "The server accepted x-ours, which was offered here and is not spoken here."
    assert live.violations == []


def test_half_a_head_is_not_judged() -> None:
    assert judge_request_head(REQUEST[:-2]) == judge_response_head(RESPONSE[:-2], REQUEST) == []


@given(st.binary(max_size=60), st.none() | st.binary(max_size=60))
def test_any_bytes_are_judged(data: bytes, request: bytes | None) -> None:
    assert all(breach.rule.startswith(("request.", "http.")) for breach in judge_request_head(data))
    assert all(breach.rule.startswith(("response.", "http.")) for breach in judge_response_head(data, request))
