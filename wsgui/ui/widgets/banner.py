"""One sentence across the top of a session when something went wrong; the person can put it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_GAP = 4
"""Pixels between the banner and the filter below it."""


@guarded
class Banner(QWidget):
    """`show_sentence` shows it, an empty sentence hides it. Emits ``offer_taken()`` for the button that `set_offer`
    puts beside it."""

    offer_taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = SentenceLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name_label(self._label, "What went wrong")
        self._close = close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setToolTip("Put this away")
        close.setAccessibleName("Put this away")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4 + _GAP)
        layout.addWidget(self._label, 1)
        self._offer = QPushButton()
        self._offer.clicked.connect(self.offer_taken)
        self._offer.setAccessibleName("Find out more")
        self._offer.setToolTip("Look at what went wrong")
        self._offer.hide()
        layout.addWidget(self._offer)
        layout.addWidget(close)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is shown, or was last."""
        return self._label.text()

    @property
    def offer(self) -> QPushButton:
        """The button beside the sentence."""
        return self._offer

    def set_offer(self, text: str) -> None:
        """A button beside the sentence; none for an empty text."""
        self._offer.setText(text)
        self._offer.setVisible(bool(text))

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence about something that went wrong."""
        self._label.setText(sentence)
        self._colour()
        self.setVisible(bool(sentence))

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        # Not a style sheet of this widget's own: that would change its palette, which tells light from dark.
        style = f"color: {theme_of(self).close_chip[1]}"
        for widget in (self._label, self._close):
            if widget.styleSheet() != style:
                widget.setStyleSheet(style)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A coloured ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(0, 0, 0, -_GAP), colour(theme_of(self).close_chip[0]))
        painter.end()
