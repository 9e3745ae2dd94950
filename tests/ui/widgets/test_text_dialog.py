from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from wsgui.ui.widgets.questions import Questions
from wsgui.ui.widgets.text_dialog import TextDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_what_is_written_comes_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    answers: list[str] = []
    control, none = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
    for key, modifier in ((Qt.Key.Key_Return, control), (Qt.Key.Key_Escape, none)):
        Questions().write(window, "Note", "Say it:", "be", answers.append)
        dialog = window.findChildren(TextDialog)[-1]
        with qtbot.waitActive(dialog):
            dialog.activateWindow()
        qtbot.keyClicks(dialog.edit, "fore")
        with qtbot.waitSignal(dialog.finished):
            qtbot.keyClick(dialog.edit, key, modifier)
    assert answers == ["before"]
