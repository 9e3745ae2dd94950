"""Questions to the person, behind one small facade: tests answer it without a dialog.

Dialogs are opened and answer through a callback. ``exec()`` inside a coroutine would run a second event loop in the
middle of the first and break it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from wsgui.ui.line_dialog import LineDialog
from wsgui.ui.text_dialog import TextDialog

if TYPE_CHECKING:
    from collections.abc import Callable


class Ask:
    """The real dialogs."""

    def confirm(self, parent: QWidget, title: str, text: str, action: str, answer: Callable[[bool], None]) -> None:
        """A question with the buttons ``action`` and Cancel; ``answer`` is called with whether it was ``action``."""
        box = QMessageBox(QMessageBox.Icon.Question, title, text, QMessageBox.StandardButton.Cancel, parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        go = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(go)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _: answer(box.clickedButton() is go))
        box.open()

    def write(self, parent: QWidget, title: str, label: str, text: str, answer: Callable[[str], None]) -> None:
        """Ask for a text of some lines that begins as ``text``; ``answer`` is called if the person keeps it."""
        dialog = TextDialog(parent, title, label, text)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: answer(dialog.edit.toPlainText()))
        dialog.open()

    def line(self, parent: QWidget, title: str, label: str, text: str, take: Callable[[str], str]) -> None:
        """Ask for a line. ``take`` is called with it; while it gives a sentence, the dialog stays."""
        dialog = LineDialog(parent, title, label, text, take)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def tell(self, parent: QWidget, title: str, text: str) -> None:
        """Something to read and close."""
        box = QMessageBox(QMessageBox.Icon.Information, title, text, QMessageBox.StandardButton.Close, parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
