from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from wsgui.session.autopsy import Autopsy, Finding
from wsgui.ui.composer.note import Tone
from wsgui.ui.inspector.close_view import NOTHING, CloseView, autopsy_text
from wsgui.ui.widgets.theme import DARK, LIGHT, Theme, palette_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeWidgetItem
    from pytestqt.qtbot import QtBot

FAILED = Autopsy(
    3,
    "The peer went away.",
    False,
    (Finding("Who", "<b>TCP</b> ended first."), Finding("Rule", "Reserved opcode.", 1234), Finding("Lasted", "1 s")),
)


@pytest.fixture
def view(qtbot: QtBot) -> CloseView:
    made = CloseView()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def item(view: CloseView, place: int) -> QTreeWidgetItem:
    found = view.tree.topLevelItem(place)
    assert found is not None
    return found


def test_it_has_nothing_at_first_and_after_clear(view: CloseView) -> None:
    assert view.headline.text() == NOTHING
    assert not view.copy_button.isEnabled()
    view.show_autopsy(FAILED)
    view.clear("Connection #4 has not ended.")
    assert view.headline.text() == "Connection #4 has not ended."
    assert view.tree.topLevelItemCount() == 0
    assert view.shown is None


def test_texts_of_peers_stay_plain(view: CloseView) -> None:
    view.show_autopsy(FAILED)
    assert view.headline.textFormat() is Qt.TextFormat.PlainText
    assert view.headline.text() == "⚠ Connection #3: The peer went away."
    assert view.headline.tone is Tone.ERROR
    assert item(view, 0).text(2) == "<b>TCP</b> ended first."
    assert autopsy_text(FAILED).splitlines() == [
        "Connection #3: The peer went away.",
        "Who: <b>TCP</b> ended first.",
        "Rule: Reserved opcode. (row 1234)",
        "Lasted: 1 s",
    ]


def test_only_lines_about_a_row_lead_to_one(view: CloseView, qtbot: QtBot) -> None:
    view.show_autopsy(FAILED)
    wanted: list[int] = []
    view.row_requested.connect(wanted.append)
    for place in range(3):
        at = view.tree.visualItemRect(item(view, place)).center()
        QTest.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert wanted == [1234]
    view.tree.setCurrentItem(item(view, 1))
    QTest.keyClick(view.tree, Qt.Key.Key_Return)
    assert wanted == [1234, 1234]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_follow_the_theme(view: CloseView, theme: Theme) -> None:
    view.show_autopsy(FAILED._replace(clean=True))
    view.setPalette(palette_of(theme))
    assert view.headline.tone is Tone.GOOD
    assert item(view, 1).foreground(2).color().name() == theme.warning
    assert item(view, 2).foreground(2).color().name() == theme.text
