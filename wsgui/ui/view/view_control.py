"""Which rows the table shows: all, one connection's, those of a filter; frames or messages. Long searches run in a
worker thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from wsgui.dissect.sizes import grouped
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.records import HTTP, MISSING, NO_FRAME, ROW_KINDS
from wsgui.session.row_finder import RowFinder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from wsgui.capture.message_rows import MessagesFound
    from wsgui.capture.reader import Row
    from wsgui.capture.row_set import RowSet
    from wsgui.engine.tasks import TaskOwner
    from wsgui.filter import Filter
    from wsgui.ui.view.filter_bar import FilterBar
    from wsgui.ui.view.frame_bar import FrameBar
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable

AGAIN_MS = 1000
"""Between two looks at everything, for what a filter says of rows that stood there before."""

AT_ONCE = 50_000
"""Rows that may be searched for a connection in the window's thread: some 5 ms."""


class ViewControl(QObject):
    """Joins filter bar, frame bar, model and table of one tab. ``on_failure(sentence)`` hears of a file that cannot be
    read, ``on_change`` of rows that came or went."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        parts: tuple[FrameModel, FrameTable, FilterBar, FrameBar],
        on_failure: Callable[[str], None],
        on_change: Callable[[], None],
    ) -> None:
        super().__init__()
        self._model, self._table, self._filter_bar, self._frame_bar = parts
        self._finder = RowFinder(path, tasks, self._found, self._failed, self._found_messages, self._model.revise)
        self._messages = False
        self._folded: dict[int, int] = {}
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._look_again)
        self._on_change = on_change
        self._on_failure = on_failure
        self._filter: Filter | None = None
        self._chosen = 0
        self._sought = False
        self._was_there = 0
        self._table.row_selected.connect(self._row_selected)
        self._filter_bar.filter_changed.connect(self._filter_changed)
        self._filter_bar.cancel_requested.connect(self._cancel)
        self._table.menu_parts.append(self._add_to_menu)

    @property
    def filter(self) -> Filter | None:
        """The filter in use."""
        return self._filter

    @property
    def messages(self) -> bool:
        """Whether messages are shown, and not frames."""
        return self._messages

    def show_messages(self, yes: bool) -> None:
        """Show messages, or frames. Raises CaptureError."""
        if yes is not self._messages:
            self._messages = yes
            self._table.columns.show_view(yes)
            self._show(self._model.connection)

    def show_connection(self, number: int | None) -> None:
        """Show the rows of one connection, or of all. Raises CaptureError."""
        self._frame_bar.show_connection(number)
        self._show(number)

    def refresh(self, committed: int, shown: int = 0) -> None:
        """The capture has grown to so many rows, and to ``shown`` with those in memory. Raises CaptureError."""
        if self._table.refresh(committed, shown):
            return
        if self._model.found_elsewhere and not self._table.paused:
            if self._filter is not None and "unanswered" in str(self._filter):
                # A request that is shown may have been answered since: look at all again, now and then.
                if committed > self._finder.wanted and not self._again.isActive():
                    self._again.start()
            else:
                self._finder.grow(committed)

    def _look_again(self) -> None:
        if not self._table.paused:
            self._show(self._model.connection)

    def notes_changed(self) -> None:
        """Notes and bookmarks have been written: a filter that asks for them may take other rows now."""
        text = str(self._filter)
        if self._filter is not None and ("note" in text or "bookmark" in text):
            self._show(self._model.connection)

    def close(self) -> None:
        """Stop searching, for good."""
        self._again.stop()
        self._finder.close()

    def _filter_changed(self, chosen: Filter | None) -> None:
        self._filter = chosen
        self._again.stop()
        self._show(self._model.connection)

    def _row_selected(self, place: int) -> None:
        row = self._model.row(place)
        if row is not None:
            self._chosen, self._sought = row.id, False

    def _choose_again(self) -> None:
        """A row that was chosen stays chosen when other rows are shown around it."""
        place = self._model.place_of(self._chosen) if self._sought else None
        if place is not None:
            self._sought = False
            self._table.select_place(place)

    def _show(self, connection: int | None) -> None:
        self._finder.cancel()
        self._sought = self._chosen > 0
        # Rows that wait to be committed are seen too, and are no news when a search finds them later.
        self._was_there = max(self._model.committed, 0 if self._model.found_elsewhere else self._model.rowCount())
        self._folded = {}
        if self._messages:
            self._model.show_found(connection, messages=True)
            self._finder.find(self._filter, connection, self._model.committed, messages=True)
            self._say()
        elif self._filter is None and (connection is None or self._model.committed <= AT_ONCE):
            self._model.show_connection(connection)
            self._frame_bar.show_folded("")
        else:
            self._model.show_found(connection)
            self._finder.find(self._filter, connection, self._model.committed)
            self._say()
        self._choose_again()
        self._table.keep_to_end()
        self._on_change()

    def _found(self, ids: RowSet, searched: int) -> None:
        self._model.add_found(ids)
        self._came(len(ids), searched)

    def _found_messages(self, found: MessagesFound, searched: int) -> None:
        self._model.add_messages(found)
        for opcode, count in found.folded.items():
            self._folded[opcode] = self._folded.get(opcode, 0) + count
        self._came(len(found.heads), searched)

    def _came(self, count: int, searched: int) -> None:
        self._choose_again()
        if searched <= self._was_there:
            self._table.call_seen()
        if count:
            self._table.keep_to_end()
        self._say(searching=searched < self._finder.wanted)
        self._on_change()

    def _failed(self, sentence: str) -> None:
        self._on_failure(sentence)
        self._say(searching=False)

    def _cancel(self) -> None:
        self._finder.cancel()
        self._say(searching=False)

    def _say(self, *, searching: bool | None = None) -> None:
        busy = self._finder.busy if searching is None else searching
        self._filter_bar.show_found(
            self._model.rowCount(), self._finder.searched, searching=busy, messages=self._messages
        )
        if self._messages:
            self._frame_bar.show_folded(folded_words(self._folded))
        else:
            self._frame_bar.show_folded("")

    def _add_to_menu(self, menu: QMenu, row: Row) -> None:
        """«Filter by» the values of a row."""
        menu.addSeparator()
        for label, comparison in comparisons(row):
            action = menu.addAction(f"Filter: {label}")
            action.triggered.connect(lambda _=False, text=comparison: self._filter_bar.narrow(text))


def folded_words(counts: Mapping[int, int]) -> str:
    """What is no message, in one line: ``Folded away: 2 handshakes, 4 pings``; empty for nothing."""
    names = [f"{grouped(count)} {_kind(opcode, count)}" for opcode, count in sorted(counts.items())]
    return f"Folded away: {', '.join(names)}" if names else ""


def _kind(opcode: int, count: int) -> str:
    if opcode == Opcode.CONTINUATION:
        return f"continuation{'s' * (count != 1)} of nothing"
    return _ROWS[opcode][count != 1] if opcode in _ROWS else f"{opcode_name(opcode)} frame{'s' * (count != 1)}"


_ROWS = {
    HTTP: ("handshake head", "handshake heads"),
    NO_FRAME: ("piece that forms no frame", "pieces that form no frame"),
    MISSING: ("gap", "gaps"),
    int(Opcode.CLOSE): ("close", "closes"),
    int(Opcode.PING): ("ping", "pings"),
    int(Opcode.PONG): ("pong", "pongs"),
}


def comparisons(row: Row) -> list[tuple[str, str]]:
    """What a row can be filtered by, as (label, expression)."""
    if row.opcode in ROW_KINDS:
        known = ROW_KINDS[row.opcode]
        kind = ("handshakes" if row.opcode == HTTP else known.title, f"opcode == {known.value}")
    else:
        kind = (f"{opcode_name(row.opcode)} frames", f"opcode == {row.opcode}")
    way = "sent" if row.direction == 0 else "received"
    found = [kind, (way, f"direction == {way}"), (f"connection #{row.connection}", f"connection == {row.connection}")]
    if row.message is not None:
        text = f"connection == {row.connection} and direction == {way} and message == {row.message}"
        found.append((f"message {row.message}", text))
    found.append((f"length {row.length}", f"length == {row.length}"))
    return found
