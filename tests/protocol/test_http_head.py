from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.http_head import HEAD_LIMIT, HeadTooLongError, blank_line, head_end, head_lines, plain_words


@pytest.mark.parametrize(
    ("data", "start", "end"),
    [
        (b"", 0, None),
        (b"GET / HTTP/1.1\r\nHost: h\r\n", 0, None),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r", 0, None),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", 0, 27),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n\x81\x00\n\n", 0, 27),
        (b"GET / HTTP/1.1\nHost: h\n\nrest\r\n\r\n", 0, 24),
        (b"a\r\n\r\nb\r\n\r\n", 5, 10),
        (b"a\r\n\r\nb\r\n", 5, None),
    ],
)
def test_where_a_head_ends(data: bytes, start: int, end: int | None) -> None:
    assert head_end(data, start) == end


def test_the_limit_includes_itself() -> None:
    assert HEAD_LIMIT == 16384
    assert head_end(b"x" * 16380 + b"\r\n\r\n") == 16384
    assert head_end(b"x" * 16383) is None
    for data in (b"x" * 16384, b"x" * 16381 + b"\r\n\r\n", b"x" * 16383 + b"\n\n"):
        with pytest.raises(HeadTooLongError):
            head_end(data)


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n"]), max_size=12).map(b"".join))
def test_it_is_the_first_blank_line_and_no_later_byte_moves_it(data: bytes) -> None:
    end = head_end(data)
    if end is None:
        assert b"\n\n" not in data
        assert b"\n\r\n" not in data
    else:
        assert data[:end].endswith((b"\n\n", b"\n\r\n"))
        assert head_end(data[: end - 1]) is None
        assert head_end(data[:end]) == end


@pytest.mark.parametrize(
    ("data", "blank", "lines"),
    [
        (b"", None, [b""]),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\nbody\r\n", (25, 27), [b"GET / HTTP/1.1", b"Host: h"]),
        (b"GET / HTTP/1.1\nHost: h\n\r\nbody\n\n", (23, 25), [b"GET / HTTP/1.1", b"Host: h"]),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\nbody", (25, 26), [b"GET / HTTP/1.1", b"Host: h"]),
        (b"GET / HTTP/1.1\nHost: h\n\nbody", (23, 24), [b"GET / HTTP/1.1", b"Host: h"]),
        (b"GET / HTTP/1.1\r\nHost: h\r\n", None, [b"GET / HTTP/1.1", b"Host: h"]),
        (b"GET / HTTP/1.1\r\nHost: h", None, [b"GET / HTTP/1.1", b"Host: h"]),
        (b"a\rb\x85c\n\n", (6, 7), [b"a\rb\x85c"]),
        (b"\n\nx", (1, 2), [b""]),
    ],
)
def test_the_lines_of_a_head(data: bytes, blank: tuple[int, int] | None, lines: list[bytes]) -> None:
    assert blank_line(data) == blank
    assert head_lines(data) == lines


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("illegal request line: bytearray(b'GET')", "illegal request line"),
        ("illegal header line: b'x'", "illegal header line"),
        ("Receive buffer too long.", "Receive buffer too long"),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain_words(h11.RemoteProtocolError(text)) == words


def test_a_status_that_h11_refuses_with_words_of_its_own() -> None:
    with pytest.raises(h11.LocalProtocolError) as raised:
        h11.Response(status_code=99, headers=[])
    assert plain_words(raised.value) == "a status is a number from 100 on"
