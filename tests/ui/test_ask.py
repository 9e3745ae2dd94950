from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from wsgui.ui.ask import Ask

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def box_of(parent: QWidget) -> QMessageBox:
    box = parent.findChild(QMessageBox)
    assert box is not None
    assert box.textFormat() is Qt.TextFormat.PlainText
    return box


def button(box: QMessageBox, text: str) -> QPushButton:
    return next(one for one in box.findChildren(QPushButton) if one.text().replace("&", "") == text)


def test_a_question_is_answered_by_a_button(qtbot: QtBot) -> None:
    for text, wanted in (("Throw away", True), ("Cancel", False)):
        parent = QWidget()
        qtbot.addWidget(parent)
        parent.show()
        answers: list[bool] = []
        Ask().confirm(parent, "Sure?", "<b>Really?</b>", "Throw away", answers.append)
        box = box_of(parent)
        assert box.text() == "<b>Really?</b>"
        assert answers == []
        qtbot.mouseClick(button(box, text), Qt.MouseButton.LeftButton)
        assert answers == [wanted]


def test_escape_is_a_no(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    answers: list[bool] = []
    Ask().confirm(parent, "Sure?", "Really?", "Go", answers.append)
    qtbot.keyClick(box_of(parent), Qt.Key.Key_Escape)
    assert answers == [False]


def test_something_to_read(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    Ask().tell(parent, "Keys", "Ctrl+T\tNew")
    box = box_of(parent)
    assert (box.windowTitle(), box.text()) == ("Keys", "Ctrl+T\tNew")
    qtbot.mouseClick(button(box, "Close"), Qt.MouseButton.LeftButton)
    assert not box.isVisible()
