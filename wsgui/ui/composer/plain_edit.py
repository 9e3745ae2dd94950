"""A text entry that gives back exactly what was typed: for a message, every byte counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QKeyEvent, QTextCursor

from wsgui.ui.composer.file_drop import local_files
from wsgui.ui.widgets.exact_text import PARAGRAPH, exact_text
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.json_edit import JsonEdit
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@guarded
class PlainEdit(JsonEdit):
    """Plain text in the fixed font; the Tab key leaves it, and its lines end with LF."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(fixed_font())
        self.setTabChangesFocus(True)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 3 + 12)

    def sizeHint(self) -> QSize:
        """Three lines; a layout gives it all the room there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def exact_text(self) -> str:
        """The text as typed (see `widgets.exact_text`)."""
        return exact_text(self)

    def exact_bytes(self) -> bytes:
        """The text in UTF-8; half a surrogate pair, which UTF-8 has no bytes for, becomes ``?``."""
        return self.exact_text().encode("utf-8", "replace")

    def cursor_byte(self) -> int:
        """The cursor's place in bytes of UTF-8."""
        cursor = self.textCursor()
        before = QTextCursor(self.document())
        before.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
        # A selection's text has the same separators as the raw text.
        return len(before.selectedText().replace(PARAGRAPH, "\n").encode("utf-8", "replace"))

    def replace_all(self, text: str) -> None:
        """Put ``text`` in place of everything; undo brings the old text back."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(cursor)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are for the composer: Qt would put in their addresses."""
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift+Enter is a newline as well; Qt would put in U+2028."""
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
            event.accept()
            return
        super().keyPressEvent(event)
