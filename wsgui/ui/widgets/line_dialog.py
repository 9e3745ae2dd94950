"""A dialog with one line to type, that stays open until what is typed fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Callable


class LineDialog(QDialog):
    """``take(text)`` is called for Enter: it gives a sentence that says what is wrong, or "" and the dialog closes."""

    def __init__(self, parent: QWidget, title: str, label: str, text: str, take: Callable[[str], str]) -> None:
        super().__init__(parent)
        self._take = take
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        above = QLabel(label)
        above.setTextFormat(Qt.TextFormat.PlainText)
        above.setWordWrap(True)
        self.edit = QLineEdit(text)
        self.edit.setAccessibleName(label)
        self.edit.selectAll()
        self.wrong = SentenceLabel()
        self.wrong.setTextFormat(Qt.TextFormat.PlainText)
        self.wrong.setWordWrap(True)
        self.wrong.setStyleSheet(f"color: {theme_of(parent).error}")
        self.wrong.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        self.edit.textEdited.connect(lambda _: self.wrong.hide())
        column = QVBoxLayout(self)
        for widget in (above, self.edit, self.wrong, buttons):
            column.addWidget(widget)

    def _try(self) -> None:
        sentence = self._take(self.edit.text())
        if sentence:
            self.wrong.setText(sentence)
            self.wrong.show()
            self.edit.selectAll()
        else:
            self.accept()
