"""A dialog with a long plain text to read, and some words above it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from wsgui.ui.widgets.theme import fixed_font

WIDTH_CHARACTERS = 84
"""Of the long text, so that a licence's lines stand as they were written."""


class ReadingDialog(QDialog):
    """``label`` names the long text ``body``."""

    def __init__(self, parent: QWidget, title: str, text: str, label: str, body: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        above = QLabel(text)
        above.setTextFormat(Qt.TextFormat.PlainText)
        above.setWordWrap(True)
        above.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name = QLabel(label)
        self.body = QPlainTextEdit(body)
        self.body.setReadOnly(True)
        self.body.setFont(fixed_font())
        self.body.setAccessibleName(label.replace("&", ""))
        self.body.setTabChangesFocus(True)
        name.setBuddy(self.body)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(above)
        column.addWidget(name)
        column.addWidget(self.body, 1)
        column.addWidget(self.buttons)
        self.resize(WIDTH_CHARACTERS * self.body.fontMetrics().horizontalAdvance("0") + 60, 480)
        self.buttons.setFocus()
