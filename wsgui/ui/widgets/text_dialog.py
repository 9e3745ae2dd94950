"""A dialog with a few lines of plain text to write."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget


class TextDialog(QDialog):
    """Ctrl+Enter keeps the text, Escape drops it."""

    def __init__(self, parent: QWidget, title: str, label: str, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(440, 220)
        above = QLabel(label)
        above.setTextFormat(Qt.TextFormat.PlainText)
        above.setWordWrap(True)
        self.edit = QPlainTextEdit(text)
        self.edit.setAccessibleName(label)
        self.edit.setTabChangesFocus(True)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setToolTip("Keep the text (Ctrl+Enter)")
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Leave it as it was (Escape)")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(above)
        column.addWidget(self.edit, 1)
        column.addWidget(self.buttons)
        keep = QShortcut(QKeySequence("Ctrl+Return"), self)
        keep.activated.connect(self.accept)
        self.edit.setFocus()
