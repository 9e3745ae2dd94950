"""The red strip across a session that does something wrong on purpose; a click opens the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

_GAP = 4
"""Pixels below the ground."""

TITLE = "⚠ Misbehaves on purpose: "


def misbehaviour_line(sentences: Sequence[str]) -> str:
    """All of it in one line."""
    return TITLE + " ".join(sentences) if sentences else ""


@guarded
class MisbehaviourStrip(QAbstractButton):
    """`show_misbehaviour` shows it, nothing hides it. Cut with dots where there is no room; the tool tip has all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("What is done wrong on purpose")
        self.setToolTip("What this session does wrong on purpose")
        self.hide()

    def show_misbehaviour(self, sentences: Sequence[str]) -> None:
        """Say what is done wrong on purpose."""
        line = misbehaviour_line(sentences)
        if line != self.text():
            self.setText(line)
            self.setAccessibleName(line)
            set_plain_tip(self, "\n".join([line, "Click to change it (F4)."]))
        self.setVisible(bool(line))

    def sizeHint(self) -> QSize:
        """One line, as wide as there is room."""
        return QSize(200, self.fontMetrics().height() + 8 + _GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words on red ground."""
        theme = theme_of(self)
        painter = QPainter(self)
        ground = self.rect().adjusted(0, 0, 0, -_GAP)
        painter.fillRect(ground, colour(theme.close_chip[0]))
        painter.setPen(colour(theme.close_chip[1]))
        if self.hasFocus():
            painter.drawRect(ground.adjusted(1, 1, -2, -2))
        more = "Change… (F4)"
        width = self.fontMetrics().horizontalAdvance(more)
        right = QRect(self.width() - width - 10, 0, width, ground.height())
        painter.drawText(right, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), more)
        room = QRect(10, 0, max(0, self.width() - width - 32), ground.height())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
