"""Bytes side by side as hex and text, with what differs marked. Only the rows in view are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from wsgui.dissect.compare import BlockKind
from wsgui.dissect.hexrows import printable
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import NOTHING, Reading, caret_moved, read_aloud
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

    from wsgui.dissect.compare import Comparison
    from wsgui.ui.widgets.theme import Theme

COLUMNS = 16
_MARGIN = 8.0


class DrawnPiece(NamedTuple):
    """Bytes of one row of one side, from column ``column`` on; an empty ``data`` is a gap of ``length``."""

    column: int
    length: int
    kind: BlockKind
    offset: int
    data: bytes


def pieces_of(comparison: Comparison, row: int) -> tuple[list[DrawnPiece], list[DrawnPiece]]:
    """What stands in a row of `COLUMNS` cells, left and right."""
    start, stop = row * COLUMNS, min((row + 1) * COLUMNS, comparison.cells)
    left: list[DrawnPiece] = []
    right: list[DrawnPiece] = []
    at = comparison.block_at(start)
    while start < stop:
        block = comparison.blocks[at]
        length = min(block.cell + block.length, stop) - start
        skip = start - block.cell
        column = start % COLUMNS
        for side, data, first, gap in (
            (left, comparison.left, block.left, BlockKind.INSERTED),
            (right, comparison.right, block.right, BlockKind.REMOVED),
        ):
            if block.kind is gap:
                side.append(DrawnPiece(column, length, block.kind, first, b""))
            else:
                offset = first + skip
                side.append(DrawnPiece(column, length, block.kind, offset, data[offset : offset + length]))
        start += length
        at += 1
    return left, right


def row_text(comparison: Comparison, row: int, digits: int) -> str:
    """A row in words: each side's offset and bytes; what is changed, removed or inserted says so."""
    sides = []
    for pieces in pieces_of(comparison, row):
        words = [f"{pieces[0].offset:0{digits}x}"]
        for piece in pieces:
            if not piece.data:
                words.append(f"gap of {piece.length}")
                continue
            words += [] if piece.kind is BlockKind.EQUAL else [piece.kind.name.lower()]
            words.append(piece.data.hex(" "))
        sides.append(" ".join(words))
    return "  |  ".join(sides)


