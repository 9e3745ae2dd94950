"""Sections of RFCs open in the browser: from a sentence by a click, from a list by a double click or its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTreeWidgetItem

from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.widgets.reference_links import linked
from wsgui.ui.widgets.wrap_tree import WrapTree

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

HERE = "https://www.rfc-editor.org/rfc/rfc6455#section-5.4"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def open_url(url: QUrl) -> bool:
        found.append(url.toString())
        return True

    monkeypatch.setattr("wsgui.ui.widgets.reference_links.QDesktopServices.openUrl", open_url)
    return found


def test_text_becomes_links() -> None:
    assert linked("plain <b>", "#123456") == ""
    html = linked("<i>a</i>\n(RFC 6455 5.4)", "#123456")
    assert html == f'&lt;i&gt;a&lt;/i&gt;<br>(<a href="{HERE}" style="color: #123456">RFC 6455 5.4</a>)'


def test_a_note(qtbot: QtBot, opened: list[str]) -> None:
    note = Note()
    qtbot.addWidget(note)
    note.say("It breaks RFC 6455 5.4.", Tone.ERROR)
    assert note.text() == "It breaks RFC 6455 5.4."
    assert HERE in QLabel.text(note)
    note.linkActivated.emit(HERE)
    assert opened == [HERE]
    note.say("Fine.")
    assert QLabel.text(note) == "Fine."


def test_a_list(qtbot: QtBot, opened: list[str]) -> None:
    tree = WrapTree(["A", "B"])
    qtbot.addWidget(tree)
    item = QTreeWidgetItem(tree, ["RFC 6455 5.4", "again RFC 6455 §5.4, and RFC 7692 7.1"])
    plain = QTreeWidgetItem(tree, ["x", ""])
    tree.itemDoubleClicked.emit(item, 0)
    tree.itemDoubleClicked.emit(plain, 0)
    assert opened == [HERE]
    menu = tree.menu_of(item)
    names = [action.text() for action in menu.actions()]
    assert names == ["&Copy", "Read RFC 6455 section 5.4", "Read RFC 7692 section 7.1"]
    menu.actions()[2].trigger()
    assert opened[-1] == "https://www.rfc-editor.org/rfc/rfc7692#section-7.1"
    tree.menu_of(plain).actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "x"
