"""The list of bookmarks and notes of a capture, as a panel shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from wsgui.dissect.sizes import clock_text, grouped
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

_EMPTY = "No bookmarks and notes yet. Ctrl+B puts a bookmark on the selected row, Ctrl+M a note."


@guarded
class NoteList(QWidget):
    """Emits ``row_chosen(id)`` for Enter or a double click, ``looked_at()`` when it comes into view."""

    row_chosen = Signal(int)
    looked_at = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Row", "Time", "Note"])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName("Bookmarks and notes")
        self.tree.setToolTip("Enter or a double click goes to the row")
        self.hint = QLabel(_EMPTY)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.hint)
        self.tree.itemActivated.connect(lambda item, _: self.row_chosen.emit(item.data(0, Qt.ItemDataRole.UserRole)))

    def set_notes(self, notes: Sequence[tuple[int, int, str]]) -> None:
        """Show notes: row, time in ns since the epoch, text (a bookmark's is empty)."""
        chosen = self.tree.currentItem()
        kept = None if chosen is None else chosen.data(0, Qt.ItemDataRole.UserRole)
        self.tree.clear()
        for row, time_ns, text in notes:
            first = text.strip().partition("\n")[0]
            item = QTreeWidgetItem([grouped(row), clock_text(time_ns), f"✎ {first}" if text else "★ bookmark"])
            item.setData(0, Qt.ItemDataRole.UserRole, row)
            self.tree.addTopLevelItem(item)
            if row == kept:
                self.tree.setCurrentItem(item)
        for column in (0, 1):
            self.tree.resizeColumnToContents(column)
        self.hint.setVisible(not notes)

    def showEvent(self, event: QShowEvent) -> None:
        """It may be out of date."""
        super().showEvent(event)
        self.looked_at.emit()
