from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication

from wsgui.ui.composer.hex_edit import HexEdit
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def edit(qtbot: QtBot) -> HexEdit:
    edit = HexEdit()
    qtbot.addWidget(edit)
    edit.resize(420, 140)
    edit.show()
    qtbot.waitExposed(edit)
    edit.activateWindow()
    edit.setFocus()
    return edit


def test_typing(edit: HexEdit, qtbot: QtBot) -> None:
    with qtbot.waitSignal(edit.changed):
        qtbot.keyClicks(edit, "48656C6c6f")
    assert edit.data() == b"Hello"
    qtbot.keyClicks(edit, "xyz ")
    assert edit.data() == b"Hello"


def test_editing_keys(edit: HexEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(edit, "0102030405")
    qtbot.keyClick(edit, Key.Key_Backspace)
    assert edit.data() == b"\1\2\3\4"
    qtbot.keyClick(edit, Key.Key_Home)
    qtbot.keyClick(edit, Key.Key_Delete)
    assert edit.data() == b"\2\3\4"
    qtbot.keyClick(edit, Key.Key_Z, CTRL)
    assert edit.data() == b"\1\2\3\4"
    qtbot.keyClick(edit, Key.Key_Z, CTRL | SHIFT)
    assert edit.data() == b"\2\3\4"
    qtbot.keyClick(edit, Key.Key_Insert)
    assert edit.buffer.overwrite
    qtbot.keyClicks(edit, "ff")
    assert edit.data() == b"\xff\3\4"


def test_moving_and_selecting(edit: HexEdit, qtbot: QtBot) -> None:
    edit.set_data(bytes(range(40)))
    assert edit.layout_now.per_row == 8
    moves = [
        (Key.Key_Right, 1),
        (Key.Key_Down, 9),
        (Key.Key_End, 15),
        (Key.Key_Left, 14),
        (Key.Key_Up, 6),
        (Key.Key_Up, 6),
        (Key.Key_Home, 0),
        (Key.Key_Left, 0),
    ]
    for key, cursor in moves:
        qtbot.keyClick(edit, key)
        assert edit.buffer.cursor == cursor
    qtbot.keyClick(edit, Key.Key_End, CTRL)
    assert edit.buffer.cursor == 40
    qtbot.keyClick(edit, Key.Key_Home, CTRL)
    assert edit.buffer.cursor == 0
    qtbot.keyClick(edit, Key.Key_PageDown)
    page = edit.buffer.cursor
    assert page > 8
    assert page % 8 == 0
    qtbot.keyClick(edit, Key.Key_PageUp)
    assert edit.buffer.cursor == 0
    qtbot.keyClick(edit, Key.Key_Right, SHIFT)
    qtbot.keyClick(edit, Key.Key_Right, SHIFT)
    assert edit.buffer.selected == b"\0\1"


def test_a_half_typed_byte_is_left_by_the_arrow(edit: HexEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(edit, "0a1")
    qtbot.keyClick(edit, Key.Key_Left)
    assert (edit.buffer.cursor, edit.buffer.half) == (1, False)
    assert edit.data() == b"\x0a\x10"


def test_the_clipboard(edit: HexEdit, qtbot: QtBot) -> None:
    edit.set_data(b"Hello")
    qtbot.keyClick(edit, Key.Key_A, CTRL)
    qtbot.keyClick(edit, Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "48 65 6c 6c 6f"
    qtbot.keyClick(edit, Key.Key_X, CTRL)
    assert edit.data() == b""
    qtbot.keyClick(edit, Key.Key_V, CTRL)
    assert edit.data() == b"Hello"
    QGuiApplication.clipboard().setText("48 6x")
    with qtbot.waitSignal(edit.refused) as refused:
        qtbot.keyClick(edit, Key.Key_V, CTRL)
    assert refused.args == ["The hex digit “6” at character 4 stands alone: a byte has two."]
    assert edit.data() == b"Hello"


def test_copy_and_cut_of_nothing_change_nothing(edit: HexEdit, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("kept")
    edit.set_data(b"ab")
    qtbot.keyClick(edit, Key.Key_C, CTRL)
    qtbot.keyClick(edit, Key.Key_X, CTRL)
    assert (edit.data(), QGuiApplication.clipboard().text()) == (b"ab", "kept")


def byte_place(edit: HexEdit, index: int) -> QPoint:
    """The middle of the byte's first digit."""
    per_row = edit.layout_now.per_row
    wide = edit.fontMetrics().horizontalAdvance("0" * 32) / 32
    x = 4 + (edit.layout_now.hex_column(index % per_row) + 0.5) * wide
    return QPointF(x, 4 + (index // per_row + 0.5) * edit.fontMetrics().height()).toPoint()


def test_the_mouse(edit: HexEdit, qtbot: QtBot) -> None:
    edit.set_data(bytes(range(24)))
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(edit.viewport(), left, pos=byte_place(edit, 10))
    assert edit.buffer.cursor == 10
    qtbot.mouseClick(edit.viewport(), left, SHIFT, pos=byte_place(edit, 13))
    assert edit.buffer.selection == (10, 13)
    qtbot.mousePress(edit.viewport(), left, pos=byte_place(edit, 2))
    qtbot.mouseMove(edit.viewport(), byte_place(edit, 18))
    qtbot.mouseRelease(edit.viewport(), left, pos=byte_place(edit, 18))
    assert edit.buffer.selection == (2, 18)
    qtbot.mouseClick(edit.viewport(), left, pos=QPoint(5, 130))
    assert edit.buffer.cursor == 24


def test_sixteen_mebibytes(edit: HexEdit, qtbot: QtBot) -> None:
    edit.set_data(bytes(16 * 1024 * 1024))
    qtbot.keyClick(edit, Key.Key_End, CTRL)
    bar = edit.verticalScrollBar()
    assert bar.value() == bar.maximum() == 16 * 1024 * 1024 // 8 + 1 - bar.pageStep()
    qtbot.keyClicks(edit, "7f")
    assert edit.data()[-1] == 0x7F
    assert len(edit.data()) == 16 * 1024 * 1024 + 1
    assert not edit.grab().isNull()
    qtbot.keyClick(edit, Key.Key_Home, CTRL)
    assert bar.value() == 0


def test_the_cursor_and_the_selection_are_painted(edit: HexEdit, qtbot: QtBot) -> None:
    edit.set_data(bytes(range(16)))
    qtbot.waitUntil(edit.hasFocus)
    plain = edit.grab().toImage()
    qtbot.keyClick(edit, Key.Key_Right)
    moved = edit.grab().toImage()
    qtbot.keyClick(edit, Key.Key_Right, SHIFT)
    selected = edit.grab().toImage()
    qtbot.keyClick(edit, Key.Key_Insert)
    overwrite = edit.grab().toImage()
    images = [plain, moved, selected, overwrite]
    assert all(first != second for first, second in itertools.pairwise(images))


def test_a_narrow_editor_scrolls_sideways(edit: HexEdit) -> None:
    edit.setMinimumHeight(0)
    edit.resize(100, 100)
    assert edit.layout_now.per_row == 4
    assert edit.horizontalScrollBar().maximum() > 0


def test_another_font_makes_other_rows(edit: HexEdit) -> None:
    assert edit.layout_now.per_row == 8
    edit.setFont(fixed_font(5))
    assert edit.layout_now.per_row == 16


def test_keys_with_nothing_to_do(edit: HexEdit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(edit.changed):
        qtbot.keyClick(edit, Key.Key_Z, CTRL)
        qtbot.keyClick(edit, Key.Key_Z, CTRL | SHIFT)
        qtbot.keyClick(edit, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        qtbot.keyClick(edit, Key.Key_A, Qt.KeyboardModifier.AltModifier)


def test_other_mouse_buttons_do_nothing(edit: HexEdit, qtbot: QtBot) -> None:
    edit.set_data(bytes(range(24)))
    qtbot.mouseClick(edit.viewport(), Qt.MouseButton.MiddleButton, pos=byte_place(edit, 10))
    qtbot.mousePress(edit.viewport(), Qt.MouseButton.RightButton, pos=byte_place(edit, 10))
    qtbot.mouseMove(edit.viewport(), byte_place(edit, 12))
    qtbot.mouseRelease(edit.viewport(), Qt.MouseButton.RightButton, pos=byte_place(edit, 12))
    assert edit.buffer.selection == (0, 0)


def test_tab_leaves_the_editor(edit: HexEdit, qtbot: QtBot) -> None:
    qtbot.keyClick(edit, Key.Key_Tab)
    assert edit.data() == b""
