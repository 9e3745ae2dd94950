"""The bytes that would leave, one line a frame: header, masking key and payload in their colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from wsgui.protocol.raw_frame import RawFrame
from wsgui.ui.composer.wire_lines import WireLine, raw_line, wire_line
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import Reading, caret_moved, read_aloud
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.ui.composer.outgoing import Outgoing

_MARGIN = 4
_LEAST_ROWS = 2
"""Lines that are always in sight, where there are as many."""


@guarded
class WirePreview(QAbstractScrollArea):
    """Shows frames as hex. Only the lines that can be seen are made, and only their masking keys are asked for."""

    def __init__(self, key_of: Callable[[int], bytes | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key_of = key_of
        self._frames: Sequence[Outgoing | RawFrame] = ()
        self.setFont(fixed_font(8))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Wire preview")
        read_aloud(self)
        self.setToolTip("The bytes that leave when you press Send: header, masking key, payload as on the wire")
        self._fit()

    def sizeHint(self) -> QSize:
        """Four lines."""
        return QSize(300, self.fontMetrics().height() * 4 + 2 * _MARGIN)

    def set_frames(self, frames: Sequence[Outgoing] | Sequence[RawFrame]) -> None:
        """Show these frames; their keys come from ``key_of``, but raw frames have their own."""
        self._frames = frames
        self._fit()
        self._lay_out()
        self.setAccessibleDescription(self.line(0).text if frames else "")
        caret_moved(self)

    def reading(self) -> Reading:
        """The lines on screen, for screen readers."""
        first = self.verticalScrollBar().value()
        lines = [self.line(at).text for at in range(first, min(len(self._frames), first + self._visible_rows()))]
        high = self.fontMetrics().height()
        wide = self.viewport().width() - 2 * _MARGIN
        return Reading(lines, [QRectF(_MARGIN, _MARGIN + row * high, wide, high) for row in range(len(lines))], 0)

    def _fit(self) -> None:
        rows = min(max(1, len(self._frames)), _LEAST_ROWS)
        self.setMinimumHeight(self.fontMetrics().height() * rows + 2 * _MARGIN + 2)

    def line(self, index: int) -> WireLine:
        """The line of one frame, as wide as the view."""
        frame = self._frames[index]
        if isinstance(frame, RawFrame):
            return raw_line(frame, self._room())
        key = self._key_of(index)
        return wire_line(replace(frame, masking_key=key), self._room())

    def line_count(self) -> int:
        """One line a frame."""
        return len(self._frames)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer bytes a line."""
        super().resizeEvent(event)
        self._lay_out()

    def _room(self) -> int:
        """Bytes that fit into a line, with room for the ellipsis."""
        column = self.fontMetrics().horizontalAdvance("0" * 32) / 32
        return max(0, int((self.viewport().width() - 2 * _MARGIN) / column - 1) // 3)

    def _visible_rows(self) -> int:
        return max(1, (self.viewport().height() - 2 * _MARGIN) // self.fontMetrics().height())

    def _lay_out(self) -> None:
        bar = self.verticalScrollBar()
        bar.setPageStep(self._visible_rows())
        bar.setRange(0, max(0, len(self._frames) - self._visible_rows()))
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines that can be seen."""
        theme = theme_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        metrics = self.fontMetrics()
        column = metrics.horizontalAdvance("0" * 32) / 32
        first = self.verticalScrollBar().value()
        last = min(len(self._frames), first + self._visible_rows() + 1)
        for row, index in enumerate(range(first, last)):
            line = self.line(index)
            left = float(_MARGIN)
            baseline = _MARGIN + row * metrics.height() + metrics.ascent()
            for text, name in ((line.header, theme.header), (line.key, theme.key), (line.payload, theme.wire)):
                if text:
                    painter.setPen(colour(name))
                    painter.drawText(QPointF(left, baseline), text)
                    left += (len(text) + 1) * column
        painter.end()
