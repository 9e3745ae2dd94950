"""The one button that stands out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of


@guarded
class SendButton(QPushButton):
    """A button in the theme's accent colour while it can be pressed.

    Painted by hand: Fusion lightens a button's colour until white text on it is hard to read, and a style sheet does
    not follow a switch between light and dark.
    """

    def sizeHint(self) -> QSize:
        """Wider than other buttons."""
        hint = super().sizeHint()
        return QSize(max(hint.width(), 84), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A flat rounded box with the label."""
        theme = theme_of(self)
        fill, ink, edge = theme.accent, theme.accent_text, theme.accent
        if not self.isEnabled():
            fill, ink, edge = theme.raised, theme.dim, theme.border
        elif self.isDown():
            fill, ink = theme.selection, theme.selection_text
        elif self.hasFocus():
            edge = theme.text
        elif self.underMouse():
            edge = theme.received
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour(edge))
        painter.setBrush(colour(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(colour(ink))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(self.rect(), int(flags), self.text())
        painter.end()
