"""What the window shows while no session is open: the three things to begin with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QCommandLinkButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of

_MARK = 20
"""Pixels of the arrow of a button. The style's own is black, which a dark ground swallows."""


@guarded
class WelcomePage(QWidget):
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
        # Lines wrap, so the middle has a width of its own: an alignment would give each its height before its width.
        middle = QWidget()
        middle.setMinimumWidth(420)
        middle.setMaximumWidth(640)
        column = QVBoxLayout(middle)
        column.setSpacing(8)
        column.addStretch(1)
        for widget in (heading, self.playground, self.client, self.server):
            column.addWidget(widget)
        column.addStretch(2)
        self._colour()
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, 100)
        row.addStretch(1)
        self.playground.setDefault(True)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "playground"):
            self._colour()

    def _colour(self) -> None:
        icon = _arrow(theme_of(self).accent, self.devicePixelRatioF())
        for button in (self.playground, self.client, self.server):
            button.setIcon(icon)
            button.setIconSize(QSize(_MARK, _MARK))


def _arrow(ink: str, ratio: float) -> QIcon:
    picture = QPixmap(QSize(_MARK, _MARK) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill("transparent")
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen("transparent")
    painter.setBrush(colour(ink))
    painter.drawPolygon([QPointF(6, 4), QPointF(14, 10), QPointF(6, 16)])
    painter.end()
    return QIcon(picture)
