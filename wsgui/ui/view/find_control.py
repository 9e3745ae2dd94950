"""Find in one tab: joins the find bar, the table, the inspector and the search in the worker thread."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from wsgui.capture.needle import MOST_HITS, NeedleError
from wsgui.dissect.sizes import grouped
from wsgui.session.payload_finder import Found, PayloadFinder
from wsgui.ui.view.find_bar import FindBar

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.needle import Hit, Needle
    from wsgui.capture.reader import JoinedMessage
    from wsgui.engine.tasks import TaskOwner
    from wsgui.ui.inspector.inspector import Inspector
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable


class FindControl(QObject):
    """`find` goes to the next hit: within the payload that is shown first, then in the rows behind it, once round."""

    def __init__(
        self, path: Path, tasks: TaskOwner, model: FrameModel, table: FrameTable, inspector: Inspector
    ) -> None:
        super().__init__()
        self._model, self._table, self._inspector = model, table, inspector
        self.bar = FindBar()
        self._finder = PayloadFinder(path, tasks, self._ended, self.bar.show_progress, self._failed)
        self._needle: Needle | None = None
        self._row = 0  # the row that the hits are in
        self._hits: list[Hit] = []
        self._at = 0
        self._shown = 0  # the row in the inspector
        self._backward = False
        self.bar.find_requested.connect(lambda backward: self.find(backward=backward))
        self.bar.stop_requested.connect(self._stop)
        self.bar.needle_changed.connect(self._forget)
        self.bar.closed.connect(self._left)
        model.modelReset.connect(self._view_changed)

    def start(self) -> None:
        """Show the bar and wait for what to look for."""
        self.bar.start()

    def find_back(self) -> None:
        """Go to the hit before."""
        self.find(backward=True)

    def find(self, *, backward: bool = False) -> None:
        """Go to the next or the previous hit."""
        try:
            needle = self.bar.needle
        except NeedleError as error:
            self.bar.wanted.emit()
            self.bar.show_error(error)
            return
        self.bar.wanted.emit()
        self._stop(silent=True)
        self._backward = backward
        place = self._table.currentIndex().row()
        row = self._model.row(place)
        again = needle == self._needle and row is not None and place == self._model.place_of(self._row)
        if again:
            at = self._at + (-1 if backward else 1)
            if 0 <= at < len(self._hits):
                self._show(at)
                return
        ids = self._model.searchable
        if self._model.shows_messages and row is not None:  # each of its frames is looked into
            place = bisect_left(ids, self._row if again else row.id)
        if not backward and place >= 0 and needle != self._needle:
            place -= 1  # something new is looked for in the row itself first
        self._needle = needle
        self.bar.set_busy(True)
        self._finder.seek(needle, ids, place, backward=backward)

    def close(self) -> None:
        """Stop for good."""
        self._finder.cancel()

    def row_shown(self, row_id: int) -> None:
        """The inspector shows a row: mark the hits in it, if the search has been there."""
        self._shown = row_id
        if row_id == self._row and self._hits:
            self._mark()

    def message_shown(self, view: JoinedMessage, row_id: int) -> None:
        """The inspector shows a message: go to the hit in the fragment that was found."""
        if (row_id == self._row or self._model.shows_messages) and self._hits:
            for part in view.parts:
                if part.frame == self._row:
                    self._inspector.message.go_to_byte(part.offset + self._hits[self._at].start)

    def _ended(self, found: Found | None) -> None:
        self.bar.set_busy(False)
        if found is None:
            self._hits = []
            self.bar.say("Nothing found: no payload of the rows shown has it.", wrong=True)
            return
        place = self._model.place_of(found.row_id)
        if place is None:  # the view has changed meanwhile
            self.bar.say("")
            return
        self._row, self._hits = found.row_id, found.hits
        self._at = len(self._hits) - 1 if self._backward else 0
        self._inspector.message.set_needle(self._needle)
        self._table.set_follow(False)
        if self._table.currentIndex().row() != place:
            self._table.select_place(place)
        else:
            self._table.scrollTo(self._table.currentIndex())
            self.row_shown(self._row)
        wrapped = ""
        if found.wrapped:
            wrapped = "From the end again. " if self._backward else "From the beginning again. "
        self._show(self._at, wrapped)

    def _show(self, at: int, before: str = "") -> None:
        self._at = at
        count = len(self._hits)
        more = " and more" if count == MOST_HITS else ""
        hits = f"hit {grouped(at + 1)} of {grouped(count)}{more}" if count > 1 else "one hit"
        self.bar.say(f"{before}Row {grouped(self._row)}, {hits}")
        if not self._hits:  # beyond what an expression looks at in one payload
            return
        start, length = self._hits[at]
        if not self._model.shows_messages or self._shown == self._row:  # else it is in a later frame of the message
            self._inspector.hex.select_payload(start, length)
        if self._inspector.tabs.currentWidget() is self._inspector.message:
            self._inspector.message_wanted.emit()

    def _mark(self) -> None:
        self._inspector.hex.set_payload_hits(self._hits)
        start, length = self._hits[self._at]
        self._inspector.hex.select_payload(start, length)

    def _failed(self, sentence: str) -> None:
        self.bar.set_busy(False)
        self.bar.say(sentence, wrong=True)

    def _stop(self, *, silent: bool = False) -> None:
        if self._finder.busy and not silent:
            self.bar.say("Stopped.")
        self._finder.cancel()
        self.bar.set_busy(False)

    def _forget(self) -> None:
        self._stop(silent=True)
        self._needle = None
        self._hits = []
        self._inspector.hex.set_payload_hits([])
        self._inspector.message.set_needle(None)

    def _view_changed(self) -> None:
        self._stop(silent=True)

    def _left(self) -> None:
        self._forget()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
