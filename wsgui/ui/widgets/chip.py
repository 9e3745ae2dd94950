"""A small coloured label: a state, a count, a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

TONES = ("neutral", "good", "warning", "error")


@guarded
class Chip(QLabel):
    """``set_chip(text, tone)``; the tone is one of `TONES` and takes its colours from the theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "neutral"
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_chip(self, text: str, tone: str = "neutral") -> None:
        """Show ``text``; nothing at all if it is empty."""
        if text == self.text() and tone == self._tone:
            return
        self._tone = tone
        self.setText(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 20, metrics.height() + 6)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        background, ink = {
            "good": theme.text_chip,
            "warning": theme.ping_chip,
            "error": theme.close_chip,
        }.get(self._tone, (theme.raised, theme.text))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(background))
        radius = self.height() / 2
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.setPen(colour(ink))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())
