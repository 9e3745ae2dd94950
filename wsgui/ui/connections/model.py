"""The table of connections: one row each, which are added and brought up to date in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from wsgui.dissect.sizes import grouped
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.session.connection_list import ListedConnection

TITLES = ("#", "Address", "Path", "Opened", "Lasted", "End")
_TIPS = (
    "Number of the connection, from 1 in each capture",
    "The peer's address",
    "What the request asked for, with secrets masked",
    "When TCP was up",
    "From then until TCP ended",
    "Close code and what ended it; empty while it is up",
)
SORT_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


@guarded
class ConnectionModel(QAbstractTableModel):
    """`show` takes a newer list of the same connections and those that came since."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ListedConnection] = []

    def show(self, rows: Sequence[ListedConnection]) -> None:
        """Show these; what was there keeps its place, so a selection stays."""
        before = len(self._rows)
        if [row.number for row in rows[:before]] != [row.number for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        changed = self._rows != list(rows[:before])
        self._rows = list(rows[:before])
        if changed:
            self.dataChanged.emit(self.index(0, 0), self.index(before - 1, len(TITLES) - 1))
        if len(rows) > before:
            self.beginInsertRows(QModelIndex(), before, len(rows) - 1)
            self._rows = list(rows)
            self.endInsertRows()

    def listed(self, place: int) -> ListedConnection | None:
        """The connection at a place."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    @property
    def up(self) -> int:
        """How many have not ended."""
        return sum(not row.is_over for row in self._rows)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TITLES)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.listed(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = index.column()
        if role == SORT_ROLE and column in (0, 3):
            return row.number
        if role in (Qt.ItemDataRole.DisplayRole, SORT_ROLE):
            texts = (grouped(row.number), row.peer, row.path, row.opened, row.lasted, row.end or "up")
            return texts[column]
        return row.end if role == Qt.ItemDataRole.ToolTipRole and column == len(TITLES) - 1 and row.end else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(TITLES):
            if role == Qt.ItemDataRole.DisplayRole:
                return TITLES[section]
            if role == Qt.ItemDataRole.ToolTipRole:
                return _TIPS[section]
        return None
