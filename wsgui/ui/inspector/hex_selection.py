"""The selection of the hex view as arithmetic: an anchor, a cursor, and how keys move them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgui.dissect.hexrows import HexBytes


class Move(Enum):
    """A movement of the cursor."""

    LEFT = auto()
    RIGHT = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    ROW_START = auto()
    ROW_END = auto()
    START = auto()
    END = auto()


@dataclass(slots=True)
class HexSelection:
    """Byte offsets. Without a cursor nothing is selected; with one, at least the byte under it is."""

    anchor: int | None = None
    cursor: int | None = None

    @property
    def first(self) -> int:
        """Offset of the first selected byte; 0 if there is none."""
        return 0 if self.anchor is None or self.cursor is None else min(self.anchor, self.cursor)

    @property
    def count(self) -> int:
        """Number of selected bytes."""
        return 0 if self.anchor is None or self.cursor is None else abs(self.anchor - self.cursor) + 1

    @property
    def stop(self) -> int:
        """Offset behind the last selected byte."""
        return self.first + self.count

    def clear(self) -> None:
        """Select nothing."""
        self.anchor = self.cursor = None

    def go(self, offset: int, *, extend: bool = False) -> None:
        """Put the cursor on a byte; ``extend`` keeps the anchor, and so selects what lies between."""
        self.cursor = offset
        if not extend or self.anchor is None:
            self.anchor = offset

    def select(self, first: int, count: int, length: int) -> None:
        """Select ``count`` bytes from ``first`` on, as far as there are any; the cursor stands on the first."""
        stop = min(first + count, length)
        if first < 0 or stop <= first:
            self.clear()
        else:
            self.anchor, self.cursor = stop - 1, first

    def move(self, how: Move, layout: HexBytes, page: int, *, extend: bool = False) -> None:
        """Move the cursor; ``page`` is in rows. The first movement puts it on the first byte."""
        if not layout.length:
            return
        if self.cursor is None:
            self.go(layout.length - 1 if how is Move.END else 0)
        else:
            self.go(_target(how, layout, self.cursor, page), extend=extend)


def _target(how: Move, layout: HexBytes, cursor: int, page: int) -> int:
    row, column = layout.position(cursor)
    last = layout.length - 1
    match how:
        case Move.LEFT:
            return max(cursor - 1, 0)
        case Move.RIGHT:
            return min(cursor + 1, last)
        case Move.UP:
            return layout.nearest(row - 1, column) if row else cursor
        case Move.DOWN:
            return layout.nearest(row + 1, column) if row + 1 < layout.row_count else cursor
        case Move.PAGE_UP:
            return layout.nearest(row - page, column)
        case Move.PAGE_DOWN:
            return layout.nearest(row + page, column)
        case Move.ROW_START:
            return layout.nearest(row, 0)
        case Move.ROW_END:
            return layout.nearest(row, layout.columns)
        case Move.START:
            return 0
        case _:
            return last
