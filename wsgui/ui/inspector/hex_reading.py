"""The rows of the hex view as text, for screen readers: offset, columns of bytes, characters, as they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from wsgui.dissect.hexrows import printable
from wsgui.ui.inspector.hex_geometry import MARGIN, HexColumn
from wsgui.ui.inspector.hex_paint import shown_range
from wsgui.ui.widgets.read_aloud import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.dissect.hexrows import HexRow
    from wsgui.ui.inspector.hex_geometry import HexGeometry, HexMode

GAP = "  "


def row_text(row: HexRow, mode: HexMode, columns: Sequence[HexColumn], digits: int) -> tuple[str, list[int]]:
    """A row in words, and where each of its columns begins in them."""
    text = f"{row.offset:0{digits}x}"
    starts = []
    for column in columns:
        first, stop = shown_range(row, column, mode)
        wire = column is HexColumn.WIRE
        data = (row.wire if wire else row.unmasked)[first:stop]
        step = 1 if column is HexColumn.TEXT else 3
        text += GAP
        starts.append(len(text) - first * step)
        text += printable(data) if column is HexColumn.TEXT else data.hex(" ")
    return text, starts


def reading_of(
    rows: Sequence[HexRow], geometry: HexGeometry, left: int, at: tuple[int, int] | None, active: HexColumn
) -> Reading:
    """What is on screen: ``rows`` from the top on, scrolled by ``left`` pixels; ``at`` is the cursor's place as (row
    from the top, byte of the row)."""
    lines, places, caret = [], [], (-1, 0)
    for number, row in enumerate(rows):
        text, starts = row_text(row, geometry.mode, geometry.columns, geometry.digits)
        lines.append(text)
        y = geometry.top + number * geometry.row
        places.append(QRectF(MARGIN - left, y, len(text) * geometry.character, geometry.row))
        if at is not None and at[0] == number:
            column = starts[geometry.columns.index(active)] + at[1] * (1 if active is HexColumn.TEXT else 3)
            caret = number, min(max(column, 0), len(text))
    return Reading(lines, places, *caret)
