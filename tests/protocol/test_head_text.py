from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.handshake_rules import Headers
from wsgui.protocol.head_text import (
    HeaderError,
    basic,
    check_header,
    head_bytes,
    head_text,
    is_token,
    merged,
    wrong_character,
)


def test_tokens() -> None:
    assert is_token("chat.v1")
    assert not any(map(is_token, ["", "a b", "a,b", "ä", "a\n"]))


def test_a_head_leaves_as_the_utf_8_of_what_was_typed() -> None:
    head = head_bytes("GET / HTTP/1.1", [("X-City", "Łódź ✓ 東京"), ("X-Name", "Céline"), ("X-Empty", "")])
    assert head == (
        b"GET / HTTP/1.1\r\nX-City: \xc5\x81\xc3\xb3d\xc5\xba \xe2\x9c\x93 \xe6\x9d\xb1\xe4\xba\xac\r\n"
        b"X-Name: C\xc3\xa9line\r\nX-Empty: \r\n\r\n"
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("a b", "", "'a b' cannot be the name of a header."),
        ("ä", "", "'ä' cannot be the name of a header."),
        ("a", "1\r\nb: 2", "The value of the header a has a line break in it."),
        ("a", "1\nb: 2", "The value of the header a has a line break in it."),
        ("a", "1\x00", "The value of the header a has a zero byte in it."),
        ("a", "\udcff", "The value of the header a has a character that is not Unicode in it."),
    ],
)
def test_what_would_be_another_head_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(HeaderError) as caught:
        check_header(name, value)
    assert str(caught.value) == sentence
    with pytest.raises(HeaderError):
        head_bytes("GET / HTTP/1.1", [(name, value)])


def test_texts_of_several_lines() -> None:
    assert wrong_character("a\nb\x00", lines=True) == ""
    assert wrong_character("a\ud83d", lines=True) == "a character that is not Unicode"
    assert wrong_character("ä\t😀") == ""


def test_a_persons_headers_take_the_place_of_ours() -> None:
    ours = [("Host", "h"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
    assert merged(ours, [("host", "x"), ("UPGRADE", ""), ("X", ""), ("X", "2"), ("host", "y")]) == [
        ("host", "x"),
        ("Connection", "Upgrade"),
        ("X", ""),
        ("X", "2"),
        ("host", "y"),
    ]


def test_bytes_of_a_head_for_people() -> None:
    assert head_text(b"C\xc3\xa9line") == "Céline"
    assert head_text(b"C\xe9line") == "Céline"


@given(st.binary())
def test_any_bytes_are_text(data: bytes) -> None:
    assert isinstance(head_text(data), str)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00")))
def test_what_is_typed_is_what_is_read(value: str) -> None:
    sent = Headers.read(head_bytes("GET / HTTP/1.1", [("X", value)])).all("x")
    assert sent == [value.strip(" \t")]


def test_7617_credentials() -> None:
    assert basic("test", "123\u00a3") == "Basic dGVzdDoxMjPCow=="  # the example of section 2.1
    assert basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    with pytest.raises(HeaderError, match=r"^A user name of Basic has no colon \(RFC 7617\)\.$"):
        basic("a:b", "c")
    with pytest.raises(HeaderError, match=r"^The password has a character that is not Unicode in it\.$"):
        basic("a", "\udcff")
    with pytest.raises(HeaderError, match=r"^The user name has a line break in it\.$"):
        basic("a\n", "")
