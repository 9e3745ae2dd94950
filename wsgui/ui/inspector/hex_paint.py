"""Painting of hex rows. Each row takes a few drawText calls of long strings; a call costs more than its characters."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF

from wsgui.dissect.hexrows import printable
from wsgui.ui.inspector.hex_geometry import MARGIN, HexColumn, HexMode
from wsgui.ui.widgets.theme import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from wsgui.dissect.hexrows import HexRow
    from wsgui.ui.inspector.hex_geometry import HexGeometry
    from wsgui.ui.widgets.theme import Theme


class Run(NamedTuple):
    """Neighbouring bytes of one colour: columns ``start`` to ``stop`` (exclusive) of a row, and the theme's colour."""

    start: int
    stop: int
    colour: str


class Marks(NamedTuple):
    """What is marked, as offsets: the selection, the cursor (-1: none), and bytes that something points at."""

    first: int
    stop: int
    cursor: int
    mark_first: int
    mark_stop: int


def shown_range(row: HexRow, column: HexColumn, mode: HexMode) -> tuple[int, int]:
    """Which bytes of a row a column shows: beside the wire column, the header is not repeated."""
    if column is HexColumn.WIRE or (column is HexColumn.UNMASKED and mode is HexMode.UNMASKED):
        return 0, len(row.wire)
    return row.header_end, len(row.wire)


def runs_of(row: HexRow, column: HexColumn, mode: HexMode, first: int, stop: int, theme: Theme) -> list[Run]:
    """The runs of a row in a column; ``first`` to ``stop`` (offsets) is selected."""
    start, end = shown_range(row, column, mode)
    selected = range(max(first - row.offset, 0), max(min(stop - row.offset, end), 0))
    cuts = sorted({start, end, *(c for c in (row.key_start, row.header_end) if start < c < end)})
    if selected:
        cuts = sorted({*cuts, *(c for c in (selected.start, selected.stop) if start < c < end)})
    body = theme.wire if column is HexColumn.WIRE else theme.payload if column is HexColumn.UNMASKED else theme.text
    runs = []
    for left, right in pairwise(cuts):
        if left in selected:
            name = theme.highlight_text
        elif left < row.key_start:
            name = theme.header
        elif left < row.header_end:
            name = theme.key
        else:
            name = body
        runs.append(Run(left, right, name))
    return runs


def paint_titles(
    painter: QPainter,
    geometry: HexGeometry,
    baseline: float,
    *,
    masked: bool,
    active: HexColumn | None,
    wire: str = HexColumn.WIRE.value,
) -> None:
    """The line of titles above the rows; the active column's has a mark. ``wire`` is the first column's."""
    painter.drawText(QPointF(MARGIN, baseline), "offset")
    for column in geometry.columns:
        title = column.value if column is not HexColumn.WIRE else "wire (masked)" if masked else wire
        if column is active:
            title += " \u25be"
        painter.drawText(QPointF(geometry.left(column), baseline), title)


def paint_row(
    painter: QPainter,
    geometry: HexGeometry,
    row: HexRow,
    y: int,
    ascent: float,
    marks: Marks,
    active: HexColumn | None,
    theme: Theme,
) -> None:
    """Paint one row whose top is ``y``; ``active`` is the column with the keyboard, None without focus."""
    baseline = y + ascent
    painter.setPen(colour(theme.dim))
    painter.drawText(QPointF(MARGIN, baseline), f"{row.offset:0{geometry.digits}x}")
    for column in geometry.columns:
        _paint_marks(painter, geometry, row, y, marks, column, active, theme)
        source = row.wire if column is HexColumn.WIRE or geometry.mode is HexMode.WIRE else row.unmasked
        text = printable(source) if column is HexColumn.TEXT else source.hex(" ")
        step, blank = (1, 0) if column is HexColumn.TEXT else (3, 1)
        left = geometry.left(column)
        for start, stop, name in runs_of(row, column, geometry.mode, marks.first, marks.stop, theme):
            painter.setPen(colour(name))
            painter.drawText(
                QPointF(left + start * step * geometry.character, baseline), text[start * step : stop * step - blank]
            )


def paint_hits(
    painter: QPainter, geometry: HexGeometry, row: HexRow, y: int, hits: Sequence[tuple[int, int]], theme: Theme
) -> None:
    """A ground under the bytes of a row that a search has found; ``hits`` are ascending and not over one another."""
    end = row.offset + len(row.wire)
    at = max(bisect_right(hits, (row.offset, 0)) - 1, 0)
    while at < len(hits) and hits[at][0] < end:
        first, count = hits[at]
        at += 1
        for column in geometry.columns:
            start, stop = shown_range(row, column, geometry.mode)
            box = _box(geometry, row, column, y, max(first - row.offset, start), min(first + count - row.offset, stop))
            if box is not None:
                painter.fillRect(box, colour(theme.ping_chip[0]))


def _paint_marks(
    painter: QPainter,
    geometry: HexGeometry,
    row: HexRow,
    y: int,
    marks: Marks,
    column: HexColumn,
    active: HexColumn | None,
    theme: Theme,
) -> None:
    start, end = shown_range(row, column, geometry.mode)
    selected = _box(geometry, row, column, y, max(marks.first - row.offset, start), min(marks.stop - row.offset, end))
    if selected is not None:
        painter.fillRect(selected, colour(theme.highlight))
    pointed = _box(
        geometry, row, column, y, max(marks.mark_first - row.offset, start), min(marks.mark_stop - row.offset, end)
    )
    if pointed is not None:
        painter.setPen(colour(theme.dim))
        painter.drawRect(pointed)
    at = marks.cursor - row.offset
    cursor = _box(geometry, row, column, y, at, at + 1) if active is column and start <= at < end else None
    if cursor is not None:
        painter.setPen(colour(theme.accent))
        painter.drawRect(cursor)


def _box(geometry: HexGeometry, row: HexRow, column: HexColumn, y: int, start: int, stop: int) -> QRectF | None:
    """The rectangle around bytes of a row; None if there are none."""
    if start >= stop or start >= len(row.wire):
        return None
    x, width = geometry.span(column, start, stop - start)
    return QRectF(x - 1.5, y + 0.5, width + 3, geometry.row - 1)