@guarded
class CompareView(QAbstractScrollArea):
    """The vertical scroll bar counts rows. ``moved(cell)`` tells where the current difference is."""

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison | None = None
        self._cell = -1
        self.setFont(fixed_font())
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Bytes side by side")
        read_aloud(self)
        self._measure()

    def set_comparison(self, comparison: Comparison | None) -> None:
        """Show a comparison, from its first difference on."""
        self._comparison = comparison
        self._cell = -1
        self._measure()
        self.verticalScrollBar().setValue(0)
        if comparison is not None and comparison.differences:
            self.go_to(comparison.differences[0])
        self.viewport().update()

    @property
    def cell(self) -> int:
        """Where the current difference starts; -1: none."""
        return self._cell

    def go_to(self, cell: int) -> None:
        """Make the difference at a cell the current one, and show it."""
        self._cell = cell
        row = cell // COLUMNS
        bar = self.verticalScrollBar()
        if not bar.value() <= row < bar.value() + self._page:
            bar.setValue(max(0, row - self._page // 3))
        self.viewport().update()
        self._describe()
        self.moved.emit(cell)

    def _describe(self) -> None:
        comparison = self._comparison
        if comparison is None or self._cell < 0:
            self.setAccessibleDescription("")
        else:
            number = comparison.differences.index(self._cell) + 1 if self._cell in comparison.differences else 0
            self.setAccessibleDescription(f"difference {number} of {len(comparison.differences)}")
        caret_moved(self)

    def reading(self) -> Reading:
        """The rows on screen, left and right; pieces that differ have a word before them, for screen readers."""
        comparison, first = self._comparison, self.verticalScrollBar().value()
        last = min(self.row_count, first + self._page)
        if comparison is None:
            return NOTHING
        lines = [row_text(comparison, row, self._digits) for row in range(first, last)]
        width = 2 * self._side
        left = _MARGIN - self.horizontalScrollBar().value()
        places = [QRectF(left, row * self._row, width, self._row) for row in range(last - first)]
        row = self._cell // COLUMNS - first
        return Reading(lines, places, row if self._cell >= 0 and 0 <= row < len(lines) else -1)

    @property
    def row_count(self) -> int:
        """Rows that there are to show."""
        return 0 if self._comparison is None else -(-self._comparison.cells // COLUMNS)

    def _measure(self) -> None:
        metrics = QFontMetricsF(self.font())
        self._character = metrics.horizontalAdvance("0" * 64) / 64
        self._row = round(metrics.lineSpacing() + 2)
        self._ascent = metrics.ascent() + (self._row - metrics.height()) / 2
        longest = 0 if self._comparison is None else max(len(self._comparison.left), len(self._comparison.right))
        self._digits = max(6, len(f"{longest:x}"))
        self._side = (self._digits + 2 + 3 * COLUMNS + 1 + COLUMNS + 3) * self._character
        self._page = max(1, self.viewport().height() // self._row)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self.row_count - self._page))
        bar.setPageStep(self._page)
        across = self.horizontalScrollBar()
        across.setRange(0, max(0, int(2 * self._side + _MARGIN) - self.viewport().width()))
        across.setPageStep(self.viewport().width())
        across.setSingleStep(round(3 * self._character))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows in view."""
        theme = theme_of(self)
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour(theme.base))
        painter.setFont(self.font())
        painter.translate(-self.horizontalScrollBar().value(), 0)
        comparison = self._comparison
        if comparison is None:
            return
        if not comparison.cells:
            painter.setPen(colour(theme.dim))
            painter.drawText(QPointF(_MARGIN, self._ascent + 2), "Both are empty.")
            return
        first = self.verticalScrollBar().value()
        for row in range(first, min(self.row_count, first + self._page + 1)):
            y = (row - first) * self._row
            for number, pieces in enumerate(pieces_of(comparison, row)):
                self._paint_side(painter, pieces, _MARGIN + number * self._side, y, theme)
            if row == self._cell // COLUMNS and self._cell >= 0:
                painter.fillRect(QRectF(0, y, 3, self._row), colour(theme.accent))

    def _paint_side(self, painter: QPainter, pieces: list[DrawnPiece], x: float, y: int, theme: Theme) -> None:
        base = y + self._ascent
        step = self._character
        painter.setPen(colour(theme.dim))
        painter.drawText(QPointF(x, base), f"{pieces[0].offset:0{self._digits}x}")
        hex_x = x + (self._digits + 2) * step
        text_x = hex_x + (3 * COLUMNS + 1) * step
        for piece in pieces:
            left = hex_x + 3 * piece.column * step
            hex_box = QRectF(left - 1, y + 0.5, (3 * piece.length - 1) * step + 2, self._row - 1)
            text_box = QRectF(text_x + piece.column * step, y + 0.5, piece.length * step, self._row - 1)
            ground, ink = _colours(piece, theme)
            for box in (hex_box, text_box):
                if ground:
                    painter.fillRect(box, colour(ground))
            painter.setPen(colour(ink))
            if not piece.data:
                painter.drawText(QPointF(left, base), " ".join(["··"] * piece.length))
                continue
            painter.drawText(QPointF(left, base), piece.data.hex(" "))
            painter.drawText(QPointF(text_x + piece.column * step, base), printable(piece.data))
            if piece.kind is BlockKind.CHANGED:  # not by colour alone
                painter.drawLine(hex_box.bottomLeft(), hex_box.bottomRight())
            elif piece.kind is not BlockKind.EQUAL:
                painter.drawRect(hex_box)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the beginning and the end."""
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer rows fit."""
        super().resizeEvent(event)
        self._measure()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """All is painted again: it is but a page."""
        del dx, dy
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Another font has other measures."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_row"):
            self._measure()


def _colours(piece: DrawnPiece, theme: Theme) -> tuple[str, str]:
    """Ground and text of a piece; an empty ground is none."""
    if piece.kind is BlockKind.EQUAL:
        return "", theme.text
    if not piece.data:
        return "", theme.dim
    if piece.kind is BlockKind.CHANGED:
        return theme.ping_chip
    return theme.close_chip if piece.kind is BlockKind.REMOVED else theme.text_chip
