"""Questions to the person, behind one small facade: tests answer it without a dialog.

Dialogs are opened and answer through a callback. ``exec()`` inside a coroutine would run a second event loop in the
middle of the first and break it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from wsgui.ui.widgets.exact_text import exact_text
from wsgui.ui.widgets.line_dialog import LineDialog
from wsgui.ui.widgets.reading_dialog import ReadingDialog
from wsgui.ui.widgets.secrets_dialog import SecretsDialog
from wsgui.ui.widgets.text_dialog import TextDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Questions:
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

    def choose(
        self, parent: QWidget, title: str, text: str, actions: Sequence[str], answer: Callable[[int], object]
    ) -> None:
        """A question with a button for each of ``actions`` and Cancel; ``answer`` is called with the number of the one
        that was chosen, from 0, and not at all for Cancel."""
        box = QMessageBox(QMessageBox.Icon.Question, title, text, QMessageBox.StandardButton.Cancel, parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        buttons = [box.addButton(action, QMessageBox.ButtonRole.AcceptRole) for action in actions]
        box.setDefaultButton(buttons[0])
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def finished(_: int) -> None:
            chosen = box.clickedButton()
            if chosen in buttons:
                answer(buttons.index(chosen))

        box.finished.connect(finished)
        box.open()

    def write(self, parent: QWidget, title: str, label: str, text: str, answer: Callable[[str], None]) -> None:
        """Ask for a text of some lines that begins as ``text``; ``answer`` is called if the person keeps it."""
        dialog = TextDialog(parent, title, label, text)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: answer(exact_text(dialog.edit)))
        dialog.open()

    def line(self, parent: QWidget, title: str, label: str, text: str, take: Callable[[str], str]) -> None:
        """Ask for a line. ``take`` is called with it; while it gives a sentence, the dialog stays."""
        dialog = LineDialog(parent, title, label, text, take)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def secrets(
        self,
        parent: QWidget,
        title: str,
        text: str,
        labels: Sequence[str],
        optional: Sequence[int],
        action: str,
        answer: Callable[[list[str]], object],
    ) -> None:
        """Ask for secrets, one for each of ``labels``; those whose place is in ``optional`` may be empty. ``answer`` is
        called with them, and not at all for Cancel."""
        dialog = SecretsDialog(parent, title, text, labels, optional, action)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(answer)
        dialog.open()

    def tell(self, parent: QWidget, title: str, text: str) -> None:
        """Something to read and close."""
        box = QMessageBox(QMessageBox.Icon.Information, title, text, QMessageBox.StandardButton.Close, parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def tell_at_length(self, parent: QWidget, title: str, text: str, details: str) -> None:
        """Something to read and close, with lines behind a button."""
        box = QMessageBox(QMessageBox.Icon.Information, title, text, QMessageBox.StandardButton.Close, parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def read(self, parent: QWidget, title: str, text: str, label: str, body: str) -> None:
        """A long text to read, called ``label``, below some words."""
        dialog = ReadingDialog(parent, title, text, label, body)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open_file(self, parent: QWidget, title: str, filters: Sequence[str], answer: Callable[[Path], object]) -> None:
        """Which file to read; ``answer`` is called with it, and not at all for Cancel."""
        dialog = _file_dialog(parent, title, filters, answer)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.open()

    def folder(self, parent: QWidget, title: str, start: Path, answer: Callable[[Path], object]) -> None:
        """Which folder; ``answer`` is called with it, and not at all for Cancel."""
        dialog = _file_dialog(parent, title, (), answer)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if start.is_dir():
            dialog.setDirectory(str(start))
        dialog.open()

    def save_file(
        self, parent: QWidget, title: str, suggested: Path, filters: Sequence[str], answer: Callable[[Path], object]
    ) -> None:
        """Under which name to write a file, beginning with ``suggested``; one that exists is asked about."""
        dialog = _file_dialog(parent, title, filters, answer)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(suggested.suffix.lstrip("."))
        if suggested.parent.is_dir():
            dialog.setDirectory(str(suggested.parent))
        dialog.selectFile(suggested.name)
        dialog.open()


def _file_dialog(parent: QWidget, title: str, filters: Sequence[str], answer: Callable[[Path], object]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setNameFilters(list(filters))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda text: answer(Path(text)))
    return dialog
