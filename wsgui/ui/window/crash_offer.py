"""The strip that offers what a crashed run left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from wsgui.session.unsaved import Unsaved


@guarded
class CrashOffer(QWidget):
    """A strip that says that a run left captures; hidden until `show_offer`. Emits ``look_wanted``, ``dismissed``."""

    look_wanted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setAccessibleName("Captures of a run that ended unexpectedly")
        self.look = QPushButton("Show Them…")
        self.look.setToolTip("List the captures, to open, save or delete")
        self.look.clicked.connect(self.look_wanted)
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Put this away; the captures stay under File > Unsaved Captures")
        self.close_button.setAccessibleName("Put this away")
        self.close_button.clicked.connect(self.dismissed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.look)
        layout.addWidget(self.close_button)
        self.hide()

    def show_offer(self, found: Sequence[Unsaved]) -> None:
        """Say how many captures there are, with how many rows, and when they were recorded."""
        from wsgui.ui.tabs.capture.capture_bar import time_text

        rows = sum(one.frames for one in found)
        when = time_text(max((one.changed_ns for one in found), default=0))
        count = len(found)
        what = "a capture" if count == 1 else f"{grouped(count)} captures"
        self.label.setText(
            f"wsgui ended unexpectedly and left {what} with {grouped(rows)} row{'s' * (rows != 1)} ({when}). "
            "Nothing that was recorded is lost."
        )
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A coloured ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme_of(self).selection))
        painter.end()
