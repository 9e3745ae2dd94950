from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.engine.raw_writer import RawWrite
from wsgui.protocol.raw_frame import RawFrame
from wsgui.ui.composer.raw_cuts import PIECES_LIMIT, RawPlan, bytewise, cut_places, pieces_at


def test_pieces() -> None:
    assert pieces_at(b"Hello", [], 0.1, fin=False) == [RawWrite(b"Hello")]
    assert pieces_at(b"Hello", [1, 3], 0.1, fin=True) == [
        RawWrite(b"H"),
        RawWrite(b"el", 0.1),
        RawWrite(b"lo", 0.1, True),
    ]
    assert bytewise(b"ab", 0.0, fin=False) == [RawWrite(b"a"), RawWrite(b"b")]


def test_too_many_writes() -> None:
    with pytest.raises(ValueError, match="20\xa0001 writes are too many: send at most 20000 byte by byte"):
        bytewise(bytes(PIECES_LIMIT + 1), 0, fin=False)


def test_places() -> None:
    assert cut_places("6, 2 6", 10) == [2, 6]
    assert cut_places("", 10) == []
    for text in ("0", "10", "99"):
        with pytest.raises(ValueError, match=f"There is nothing to cut at byte {text}: the cuts are from 1 to 9."):
            cut_places(text, 10)
    with pytest.raises(ValueError, match="is not a digit"):
        cut_places("two", 10)


@given(st.binary(min_size=2, max_size=30), st.lists(st.integers(1, 29)))
def test_nothing_is_lost(data: bytes, places: list[int]) -> None:
    wanted = sorted({place % (len(data) - 1) + 1 for place in places})
    pieces = pieces_at(data, wanted, 0.5, fin=False)
    assert b"".join(piece.data for piece in pieces) == data
    assert all(piece.data for piece in pieces)
    assert [piece.pause for piece in pieces] == [0.0] + [0.5] * len(wanted)


def test_titles() -> None:
    frames = [RawFrame(), RawFrame()]
    assert RawPlan(frames, [RawWrite(b"1234")]).title == "wire preview · 4 bytes · 2 frames · one write"
    one = RawPlan(frames[:1], [RawWrite(b"1"), RawWrite(b"2", 0.1, True)])
    assert one.title == "wire preview · 2 bytes · 1 frame · 2 writes, then the end of TCP"
