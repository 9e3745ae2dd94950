"""JSON in a text widget: coloured, folded by mouse and keys, and never hidden from who looks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from wsgui.ui.widgets.json_colours import LONGEST
from wsgui.ui.widgets.json_edit import LARGEST, JsonEdit
from wsgui.ui.widgets.theme import DARK, LIGHT, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TEXT = '{\n  "a": [\n    1,\n    null\n  ],\n  "b": "é😀",\n  "c": {\n    "d": true\n  }\n}'


@pytest.fixture
def edit(qtbot: QtBot) -> JsonEdit:
    edit = JsonEdit()
    qtbot.addWidget(edit)
    edit.resize(400, 300)
    edit.show()
    qtbot.waitExposed(edit)
    edit.setPlainText(TEXT)
    return edit


def seen(edit: JsonEdit) -> list[int]:
    """The lines that are not hidden."""
    return [block.blockNumber() for block, _ in edit.lines_in_view()]


def colour_of(edit: JsonEdit, line: int, word: str) -> str:
    block = edit.document().findBlockByNumber(line)
    place = len(block.text()[: block.text().index(word)].encode("utf-16-le")) // 2
    for one in block.layout().formats():
        if one.start <= place < one.start + one.length:
            return str(one.format.foreground().color().name())
    return ""


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_is_coloured(edit: JsonEdit, theme: object) -> None:
    edit.setPalette(palette_of(theme))  # type: ignore[arg-type]
    for line, word, tone in (
        (1, '"a"', "received"),
        (2, "1", "key"),
        (3, "null", "sent"),
        (5, '"é', "good"),
        (5, ",", "dim"),
    ):
        assert colour_of(edit, line, word) == getattr(theme, tone)
    edit.setPlainText("plain, [text]")
    assert colour_of(edit, 0, "[") == ""
    edit.setPlainText(f'["{"x" * LONGEST}"]')
    assert colour_of(edit, 0, "[") == ""


def test_a_click_beside_a_line_folds_it(edit: JsonEdit) -> None:
    assert edit.foldable == {0: 9, 1: 4, 6: 8}
    assert edit.margin.isVisible()
    assert seen(edit) == list(range(10))
    place = {block.blockNumber(): rect for block, rect in edit.lines_in_view()}[1]
    QTest.mouseClick(edit.margin, Qt.MouseButton.LeftButton, pos=place.center())
    assert seen(edit) == [0, 1, 4, 5, 6, 7, 8, 9]
    QTest.mouseClick(edit.margin, Qt.MouseButton.LeftButton, pos=place.center())
    assert seen(edit) == list(range(10))
    QTest.mouseClick(edit.margin, Qt.MouseButton.LeftButton, pos=QPoint(2, 290))
    assert edit.toPlainText() == TEXT
    edit.fold(5)  # opens nothing
    assert edit.folded == frozenset()


def test_keys_fold_what_the_cursor_is_in(edit: JsonEdit) -> None:
    cursor = edit.textCursor()
    cursor.setPosition(TEXT.index("null"))
    edit.setTextCursor(cursor)
    edit.fold_at_cursor(yes=True)
    assert edit.folded == {1}
    assert edit.textCursor().blockNumber() == 1  # it is not left where nobody sees it
    edit.fold_at_cursor(yes=True)
    assert seen(edit) == [0, 9]
    edit.fold_at_cursor(yes=False)
    assert seen(edit) == [0, 1, 4, 5, 6, 7, 8, 9]
    edit.fold_all(yes=True)
    assert seen(edit) == [0, 1, 4, 5, 6, 8, 9]
    edit.fold_all(yes=False)
    assert seen(edit) == list(range(10))
    QTest.keyClick(
        edit, Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert edit.folded
    QTest.keyClick(
        edit, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert not edit.folded


def test_who_looks_for_something_folded_sees_it(edit: JsonEdit) -> None:
    edit.fold_all(yes=True)
    cursor = QTextCursor(edit.document())
    cursor.setPosition(TEXT.index("true"))
    edit.setTextCursor(cursor)
    assert edit.folded == {1}
    assert 7 in seen(edit)
    edit.insertPlainText(" ")
    assert seen(edit) == list(range(10))


def test_what_is_no_json_or_too_large_is_plain(edit: JsonEdit) -> None:
    for text in ("hello", "[1]", f"[\n{'1,' * (LARGEST // 2)}1]"):
        edit.setPlainText(text)
        assert edit.foldable == {}
        assert not edit.margin.isVisible()
