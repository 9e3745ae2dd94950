"""What the window shows while no session is open: the three things to begin with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCommandLinkButton, QLabel, QVBoxLayout, QWidget


class Welcome(QWidget):
    """Emits ``playground_requested``, ``client_requested`` or ``server_requested``."""

    playground_requested = Signal()
    client_requested = Signal()
    server_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel("See every byte of a WebSocket, send any byte you like.")
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        heading.setFont(font)
        heading.setWordWrap(True)
        self.playground = QCommandLinkButton(
            "Playground", "Start an echo server on this machine and a client connected to it, and watch both sides."
        )
        self.client = QCommandLinkButton("New client", "Connect to a WebSocket server by its URL.")
        self.server = QCommandLinkButton("New server", "Listen for WebSocket clients: browsers, programs, devices.")
        self.playground.clicked.connect(self.playground_requested)
        self.client.clicked.connect(self.client_requested)
        self.server.clicked.connect(self.server_requested)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        for widget in (heading, self.playground, self.client, self.server):
            widget.setMaximumWidth(560)
            widget.setMinimumWidth(420)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.playground.setDefault(True)
