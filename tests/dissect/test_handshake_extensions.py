"""Sec-WebSocket-Extensions, judged parameter by parameter (RFC 7692 section 7.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.handshake import DissectedHandshake, DissectedHead, JudgedLine, Verdict, dissect_handshake

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
)


def both(offer: bytes | None, answer: bytes | None) -> DissectedHandshake:
    def head(start: bytes, value: bytes | None) -> bytes:
        return start + (b"" if value is None else b"Sec-WebSocket-Extensions: " + value + b"\r\n") + b"\r\n"

    return dissect_handshake(head(REQUEST, offer), head(RESPONSE, answer))


def of_extensions(head: DissectedHead | None) -> list[JudgedLine]:
    assert head is not None
    return [line for line in head.lines if line.name.startswith(" ")]


def test_an_offer_is_explained_parameter_by_parameter() -> None:
    offer = b"permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits"
    lines = of_extensions(both(offer, None).request)
    assert [line.name.strip() for line in lines] == [
        "permessage-deflate",
        "server_no_context_takeover",
        "server_max_window_bits",
        "client_max_window_bits",
    ]
    assert {line.verdict for line in lines} == {Verdict.GOOD}
    assert lines[2].value == "10"
    assert lines[2].sentence == "Asks the server to look back no further than 1\u202f024 bytes."
    assert lines[2].reference == "RFC 7692 §7.1.2.1"
    assert lines[3].sentence == "This client understands the parameter: the server may choose 8 to 15."


@pytest.mark.parametrize(
    ("offer", "sentence"),
    [
        (b"client_max_window_bits=16", "client_max_window_bits is 16, not 8 to 15."),
        (b"server_max_window_bits", "The parameter server_max_window_bits has no value."),
        (b"server_no_context_takeover=1", "The parameter server_no_context_takeover has a value, and takes none."),
        (b"x=1", "permessage-deflate has no parameter x."),
    ],
)
def test_a_wrong_parameter_of_an_offer(offer: bytes, sentence: str) -> None:
    lines = of_extensions(both(b"permessage-deflate; " + offer, None).request)
    assert [line.verdict for line in lines] == [Verdict.WRONG, Verdict.WRONG]
    assert lines[0].sentence == f"{sentence} The server declines such an offer."
    assert lines[1].sentence == sentence


def test_a_parameter_that_stands_twice() -> None:
    twice = b"permessage-deflate; client_max_window_bits; client_max_window_bits=9"
    lines = of_extensions(both(twice, None).request)
    assert [line.verdict for line in lines] == [Verdict.WRONG, Verdict.GOOD, Verdict.WRONG]
    assert lines[2].sentence == "The parameter client_max_window_bits stands twice."


def test_an_agreement_is_told() -> None:
    view = both(
        b"permessage-deflate; client_max_window_bits",
        b"permessage-deflate; server_no_context_takeover; client_max_window_bits=12",
    )
    assert {line.verdict for line in of_extensions(view.response)} == {Verdict.GOOD}
    assert view.agreed == (
        "permessage-deflate: the client compresses with the messages before, window 4\u202f096 bytes; "
        "the server compresses each message by itself, window 32\u202f768 bytes."
    )


@pytest.mark.parametrize(
    ("offer", "answer", "agreed"),
    [
        (None, None, "No compression: it was not offered."),
        (b"permessage-deflate", None, "No compression: the server declined it."),
        (
            b"permessage-deflate",
            b"permessage-deflate; client_max_window_bits=9",
            "No agreement: the answer fits no offer.",
        ),
    ],
)
def test_what_comes_of_it(offer: bytes | None, answer: bytes | None, agreed: str) -> None:
    assert both(offer, answer).agreed == agreed


def test_an_answer_that_fits_no_offer_is_wrong() -> None:
    view = both(b"permessage-deflate", b"permessage-deflate; client_max_window_bits=9")
    lines = of_extensions(view.response)
    assert lines[0].verdict is Verdict.WRONG
    assert lines[0].sentence.endswith("which fits no offer. The client must fail the connection.")
    assert lines[1].verdict is Verdict.GOOD


def test_without_the_request_an_answer_is_judged_as_far_as_it_goes() -> None:
    view = dissect_handshake(None, RESPONSE + b"Sec-WebSocket-Extensions: permessage-deflate, x-foo; a=1; b\r\n\r\n")
    lines = of_extensions(view.response)
    assert [line.verdict for line in lines] == [Verdict.GOOD, Verdict.NEUTRAL]
    assert lines[1].value == "a=1; b"
    assert view.agreed == ""


def test_other_extensions_are_nobody_s_fault_unless_nobody_asked_for_them() -> None:
    view = both(b"x-foo", b"x-foo, x-bar")
    assert [line.verdict for line in of_extensions(view.request)] == [Verdict.NEUTRAL]
    assert [line.verdict for line in of_extensions(view.response)] == [Verdict.NEUTRAL, Verdict.WRONG]


def test_a_header_that_cannot_be_read() -> None:
    head = both(b"permessage-deflate; =", None).request
    assert head is not None
    line = next(line for line in head.lines if line.name == "Sec-WebSocket-Extensions")
    assert line.verdict is Verdict.WRONG
    assert line.sentence.startswith("Sec-WebSocket-Extensions: ")
    assert of_extensions(head) == []


def test_several_headers_are_one() -> None:
    two = b"permessage-deflate; x\r\nSec-WebSocket-Extensions: permessage-deflate"
    head = both(two, None).request
    assert head is not None
    names = [line.name.strip() for line in head.lines]
    at = names.index("permessage-deflate")
    assert names[at - 2 :] == ["Sec-WebSocket-Extensions"] * 2 + ["permessage-deflate", "x", "permessage-deflate"]


words = st.sampled_from(
    ["permessage-deflate", "; ", ", ", "=", '"', "client_max_window_bits", "15", "x", "server_no_context_takeover"]
)


@given(st.none() | st.lists(words, max_size=12).map("".join), st.none() | st.lists(words, max_size=12).map("".join))
def test_anything_is_shown(offer: str | None, answer: str | None) -> None:
    view = both(None if offer is None else offer.encode(), None if answer is None else answer.encode())
    assert view.agreed.endswith(".")
    assert all(line.sentence for head in (view.request, view.response) for line in of_extensions(head))
