"""What the window shows while no session is open: what to begin with, and what was used lately."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QCommandLinkButton, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from wsgui.dissect.visible import visible
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QShowEvent

    from wsgui.ui.window.settings import Settings

_LISTED = 5
"""Saved endpoints, recent addresses and recent files each."""
_RECENT_WIDTH = 185
"""Pixels of one in the list; the tool tip has all of it."""
_MARK = 20
"""Pixels of the arrow of a button. The style's own is black, which a dark ground swallows."""


@guarded
class WelcomePage(QWidget):
    """Emits ``action_wanted(id)`` for an action of the window, ``url_chosen(url)`` or ``file_chosen(path)`` for one of
    those that ``settings`` remembers, and ``endpoint_chosen(id)`` for one that ``endpoints()`` lists, as (id, name,
    place). ``last()`` has the names of the tabs of the last time."""

    action_wanted = Signal(str)
    url_chosen = Signal(str)
    file_chosen = Signal(object)
    endpoint_chosen = Signal(str)

    def __init__(self, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.endpoints: Callable[[], Sequence[tuple[str, str, str]]] = tuple
        self.last: Callable[[], Sequence[str]] = tuple
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
        self.open = QCommandLinkButton("Open", "Look at a capture, or import HAR, JSON Lines, pcap or pcapng.")
        self.tour = QCommandLinkButton("Tour", "Seven steps, five minutes: they see what you have done.")
        self.again = QCommandLinkButton("Last time's tabs", "")
        self.again.hide()
        self.recent = QWidget()
        self._recent = QHBoxLayout(self.recent)
        self._recent.setContentsMargins(12, 8, 0, 0)
        self._recent.setSpacing(24)
        self._buttons = {
            "playground": self.playground,
            "tour": self.tour,
            "new-client": self.client,
            "new-server": self.server,
            "open": self.open,
            "last-tabs": self.again,
        }
        for name, button in self._buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.action_wanted.emit(name))
        # Lines wrap, so the middle has a width of its own: an alignment would give each its height before its width.
        middle = QWidget()
        middle.setMinimumWidth(420)
        middle.setMaximumWidth(640)
        column = QVBoxLayout(middle)
        column.setSpacing(4)
        column.addStretch(1)
        for widget in (heading, *self._buttons.values(), self.recent):
            column.addWidget(widget)
        column.addStretch(2)
        self._colour()
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, 100)
        row.addStretch(1)
        self.playground.setDefault(True)

    def show_recent(
        self, urls: Sequence[str], files: Sequence[str], endpoints: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        """List saved endpoints, and addresses and files that were used lately, the latest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for title, texts, chosen in (
            ("Saved endpoints", endpoints[:_LISTED], self.endpoint_chosen),
            ("Recent addresses", [(url, url, url) for url in urls[:_LISTED]], self.url_chosen),
            ("Recent files", [(Path(path), Path(path).name, path) for path in files[:_LISTED]], self.file_chosen),
        ):
            if texts:
                self._recent.addWidget(_RecentList(title, texts, chosen), 1, Qt.AlignmentFlag.AlignTop)
        self.recent.setVisible(bool(urls or files or endpoints))

    def show_last(self, names: Sequence[str]) -> None:
        """Offer the tabs of the last time, if there are any."""
        self.again.setVisible(bool(names))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        listed = visible(", ".join(names[:3])) + more
        self.again.setDescription(f"{_short(self.again, listed)}: nothing is connected yet.")

    def showEvent(self, event: QShowEvent) -> None:
        """What was used lately may have become more."""
        super().showEvent(event)
        if self._settings is not None:
            self.show_recent(self._settings.history(), self._settings.recent_files(), self.endpoints())
        self.show_last(self.last())

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "playground"):
            self._colour()

    def _colour(self) -> None:
        icon = _arrow(theme_of(self).accent, self.devicePixelRatioF())
        for button in self._buttons.values():
            button.setIcon(icon)
            button.setIconSize(QSize(_MARK, _MARK))


class _RecentList(QWidget):
    """A title, and a flat button for each text, which gives ``chosen`` its value."""

    def __init__(self, title: str, texts: Sequence[tuple[object, str, str]], chosen: SignalInstance) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        heading = QLabel(title)
        heading.setForegroundRole(heading.palette().ColorRole.PlaceholderText)
        column.addWidget(heading)
        for value, text, tip in texts:
            button = QPushButton()
            button.setFlat(True)
            shown = button.fontMetrics().elidedText(visible(text), Qt.TextElideMode.ElideMiddle, _RECENT_WIDTH)
            button.setText(shown.replace("&", "&&"))
            set_plain_tip(button, visible(tip))
            button.setStyleSheet("text-align: left; padding: 3px 6px;")
            button.clicked.connect(lambda _=False, value=value: chosen.emit(value))
            column.addWidget(button)


def _short(button: QWidget, text: str) -> str:
    return button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 2 * _RECENT_WIDTH)


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
