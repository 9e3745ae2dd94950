"""The window with a server's clients, as they are now: search, and what can be done with those that are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.sizes import grouped
from wsgui.endpoint.policies import POLICIES, PolicyError, split_pair
from wsgui.endpoint.settings import SettingsError
from wsgui.ui.connections.client_model import COLUMNS, ClientModel
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from wsgui.session.clients import ServedClient
    from wsgui.session.server import ServerSession

LOOK_MS: Final = 500
"""How often it looks while it is seen."""
SELECTED, ROOM, LISTED = "selected", "room", "listed"
_WHOM: Final = ((SELECTED, "Selected"), (ROOM, "Their rooms"), (LISTED, "All listed"))


@guarded
class ClientWindow(QWidget):
    """Emits ``chosen(number)`` for the rows of a connection. ``server`` is asked each `LOOK_MS` while it is seen."""

    chosen = Signal(object)

    def __init__(self, server: ServerSession, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._server = server
        self.resize(1180, 560)
        self.model = ClientModel()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by number, address, path, state, room, subprotocol or user agent")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search clients")
        self.search.setToolTip("List the connections that have this text anywhere")
        self.search.textChanged.connect(self._search)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        name_label(self.note, "What was done, and how many clients there are")
        self.table = self._table()
        self.whom = QComboBox()
        self.whom.setAccessibleName("To whom")
        self.whom.setToolTip("Whom Send, Close, Drop TCP and Faults reach")
        for value, title in _WHOM:
            self.whom.addItem(title, value)
        self.whom.currentIndexChanged.connect(lambda _: self._enable())
        self.text = QLineEdit()
        self.text.setPlaceholderText("A text message")
        self.text.setAccessibleName("Text to send")
        self.text.setToolTip("A text message; Enter sends it")
        self.text.returnPressed.connect(self._send)
        self.send = self._button("&Send", "Send this text", self._send)
        self.code = QSpinBox()
        self.code.setRange(0, 4999)
        self.code.setValue(1000)
        self.code.setSpecialValueText("none")
        self.code.setGroupSeparatorShown(False)
        self.code.setAccessibleName("Close code")
        self.code.setToolTip("The code of the close frame; none sends an empty one")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("Reason")
        self.reason.setAccessibleName("Reason of the close frame")
        self.reason.setToolTip("The reason in the close frame: up to 123 bytes")
        self.close_them = self._button("&Close", "Begin the closing handshake", self._close_them)
        self.cut = self._button("D&rop TCP", "Drop TCP without a close frame", self._cut)
        self.fault = QComboBox()
        self.fault.setEditable(True)
        self.fault.setAccessibleName("Policy or fault")
        self.fault.setToolTip(
            "A policy or fault for these connections alone, as name=value: it holds until the server's own are changed"
        )
        self.fault.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.fault.setMinimumContentsLength(22)
        for name, row in POLICIES.items():
            if not name.startswith("handshake"):
                self.fault.addItem(f"{name}=")
                self.fault.setItemData(self.fault.count() - 1, f"{row.help} ({row.values})", 3)
        self.fault.setEditText("")
        line = self.fault.lineEdit()
        if line is not None:
            line.setPlaceholderText("name=value")
        self.apply = self._button("&Apply Fault", "Let these alone do this from now on", self._apply)
        self.forgive = self._button("As &Others", "Let these do what the server does with all", self._forgive)
        self.rows = self._button("Show &Its Rows", "Show the rows of this connection alone", self._show_rows)
        self._lay_out()
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._said = ""
        self._enable()

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Clients")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setAlternatingRowColors(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        digit = table.fontMetrics().horizontalAdvance("0")
        for place, column in enumerate(COLUMNS):
            header.resizeSection(place, column.width * digit + 12)
        table.doubleClicked.connect(lambda _: self._show_rows())
        table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        return table

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.note)
        sending = QHBoxLayout()
        to = QLabel("&To whom")
        to.setBuddy(self.whom)
        to.setMinimumWidth(to.sizeHint().width())
        sending.addWidget(to)
        sending.addWidget(self.whom)
        sending.addWidget(self.text, 1)
        sending.addWidget(self.send)
        foot = QHBoxLayout()
        left: tuple[QWidget, ...] = (self.code, self.reason, self.close_them, self.cut)
        right: tuple[QWidget, ...] = (self.fault, self.apply, self.forgive, self.rows)
        for widget in left:
            foot.addWidget(widget)
        foot.addStretch(1)
        for widget in right:
            foot.addWidget(widget)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(sending)
        column.addLayout(foot)

    def _button(self, text: str, tip: str, call: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(call)
        return button

    def open(self) -> None:
        """Bring the window to the front."""
        self.setWindowTitle(f"Clients of {self._server.name}")
        self.show()
        self.raise_()
        self.activateWindow()
        self._look()
        self._timer.start()

    def end(self) -> None:
        """Close it for good."""
        self._timer.stop()
        self.close()
        self.deleteLater()

    def _look(self) -> None:
        if not self.isVisible():
            self._timer.stop()
            return
        self.model.show(self._server.clients())
        self._say()
        self._enable()

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._said = ""
        self._say()
        self._enable()

    def _say(self, sentence: str | None = None) -> None:
        if sentence is not None:
            self._said = sentence
        listed, there = len(self.model.rows), self.model.there
        count = grouped(there) if listed == there else f"{grouped(listed)} of {grouped(there)}"
        counted = f"{count} client{'s' * (there != 1)}"
        self.note.setText(f"{self._said} · {counted}" if self._said else counted)

    @property
    def selected(self) -> list[ServedClient]:
        """The connections that are selected."""
        # By ranges: asking for each index of thousands takes seconds.
        found = self.table.selectionModel().selection()
        places = {place for one in found.toList() for place in range(one.top(), one.bottom() + 1)}
        return self.model.at(sorted(places))

    @property
    def meant(self) -> list[int]:
        """The numbers of the connections that are reached."""
        whom = self.whom.currentData()
        if whom == LISTED:
            return [one.number for one in self.model.rows]
        if whom == ROOM:
            rooms = {one.room for one in self.selected} - {""}
            return [one.number for one in self._server.clients() if one.room in rooms]
        return [one.number for one in self.selected]

    def _enable(self) -> None:
        whom, selected = self.whom.currentData(), self.selected
        some = bool(self.model.rows if whom == LISTED else selected)
        if whom == ROOM:
            some = any(one.room for one in selected)
        for button in (self.send, self.close_them, self.cut, self.apply, self.forgive):
            button.setEnabled(some)
        self.rows.setEnabled(len(selected) == 1)

    def _reached(self, verb: str, count: int) -> None:
        self._say(f"{verb} {grouped(count)} client{'s' * (count != 1)}")

    def _send(self) -> None:
        if not self.send.isEnabled():
            return
        try:
            self._reached("Sent to", self._server.send_to(self.meant, self.text.text()))
        except ValueError as error:
            self._say(str(error))

    def _close_them(self) -> None:
        numbers, code = self.meant, self.code.value()
        try:
            self._server.close_these(numbers, code or None, self.reason.text())
        except ValueError as error:
            self._say(f"{error}"[:1].upper() + f"{error}"[1:])
        else:
            self._reached("Closing", len(numbers))

    def _cut(self) -> None:
        numbers = self.meant
        self._server.cut_these(numbers)
        self._reached("Dropped", len(numbers))

    def _apply(self) -> None:
        numbers = self.meant
        try:
            self._server.use_policies_on(numbers, [split_pair(self.fault.currentText())])
        except (PolicyError, SettingsError) as error:
            self._say(str(error))
        else:
            self._reached("Fault for", len(numbers))
            self._look()

    def _forgive(self) -> None:
        numbers = self.meant
        try:
            self._server.use_policies_on(numbers, [])
        except SettingsError as error:
            self._say(str(error))
        else:
            self._reached("As all others:", len(numbers))
            self._look()

    def _show_rows(self) -> None:
        if len(self.selected) == 1:
            self.chosen.emit(self.selected[0].number)
