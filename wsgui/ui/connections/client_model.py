"""The table of a server's clients: a snapshot of all, sorted and filtered here. Rows on screen alone become texts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from wsgui.dissect.sizes import clock_text, delta_text, grouped, human_bytes
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wsgui.session.clients import ServedClient

_Index = QModelIndex | QPersistentModelIndex


class _Column(NamedTuple):
    """``text`` is what stands there, ``key`` what it is sorted by; numbers stand at the right."""

    title: str
    tip: str
    width: int
    text: Callable[[ServedClient], str]
    key: Callable[[ServedClient], object]
    number: bool = False


COLUMNS: Final = (
    _Column("#", "Number of the connection", 6, lambda one: grouped(one.number), lambda one: one.number, True),
    _Column("Address", "The client's address", 21, lambda one: one.address, lambda one: one.address),
    _Column("Path", "What the request asked for, with secrets masked", 20, lambda one: one.path, lambda one: one.path),
    _Column(
        "Since",
        "When TCP was up; the tip of a row says how long ago",
        10,
        lambda one: clock_text(one.since_ns)[:8],
        lambda one: one.since_ns,
    ),
    _Column("State", "readyState", 11, lambda one: one.state, lambda one: one.state),
    _Column(
        "RTT",
        "Round trip of the last ping that was answered",
        9,
        lambda one: "" if one.rtt_ns is None else delta_text(one.rtt_ns),
        lambda one: -1 if one.rtt_ns is None else one.rtt_ns,
        True,
    ),
    _Column(
        "Frames in",
        "Frames received",
        10,
        lambda one: grouped(one.frames_received),
        lambda one: one.frames_received,
        True,
    ),
    _Column("Frames out", "Frames sent", 11, lambda one: grouped(one.frames_sent), lambda one: one.frames_sent, True),
    _Column(
        "Bytes in",
        "Bytes received",
        10,
        lambda one: human_bytes(one.bytes_received),
        lambda one: one.bytes_received,
        True,
    ),
    _Column("Bytes out", "Bytes sent", 10, lambda one: human_bytes(one.bytes_sent), lambda one: one.bytes_sent, True),
    _Column(
        "Backlog",
        "Bytes that wait for a client that does not read",
        9,
        lambda one: human_bytes(one.backlog) if one.backlog else "",
        lambda one: one.backlog,
        True,
    ),
    _Column("Room", "The room that a chat has it in", 10, lambda one: one.room, lambda one: one.room),
    _Column("Subprotocol", "What was agreed on", 12, lambda one: one.subprotocol, lambda one: one.subprotocol),
    _Column("User agent", "What the client calls itself", 22, lambda one: one.user_agent, lambda one: one.user_agent),
    _Column("Faults", "Policies and faults of this connection alone", 14, lambda one: one.wrong, lambda one: one.wrong),
)


def _fits(one: ServedClient, text: str) -> bool:
    parts = (str(one.number), one.address, one.path, one.state, one.room, one.subprotocol, one.user_agent, one.wrong)
    return any(text in part.casefold() for part in parts)


@guarded
class ClientModel(QAbstractTableModel):
    """`show` takes a newer snapshot. What is selected goes with its connection when the order changes."""

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[ServedClient] = ()
        self._rows: list[ServedClient] = []
        self._column, self._falling = 0, False
        self._text = ""

    @property
    def there(self) -> int:
        """How many connections there are, listed or not."""
        return len(self._all)

    @property
    def rows(self) -> Sequence[ServedClient]:
        """Those that are listed, in their order."""
        return self._rows

    def at(self, places: Iterable[int]) -> list[ServedClient]:
        """The connections at these places."""
        return [self._rows[place] for place in places if 0 <= place < len(self._rows)]

    def show(self, clients: Sequence[ServedClient]) -> None:
        """Show the connections as they are now."""
        self._all = clients
        self._arrange()

    def search(self, text: str) -> None:
        """List the connections that have this text anywhere."""
        self._text = text.strip().casefold()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._falling = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        rows = [one for one in self._all if not self._text or _fits(one, self._text)]
        if 0 <= self._column < len(COLUMNS):
            rows.sort(key=COLUMNS[self._column].key, reverse=self._falling)  # type: ignore[arg-type]
        if [one.number for one in rows] == [one.number for one in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._rows = rows
        places = {one.number: place for place, one in enumerate(rows)}
        for old in self.persistentIndexList():
            place = places.get(before[old.row()].number) if old.row() < len(before) else None
            self.changePersistentIndex(old, QModelIndex() if place is None else self.index(place, old.column()))
        self.layoutChanged.emit()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        one, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(one)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            text = column.text(one)
            return (
                f"{text}, {delta_text(max(0, time.time_ns() - one.since_ns))} ago" if column.title == "Since" else text
            )
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(COLUMNS):
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section].title
            if role == Qt.ItemDataRole.ToolTipRole:
                return COLUMNS[section].tip
        return None
