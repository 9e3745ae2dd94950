"""Go to a row of the view: by its number, by a time of day, by seconds from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.capture.errors import CaptureError
from wsgui.capture.places import NoPlaceError, first_at, place_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.reader import CaptureReader
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable
    from wsgui.ui.widgets.questions import Questions

QUESTION = "Row number, clock time (12:04:10.5), or seconds from the start (+12.5s)"


class GoTo:
    """Of one tab. ``say(sentence)`` is for what did not work; ``ask`` comes from the window."""

    def __init__(self, reader: CaptureReader, model: FrameModel, table: FrameTable, say: Callable[[str], None]) -> None:
        self._reader, self._model, self._table, self._say = reader, model, table, say
        self.ask: Questions | None = None

    def ask_place(self) -> None:
        """Ask for a row or a time, and go there."""
        if self.ask is not None:
            self.ask.line(self._table, "Go to", QUESTION, "", self.row_named)

    def row_named(self, text: str) -> str:
        """Select the row that ``text`` names; gives the sentence that says why it cannot be done, or ""."""
        try:
            place = place_at(text, self._model.ids, self._reader)
        except (NoPlaceError, CaptureError) as error:
            return str(error)
        self.place(place)
        return ""

    def place(self, place: int) -> None:
        """Select a row of the view, with some rows around it in sight."""
        self._table.set_follow(False)
        self._table.select_place(place)
        self._table.scrollTo(self._table.currentIndex(), self._table.ScrollHint.PositionAtCenter)
        self._table.setFocus()

    def row(self, number: int) -> None:
        """Select a row by its number, if the view has it; say so if not."""
        sentence = self.row_named(str(number))
        if sentence:
            self._say(sentence)

    def time(self, time_ns: int) -> None:
        """Select the first row of the view at or after a time (ns since the epoch)."""
        ids = self._model.ids
        try:
            place = first_at(time_ns, ids, self._reader)
        except CaptureError as error:
            self._say(str(error))
            return
        if ids:
            self.place(min(place, len(ids) - 1))
