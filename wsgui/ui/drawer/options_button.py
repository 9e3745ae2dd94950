"""The button that opens the drawer: an arrow, and in a few words what is not as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

WIDTH = 210
"""Pixels of the summary at most; the tool tip has all of it."""
LEAST = 70
"""Pixels below which no words are tried, but the number of parts is shown."""
_FRAME = 26


@guarded
class OptionsButton(QToolButton):
    """``set_summary(parts)`` says what differs from the defaults. It takes as much of the bar as it can get."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._parts: list[str] = []
        super().__init__(parent)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setProperty("toggle", True)
        self.toggled.connect(lambda _: self._show())
        self._show()

    def set_summary(self, parts: Sequence[str]) -> None:
        """Show what differs; nothing for an endpoint as usual."""
        if list(parts) != self._parts:
            self._parts = list(parts)
            self._show()
            self.updateGeometry()

    @property
    def _said(self) -> str:
        return ", ".join(self._parts)

    def _frame(self) -> int:
        """Pixels of everything but the summary."""
        return self.fontMetrics().horizontalAdvance("Options:  ▾") + _FRAME

    def _show(self) -> None:
        arrow = "▴" if self.isChecked() else "▾"
        said = self._said
        room = min(WIDTH, self.width() - self._frame())
        fits = self.fontMetrics().horizontalAdvance(said) <= room
        short = self.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, room)
        # What fits is not elided: Qt elides by parts of pixels, and would for less than one.
        summary = said if fits else short if room >= LEAST else str(len(self._parts))
        self.setText(f"Options: {summary} {arrow}" if said else f"Options {arrow}")
        self.setAccessibleName(f"Options: {said}" if said else "Options")
        lines = "Headers, compression, TLS and everything else that the handshake is told (Ctrl+Shift+O)"
        set_plain_tip(self, f"{lines}\nNot as usual: {said}" if said else lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer words."""
        super().resizeEvent(event)
        self._show()

    def sizeHint(self) -> QSize:
        words = min(WIDTH, self.fontMetrics().horizontalAdvance(self._said))
        return QSize(self._frame() + words, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        words = min(self.fontMetrics().horizontalAdvance(self._said), self.fontMetrics().horizontalAdvance("99"))
        return QSize(self._frame() + words, super().sizeHint().height())
