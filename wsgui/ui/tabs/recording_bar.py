"""Across the top of a session while its capture cannot be written: why, what traffic does, and «Try again»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

HOLD, GO_ON = range(2)


@guarded
class RecordingBar(QWidget):
    """`show_pause` shows it, an empty sentence hides it. Emits ``hold_chosen(bool)`` and ``retry_requested()``."""

    hold_chosen = Signal(bool)
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setAccessibleName("Why recording is paused")
        self.choice = QComboBox()
        self.choice.addItem("Hold traffic meanwhile")
        self.choice.addItem("Let traffic go on unrecorded")
        self.choice.setItemData(
            HOLD, "Nothing is read: TCP slows the peers, nothing is lost", Qt.ItemDataRole.ToolTipRole
        )
        self.choice.setItemData(GO_ON, "A note in the capture says how much is missing", Qt.ItemDataRole.ToolTipRole)
        self.choice.setAccessibleName("What traffic does while recording is paused")
        self.choice.setToolTip("What traffic does while nothing can be recorded")
        self.choice.activated.connect(lambda place: self.hold_chosen.emit(place == HOLD))
        self.retry = QPushButton("Try Again")
        self.retry.setToolTip("Try to record now; it is tried every two seconds anyway")
        self.retry.clicked.connect(self.retry_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.setSpacing(8)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.choice)
        layout.addWidget(self.retry)
        self.hide()

    def show_pause(self, sentence: str, hold: bool, lost: int) -> None:
        """Say why recording stands still, and how many frames went by unrecorded since."""
        if sentence:
            more = f" {grouped(lost)} frames went by unrecorded." if lost else ""
            if self.label.text() != sentence + more:
                self.label.setText(sentence + more)
            self.choice.setCurrentIndex(HOLD if hold else GO_ON)
            self._colour()
        self.setVisible(bool(sentence))

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        style = f"color: {theme_of(self).close_chip[1]}"
        if self.label.styleSheet() != style:
            self.label.setStyleSheet(style)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A coloured ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme_of(self).close_chip[0]))
        painter.end()
