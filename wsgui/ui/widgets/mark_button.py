"""A small button with a mark that is drawn in the theme's colours: the one close mark of the window, and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

CLOSE: Final = "close"
FLOAT: Final = "float"
MORE: Final = "more"

_SIDE = 18
_WIDTH = 1.4


@guarded
class MarkButton(QAbstractButton):
    """``mark`` is one of `CLOSE`, `FLOAT` and `MORE`; ``tip`` is what it does, and its accessible name."""

    def __init__(self, mark: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = mark
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(_SIDE, _SIDE)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines, on a ground while the pointer is there."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = QRectF(0, 0, _SIDE, _SIDE)
        square.moveCenter(QRectF(self.rect()).center())
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.border if self.isDown() else theme.raised))
            painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(theme.received), 2))
            painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), 3, 3)
        ink = theme.text if self.underMouse() or self.hasFocus() else theme.dim
        painter.setPen(QPen(colour(ink), _WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = square.center()
        if self._mark == CLOSE:
            for way in (1, -1):
                painter.drawLine(middle + QPointF(-3.5, -3.5 * way), middle + QPointF(3.5, 3.5 * way))
        elif self._mark == FLOAT:
            painter.drawRect(QRectF(middle.x() - 4, middle.y() - 1.5, 5.5, 5.5))
            corner = ((-1.5, -1.5), (-1.5, -4.0), (4.0, -4.0), (4.0, 1.5), (1.5, 1.5))
            painter.drawPolyline([middle + QPointF(x, y) for x, y in corner])
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(ink))
            for step in (-4, 0, 4):
                painter.drawEllipse(middle + QPointF(0, step), 1.2, 1.2)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
