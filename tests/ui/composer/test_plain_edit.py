from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from wsgui.ui.composer.plain_edit import PlainEdit

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def edit(qtbot: QtBot) -> PlainEdit:
    edit = PlainEdit()
    qtbot.addWidget(edit)
    return edit


@pytest.mark.parametrize(
    "text", ["", "a\nb\n", "no\xa0break", "line\u2028separator", "€🐍 e\u0301", "tab\there", "\x00\x01\x7f"]
)
def test_text_comes_back_as_it_was(edit: PlainEdit, text: str) -> None:
    edit.replace_all(text)
    assert edit.exact_text() == text
    assert edit.exact_bytes() == text.encode()


def test_typing_newlines(edit: PlainEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(edit, "a")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClicks(edit, "b")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(edit, "c")
    assert edit.exact_bytes() == b"a\nb\nc"


def test_the_cursor_in_bytes(edit: PlainEdit) -> None:
    edit.replace_all("é\n🐍x")
    cursor = edit.textCursor()
    places = []
    cursor.movePosition(QTextCursor.MoveOperation.Start)
    for _ in range(5):
        edit.setTextCursor(cursor)
        places.append(edit.cursor_byte())
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
    assert places == [0, 2, 3, 7, 8]


def test_undo_brings_the_old_text_back(edit: PlainEdit) -> None:
    edit.replace_all("first")
    edit.replace_all("second")
    edit.undo()
    assert edit.exact_text() == "first"
