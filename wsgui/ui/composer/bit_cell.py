"""One bit of a header that can be flipped: a click or the space bar."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of


@guarded
class BitCell(QAbstractButton):
    """Shows 0 or 1; ``wrong`` gives it the warning colour. The header editor moves the focus between cells."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self.wrong = False
        self.setCheckable(True)
        self.setFont(fixed_font())
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_bit(self, name: str, on: bool, wrong: bool) -> None:
        """Show the bit's value."""
        self.wrong = wrong
        self.setChecked(on)
        self.setText("1" if on else "0")
        self.setAccessibleName(name)
        self.setToolTip(f"{name} = {int(on)}: click or press space to flip it")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for one digit."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("0") + 8, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """A little less."""
        return QSize(self.sizeHint().width() - 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A box with the digit; a set bit is filled."""
        theme = theme_of(self)
        painter = QPainter(self)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isChecked()
        fill = theme.selection if on else theme.base
        if not self.isEnabled():
            fill = theme.window
        painter.setBrush(colour(fill))
        edge = theme.warning if self.wrong else theme.received if self.hasFocus() else theme.border
        painter.setPen(QPen(colour(edge), 1))
        painter.drawRect(rect)
        if self.hasFocus():
            painter.setPen(QPen(colour(theme.received), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        ink = theme.warning if self.wrong else theme.selection_text if on else theme.dim
        painter.setPen(colour(ink if self.isEnabled() else theme.dim))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Repaint when the mouse comes or goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)
