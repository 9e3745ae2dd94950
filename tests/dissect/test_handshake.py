from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.accept import accept_steps
from wsgui.dissect.handshake import DissectedHead, Verdict, dissect_handshake
from wsgui.dissect.handshake_words import LINE_OF
from wsgui.protocol.faults import FAULTS, RequestFault, ResponseFault
from wsgui.protocol.handshake_rules import accept_value
from wsgui.protocol.head_text import head_text
from wsgui.protocol.judged_heads import broken_rules, judge_request_head, judge_response_head
from wsgui.protocol.rules import RULES

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
REQUEST = (
    b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n"
    b"Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
    b"Sec-WebSocket-Version: 13\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n"
)


def wrong(head: DissectedHead | None) -> list[str]:
    assert head is not None
    return [line.name for line in head.lines if line.verdict is Verdict.WRONG]


def sentence(head: DissectedHead | None, name: str) -> str:
    assert head is not None
    return next(line.sentence for line in head.lines if line.name == name)


def test_the_handshake_of_the_rfc_is_good_in_every_line() -> None:
    view = dissect_handshake(REQUEST, RESPONSE)
    assert view.request is not None
    assert view.response is not None
    lines = view.request.lines + view.response.lines
    assert {line.verdict for line in lines} == {Verdict.GOOD}
    assert all(line.present and line.sentence for line in lines)
    assert view.accepted is True
    assert view.response.status == 101
    assert lines[4].reference == "RFC 6455 §4.1"


def test_the_steps_of_the_rfc_s_example() -> None:
    assert accept_value(KEY) == ACCEPT
    assert [step.text for step in accept_steps(KEY)] == [
        KEY,
        "74 68 65 20 73 61 6d 70 6c 65 20 6e 6f 6e 63 65 (16 bytes)",
        KEY + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
        "b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea",
        ACCEPT,
    ]
    assert dissect_handshake(REQUEST, None).steps == tuple(accept_steps(KEY))


@pytest.mark.parametrize(("key", "text"), [("!", "not base64"), ("QQ==", "41 (1 byte)"), ("", "(0 bytes)")])
def test_keys_that_are_none_are_shown_as_what_they_are(key: str, text: str) -> None:
    assert accept_steps(key)[1].text == text


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (b"GET /chat", b"POST /chat", "Request line"),
        (b"HTTP/1.1", b"HTTP/1.0", "Request line"),
        (b"HTTP/1.1", b"HTTP/x", "Request line"),
        (b"HTTP/1.1", b"SPDY/1.1", "Request line"),
        (b"GET /chat HTTP/1.1", b"GET /chat", "Request line"),
        (b"Host: server.example.com", b"Host:", "Host"),
        (b"Upgrade: websocket", b"Upgrade: h2c", "Upgrade"),
        (b"Connection: Upgrade", b"Connection: keep-alive", "Connection"),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"QQ==", "Sec-WebSocket-Key"),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"not base64!", "Sec-WebSocket-Key"),
        (b"Version: 13", b"Version: 8", "Sec-WebSocket-Version"),
        (b"chat, superchat", b"chat, chat", "Sec-WebSocket-Protocol"),
        (b"chat, superchat", b"two words", "Sec-WebSocket-Protocol"),
        (b"chat, superchat", b"a/b", "Sec-WebSocket-Protocol"),
        (b"chat, superchat", b",", "Sec-WebSocket-Protocol"),
        (b"permessage-deflate", b"", "Sec-WebSocket-Extensions"),
    ],
)
def test_a_wrong_line_of_a_request_is_named(old: bytes, new: bytes, name: str) -> None:
    assert wrong(dissect_handshake(REQUEST.replace(old, new), None).request) == [name]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (b"Upgrade: websocket", b"Upgrade: websocket, h2c", "Upgrade"),
        (b"Connection: Upgrade", b"Connection: close", "Connection"),
        (b"s3pPLMBi", b"S3pPLMBi", "Sec-WebSocket-Accept"),
        (b"Protocol: chat", b"Protocol: chat.v2", "Sec-WebSocket-Protocol"),
        (b"Protocol: chat", b"Extensions: x-foo", "Sec-WebSocket-Extensions"),
        (b"HTTP/1.1 101 ", b"HTTP/1.1 1O1 ", "Status line"),
    ],
)
def test_a_wrong_line_of_a_response_is_named(old: bytes, new: bytes, name: str) -> None:
    view = dissect_handshake(REQUEST, RESPONSE.replace(old, new))
    assert wrong(view.response) == [name, "    x-foo"] if "foo" in new.decode() else [name]
    assert view.accepted is (name != "Sec-WebSocket-Accept")


def test_an_extension_that_was_offered_is_right() -> None:
    response = RESPONSE.replace(b"Protocol: chat", b"Extensions: permessage-deflate; server_no_context_takeover")
    assert wrong(dissect_handshake(REQUEST, response).response) == []


def test_list_headers_may_stand_in_several_lines() -> None:
    request = REQUEST.replace(b"Connection: Upgrade", b"Connection: keep-alive\r\nconnection: Upgrade")
    assert wrong(dissect_handshake(request, None).request) == []


def test_a_key_that_stands_twice_is_wrong_twice() -> None:
    line = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    assert wrong(dissect_handshake(REQUEST.replace(line, line + line), None).request) == ["Sec-WebSocket-Key"] * 2


