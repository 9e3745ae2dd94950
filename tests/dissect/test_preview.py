from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.preview import HTTP, NO_FRAME, PREVIEW_BYTES, PREVIEW_CHARACTERS, preview
from wsgui.dissect.visible import visible
from wsgui.records import MISSING

FIN = 0x80


def whole(opcode: int, payload: bytes, flags: int = FIN) -> str:
    return preview(opcode, flags, payload, len(payload))


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"Hello", "Hello"),
        ("Grüße \U0001f469\u200d\U0001f680".encode(), "Grüße \U0001f469\u200d\U0001f680"),
        (b"a\nb\tc\x7f", "a␊b␉c␡"),
        ("a\u202eb\x85".encode(), "a<U+202E>b<U+0085>"),
        ("a\U000e0041\U000e0101\u3164b".encode(), "a<U+E0041><U+E0101><U+3164>b"),
        (b"bad \xff utf8", "bad \ufffd utf8"),
        (b"cut \xe2\x82", "cut \ufffd"),
        (b"", ""),
    ],
)
def test_text(payload: bytes, text: str) -> None:
    assert whole(1, payload) == text


def test_text_is_cut_at_two_hundred_characters() -> None:
    assert whole(1, b"x" * 201) == "x" * 200 + "…"
    assert whole(1, b"x" * 200) == "x" * 200
    assert whole(1, "€".encode() * 5000) == "€" * 200 + "…"


def test_a_head_that_ends_inside_a_character_shows_no_replacement() -> None:
    assert preview(1, FIN, b"price 5\xe2\x82", 4000) == "price 5…"


def test_the_first_fragment_ends_in_an_ellipsis() -> None:
    assert whole(1, b'{"id":\xe2', flags=0) == '{"id":…'


@pytest.mark.parametrize(
    ("payload", "flags", "text"),
    [
        (b',"name":"Ada"', 0, '…,"name":"Ada"…'),
        (b"}]}", FIN, "…}]}"),
        (b"\x82\xac end", FIN, "… end"),
        (b"", FIN, ""),
        (b"\x00\x01A", FIN, "00 01 41  ..A"),
        (b"\xff\xfe", FIN, "ff fe  .."),
        (b"\x80\x80\x80\x80", FIN, "80 80 80 80  ...."),
    ],
)
def test_continuations(payload: bytes, flags: int, text: str) -> None:
    assert whole(0, payload, flags) == text


def test_binary_is_hex_with_a_hint() -> None:
    assert whole(2, b"\x82\xa2id\x07") == "82 a2 69 64 07  ..id."
    assert whole(2, b"") == ""
    assert whole(2, b"A" * 33) == f"{'41 ' * 31}41…  {'A' * 32}…"


def test_a_frame_with_rsv1_is_not_read_as_text() -> None:
    assert whole(1, b"\xf2H\xcd", FIN | 0x40) == "RSV1 (compressed?) f2 48 cd  .H."
    assert whole(1, b"", FIN | 0x40) == ""


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"", "no close code"),
        (b"\x03", "no close code in one byte: 03"),
        (b"\x03\xe8", "1000 normal closure"),
        (b"\x03\xeareserved opcode", '1002 protocol error · "reserved opcode"'),
        (b"\x0f\xa1a\nb\xff", '4001 private use · "a␊b\ufffd"'),
    ],
)
def test_close(payload: bytes, text: str) -> None:
    assert whole(8, payload) == text


@pytest.mark.parametrize(
    ("payload", "text"), [(b"beat", "beat"), (b"\x00\x01", "00 01  .."), (b"\xff", "ff  ."), (b"", "")]
)
def test_ping_and_pong(payload: bytes, text: str) -> None:
    assert whole(9, payload) == whole(10, payload) == text


def test_reserved_opcodes_and_stray_bytes_are_hex() -> None:
    assert whole(0xB, b"hi") == whole(NO_FRAME, b"hi") == whole(3, b"hi") == "68 69  hi"
    assert whole(0xB, b"hi", 0xCB) == "68 69  hi"


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (b"GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", "GET /chat HTTP/1.1 · Upgrade: websocket"),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3p=\r\n\r\n",
            "101 Switching Protocols · Sec-WebSocket-Accept: s3p=",
        ),
        (
            b"HTTP/1.1 403 Forbidden\r\nServer: y\r\nContent-Type: a/b\r\n\r\nUpgrade: no",
            "403 Forbidden · Content-Type: a/b",
        ),
        (b"HTTP/1.1 200 OK\r\nno colon\r\nX: y\r\n\r\n", "200 OK"),
        (b"HTTP/1.1", "HTTP/1.1"),
        (b"", ""),
        (b"GET /\x01 HTTP/1.1\r\n", "GET /␁ HTTP/1.1"),
    ],
)
def test_http_heads(head: bytes, text: str) -> None:
    assert whole(HTTP, head) == text


def test_visible_leaves_printable_text_alone() -> None:
    assert visible("a b") == "a b"
    assert visible("a\r\n\u200b") == "a␍␊<U+200B>"


@given(st.integers(-2, 15), st.integers(0, 255), st.binary(max_size=900), st.integers(0, 2000))
def test_any_row_is_one_short_line(opcode: int, flags: int, head: bytes, more: int) -> None:
    text = preview(opcode, flags, head, len(head) + more)
    assert len(text) <= PREVIEW_CHARACTERS + 80
    assert not any(ord(c) < 0x20 or c in "\x7f\x85\u2028\u2029\u202e" for c in text)


@given(st.sampled_from([0, 1, 2, 8, 9, 11]), st.binary(max_size=900))
def test_readers_need_to_fetch_no_more_than_the_head(opcode: int, payload: bytes) -> None:
    short = preview(opcode, FIN, payload[:PREVIEW_BYTES], len(payload))
    assert short.rstrip("…") == whole(opcode, payload).rstrip("…")


def test_a_hole_says_how_large_it_is() -> None:
    assert whole(MISSING, b"5 bytes are missing") == "5 bytes are missing"


def test_only_line_feeds_end_the_lines_of_a_head() -> None:
    assert whole(HTTP, b"GET /a\x85b HTTP/1.1\nHost: h\n\nbody") == "GET /a<U+0085>b HTTP/1.1"
