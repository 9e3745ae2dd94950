"""The button that opens the drawer: an arrow, and in a few words what is not as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from wsgui.ui.inspector.plain_tip import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 210
"""Pixels of the summary at most; the tool tip has all of it."""


LEAST = 80
"""Pixels below which no words are tried."""


class OptionsButton(QToolButton):
    """``set_summary(parts)`` says what differs from the defaults. ``taken`` are the pixels of the bar that the widgets
    beside it need: where little is left, only the number of parts is shown."""

    def __init__(self, taken: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._taken = taken
        self._parts: list[str] = []
        self._room = WIDTH
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

    def fit(self, width: int) -> None:
        """How many pixels the bar is wide: in a narrow one the summary is short."""
        room = max(0, min(WIDTH, width - self._taken))
        if room != self._room:
            self._room = room
            self._show()

    def _show(self) -> None:
        arrow = "▴" if self.isChecked() else "▾"
        said = ", ".join(self._parts)
        short = str(len(self._parts))
        if self._room >= LEAST:
            short = self.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, self._room)
        self.setText(f"Options: {short} {arrow}" if said else f"Options {arrow}")
        self.setAccessibleName(f"Options: {said}" if said else "Options")
        lines = "Headers, compression, TLS and everything else that the handshake is told (Ctrl+Shift+O)"
        self.setToolTip(plain_tip(f"{lines}\nNot as usual: {said}" if said else lines))
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """In a narrow window the summary gives way."""
        return QSize(self.fontMetrics().horizontalAdvance("Options: 9 ▾") + 26, super().minimumSizeHint().height())
