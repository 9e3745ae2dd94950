"""The window with all connections: search, and what can be done with the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.sizes import grouped
from wsgui.ui.connections.model import SORT_ROLE, ConnectionModel
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.session.connection_list import ListedConnection


@guarded
class ConnectionWindow(QWidget):
    """Emits ``chosen(number)`` for the rows of a connection, or of all (None), and, where a session runs,
    ``close_requested(number)`` and ``cut_requested(number)``."""

    chosen = Signal(object)
    close_requested = Signal(int)
    cut_requested = Signal(int)

    def __init__(self, title: str, *, live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(f"Connections of {title}")
        self.resize(900, 480)
        self._live = live
        self.model = ConnectionModel()
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setFilterKeyColumn(-1)
        self._sorted.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by number, address, path or end")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search connections")
        self.search.setToolTip("List the connections that have this text anywhere")
        self.search.textChanged.connect(self._search)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        name_label(self.note, "How many connections are listed")
        self.table = QTableView()
        self.table.setModel(self._sorted)
        self.table.setAccessibleName("Connections")
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 6)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        digit = self.table.fontMetrics().horizontalAdvance("0")
        for column, characters in enumerate((9, 22, 26, 17, 11)):
            header.resizeSection(column, characters * digit + 8)
        self.table.doubleClicked.connect(lambda _: self._show_rows())
        self.table.activated.connect(lambda _: self._show_rows())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.rows = self._button("Show &Its Rows", "Show the rows of this connection alone (Enter)", self._show_rows)
        self.all = self._button("Show &All", "Show the rows of every connection", lambda: self.chosen.emit(None))
        self.close_one = self._button(
            "&Close with 1000", "Begin the closing handshake with it", lambda: self._emit(self.close_requested)
        )
        self.cut = self._button(
            "D&rop TCP", "Drop its TCP connection without a close frame", lambda: self._emit(self.cut_requested)
        )
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.note)
        foot = QHBoxLayout()
        foot.addWidget(self.rows)
        foot.addWidget(self.all)
        foot.addStretch(1)
        foot.addWidget(self.close_one)
        foot.addWidget(self.cut)
        for button in (self.close_one, self.cut):
            button.setVisible(live)
        column_ = QVBoxLayout(self)
        column_.addLayout(top)
        column_.addWidget(self.table, 1)
        column_.addLayout(foot)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        self._enable()
        self.search.setFocus()

    def _button(self, text: str, tip: str, call: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(call)
        return button

    def show_list(self, rows: Sequence[ListedConnection]) -> None:
        """Show the connections as they are now."""
        self.model.show(rows)
        self._say()
        self._enable()

    def say(self, sentence: str) -> None:
        """Why there is no list."""
        self.note.setText(sentence)

    @property
    def current(self) -> ListedConnection | None:
        """The connection that is chosen."""
        found = self.table.selectionModel().selectedRows()
        return self.model.listed(self._sorted.mapToSource(found[0]).row()) if found else None

    def _search(self, text: str) -> None:
        self._sorted.setFilterFixedString(text.strip())
        self._say()

    def _say(self) -> None:
        shown, there = self._sorted.rowCount(), self.model.rowCount()
        listed = grouped(there) if shown == there else f"{grouped(shown)} of {grouped(there)}"
        up = f" · {grouped(self.model.up)} up" if self._live else ""
        self.note.setText(f"{listed} connection{'s' * (there != 1)}{up}")

    def _enable(self) -> None:
        one = self.current
        self.rows.setEnabled(one is not None)
        for button in (self.close_one, self.cut):
            button.setEnabled(one is not None and not one.is_over)

    def _show_rows(self) -> None:
        self._emit(self.chosen)

    def _emit(self, signal: object) -> None:
        if self.current is not None:
            signal.emit(self.current.number)  # type: ignore[attr-defined]
