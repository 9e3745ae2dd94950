"""How the times of a tab's rows are shown, and from which row they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.capture.errors import CaptureError
from wsgui.ui.view.frames.times import TITLES, TimeMode, Times

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from wsgui.capture.reader import CaptureReader, Row
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable

TIME_KEY = "table/time"
"""The setting that keeps the choice."""


class TimeDisplay:
    """Of one tab. ``say(sentence)`` is for what did not work."""

    def __init__(self, reader: CaptureReader, model: FrameModel, table: FrameTable, say: Callable[[str], None]) -> None:
        self._reader, self._model, self._table, self._say = reader, model, table, say
        self.marked: int | None = None
        """The row that times count from, once one was marked."""
        self.on_chosen: Callable[[TimeMode], None] = self.show_times
        """Called when a menu of the table chooses how to show time; the window puts its own here."""
        table.menu_parts.append(self._add_mark)
        table.columns.menu_parts.append(self._add_time_modes)

    def show_times(self, mode: TimeMode) -> None:
        """Show time in another way."""
        zero: int | None = None
        if mode is TimeMode.MARKED and self.marked is None:
            row = self._model.row(self._table.currentIndex().row())
            self.marked = None if row is None else row.id
        try:
            if mode is TimeMode.START:
                zero = self._reader.time_of(1)
            elif mode is TimeMode.MARKED and self.marked is not None:
                zero = self._reader.time_of(self.marked)
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
        self.marked = row.id
        self.on_chosen(TimeMode.MARKED)
        self.show_times(TimeMode.MARKED)

    def _add_time_modes(self, menu: QMenu) -> None:
        menu.addSeparator()
        for mode, title in TITLES.items():
            action = menu.addAction("Time: clock" if mode is TimeMode.CLOCK else f"Time: {title.lower()}")
            action.setCheckable(True)
            action.setChecked(self._model.times.mode is mode)
            action.triggered.connect(lambda _=False, chosen=mode: self.on_chosen(chosen))

    def _add_mark(self, menu: QMenu, row: Row) -> None:
        menu.addSeparator()
        menu.addAction("Count Times from Here", self.mark)
