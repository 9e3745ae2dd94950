"""What opens a window of its own on the rows of a tab: two of them side by side, statistics of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from wsgui.capture.reader import Row
    from wsgui.engine.tasks import TaskOwner
    from wsgui.filter import Filter
    from wsgui.ui.compare.control import CompareControl
    from wsgui.ui.statistics.control import StatisticsControl
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable
    from wsgui.ui.view.go_to import GoTo
    from wsgui.ui.view.time_display import TimeDisplay


class RowWindows(QObject):
    """Of one tab. ``filter_of()`` is the filter of the view, ``say(sentence)`` is for what did not work."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        parts: tuple[FrameModel, FrameTable, GoTo, TimeDisplay],
        filter_of: Callable[[], Filter | None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._path, self._tasks = path, tasks
        self._model, self._table, self._go_to, self._times = parts
        self._filter_of = filter_of
        self._say = say
        self._statistics: StatisticsControl | None = None
        self._compare: CompareControl | None = None
        self.statistics_button = QToolButton()
        self.statistics_button.setText("Statistics")
        self.statistics_button.setProperty("toggle", True)  # it looks like the chips beside it
        self.statistics_button.setToolTip("Rates, sizes, round trips and gaps of the rows shown (F7)")
        self.statistics_button.clicked.connect(self.show_statistics)
        self._table.menu_parts.append(self._add_compare)

    # --- compare

    def _add_compare(self, menu: QMenu, row: Row) -> None:
        others = self._to_compare(row)
        if others is not None:
            left, right = others
            menu.addAction(f"Compare Rows {left} and {right}", lambda: self.compare(left, right))
        else:
            menu.addAction("Compare (Select Two Rows)").setEnabled(False)

    def _to_compare(self, row: Row) -> tuple[int, int] | None:
        """The two rows that are selected; else the marked one and this one."""
        places = self._table.selected_places(2)
        if len(places) == 2:
            rows = [self._model.row(place) for place in places]
            if rows[0] is not None and rows[1] is not None:
                return rows[0].id, rows[1].id
        marked = self._times.marked
        return (marked, row.id) if marked is not None and marked != row.id else None

    def compare(self, left: int, right: int) -> None:
        """Compare two rows, by their numbers, in a window of their own."""
        if self._compare is None:
            from wsgui.ui.compare.control import CompareControl  # it needs numpy

            self._compare = CompareControl(self._path, self._tasks, self._table.window())
        self._compare.open(left, right)

    def compare_selected(self) -> None:
        """Compare the two rows that are selected."""
        row = self._model.row(self._table.currentIndex().row())
        others = None if row is None else self._to_compare(row)
        if others is None:
            self._say("Select two rows to compare them: click one, then another with Ctrl held down.")
        else:
            self.compare(*others)

    # --- statistics

    def show_statistics(self) -> None:
        """Open the statistics of the view; they follow it while their window is open."""
        if self._statistics is None:
            # pyqtgraph and numpy take a while to be imported, and few sessions need them.
            from wsgui.ui.statistics.control import StatisticsControl

            self._statistics = StatisticsControl(
                self._path,
                self._tasks,
                self._model,
                self._filter_of,
                self._go_to.time,
                self._go_to.row,
                self._table.window(),
            )
        self._statistics.show()

    # --- the end

    def close(self) -> None:
        """Close what has windows of its own."""
        if self._statistics is not None:
            self._statistics.close()
            self._statistics = None
        if self._compare is not None:
            self._compare.close()
