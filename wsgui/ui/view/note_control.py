"""Bookmarks and notes of one tab: set, edited, listed, gone to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from wsgui.capture.errors import CaptureError
from wsgui.session.notes import READ_ONLY, note_text, toggled, with_note
from wsgui.ui.view.note_list import NoteList

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.reader import CaptureReader
    from wsgui.session.notes import NoteStore
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable
    from wsgui.ui.widgets.questions import Questions

LISTED = 5000
"""Notes that the list shows."""


class NoteControl(QObject):
    """``store`` is None for a capture that is read only. ``say(sentence)`` is for what did not work, ``on_change`` is
    called when notes have been written. Emits ``list_wanted()`` when the list is to be seen."""

    list_wanted = Signal()

    def __init__(
        self,
        reader: CaptureReader,
        store: NoteStore | None,
        model: FrameModel,
        table: FrameTable,
        say: Callable[[str], None],
        on_change: Callable[[], None],
    ) -> None:
        super().__init__()
        self._reader, self._store, self._model, self._table = reader, store, model, table
        self._say, self._on_change = say, on_change
        self._seen = 0
        self._waiting: dict[int, list[str]] = {}  # what has been given to the store and may not be written yet
        self.list = NoteList()
        self.list.row_chosen.connect(self._go_to)
        self.list.looked_at.connect(self._fill)
        self.ask: Questions | None = None
        """Who asks for the text of a note; given by the window."""

    def tick(self) -> bool:
        """Look whether notes have been written; returns whether they have."""
        if self._store is None or self._store.note_revision == self._seen:
            return False
        self._seen = self._store.note_revision
        self._waiting.clear()
        self._model.forget_pages()
        self._table.viewport().update()
        if self.list.isVisible():
            self._fill()
        self._on_change()
        return True

    def toggle(self) -> None:
        """Put a bookmark on the current row, or take it away."""
        self._change(toggled)

    def edit(self) -> None:
        """Ask for the note on the current row."""
        row = self._model.row(self._table.currentIndex().row())
        if self._store is None:
            self._say(READ_ONLY)
        elif row is None:
            self._say("Select a row first: a note stands on a row.")
        elif self.ask is not None:
            number = row.id
            before = note_text(row.notes)
            self.ask.write(
                self._table,
                "Note",
                f"Note on row {number} (empty it to take it away):",
                before,
                lambda text: self._written(number, text),
            )

    def _written(self, number: int, text: str) -> None:
        self._keep(number, lambda texts: with_note(texts, text))

    def _change(self, change: Callable[[list[str]], list[str]]) -> None:
        row = self._model.row(self._table.currentIndex().row())
        if row is None:
            self._say("Select a row first: a bookmark stands on a row.")
        else:
            self._keep(row.id, change)

    def _keep(self, number: int, change: Callable[[list[str]], list[str]]) -> None:
        if self._store is None:
            self._say(READ_ONLY)
            return
        try:
            before = self._waiting.get(number)
            texts = change(self._reader.notes_of(number) if before is None else before)
            self._store.set_notes(number, texts)
            self._waiting[number] = texts
        except CaptureError as error:
            self._say(str(error))

    def go_back(self) -> None:
        """Select the row before that has a bookmark or a note."""
        self.go(backward=True)

    def go(self, *, backward: bool = False) -> None:
        """Select the next (or previous) row of the view that has a bookmark or a note; start over at the end."""
        row = self._model.row(self._table.currentIndex().row())
        start = 0 if row is None else row.id
        try:
            place = self._place(start, backward=backward)
            if place is None:
                place = self._place((1 << 62) if backward else 0, backward=backward)
        except CaptureError as error:
            self._say(str(error))
            return
        if place is None:
            self._say("No row shown here has a bookmark or a note.")
        else:
            self._table.set_follow(False)
            self._table.select_place(place)

    def _place(self, number: int, *, backward: bool) -> int | None:
        found = self._reader.next_noted(number, backward=backward)
        while found is not None:
            place = self._model.place_of(found)
            if place is not None:
                return place
            found = self._reader.next_noted(found, backward=backward)
        return None

    def show_list(self) -> None:
        """Show the list of bookmarks and notes; it can stay open."""
        self.list_wanted.emit()

    def _fill(self) -> None:
        try:
            self.list.set_notes(self._reader.noted(LISTED))
        except CaptureError as error:
            self._say(str(error))

    def _go_to(self, number: int) -> None:
        place = self._model.place_of(number)
        if place is None:
            self._say(f"Row {number} is not shown here: the filter or the choice of a connection leaves it out.")
        else:
            self._table.set_follow(False)
            self._table.select_place(place)
