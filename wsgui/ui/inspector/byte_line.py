"""One line of coloured pieces of text, right-aligned; it loses its colours and its end where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.dissect.explain import ExplanationPart


@guarded
class ByteLine(QWidget):
    """The explanation of a byte. A label with rich text would do the colours, but must not see a peer's bytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[ExplanationPart] = []
        self.setFont(fixed_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_pieces(self, pieces: Sequence[ExplanationPart]) -> None:
        """Show these pieces; none show nothing."""
        self._pieces = list(pieces)
        self.setToolTip(plain_tip(self.text()))
        self.update()

    def text(self) -> str:
        """What is shown, without colours."""
        return "".join(piece.text for piece in self._pieces)

    def sizeHint(self) -> QSize:
        return QSize(200, round(QFontMetricsF(self.font()).height()) + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = theme_of(self)
        colours = {"header": theme.header, "wire": theme.wire, "key": theme.key, "payload": theme.payload}
        painter = QPainter(self)
        metrics = QFontMetricsF(self.font())
        text = self.text()
        width = metrics.horizontalAdvance(text)
        room = self.width() - 6
        baseline = (self.height() - metrics.height()) / 2 + metrics.ascent()
        if width > room:
            painter.setPen(colour(theme.text))
            area = QRectF(0, 0, room, self.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
            return
        x = room - width
        for piece in self._pieces:
            painter.setPen(colour(colours.get(piece.kind, theme.dim)))
            painter.drawText(QPointF(x, baseline), piece.text)
            x += metrics.horizontalAdvance(piece.text)
