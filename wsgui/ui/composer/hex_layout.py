"""Where the bytes of a hex editor stand, in columns of characters. Knows no Qt."""

from __future__ import annotations

from typing import NamedTuple

_GROUP = 8


class HexLayout(NamedTuple):
    """``offset_digits`` of offset, two blanks, ``per_row`` bytes as hex (a gap after 8), a blank, the characters."""

    offset_digits: int
    per_row: int

    @classmethod
    def fitting(cls, columns: int, size: int) -> HexLayout:
        """The layout with the most bytes a row (4, 8, 16 or 32) that fits into ``columns`` characters."""
        digits = max(4, len(f"{size:x}"))
        for per_row in (32, 16, 8):
            layout = cls(digits, per_row)
            if layout.columns <= columns:
                return layout
        return cls(digits, 4)

    @property
    def columns(self) -> int:
        """Characters of a whole row."""
        return self.character_column(self.per_row)

    def rows(self, size: int) -> int:
        """Rows for ``size`` bytes and the place behind the last, where typing goes on."""
        return size // self.per_row + 1

    def hex_column(self, index: int) -> int:
        """The column of the first digit of byte ``index`` of a row."""
        return self.offset_digits + 2 + 3 * index + index // _GROUP

    def character_column(self, index: int) -> int:
        """The column where byte ``index`` of a row stands as a character."""
        last = self.per_row - 1
        return self.hex_column(last) + 4 + index

    def index_at(self, column: float) -> int:
        """Which byte of a row a click at ``column`` is nearest to: 0 to ``per_row`` (behind the last one)."""
        if column >= self.character_column(0) - 0.5:
            return min(self.per_row, int(column - self.character_column(0) + 0.5))
        for index in range(self.per_row):
            if column < self.hex_column(index) + 2:
                return index
        return self.per_row


def hex_row(layout: HexLayout, data: bytes) -> tuple[str, str]:
    """One row's bytes as hex, spaced as in the layout, and as characters (``.`` for what is not ASCII)."""
    groups = [data[start : start + _GROUP].hex(" ") for start in range(0, min(len(data), layout.per_row), _GROUP)]
    return "  ".join(groups), "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)
