from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.exchange.tcp_stream import StreamPart, TcpStream

if TYPE_CHECKING:
    import random

TEXT = bytes(range(200))


def data_of(parts: list[StreamPart]) -> list[bytes | int]:
    """Bytes, and holes as their size."""
    return [part.hole or part.data for part in parts]


def test_in_order() -> None:
    stream = TcpStream(100)
    assert stream.add(100, b"abc", 1, 9) == [StreamPart(1, 9, b"abc")]
    assert stream.add(103, b"") == []
    assert data_of(stream.add(103, b"de")) == [b"de"]
    assert (stream.blocked, stream.count, stream.held, stream.ended) == (False, 0, 0, False)
    assert stream.release() == []


def test_again_and_overlapping() -> None:
    stream = TcpStream(0)
    assert data_of(stream.add(0, b"abc")) == [b"abc"]
    assert stream.add(0, b"abc") == []
    assert stream.add(1, b"bcde", 4, 5) == [StreamPart(4, 5, b"de", 0, False)]
    assert data_of(stream.add(2**32 - 5, b"12345abcdef")) == [b"f"]
    assert stream.late == 0


def test_out_of_order() -> None:
    stream = TcpStream(0)
    assert stream.add(4, b"ef", 1, 1) == []
    assert stream.add(2, b"cde", 2, 2) == []
    assert stream.add(8, b"") == []
    assert (stream.blocked, stream.count, stream.held, stream.first_packet, stream.top) == (True, 2, 5, 1, 2**32 + 8)
    assert stream.add(0, b"ab", 3, 3) == [
        StreamPart(3, 3, b"ab"),
        StreamPart(3, 3, b"cde"),
        StreamPart(3, 3, b"f", 0, False),
    ]
    assert (stream.blocked, stream.held) == (False, 0)


def test_numbers_wrap() -> None:
    stream = TcpStream(2**32 - 2)
    assert data_of(stream.add(2**32 - 2, b"abcd")) == [b"abcd"]
    assert stream.add(4, b"gh") == []
    assert data_of(stream.add(2, b"ef")) == [b"ef", b"gh"]


def test_the_end() -> None:
    stream = TcpStream(0)
    stream.add(3, b"de", fin=True)
    assert not stream.ended
    assert data_of(stream.add(0, b"abc")) == [b"abc", b"de"]
    assert stream.ended
    assert stream.add(5, b"", fin=True) == []
    assert stream.release(2**32 + 99) == []
    stream = TcpStream(0)
    stream.add(0, b"ab")
    assert stream.release(2**32 + 99) == [StreamPart(0, 0, b"", 97)]


def test_a_hole_is_given_up() -> None:
    stream = TcpStream(0)
    stream.add(0, b"ab", 1, 1)
    stream.add(5, b"f", 2, 2)
    stream.add(9, b"j", 3, 3)
    assert stream.release() == [StreamPart(2, 2, b"", 3), StreamPart(2, 2, b"f")]
    assert stream.blocked
    assert stream.release() == [StreamPart(3, 3, b"", 3), StreamPart(3, 3, b"j")]
    assert stream.release() == []
    assert stream.add(1, b"bcdefghijk", 4, 4) == [StreamPart(4, 4, b"k", 0, False)]
    assert stream.late == 6


def test_a_hole_before_the_end() -> None:
    stream = TcpStream(0)
    stream.add(7, b"", fin=True)
    assert not stream.blocked
    assert stream.release() == [StreamPart(0, 0, b"", 7)]
    assert stream.ended


def test_a_segment_that_was_cut() -> None:
    stream = TcpStream(0)
    assert stream.add(0, b"ab", 1, 1, cut=3) == [StreamPart(1, 1, b"ab"), StreamPart(1, 1, b"", 3)]
    assert stream.add(0, b"ab", 2, 2, cut=3) == []
    assert data_of(stream.add(5, b"", cut=1)) == [1]
    stream.add(8, b"i")
    assert data_of(stream.add(6, b"g", cut=4)) == [b"g", 1, b"i"]
    assert data_of(stream.add(6, b"g", cut=9)) == [7]
    assert stream.late == 0


@given(st.integers(0, 2**32 - 1), st.lists(st.tuples(st.integers(0, 199), st.integers(1, 60))), st.randoms())
def test_any_order(start: int, cuts: list[tuple[int, int]], random: random.Random) -> None:
    stream = TcpStream(start)
    parts = [*cuts, *((place, 20) for place in range(0, 200, 20))]
    random.shuffle(parts)
    found = [stream.add((start + place) % 2**32, TEXT[place : place + size]) for place, size in parts]
    assert b"".join(part.data for some in found for part in some) == TEXT
    assert stream.held == 0


@given(
    st.integers(0, 2**32 - 1), st.lists(st.tuples(st.integers(0, 199), st.integers(1, 60)), min_size=1), st.randoms()
)
def test_any_holes(start: int, parts: list[tuple[int, int]], random: random.Random) -> None:
    stream = TcpStream(start)
    random.shuffle(parts)
    found = [part for place, size in parts for part in stream.add((start + place) % 2**32, TEXT[place : place + size])]
    while some := stream.release():
        found += some
    told = bytearray()
    seen = {at for place, size in parts for at in range(place, min(place + size, 200))}
    for part in found:
        if part.hole:
            assert seen.isdisjoint(range(len(told), len(told) + part.hole))
        told += bytes(part.hole) or part.data
    assert bytes(told) == bytes(TEXT[at] if at in seen else 0 for at in range(max(seen) + 1))
    assert stream.held == 0
