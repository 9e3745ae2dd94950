"""Two sessions that are seen at once: their tables scroll by time together, and show both sides of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from wsgui.capture.errors import CaptureError
from wsgui.capture.places import first_at

if TYPE_CHECKING:
    from wsgui.capture.reader import Row
    from wsgui.ui.tabs.session_tab import SessionTab

AROUND: Final = 200
"""Rows before and after the same moment among which the other side of a frame is looked for."""
APART_NS: Final = 5_000_000_000
"""Nanoseconds beyond which two rows are not taken for two sides of one frame: clocks of two machines differ."""


class SplitFollow(QObject):
    """Of the tabs ``first`` and ``second``, until `stop`."""

    def __init__(self, first: SessionTab, second: SessionTab) -> None:
        super().__init__()
        self._busy = False
        self._joined = []
        for one, other in ((first, second), (second, first)):
            bar = one.table.verticalScrollBar()
            self._joined += [
                bar.valueChanged.connect(lambda _, one=one, other=other: self._scrolled(one, other)),
                one.table.row_selected.connect(lambda at, one=one, other=other: self._chosen(one, other, at)),
            ]
        self.both = (first, second)

    def stop(self) -> None:
        """Let each go its own way."""
        for joined in self._joined:
            QObject.disconnect(joined)
        self._joined = []

    def _scrolled(self, one: SessionTab, other: SessionTab) -> None:
        """The other table's first row in view is the first at the same moment, or later."""
        if self._busy or (one.table.follow and other.table.follow):
            return
        row = one.model.row(one.table.rowAt(0))
        if row is None:
            return
        self._busy = True
        try:
            if other.table.follow:
                other.table.set_follow(False)
            ids = other.model.ids
            if ids:
                place = min(first_at(row.time_ns, ids, other.reader), len(ids) - 1)
                table = other.table
                table.scrollTo(other.model.index(place, 0), table.ScrollHint.PositionAtTop)
        except CaptureError:
            pass  # its own tab says that it cannot be read
        finally:
            self._busy = False

    def _chosen(self, one: SessionTab, other: SessionTab, place: int) -> None:
        """Choose the other side of a row; none if it is not there."""
        row = one.model.row(place)
        if self._busy or row is None:
            return
        self._busy = True
        try:
            found = counterpart(row, other)
            if found is not None:
                if found < other.model.rowCount() - 1:
                    other.table.set_follow(False)
                other.table.select_place(found)
        except CaptureError:
            pass  # as above
        finally:
            self._busy = False


def counterpart(row: Row, other: SessionTab) -> int | None:
    """The place in ``other`` of the row that is the other side of ``row``: it went the other way, has the same opcode,
    length and beginning, and is the nearest in time. Raises CaptureError."""
    ids = other.model.ids
    if not ids:
        return None
    near = first_at(row.time_ns, ids, other.reader)
    best: tuple[int, int] | None = None
    for place in range(max(0, near - AROUND), min(len(ids), near + AROUND)):
        seen = other.model.row(place)
        if seen is None or seen.direction == row.direction:
            continue
        if (seen.opcode, seen.length, seen.preview) != (row.opcode, row.length, row.preview):
            continue
        apart = abs(seen.time_ns - row.time_ns)
        if apart <= APART_NS and (best is None or apart < best[0]):
            best = (apart, place)
    return None if best is None else best[1]
