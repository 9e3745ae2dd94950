"""A label of one line that ends in … where it has no room, and says the whole in its tool tip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


@guarded
class ElidedLabel(QLabel):
    """Takes as much room as its text at most. ``more`` stands below the text in the tool tip."""

    def __init__(self, text: str, more: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        set_plain_tip(self, f"{text}\n{more}" if more else text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(60)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.style().drawItemText(painter, room, flags, self.palette(), self.isEnabled(), text, self.foregroundRole())
