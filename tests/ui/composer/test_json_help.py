"""JSON while it is typed: told right or wrong, at its place; formatted and made small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QTest

from wsgui.ui.composer.text_tab import TextTab

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def tab(qtbot: QtBot) -> TextTab:
    tab = TextTab()
    qtbot.addWidget(tab)
    tab.resize(480, 400)
    tab.show()
    qtbot.waitExposed(tab)
    return tab


def test_only_what_looks_like_json_is_taken_for_it(tab: TextTab) -> None:
    for text, json in (("hello", False), ("", False), ("7", False), (" [", True), ("{}", True)):
        tab.edit.setPlainText(text)
        assert tab.json.button.isVisible() is tab.json.said.isVisible() is json
        assert tab.edit.is_json is json


def test_it_is_checked_while_it_is_typed(tab: TextTab) -> None:
    QTest.keyClicks(tab.edit, '{"a": [1,')
    assert tab.json.said.text() == "line 1, column 10: a value is missing"
    assert len(tab.edit.extraSelections()) == 1
    assert not tab.json.format.isEnabled()
    QTest.keyClicks(tab.edit, "2]}")
    assert tab.json.said.text() == "valid"
    assert tab.edit.extraSelections() == []
    assert not tab.json.go.isEnabled()
    tab.edit.setPlainText('["é😀",\n  x]')
    assert tab.json.said.text() == "line 2, column 3: a value is missing"
    tab.json.go.trigger()
    cursor = tab.edit.textCursor()
    assert (cursor.blockNumber(), cursor.positionInBlock()) == (1, 2)


def test_it_is_formatted_and_made_small_and_comes_back(tab: TextTab) -> None:
    typed = '{"a":[1,2],"n":1e400}'
    QTest.keyClicks(tab.edit, typed)
    tab.json.format.trigger()
    assert tab.edit.toPlainText() == '{\n  "a": [\n    1,\n    2\n  ],\n  "n": 1e400\n}'
    tab.edit.undo()
    assert tab.edit.toPlainText() == typed
    tab.json.format.trigger()
    tab.json.minify.trigger()
    assert tab.edit.toPlainText() == typed
