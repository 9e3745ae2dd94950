"""A line of coloured pieces of text, right-aligned; more lines where one is too short for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from wsgui.dissect.explain import ExplanationPart
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def wrapped(
    pieces: Sequence[ExplanationPart], room: float, width: Callable[[str], float]
) -> list[list[ExplanationPart]]:
    """The pieces in lines of at most ``room`` pixels, broken behind blanks, and within a word that is too long;
    ``width(text)`` measures."""
    lines: list[list[ExplanationPart]] = [[]]
    used = 0.0
    for kind, text in pieces:
        for word in re.findall(r"\S+\s*|\s+", text):
            rest = word
            while rest:
                taken = rest
                while len(taken) > 1 and used + width(taken.rstrip()) > room and not lines[-1]:
                    taken = taken[:-1]
                if lines[-1] and used + width(taken.rstrip()) > room:
                    lines.append([])
                    used = 0.0
                    continue
                lines[-1].append(ExplanationPart(kind, taken))
                used += width(taken)
                rest = rest[len(taken) :]
    return lines


_MARGIN = 6
"""Pixels at the right."""


@guarded
class ByteLine(QWidget):
    """The explanation of a byte. A label with rich text would do the colours, but must not see a peer's bytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[ExplanationPart] = []
        self._lines = 1
        self.setFont(fixed_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_pieces(self, pieces: Sequence[ExplanationPart]) -> None:
        """Show these pieces; none show nothing."""
        self._pieces = list(pieces)
        set_plain_tip(self, self.text())
        self.setAccessibleName(self.text() or "No byte")
        self._fit()
        self.update()

    def text(self) -> str:
        """What is shown, without colours."""
        return "".join(piece.text for piece in self._pieces)

    def sizeHint(self) -> QSize:
        return QSize(200, round(self._lines * QFontMetricsF(self.font()).height()) + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another number of lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lines = 1
            self._fit()

    def lines(self) -> list[list[ExplanationPart]]:
        """What is shown, line by line."""
        return wrapped(self._pieces, self.width() - _MARGIN, QFontMetricsF(self.font()).horizontalAdvance)

    def _fit(self) -> None:
        # It grows and does not shrink again, or the bytes below would dance while the mouse passes over them.
        needed = len(self.lines()) if self.width() > _MARGIN else 1
        if needed > self._lines or self.height() != self.sizeHint().height():
            self._lines = max(needed, self._lines)
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = theme_of(self)
        colours = {"header": theme.header, "wire": theme.wire, "key": theme.key, "payload": theme.payload}
        painter = QPainter(self)
        metrics = QFontMetricsF(self.font())
        lines = self.lines()
        y = (self.height() - len(lines) * metrics.height()) / 2 + metrics.ascent()
        for line in lines:
            width = sum(metrics.horizontalAdvance(piece.text) for piece in line)
            x = self.width() - _MARGIN - width if len(lines) == 1 else 0.0
            for piece in line:
                painter.setPen(colour(colours.get(piece.kind, theme.dim)))
                painter.drawText(QPointF(x, y), piece.text)
                x += metrics.horizontalAdvance(piece.text)
            y += metrics.height()
