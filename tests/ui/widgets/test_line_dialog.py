from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from wsgui.ui.widgets.line_dialog import LineDialog
from wsgui.ui.widgets.questions import Questions

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_it_stays_until_what_is_typed_fits(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    Questions().line(window, "Go to", "Where?", "", lambda text: "" if text == "12" else "Not there.")
    dialog = window.findChild(LineDialog)
    assert dialog is not None
    qtbot.waitExposed(dialog)
    qtbot.keyClicks(dialog.edit, "1")
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert dialog.wrong.text() == "Not there."
    assert dialog.wrong.isVisible()
    dialog.edit.deselect()
    qtbot.keyClicks(dialog.edit, "2")
    assert not dialog.wrong.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
