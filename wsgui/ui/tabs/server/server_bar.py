"""The bar of a server session: where to listen, what to do with what comes, start and stop."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget

from wsgui.engine.behaviours import all_behaviours
from wsgui.ui.drawer.options_button import OptionsButton
from wsgui.ui.tabs.client.address_bar import star_button
from wsgui.ui.widgets.chip import Chip
from wsgui.ui.widgets.narrow_row import NarrowRow
from wsgui.ui.widgets.theme import fixed_font


class ServerBar(NarrowRow):
    """Emits ``start_requested(host, port)``, ``stop_requested()``, ``behaviour_chosen(name)`` and
    ``client_requested(url)`` (open a client tab on this server)."""

    start_requested = Signal(str, int)
    stop_requested = Signal()
    behaviour_chosen = Signal(str)
    client_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listening = False
        self.host = QLineEdit("127.0.0.1")
        self.host.setFont(fixed_font())
        digit = self.host.fontMetrics().horizontalAdvance("0")
        self.host.setMinimumWidth(10 * digit)
        self.host.setMaximumWidth(17 * digit)
        self.host.setAccessibleName("Address to listen on")
        self.host.setToolTip("127.0.0.1 is reached from this machine only; 0.0.0.0 from every network it is on.")
        self.port = QSpinBox()
        self.port.setRange(0, 65535)
        self.port.setValue(8765)
        self.port.setMinimumWidth(74)
        self.port.setGroupSeparatorShown(False)
        self.port.setAccessibleName("Port to listen on")
        self.port.setToolTip("0 takes a free port.")
        self.behaviour = QComboBox()
        self.behaviour.setAccessibleName("What the server does with messages")
        self.behaviour.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.behaviour.setMinimumContentsLength(max(map(len, all_behaviours())) - 2)
        for name, kind in all_behaviours().items():
            self.behaviour.addItem(name, name)
            self.behaviour.setItemData(self.behaviour.count() - 1, kind.summary, 3)
        self.behaviour.setToolTip(
            "What the server does with messages. It may be changed while connections are open; its options stand under "
            "Options, on the page Behaviour."
        )
        self.behaviour.activated.connect(lambda _: self.behaviour_chosen.emit(self.behaviour.currentData()))
        self.button = QPushButton("Start")
        self.button.setMinimumWidth(86)
        self.button.clicked.connect(self._clicked)
        self.client = QPushButton("Open Client")
        self.client.setToolTip("Open a client tab connected to this server")
        self.client.clicked.connect(self.client_requested)
        self.chip = Chip()
        self.options = OptionsButton()
        self.star = star_button()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        labels = []
        for text, widget in (("Host", self.host), ("Port", self.port), ("Behaviour", self.behaviour)):
            label = QLabel(text)
            label.setBuddy(widget)
            labels.append(label)
            layout.addWidget(label)
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.star)
        layout.addWidget(self.options)
        layout.addWidget(self.client)
        layout.addWidget(self.button)
        layout.addWidget(self.chip)
        # The state is in the tab's light too; another client is opened from the menu.
        self.goes = [labels, [self.chip], [self.client]]
        self.set_listening("")

    def set_listening(self, url: str) -> None:
        """Show that the server listens at ``url``, or that it does not (empty)."""
        self._listening = bool(url)
        self.host.setEnabled(not url)
        self.port.setEnabled(not url)
        self.client.setEnabled(bool(url))
        self.button.setText("Stop" if url else "Start")
        self.button.setToolTip("Close every connection and stop listening" if url else "Begin to listen")
        self.chip.set_chip("LISTENING" if url else "STOPPED", "good" if url else "neutral")
        self.chip.setToolTip(f"Clients connect to {url}" if url else "Nobody can connect")
        port = urlsplit(url).port
        if port:
            self.port.setValue(port)  # 0 has become a port

    def choose_behaviour(self, name: str) -> None:
        """Show a behaviour as the chosen one; nothing for one that there is not."""
        self.behaviour.setCurrentIndex(self.behaviour.findData(name))

    def request_start(self) -> None:
        """As a click on Start, if the server does not listen."""
        if not self._listening:
            self.start_requested.emit(self.host.text().strip(), self.port.value())

    def _clicked(self) -> None:
        if self._listening:
            self.stop_requested.emit()
        else:
            self.request_start()
