from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.hexrows import HexBytes
from wsgui.protocol.frames import Frame
from wsgui.ui.inspector.hex_selection import HexSelection, Move

LAYOUT = HexBytes.of_frame(Frame.build(2, bytes(100), masking_key=b"abcd"))  # 6 header bytes, 106 in all


@pytest.mark.parametrize(
    ("start", "how", "end"),
    [
        (0, Move.LEFT, 0),
        (5, Move.RIGHT, 6),
        (105, Move.RIGHT, 105),
        (7, Move.UP, 1),
        (20, Move.UP, 5),
        (3, Move.UP, 3),
        (3, Move.DOWN, 9),
        (95, Move.DOWN, 105),
        (104, Move.DOWN, 104),
        (104, Move.PAGE_UP, 56),
        (20, Move.PAGE_UP, 5),
        (7, Move.PAGE_DOWN, 55),
        (90, Move.PAGE_DOWN, 105),
        (30, Move.ROW_START, 22),
        (30, Move.ROW_END, 37),
        (2, Move.ROW_END, 5),
        (50, Move.START, 0),
        (50, Move.END, 105),
    ],
)
def test_moves(start: int, how: Move, end: int) -> None:
    selection = HexSelection(start, start)
    selection.move(how, LAYOUT, 3)
    assert (selection.cursor, selection.first, selection.count) == (end, end, 1)


def test_extending_keeps_the_anchor_in_both_directions() -> None:
    selection = HexSelection()
    selection.go(10)
    selection.move(Move.DOWN, LAYOUT, 3, extend=True)
    assert (selection.first, selection.stop, selection.cursor) == (10, 27, 26)
    selection.move(Move.START, LAYOUT, 3, extend=True)
    assert (selection.first, selection.stop, selection.cursor) == (0, 11, 0)


def test_the_first_move_puts_the_cursor_on_the_first_byte_or_the_last() -> None:
    for how, offset in ((Move.DOWN, 0), (Move.RIGHT, 0), (Move.END, 105)):
        selection = HexSelection()
        selection.move(how, LAYOUT, 3)
        assert (selection.cursor, selection.count) == (offset, 1)


def test_nothing_moves_where_there_are_no_bytes() -> None:
    selection = HexSelection()
    selection.move(Move.END, HexBytes.of_bytes(b""), 3)
    assert selection.cursor is None


@pytest.mark.parametrize(
    ("first", "count", "result"),
    [(2, 3, (2, 3)), (100, 50, (100, 6)), (106, 1, (0, 0)), (4, 0, (0, 0)), (-1, 5, (0, 0))],
)
def test_select_takes_what_is_there(first: int, count: int, result: tuple[int, int]) -> None:
    selection = HexSelection(1, 2)
    selection.select(first, count, 106)
    assert (selection.first, selection.count) == result


@given(st.lists(st.tuples(st.sampled_from(Move), st.booleans())), st.binary(max_size=120), st.integers(1, 9))
def test_any_moves_stay_within_the_bytes(moves: list[tuple[Move, bool]], data: bytes, page: int) -> None:
    layout = HexBytes.of_bytes(data)
    selection = HexSelection()
    for how, extend in moves:
        selection.move(how, layout, page, extend=extend)
        assert 0 <= selection.first <= selection.stop <= layout.length
