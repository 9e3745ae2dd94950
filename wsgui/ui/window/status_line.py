"""The status bar: the state of the session in front, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from wsgui.dissect.sizes import delta_text, grouped, human_bytes
from wsgui.ui.policies.strip import misbehaviour_line
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.read_aloud import name_label
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from wsgui.session.snapshot import Snapshot


@guarded
class StatusLine(QStatusBar):
    """`show_session` is called when something has changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._labels: dict[str, QLabel] = {}
        self._tones: dict[str, str] = {}
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        for name in ("state", "faults", "sent", "received", "rtt", "violations", "message"):
            self.addWidget(self._label(name), 1 if name == "message" else 0)
        self.addPermanentWidget(self._label("capture"))

    def _label(self, name: str) -> QLabel:
        label = _Message() if name == "message" else QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setContentsMargins(6, 2, 6, 2)
        name_label(label, name)
        if name == "message":
            label.setMinimumWidth(40)  # a long sentence must not widen the window
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._labels[name] = label
        return label

    def text(self, name: str) -> str:
        """What a part says: state, faults, sent, received, rtt, violations, message or capture."""
        return self._labels[name].text()

    def show_session(self, seen: Snapshot | None, shown: int) -> None:
        """Show the numbers of a session, or of none; ``shown`` are rows in the table."""
        if seen is None or seen.counts is None:
            for label in self._labels.values():
                label.clear()
        if seen is None:
            return
        self._set("message", seen.message, "error" if seen.failed else "")
        set_plain_tip(self._labels["message"], seen.message)
        size = "" if seen.capture_bytes is None else f"capture {human_bytes(seen.capture_bytes)}"
        self._set("capture", f"{grouped(shown)} of {grouped(seen.committed)} rows · {size or seen.capture}")
        if seen.counts is None:
            return
        self._set("state", seen.state)
        wrong = seen.misbehaviour
        self._set("faults", f"⚠ {len(wrong)} fault{'s' * (len(wrong) != 1)} on" if wrong else "", "error")
        set_plain_tip(self._labels["faults"], misbehaviour_line(wrong))
        counts = seen.counts
        self._set("sent", f"↑ {_frames(counts.frames_sent)} · {human_bytes(counts.bytes_sent)}")
        self._set("received", f"↓ {_frames(counts.frames_received)} · {human_bytes(counts.bytes_received)}")
        self._set("rtt", "" if seen.rtt_ns is None else f"RTT {delta_text(seen.rtt_ns)}")
        broken = counts.violations
        self._set("violations", f"{grouped(broken)} violation{'s' * (broken != 1)}" if broken else "", "warning")

    def _set(self, name: str, text: str, tone: str = "") -> None:
        label = self._labels[name]
        if label.text() != text:
            label.setText(text)
        label.setVisible(bool(text))
        self._tones[name] = tone
        self._colour(name)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for name in self._tones:
                self._colour(name)

    def _colour(self, name: str) -> None:
        tone = self._tones[name]
        style = f"color: {getattr(theme_of(self), tone)}" if tone else ""
        label = self._labels[name]
        if label.styleSheet() != style:
            label.setStyleSheet(style)


@guarded
class _Message(QLabel):
    """A sentence that ends in dots where there is no room for all of it; its tool tip has the rest."""

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)
        painter.end()


def _frames(count: int) -> str:
    return f"{grouped(count)} frame{'s' * (count != 1)}"
