"""Paints the cells of the frame table: texts at a point in the fixed font, the opcode as a coloured label."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from wsgui.ui.view.frames.cells import BITS, DELTA, DIRECTION, KEY, MESSAGE, NUMBER, OPCODE, PAYLOAD, TIME
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import Theme, colour, fixed_font, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QTableView

    from wsgui.ui.view.frames.cells import Cells
    from wsgui.ui.view.frames.model import FrameModel

MARGIN = 8
_DIM_COLUMNS = frozenset((NUMBER, DELTA, MESSAGE))


@guarded
class FrameDelegate(QStyledItemDelegate):
    """Fonts, measures and colours of the rows; made for one view."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.font = fixed_font()
        self.chip_font = QFont(view.font())
        self.chip_font.setBold(True)
        self.chip_font.setPointSizeF(max(6.0, view.font().pointSizeF() * 0.85))
        self.metrics = QFontMetrics(self.font)
        self.chip_metrics = QFontMetrics(self.chip_font)
        self._label_widths: dict[str, int] = {}
        self._advance = max(1.0, QFontMetricsF(self.font).horizontalAdvance("0" * 100) / 100)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One cell, as any view asks for it; `FrameTable` paints whole rows with `paint_row`."""
        cells = cast("FrameModel", index.model()).cells(index.row())
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        theme = theme_of(self._view)
        if selected:
            painter.fillRect(rect, colour(theme.selection))
        if cells is not None:
            span = (index.column(), rect.left(), rect.width())
            self.paint_row(painter, cells, [span], rect.top(), rect.height(), theme, selected=selected)

    def paint_row(
        self,
        painter: QPainter,
        cells: Cells,
        spans: Sequence[tuple[int, int, int]],
        top: int,
        height: int,
        theme: Theme,
        *,
        selected: bool,
    ) -> None:
        """The texts of a row. ``spans`` are (column, left, width) in pixels.

        A text is cut to the characters that fit and drawn at a point: laying it out in a rectangle, as Qt does for
        ``drawText`` with one, takes three times as long. All characters of the font are equally wide.
        """
        texts = cells.texts
        advance = self._advance
        baseline = top + (height + self.metrics.ascent() - self.metrics.descent()) // 2
        draw = painter.drawText
        pen = ""
        painter.setFont(self.font)
        for column, left, width in spans:
            if column == OPCODE:
                continue
            text = texts[column] if column < len(texts) else ""  # what cannot be read has no more columns
            if not text:
                continue
            fits = int((width - MARGIN - 2) / advance)
            if len(text) > fits:
                text = f"{text[: max(0, fits - 1)]}…"
            ink = theme.selection_text if selected and column == PAYLOAD else _ink(cells, column, theme)
            if ink != pen:
                pen = ink
                painter.setPen(colour(ink))
            draw(left + MARGIN, baseline, text)
        for column, left, width in spans:
            if column == OPCODE:
                self._paint_chip(painter, left, top, width, height, cells, theme)

    def _paint_chip(
        self, painter: QPainter, left: int, top: int, width: int, height: int, cells: Cells, theme: Theme
    ) -> None:
        label = cells.texts[OPCODE]
        if not label:  # a row that cannot be read
            return
        background, ink = theme.chip(cells.opcode)
        advance = self._label_widths.get(label)
        if advance is None:
            advance = self._label_widths[label] = self.chip_metrics.horizontalAdvance(label)
        chip_width = min(max(44, advance + 14), width - MARGIN + 2)
        chip_left = left + MARGIN - 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(background))
        painter.drawRoundedRect(chip_left, top + 3, chip_width, height - 6, 3, 3)
        painter.setFont(self.chip_font)
        painter.setPen(colour(ink))
        baseline = top + (height + self.chip_metrics.ascent() - self.chip_metrics.descent()) // 2
        painter.drawText(chip_left + (chip_width - advance) // 2, baseline, label)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, self.metrics.height() + 6)


def _ink(cells: Cells, column: int, theme: Theme) -> str:
    if cells.violated and column in (NUMBER, PAYLOAD):
        return theme.warning
    if column == DIRECTION:
        return theme.sent if cells.sent else theme.received
    if column == BITS and cells.flags_wrong:
        return theme.warning
    if column == KEY and cells.texts[KEY] != "—":
        return theme.key
    if column in _DIM_COLUMNS or (column in (TIME, KEY) and cells.opcode < 0):
        return theme.dim
    return theme.text
