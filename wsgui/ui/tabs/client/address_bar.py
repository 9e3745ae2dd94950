"""The bar of a client session: URL with history, connect and disconnect, readyState."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from wsgui.protocol.states import State
from wsgui.ui.drawer.options_button import OptionsButton
from wsgui.ui.tabs.client.lock_mark import LockMark
from wsgui.ui.widgets.chip import Chip
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.narrow_row import NarrowRow
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

_TONES = {State.CONNECTING: "warning", State.OPEN: "good", State.CLOSING: "warning", State.CLOSED: "neutral"}


@guarded
class _UrlBox(QComboBox):
    entered = Signal()
    """Enter was pressed, once."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter comes here from the line edit, or from the list of completions while that is open.

        Qt's own combo box gives it to the line edit a second time, which then says twice that it was pressed.
        """
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        completer = self.completer()
        popup = None if completer is None else completer.popup()
        if popup is not None and popup.isVisible():
            chosen = popup.currentIndex()
            popup.hide()
            if chosen.isValid():
                self.setEditText(str(chosen.data()))
        self.entered.emit()


class AddressBar(NarrowRow):
    """Emits ``connect_requested(url)`` and ``disconnect_requested()``; Enter in the field connects."""

    connect_requested = Signal(str)
    disconnect_requested = Signal()
    url_edited = Signal(str)
    """The text in the field has changed."""

    def __init__(self, history: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State.CLOSED
        self.address = _UrlBox()
        self.address.setEditable(True)
        self.address.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.address.setFont(fixed_font())
        self.address.setAccessibleName("WebSocket URL")
        self.address.setToolTip("The URL to connect to, ws:// or wss://. The arrow lists earlier ones.")
        self.address.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.address.setMinimumWidth(120)
        line = self.address.lineEdit()
        if line is not None:
            line.setAccessibleName("WebSocket URL")
        assert line is not None  # noqa: S101 - an editable combo box has one
        line.setPlaceholderText("ws://127.0.0.1:8765/")
        line.setClearButtonEnabled(True)
        self.address.entered.connect(self._entered)
        completer = self.address.completer()
        if completer is not None:
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.button = QPushButton("Connect")
        self.button.setMinimumWidth(100)
        self.button.clicked.connect(self._clicked)
        self.more = QToolButton()
        self.more.setText("▾")
        self.more.setToolTip("Other ways to connect")
        self.more.setAccessibleName("Other ways to connect")
        self.more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self.more))
        self.chip = Chip()
        self.lock = LockMark()
        self.answering = Chip()
        self.answering.setToolTip("Rules answer what comes: see Templates in the options")
        self.unverified = Chip()
        self.unverified.setToolTip("The server's certificate is not verified: see TLS in the options")
        self.options = OptionsButton()
        self.star = star_button()
        self.address.editTextChanged.connect(lambda text: self.url_edited.emit(text.strip()))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        layout.addWidget(self.lock)
        layout.addWidget(self.answering)
        layout.addWidget(self.unverified)
        layout.addWidget(self.address, 1)
        layout.addWidget(self.star)
        layout.addWidget(self.options)
        layout.addWidget(self.button)
        layout.addWidget(self.more)
        layout.addWidget(self.chip)
        self.answering.hide()
        self.unverified.hide()
        self.goes = [[self.chip]]  # the tab's light shows the state too
        self.set_history(history)
        self.set_state(State.CLOSED)

    def set_history(self, urls: Sequence[str]) -> None:
        """What the arrow lists; the text in the field stays."""
        text = self.url
        self.address.clear()
        self.address.addItems(list(urls))
        self.set_url(text)

    @property
    def url(self) -> str:
        """What stands in the field."""
        return self.address.currentText().strip()

    def set_url(self, url: str) -> None:
        """Put a URL into the field; of a long one the beginning is seen."""
        self.address.setEditText(url)
        line = self.address.lineEdit()
        if line is not None:
            line.home(False)

    def set_state(self, state: State) -> None:
        """Show the connection's state: the button does what makes sense in it."""
        self._state = state
        closed = state is State.CLOSED
        self.button.setText("Connect" if closed else "Cancel" if state is State.CONNECTING else "Disconnect")
        self.button.setToolTip(
            "Open a connection to this URL"
            if closed
            else "Stop the attempt to connect"
            if state is State.CONNECTING
            else "Close the connection with code 1000"
        )
        self.button.setEnabled(state is not State.CLOSING)
        self.more.setEnabled(closed)
        self.chip.set_chip(state.name, _TONES[state])
        self.chip.setToolTip(f"readyState {int(state)}: {state.name}")

    def _entered(self) -> None:
        if self._state is State.CLOSED:
            self.connect_requested.emit(self.url)

    def _clicked(self) -> None:
        if self._state is State.CLOSED:
            self.connect_requested.emit(self.url)
        else:
            self.disconnect_requested.emit()


def star_button() -> QToolButton:
    """The button that saves an endpoint."""
    button = QToolButton()
    button.setText("☆")
    button.setAutoRaise(True)
    button.setToolTip("Save this endpoint, with all of its options (Ctrl+Shift+A)")
    button.setAccessibleName("Save endpoint")
    return button


def show_star(button: QToolButton, saved: str, modified: bool) -> None:
    """Show whether this is a saved endpoint (by its name), and whether it differs from what is kept."""
    if button.property("shown") == (shown := f"{modified}{saved}"):
        return  # it is asked thirty times a second
    button.setProperty("shown", shown)
    button.setText("★●" if saved and modified else "★" if saved else "☆")
    if not saved:
        tip, name = "Save this endpoint, with all of its options (Ctrl+Shift+A)", "Save endpoint"
    elif modified:
        tip, name = f"Keep the changes in the saved endpoint {saved} (Ctrl+Shift+A)", "Update saved endpoint, changed"
    else:
        tip, name = f"This is the saved endpoint {saved}", "Saved endpoint, unchanged"
    set_plain_tip(button, tip)
    button.setAccessibleName(name)
