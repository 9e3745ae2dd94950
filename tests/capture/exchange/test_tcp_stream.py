from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.exchange import tcp_stream
from wsgui.capture.exchange.tcp_stream import TcpStream

if TYPE_CHECKING:
    import random

    import pytest

TEXT = bytes(range(200))


def test_in_order() -> None:
    stream = TcpStream(100)
    assert stream.add(100, b"abc") == b"abc"
    assert stream.add(103, b"") == b""
    assert stream.add(103, b"de") == b"de"
    assert (stream.missing, stream.held, stream.ended) == (0, 0, False)


def test_again_and_overlapping() -> None:
    stream = TcpStream(0)
    assert stream.add(0, b"abc") == b"abc"
    assert stream.add(0, b"abc") == b""
    assert stream.add(1, b"bcde") == b"de"
    assert stream.add(2**32 - 5, b"12345abcdef") == b"f"


def test_out_of_order() -> None:
    stream = TcpStream(0)
    assert stream.add(4, b"ef") == b""
    assert stream.add(2, b"cde") == b""
    assert stream.add(8, b"") == b""
    assert (stream.missing, stream.held) == (2, 5)
    assert stream.add(0, b"ab") == b"abcdef"
    assert (stream.missing, stream.held) == (0, 0)


def test_a_keep_alive_completes_what_waits() -> None:
    stream = TcpStream(0)
    stream.add(1, b"b")
    assert stream.add(0, b"a") == b"ab"
    stream.add(3, b"d")
    assert stream.add(1, b"bc") == b"cd"


def test_numbers_wrap() -> None:
    stream = TcpStream(2**32 - 2)
    assert stream.add(2**32 - 2, b"abcd") == b"abcd"
    assert stream.add(4, b"gh") == b""
    assert stream.add(2, b"ef") == b"efgh"


def test_the_end() -> None:
    stream = TcpStream(0)
    stream.add(3, b"de", fin=True)
    assert not stream.ended
    assert stream.add(0, b"abc") == b"abcde"
    assert stream.ended
    assert stream.add(5, b"", fin=True) == b""


def test_too_much_behind_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp_stream, "PENDING_BYTES", 5)
    stream = TcpStream(0)
    stream.add(1, b"bcd")
    assert not stream.lost
    stream.add(10, b"xyz")
    assert stream.lost
    assert stream.missing == 1
    assert stream.add(0, b"a") == b""
    stream.drop()
    assert (stream.missing, stream.held) == (0, 0)


def test_too_many_behind_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp_stream, "PENDING_SEGMENTS", 2)
    stream = TcpStream(0)
    for seq in (2, 4, 6):
        stream.add(seq, b"x")
    assert stream.lost


@given(st.integers(0, 2**32 - 1), st.lists(st.tuples(st.integers(0, 199), st.integers(1, 60))), st.randoms())
def test_any_order(start: int, cuts: list[tuple[int, int]], random: random.Random) -> None:
    stream = TcpStream(start)
    parts = [*cuts, *((place, 20) for place in range(0, 200, 20))]
    random.shuffle(parts)
    found = b"".join(stream.add((start + place) % 2**32, TEXT[place : place + size]) for place, size in parts)
    assert found == TEXT
    assert stream.held == 0
