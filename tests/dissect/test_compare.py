from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect import compare
from wsgui.dissect.compare import BlockKind, Comparison

E, C, R, N = BlockKind.EQUAL, BlockKind.CHANGED, BlockKind.REMOVED, BlockKind.INSERTED


def shape(comparison: Comparison) -> list[tuple[BlockKind, int]]:
    return [(block.kind, block.length) for block in comparison.blocks]


@pytest.mark.parametrize(
    ("left", "right", "blocks"),
    [
        (b"", b"", []),
        (b"abc", b"abc", [(E, 3)]),
        (b"abc", b"", [(R, 3)]),
        (b"", b"abc", [(N, 3)]),
        (b"abc", b"axc", [(E, 1), (C, 1), (E, 1)]),
        (b"ac", b"abc", [(E, 1), (N, 1), (E, 1)]),
        (b"abbc", b"abc", [(E, 2), (R, 1), (E, 1)]),
        (b"hello brave world", b"hello world", [(E, 6), (R, 6), (E, 5)]),
        (b"xxabcdefghij12", b"abcdefghijKL", [(R, 2), (E, 10), (C, 2)]),
    ],
)
def test_literal_bytes(left: bytes, right: bytes, blocks: list[tuple[BlockKind, int]]) -> None:
    assert shape(Comparison(left, right)) == blocks


def check(comparison: Comparison) -> None:
    """The blocks cover both sides once, in order, and say the truth."""
    left, right = comparison.left, comparison.right
    a = b = cell = 0
    for block in comparison.blocks:
        assert (block.left, block.right, block.cell) == (a, b, cell)
        assert block.length > 0
        one = left[a : a + block.length]
        other = right[b : b + block.length]
        if block.kind is E:
            assert one == other
        elif block.kind is C:
            assert len(one) == len(other) == block.length
        a += block.length if block.kind is not N else 0
        b += block.length if block.kind is not R else 0
        cell += block.length
    assert (a, b, cell) == (len(left), len(right), comparison.cells)
    places, at = [], comparison.next_difference(-1)
    while at is not None:
        places.append(at)
        at = comparison.next_difference(at)
    assert places == comparison.differences
    assert (left == right) == (not places)
    back, at = [], comparison.next_difference(comparison.cells + 1, backward=True)
    while at is not None:
        back.append(at)
        at = comparison.next_difference(at, backward=True)
    assert back == places[::-1]
    assert all(comparison.blocks[comparison.block_at(place)].kind is not E for place in places)


pieces = st.lists(st.sampled_from([b"abcdefgh", b"01234567", b"\0" * 9, b"x", b"", b"lorem ipsum dolor "]), max_size=8)


@given(pieces.map(b"".join) | st.binary(max_size=30), pieces.map(b"".join) | st.binary(max_size=30))
def test_any_bytes(left: bytes, right: bytes) -> None:
    check(Comparison(left, right))


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_any_bytes_by_position(left: bytes, right: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare, "_SHORT", 4)
        patch.setattr(compare, "_RUNS", 3)
        patch.setattr(compare, "_PAIRS", 2)
        check(Comparison(left, right))
        patch.setattr(compare, "_ANCHORED", 8)
        check(Comparison(left, right))


def test_an_insertion_in_long_bytes_moves_nothing_else() -> None:
    data = random.Random(7).randbytes(200_000)
    other = data[:50_000] + b"inserted" + data[50_000:120_000] + data[120_100:]
    comparison = Comparison(data, other)
    check(comparison)
    assert comparison.by_position == 0
    assert sum(length for kind, length in shape(comparison) if kind is not E) <= 120


def test_what_is_too_long_to_be_aligned_is_compared_by_position() -> None:
    left, right = b"\0" * 5000, b"\1" + b"\0" * 2000 + b"\1" + b"\0" * 2500 + b"\1"
    comparison = Comparison(left, right)
    check(comparison)
    assert comparison.by_position == 4503
    large = bytes(compare._ANCHORED + 2)
    comparison = Comparison(b"a" + large + b"a", b"b" + large + b"b")
    assert shape(comparison) == [(C, 1), (E, len(large)), (C, 1)]
    assert comparison.by_position == len(large) + 2


def test_of_pieces_that_changed_places_one_order_is_kept() -> None:
    one, two, three = bytes(range(20)), bytes(range(40, 60)), bytes(range(80, 100))
    comparison = Comparison(one + two + three, three + one + two)
    check(comparison)
    assert shape(comparison) == [(N, 20), (E, 40), (R, 20)]
    check(Comparison(one + two, two + one))


def test_of_too_many_runs_the_rest_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "_RUNS", 3)
    monkeypatch.setattr(compare, "_PAIRS", 0)
    comparison = Comparison(b"a.b.c.d", b"A.B.C.D")
    check(comparison)
    assert shape(comparison) == [(C, 1), (E, 1), (C, 5)]
