"""What a tab offers beside its table: go to a place, ways to show time, saved filters, comparison, statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from wsgui.capture.errors import CaptureError
from wsgui.capture.places import NoPlaceError, first_at, place_at
from wsgui.ui.view.frames.times import TITLES, TimeMode, Times
from wsgui.ui.view.saved_filters import SavedFilters

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from wsgui.capture.reader import CaptureReader, Row
    from wsgui.engine.tasks import TaskOwner
    from wsgui.filter import Filter
    from wsgui.ui.compare.control import CompareControl
    from wsgui.ui.statistics.control import StatisticsControl
    from wsgui.ui.view.filter_bar import FilterBar
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.settings import Settings

TIME_KEY = "table/time"
GO_TO = "Row number, clock time (12:04:10.5), or seconds from the start (+12.5s)"


class Tools(QObject):
    """``filter_of()`` is the filter of the view, ``say(sentence)`` is for what did not work."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        reader: CaptureReader,
        parts: tuple[FrameModel, FrameTable, FilterBar],
        filter_of: Callable[[], Filter | None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._path, self._tasks, self._reader = path, tasks, reader
        self._model, self._table, self._filter_bar = parts
        self._filter_of = filter_of
        self._say = say
        self._statistics: StatisticsControl | None = None
        self._compare: CompareControl | None = None
        self._ask: Questions | None = None
        self._marked: int | None = None
        self.saved_filters = SavedFilters(self._filter_bar)
        self._filter_bar.add_button(self.saved_filters)
        self.statistics_button = QToolButton()
        self.statistics_button.setText("Statistics")
        self.statistics_button.setProperty("toggle", True)  # it looks like the chips beside it
        self.statistics_button.setToolTip("Rates, sizes, round trips and gaps of the rows shown (F7)")
        self.statistics_button.clicked.connect(self.show_statistics)
        self.on_time_mode: Callable[[TimeMode], None] = self.show_times
        """Called when a menu of the table chooses how to show time; the window puts its own here."""
        self._table.menu_parts.append(self._add_to_menu)
        self._table.columns.menu_parts.append(self._add_time_modes)

    def equip(self, settings: Settings, ask: Questions) -> None:
        """What the window gives a new tab."""
        self._ask = ask
        self.saved_filters.settings, self.saved_filters.ask = settings, ask

    # --- go to

    def ask_place(self) -> None:
        """Ask for a row or a time, and go there."""
        if self._ask is not None:
            self._ask.line(self._table, "Go to", GO_TO, "", self.go_to)

    def go_to(self, text: str) -> str:
        """Select the row that ``text`` names; gives the sentence that says why it cannot be done, or ""."""
        try:
            place = place_at(text, self._model.ids, self._reader)
        except (NoPlaceError, CaptureError) as error:
            return str(error)
        self.go_to_place(place)
        return ""

    def go_to_place(self, place: int) -> None:
        """Select a row of the view, with some rows around it in sight."""
        self._table.set_follow(False)
        self._table.select_place(place)
        self._table.scrollTo(self._table.currentIndex(), self._table.ScrollHint.PositionAtCenter)
        self._table.setFocus()

    def go_to_row(self, number: int) -> None:
        """Select a row by its number, if the view has it; say so if not."""
        sentence = self.go_to(str(number))
        if sentence:
            self._say(sentence)

    # --- time

    def show_times(self, mode: TimeMode) -> None:
        """Show time in another way."""
        zero: int | None = None
        if mode is TimeMode.MARKED and self._marked is None:
            row = self._model.row(self._table.currentIndex().row())
            self._marked = None if row is None else row.id
        try:
            if mode is TimeMode.START:
                zero = self._reader.time_of(1)
            elif mode is TimeMode.MARKED and self._marked is not None:
                zero = self._reader.time_of(self._marked)
        except LookupError:
            pass
        except CaptureError as error:
            self._say(str(error))
        self._model.set_times(Times(mode, zero))
        self._table.viewport().update()

    def first_row_came(self) -> None:
        """The capture has its first rows: times can be counted from them."""
        if self._model.times == Times(TimeMode.START, None):
            self.show_times(TimeMode.START)

    def mark(self) -> None:
        """Count times from the current row on, and show them so."""
        row = self._model.row(self._table.currentIndex().row())
        if row is None:
            self._say("Select a row first: times are counted from it.")
            return
        self._marked = row.id
        self.on_time_mode(TimeMode.MARKED)
        self.show_times(TimeMode.MARKED)

    def _add_time_modes(self, menu: QMenu) -> None:
        menu.addSeparator()
        for mode, title in TITLES.items():
            action = menu.addAction("Time: clock" if mode is TimeMode.CLOCK else f"Time: {title.lower()}")
            action.setCheckable(True)
            action.setChecked(self._model.times.mode is mode)
            action.triggered.connect(lambda _=False, chosen=mode: self.on_time_mode(chosen))

    def _add_to_menu(self, menu: QMenu, row: Row) -> None:
        menu.addSeparator()
        menu.addAction("Count Times from Here", self.mark)
        others = self._to_compare(row)
        if others is not None:
            left, right = others
            menu.addAction(f"Compare Rows {left} and {right}", lambda: self.compare(left, right))
        else:
            menu.addAction("Compare (Select Two Rows)").setEnabled(False)

    # --- compare

    def _to_compare(self, row: Row) -> tuple[int, int] | None:
        """The two rows that are selected; else the marked one and this one."""
        places = self._table.selected_places(2)
        if len(places) == 2:
            rows = [self._model.row(place) for place in places]
            if rows[0] is not None and rows[1] is not None:
                return rows[0].id, rows[1].id
        return (self._marked, row.id) if self._marked is not None and self._marked != row.id else None

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
                self._go_to_time,
                self.go_to_row,
                self._table.window(),
            )
        self._statistics.show()

    def _go_to_time(self, time_ns: int) -> None:
        ids = self._model.ids
        try:
            place = first_at(time_ns, ids, self._reader)
        except CaptureError as error:
            self._say(str(error))
            return
        if ids:
            self.go_to_place(min(place, len(ids) - 1))

    # --- the end

    def close(self) -> None:
        """Close what has windows of its own."""
        if self._statistics is not None:
            self._statistics.close()
            self._statistics = None
        if self._compare is not None:
            self._compare.close()
