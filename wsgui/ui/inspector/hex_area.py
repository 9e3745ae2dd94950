"""The part of the hex view that lays out, scrolls and paints; it knows what is selected, not how that comes about.

Only the rows that are visible are cut out of the bytes, unmasked and painted, whatever the size.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from wsgui.dissect.hexrows import HexBytes
from wsgui.ui.inspector.hex_geometry import MARGIN, HexColumn, HexGeometry, HexMode
from wsgui.ui.inspector.hex_paint import Marks, paint_hits, paint_row, paint_titles
from wsgui.ui.inspector.hex_reading import reading_of
from wsgui.ui.inspector.hex_selection import HexSelection
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import NOTHING, Reading
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

ROW_LENGTHS = (8, 16, 32)
"""Bytes of a row that one can choose; the most that fit, until one is chosen."""


@guarded
class HexArea(QAbstractScrollArea):
    """Rows of bytes in columns: offset, wire, unmasked, text. The vertical scroll bar counts rows."""

    mode_changed = Signal(object)
    """The `HexMode` that is shown now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bytes = HexBytes.of_bytes(b"")
        self._chosen: HexMode | None = None
        self._row_length: int | None = None
        self._wire_title = HexColumn.WIRE.value
        self._selection = HexSelection()
        self._active = HexColumn.WIRE
        self._mark = (0, 0)
        self._hits: list[tuple[int, int]] = []
        self.setFont(fixed_font())
        self._geometry = self._measured()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)

    def _show(self, shown: HexBytes) -> None:
        self._bytes = shown
        self._selection.clear()
        self._mark = (0, 0)
        self._hits = []
        self.verticalScrollBar().setValue(0)
        self._relayout()

    @property
    def shown(self) -> HexBytes:
        """The bytes that are shown, in rows."""
        return self._bytes

    @property
    def is_masked(self) -> bool:
        """Whether wire and unmasked bytes differ."""
        return self._bytes.key is not None

    @property
    def mode(self) -> HexMode:
        """The mode in use: the chosen one; until one is chosen, side by side for masked frames only."""
        if self._bytes.length and not self._bytes.header:
            return HexMode.WIRE
        if self._chosen is not None:
            return self._chosen
        return HexMode.SIDE_BY_SIDE if self.is_masked else HexMode.WIRE

    def set_mode(self, mode: HexMode) -> None:
        """Choose a mode for this and the following frames. Bytes that form no frame have one column anyway."""
        self._chosen = mode
        self._relayout()

    @property
    def row_length(self) -> int | None:
        """The chosen number of bytes of a row; None for as many as fit."""
        return self._row_length

    def set_row_length(self, columns: int | None) -> None:
        """Choose one of `ROW_LENGTHS`, or None for as many as fit."""
        self._row_length = columns
        self._relayout()

    @property
    def active_column(self) -> HexColumn:
        """The column that the keyboard works in and that is copied from."""
        return self._active

    def mark(self, first: int, count: int) -> None:
        """Draw a frame around bytes that something else points at; a count of 0 takes it away."""
        self._mark = (first, first + count)
        self.viewport().update()

    def set_hits(self, hits: list[tuple[int, int]]) -> None:
        """Put a coloured ground under what a search has found: (first offset, number of bytes), ascending."""
        self._hits = hits
        self.viewport().update()

    # Places.

    @property
    def visible_rows(self) -> int:
        """Number of rows that fit whole; at least 1."""
        return max(1, (self.viewport().height() - self._geometry.top) // self._geometry.row)

    def offset_at(self, point: QPointF) -> int | None:
        """The byte under a point of the viewport; None beside the bytes."""
        x = self._x(point)
        row = self._row(point)
        if point.y() < self._geometry.top or row >= self._bytes.row_count or not self._geometry.contains(x):
            return None
        column = self._geometry.byte_at(x, self._geometry.column_at(x))
        start, stop = self._bytes.row_span(row)
        return start + column if start + column < stop else None

    def nearest_offset(self, point: QPointF) -> int:
        """The byte of the active column that is closest to a point, which may be outside."""
        return self._bytes.nearest(self._row(point), self._geometry.byte_at(self._x(point), self._active))

    def column_at(self, point: QPointF) -> HexColumn:
        """The column under a point of the viewport."""
        return self._geometry.column_at(self._x(point))

    def point_of(self, offset: int, column: HexColumn) -> QPointF:
        """The middle of a byte in the viewport. Raises IndexError outside the bytes."""
        row, at = self._bytes.position(offset)
        x, width = self._geometry.span(column, at, 1)
        y = self._geometry.top + (row - self.verticalScrollBar().value() + 0.5) * self._geometry.row
        return QPointF(x + width / 2 - self.horizontalScrollBar().value(), y)

    def scroll_to(self, offset: int) -> None:
        """Scroll as little as shows the byte's row and, in the active column, the byte."""
        row, at = self._bytes.position(offset)
        vertical = self.verticalScrollBar()
        vertical.setValue(min(max(vertical.value(), row - self.visible_rows + 1), row))
        x, width = self._geometry.span(self._active, at, 1)
        horizontal = self.horizontalScrollBar()
        most = int(x - MARGIN)
        horizontal.setValue(min(max(horizontal.value(), int(x + width + MARGIN) - self.viewport().width()), most))

    def reading(self) -> Reading:
        """The rows on screen, and the cursor's byte, for screen readers."""
        if not self._bytes.length:
            return NOTHING
        first = self.verticalScrollBar().value()
        cursor = self._selection.cursor
        row, at = (-1, 0) if cursor is None else self._bytes.position(cursor)
        place = (row - first, at) if row >= 0 else None
        rows = self._bytes.rows(first, self.visible_rows)
        return reading_of(rows, self._geometry, self.horizontalScrollBar().value(), place, self._active)

    def _x(self, point: QPointF) -> float:
        return point.x() + self.horizontalScrollBar().value()

    def _row(self, point: QPointF) -> int:
        return int((point.y() - self._geometry.top) // self._geometry.row) + self.verticalScrollBar().value()

    def _measured(self) -> HexGeometry:
        metrics = QFontMetricsF(self.font())
        # Measured over many characters: a rounded advance would drift by a column over a row.
        character = metrics.horizontalAdvance("0" * 64) / 64
        digits = max(6, len(f"{max(self._bytes.length - 1, 0):x}"))
        lengths = ROW_LENGTHS if self._row_length is None else (self._row_length,)
        made = [HexGeometry(self.mode, character, round(metrics.lineSpacing() + 2), digits, one) for one in lengths]
        return next((one for one in reversed(made) if one.width() <= self.viewport().width()), made[0])

    def _relayout(self) -> None:
        before = self._geometry.mode
        self._geometry = self._measured()
        if self._bytes.columns != self._geometry.per_row:
            top = self._bytes.row_span(self.verticalScrollBar().value())[0] if self._bytes.length else 0
            self._bytes = self._bytes.in_rows_of(self._geometry.per_row)
            self._update_bars()
            if self._bytes.length:
                self.verticalScrollBar().setValue(self._bytes.position(top)[0])
        if self._active not in self._geometry.columns:
            self._active = self._geometry.columns[0]
        self._update_bars()
        self.viewport().update()
        if self._geometry.mode is not before:
            self.mode_changed.emit(self._geometry.mode)

    def _update_bars(self) -> None:
        page = self.visible_rows
        vertical = self.verticalScrollBar()
        vertical.setRange(0, max(0, self._bytes.row_count - page))
        vertical.setPageStep(page)
        horizontal = self.horizontalScrollBar()
        horizontal.setRange(0, max(0, self._geometry.width() - self.viewport().width()))
        horizontal.setPageStep(self.viewport().width())
        horizontal.setSingleStep(round(3 * self._geometry.character))

    # Qt's events.

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        geometry = self._geometry
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour(theme.base))
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        ascent = metrics.ascent() + (geometry.row - metrics.height()) / 2
        painter.translate(-self.horizontalScrollBar().value(), 0)
        active = self._active if self.hasFocus() else None
        painter.setPen(colour(theme.dim))
        if not self._bytes.length:
            painter.drawText(QPointF(MARGIN, ascent + 2), "no bytes")
            return
        paint_titles(painter, geometry, ascent + 2, masked=self.is_masked, active=active, wire=self._wire_title)
        first = self.verticalScrollBar().value()
        count = (self.viewport().height() - geometry.top) // geometry.row + 1
        cursor = self._selection.cursor
        marks = Marks(self._selection.first, self._selection.stop, -1 if cursor is None else cursor, *self._mark)
        for index, row in enumerate(self._bytes.rows(first, max(1, count))):
            y = geometry.top + index * geometry.row
            paint_hits(painter, geometry, row, y, self._hits, theme)
            paint_row(painter, geometry, row, y, ascent, marks, active, theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._measured() != self._geometry:
            self._relayout()
        self._update_bars()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        del dx, dy
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_geometry"):
            self._relayout()
