"""The line below a server's bar while it listens: who can reach it, what it takes, its page and its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from wsgui.ui.widgets.chip import Chip
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.sentence_label import SentenceLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from wsgui.session.reach import Reach


@guarded
class ReachBar(QWidget):
    """Emits ``clients_requested()`` and ``code_requested(url)``: show the QR code of an address."""

    clients_requested = Signal()
    code_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reach: Reach | None = None
        self.chip = Chip()
        self.chip.setAccessibleName("Who can reach this server")
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setAccessibleName("Who can reach this server, and what it takes")
        self.clients = self._button("Clients…", "List the clients of this server as they are now")
        self.clients.clicked.connect(self.clients_requested)
        self.code = self._button("QR Code…", "Show the address for a phone's camera")
        self.code.clicked.connect(lambda: self.code_requested.emit("" if self._reach is None else self._reach.phone))
        self.browser = self._button("Open in Browser", "Open the test page of this server")
        self.browser.clicked.connect(self.open_page)
        self.line = QWidget(self)
        row = QHBoxLayout(self.line)
        row.setContentsMargins(10, 0, 8, 4)
        row.addWidget(self.chip)
        row.addWidget(self.label, 1)
        row.addWidget(self.clients)
        row.addWidget(self.code)
        row.addWidget(self.browser)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def sizeHint(self) -> QSize:
        """As high as its sentence needs in this width."""
        high = self.line.heightForWidth(max(self.width(), self.line.minimumSizeHint().width()))
        return QSize(self.line.sizeHint().width(), high)

    def minimumSizeHint(self) -> QSize:
        """Where a window is low, the line gives way as a whole, unless it warns."""
        warns = self._reach is not None and bool(self._reach.warning)
        return QSize(self.line.minimumSizeHint().width(), self.sizeHint().height() if warns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.line.setGeometry(self.rect())
        self.line.setVisible(self.height() >= self.line.heightForWidth(self.width()))
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def show_reach(self, reach: Reach | None, *, page: bool = True) -> None:
        """Show it; None: the server does not listen. ``page`` is whether it has the test page."""
        if reach != self._reach or page is self.browser.isHidden():
            self._reach = reach
            if reach is not None:
                self.chip.set_chip("OPEN TO OTHERS", "warning")
                self.chip.setVisible(bool(reach.warning))
                self.label.setText(f"{reach.warning} {reach.limits}.".strip())
                self.code.setVisible(bool(reach.phone) and page)
                self.browser.setVisible(bool(reach.page) and page)
                self.browser.setToolTip(f"Open {reach.page}, the test page of this server")
                self.updateGeometry()
        self.setVisible(reach is not None)

    def open_page(self) -> None:
        """Open the test page in the system's browser."""
        if self._reach is not None and self._reach.page:
            QDesktopServices.openUrl(QUrl(self._reach.page))
