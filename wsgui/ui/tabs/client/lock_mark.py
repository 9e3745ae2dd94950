"""The mark in front of the address: a lock that says whether what is sent is encrypted, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from wsgui.protocol.states import State
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from wsgui.session.client import ClientSession


class Mark(NamedTuple):
    """What the lock shows: ``tone`` is a colour of the theme, ``text`` says it in words, ``closed`` is its shackle,
    ``unverified`` whether the server is not verified though TLS is spoken."""

    tone: str
    text: str
    closed: bool
    unverified: bool = False


def lock_of(url: str, session: ClientSession) -> Mark:
    """The mark for the address ``url`` and what has become of its connection."""
    if not url.lower().startswith(("wss://", "wss+unix://")):
        return Mark("dim", "Not encrypted: everybody on the way can read what is sent (ws://)", closed=False)
    if not session.verifies:
        return Mark(
            "error",
            "Encrypted, but the server is not verified: it may be anybody",
            closed=False,
            unverified=True,
        )
    facts = session.tls
    if session.encrypted and facts is not None:
        by_pin = "is the one trusted for this endpoint" if session.trusts_by_pin else "was verified"
        return Mark("good", f"Encrypted with {facts.version}; the server's certificate {by_pin}", closed=True)
    if session.state is State.CLOSED and session.failed and session.message.startswith("TLS:"):
        return Mark("error", session.message, closed=False)
    return Mark("dim", "Encrypted (wss://); the certificate is verified when connecting", closed=True)


@guarded
class LockMark(QToolButton):
    """`show_mark` shows it; a click asks for the certificates."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = Mark("dim", "Not encrypted", closed=False)
        self.setAutoRaise(True)
        self.setAccessibleName("Not encrypted")
        self.setToolTip("Not encrypted")

    def show_mark(self, mark: Mark) -> None:
        """Show what holds now."""
        if mark == self._mark:
            return
        self._mark = mark
        self.setAccessibleName(mark.text)
        set_plain_tip(self, f"{mark.text}\nClick to see the certificates" if mark.tone != "dim" else mark.text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(26, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        ink = QColor(str(getattr(theme_of(self), self._mark.tone)))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(ink, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = 0.0 if self._mark.closed else 4.0
        painter.drawArc(QRectF(-3.5 + side, -7.0, 7.0, 8.0), 0, 180 * 16)
        painter.drawLine(QRectF(-3.5 + side, -3.0, 0, 0).topLeft(), QRectF(-3.5 + side, 0.0, 0, 0).topLeft())
        if self._mark.closed:
            painter.drawLine(QRectF(3.5, -3.0, 0, 0).topLeft(), QRectF(3.5, 0.0, 0, 0).topLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(QRectF(-5.5, -0.5, 11.0, 7.5), 1.5, 1.5)
        if self._mark.tone == "error":
            painter.setPen(QPen(ink, 1.8))
            painter.drawLine(QRectF(-8.0, 8.0, 0, 0).topLeft(), QRectF(8.0, -8.0, 0, 0).topLeft())
        painter.end()
