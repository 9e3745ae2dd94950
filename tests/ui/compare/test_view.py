from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from wsgui.dissect.compare import BlockKind, Comparison
from wsgui.ui.compare.view import COLUMNS, CompareView, pieces_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_rows_lie_beside_each_other_with_gaps() -> None:
    comparison = Comparison(b"hello world", b"hello brave world")
    left, right = pieces_of(comparison, 0)
    assert [(piece.column, piece.length, piece.kind, piece.data) for piece in left] == [
        (0, 6, BlockKind.EQUAL, b"hello "),
        (6, 6, BlockKind.INSERTED, b""),
        (12, 4, BlockKind.EQUAL, b"worl"),
    ]
    assert [(piece.offset, piece.data) for piece in right] == [(0, b"hello "), (6, b"brave "), (12, b"worl")]
    assert [piece.data for piece in pieces_of(comparison, 1)[0]] == [b"d"]


@given(st.lists(st.sampled_from([b"abcdefgh", b"x", b"12"]), max_size=9), st.binary(max_size=40))
def test_the_pieces_of_all_rows_are_both_sides(parts: list[bytes], other: bytes) -> None:
    comparison = Comparison(b"".join(parts), other)
    rows = [pieces_of(comparison, row) for row in range(-(-comparison.cells // COLUMNS))]
    assert b"".join(piece.data for left, _ in rows for piece in left) == comparison.left
    assert b"".join(piece.data for _, right in rows for piece in right) == comparison.right
    for side in (side for row in rows for side in row):
        assert [piece.column for piece in side] == [sum(one.length for one in side[:at]) for at in range(len(side))]


def test_sixteen_mebibytes_are_scrolled(qtbot: QtBot) -> None:
    data = bytes(16 << 20)
    comparison = Comparison(data, data[:-1] + b"\1")
    view = CompareView()
    qtbot.addWidget(view)
    view.resize(900, 300)
    view.show()
    qtbot.waitExposed(view)
    view.set_comparison(comparison)
    assert view.cell == len(data) - 1
    assert view.verticalScrollBar().value() > 1_000_000
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    view.grab()
    view.set_comparison(Comparison(b"", b""))
    view.grab()
    view.set_comparison(None)
    assert view.row_count == 0
    view.grab()
