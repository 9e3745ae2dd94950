from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.protocol.visitors import Visitor
from wsgui.ui.tabs.server.visitor_bar import VisitorBar

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
EVIL = Visitor("https://evil.example")
OTHER = Visitor("null")


@pytest.fixture
def bar(qtbot: QtBot) -> VisitorBar:
    made = VisitorBar()
    qtbot.addWidget(made)
    made.show()
    made.ask({}, "broadcast")
    assert not made.isVisible()
    return made


def test_the_answers(bar: VisitorBar, qtbot: QtBot) -> None:
    said: list[tuple[Visitor, bool]] = []
    bar.answered.connect(lambda visitor, let_in: said.append((visitor, let_in)))
    bar.ask({EVIL: 1}, "broadcast")
    assert bar.isVisible()
    assert bar.label.text().startswith("The page https://evil.example wants to come in.")
    assert not bar.refuse_all.isVisible()
    # A click that was meant for something else lets nobody in.
    qtbot.mouseClick(bar.let_in, LEFT)
    assert said == []
    assert not bar.let_in.hasFocus()
    qtbot.waitUntil(bar.let_in.isEnabled)
    qtbot.mouseClick(bar.let_in, LEFT)
    bar.ask({OTHER: 2, EVIL: 1}, "broadcast")
    assert bar.label.text().endswith(" 1 more waits.")
    assert "evil" in bar.label.text()  # the one that is being read stays
    qtbot.mouseClick(bar.refuse, LEFT)
    qtbot.mouseClick(bar.refuse_all, LEFT)
    assert said == [(EVIL, True), (EVIL, False), (EVIL, False), (OTHER, False)]
    bar.ask({OTHER: 2}, "broadcast")
    assert bar.label.text().startswith("A page without an origin (null) wants to come in (2 connections).")
    assert not bar.refuse.isEnabled()
    qtbot.mouseClick(bar.refuse_all, LEFT)
    bar.ask({}, "broadcast")
    assert not bar.isVisible()
    assert len(said) == 4


def test_a_long_name_does_not_widen_the_window(bar: VisitorBar) -> None:
    bar.ask({EVIL: 1}, "broadcast")
    usual = bar.minimumSizeHint().width()
    bar.ask({Visitor("https://" + "a" * 280): 1}, "broadcast")
    assert bar.minimumSizeHint().width() < usual + 700
