"""Where the hex view's columns stand, and which byte is under a point. Lengths are pixels; nothing is painted here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import ceil

from wsgui.dissect.hexrows import COLUMNS

MARGIN = 6.0
_GAP = 1.5


class HexMode(Enum):
    """Which bytes are shown."""

    WIRE = "wire"
    SIDE_BY_SIDE = "side"
    UNMASKED = "unmasked"


class HexColumn(Enum):
    """A column of bytes; the value is its title."""

    WIRE = "wire"
    UNMASKED = "unmasked"
    TEXT = "text"


COLUMNS_OF = {
    HexMode.WIRE: (HexColumn.WIRE, HexColumn.TEXT),
    HexMode.SIDE_BY_SIDE: (HexColumn.WIRE, HexColumn.UNMASKED, HexColumn.TEXT),
    HexMode.UNMASKED: (HexColumn.UNMASKED, HexColumn.TEXT),
}


@dataclass(frozen=True, slots=True)
class HexGeometry:
    """Places for one mode, one font and one width of offsets.

    ``character`` is the advance of a character (a fraction of a pixel matters over 47 of them), ``row`` the height
    of a row, ``digits`` the number of hex digits of an offset, ``per_row`` the number of bytes of a row.
    """

    mode: HexMode
    character: float
    row: int
    digits: int
    per_row: int = COLUMNS

    @property
    def columns(self) -> tuple[HexColumn, ...]:
        """The columns of bytes from left to right."""
        return COLUMNS_OF[self.mode]

    @property
    def top(self) -> int:
        """Height of the line of titles above the rows."""
        return self.row + 4

    def left(self, column: HexColumn) -> float:
        """x of the column's first character. Raises ValueError for a column that the mode does not show."""
        index = self.columns.index(column)
        return MARGIN + (self.digits + _GAP + index * (3 * self.per_row - 1 + _GAP)) * self.character

    def width(self) -> int:
        """Width of everything."""
        return ceil(self.left(HexColumn.TEXT) + self.per_row * self.character + MARGIN)

    def span(self, column: HexColumn, first: int, count: int) -> tuple[float, float]:
        """(x, width) of ``count`` bytes of a row from its byte ``first`` on."""
        step = 1 if column is HexColumn.TEXT else 3
        width = count if column is HexColumn.TEXT else 3 * count - 1
        return self.left(column) + first * step * self.character, width * self.character

    def column_at(self, x: float) -> HexColumn:
        """The column that a point belongs to: the gaps are shared between neighbours."""
        best = self.columns[0]
        for column in self.columns[1:]:
            if x >= self.left(column) - self.character * _GAP / 2:
                best = column
        return best

    def byte_at(self, x: float, column: HexColumn) -> int:
        """Which byte of a row is closest to ``x``, from 0."""
        step = self.character * (1 if column is HexColumn.TEXT else 3)
        # Half of the blank behind a byte belongs to the next one.
        shift = 0.0 if column is HexColumn.TEXT else self.character / 2
        return min(max(int((x - self.left(column) + shift) // step), 0), self.per_row - 1)

    def contains(self, x: float) -> bool:
        """Whether ``x`` is on a column of bytes, not on the offsets or behind the text."""
        return self.left(self.columns[0]) - self.character <= x < self.width()