def test_missing_headers_are_listed() -> None:
    view = dissect_handshake(b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 101 x\r\n\r\n")
    assert wrong(view.request) == ["Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]
    assert wrong(view.response) == ["Upgrade", "Connection", "Sec-WebSocket-Accept"]
    assert view.request is not None
    assert [line.present for line in view.request.lines] == [True] + [False] * 5
    assert (view.steps, view.accepted) == ((), None)


def test_without_the_request_a_response_is_judged_as_far_as_it_goes() -> None:
    response = RESPONSE.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x\r\n\r\n")
    head = dissect_handshake(None, response).response
    assert wrong(head) == []
    assert sentence(head, "Sec-WebSocket-Accept") == "Cannot be checked without the request."


def test_a_request_without_a_key_leaves_the_accept_value_unchecked() -> None:
    view = dissect_handshake(b"GET / HTTP/1.1\r\n\r\n", RESPONSE)
    assert view.accepted is None
    assert sentence(view.response, "Sec-WebSocket-Accept").endswith("but the request has no key.")


def test_a_refusal_owes_no_headers_and_shows_its_body() -> None:
    head = dissect_handshake(
        REQUEST, b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nX-Why: no\r\n\r\nBad \xff day"
    ).response
    assert head is not None
    assert (head.status, head.body) == (426, "Bad \ufffd day")
    assert wrong(head) == [], "it is HTTP's way to say no"
    assert head.violations == ()
    assert sentence(head, "Status line") == "The server answered 426: it refuses, and no WebSocket follows."
    assert [line.verdict for line in head.lines[1:]] == [Verdict.NEUTRAL, Verdict.NEUTRAL]
    assert sentence(head, "Sec-WebSocket-Version").startswith("Versions that the server speaks")


def test_lines_that_are_no_headers_and_a_head_that_does_not_end() -> None:
    head = dissect_handshake(b"GET / HTTP/1.1\nHost : x\nbroken\n: y\n", None).request
    assert head is not None
    assert [line.value for line in head.lines if line.reference == "RFC 9112 §5"] == ["Host : x", "broken", ": y"]
    assert head.lines[-1].sentence == "No empty line ends the head."


def test_half_a_head_is_shown_and_not_judged() -> None:
    head = dissect_handshake(REQUEST[:-2].replace(b"websocket", b"h2c"), None).request
    assert head is not None
    assert {line.verdict for line in head.lines[:-1]} == {Verdict.NEUTRAL}
    assert head.violations == ()


def test_a_line_that_goes_on() -> None:
    head = dissect_handshake(REQUEST.replace(b"\r\n\r\n", b"\r\nX: a\r\n b\r\n\r\n"), None).request
    assert head is not None
    assert wrong(head) == []
    assert head.lines[-1].sentence == "Goes on with the line above, as was usual once."


def test_what_stands_before_the_answer_is_passed_over() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    head = dissect_handshake(REQUEST, hints + RESPONSE).response
    assert head is not None
    assert (head.status, wrong(head)) == (101, [])
    assert head.raw.startswith("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 101 ")
    alone = dissect_handshake(REQUEST, hints).response
    assert alone is not None
    assert (alone.status, [line.verdict for line in alone.lines]) == (103, [Verdict.NEUTRAL, Verdict.NEUTRAL])


def test_every_rule_of_a_head_has_its_line() -> None:
    assert {rule for rule in RULES if rule.startswith(("request.", "response."))} == set(LINE_OF)


def faults() -> list[RequestFault | ResponseFault]:
    return [one for one in FAULTS.values() if isinstance(one, (RequestFault, ResponseFault))]


@pytest.mark.parametrize("one", faults(), ids=lambda one: one.id)
def test_every_fault_of_the_catalogue_is_shown_as_the_judge_finds_it(one: RequestFault | ResponseFault) -> None:
    if isinstance(one, RequestFault):
        raw = one.request("a.example", "/", KEY)
        head, found = dissect_handshake(raw, None).request, judge_request_head(raw)
    else:
        raw = one.response(ACCEPT, KEY)
        head, found = dissect_handshake(REQUEST, raw).response, judge_response_head(raw, REQUEST)
    assert head is not None
    assert one.rule in [breach.rule for breach in found]
    found = broken_rules(found)
    assert head.violations == tuple(found)
    said = " ".join(line.sentence for line in head.lines if line.verdict is Verdict.WRONG)
    assert all(breach.text in said for breach in found)


def test_bare_line_feeds_end_lines_too() -> None:
    assert wrong(dissect_handshake(REQUEST.replace(b"\r\n", b"\n"), None).request) == []


def test_nothing_is_nothing() -> None:
    assert dissect_handshake(None, None) == (None, None, (), None, "")


pieces = st.sampled_from(
    [b"\r\n", b"\n", b": ", b"Sec-WebSocket-Key", b"Host", b"Upgrade", b"HTTP/1.1 ", b"101", b",", b";", b"\x85", b" "]
)
heads = st.binary(max_size=80) | st.lists(pieces | st.binary(max_size=6), max_size=20).map(b"".join)


@given(st.none() | heads, st.none() | heads)
def test_any_bytes_are_shown(request: bytes | None, response: bytes | None) -> None:
    view = dissect_handshake(request, response)
    for data, head in ((request, view.request), (response, view.response)):
        assert (data is None) == (head is None)
        if data is not None and head is not None:
            assert "\n".join(map(head_text, data.split(b"\n"))).startswith(head.raw)
            assert head.lines[0].name in ("Request line", "Status line")


@given(st.text())
def test_any_text_can_stand_as_a_key(key: str) -> None:
    assert len(accept_steps(key)) == 5
