"""Whom a server sends to: all connections or one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


class TargetChoice(QWidget):
    """A box with ``All connections (3)`` and one entry for each connection."""

    changed = Signal()
    """Another target, or another number of connections."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._there: dict[int, str] = {}
        self.box = QComboBox()
        self.box.setAccessibleName("Connection to send to")
        self.box.setToolTip("Send to all connections of this server, or to one")
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.setMinimumWidth(100)
        label = QLabel("To &whom")
        label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.box, 1)
        self.set_targets(())
        self.box.currentIndexChanged.connect(self.changed)

    @property
    def target(self) -> int | None:
        """The chosen connection's number, or None for all."""
        number = self.box.currentData()
        return number if isinstance(number, int) else None

    @property
    def is_gone(self) -> bool:
        """Whether the chosen connection is closed: nothing is sent, and to all least of all."""
        return self.target is not None and self.target not in self._there

    def choose(self, number: int | None) -> None:
        """Choose a connection by its number, or all."""
        if number != self.target:
            self._fill(number)
            self.changed.emit()

    def set_targets(self, targets: Sequence[tuple[int, str]]) -> bool:
        """List these connections (number, label). The chosen one stays chosen, though it may be closed now.

        Returns whether frames that were begun may go on: the chosen one is still there, or all are meant.
        """
        was_there = not self.is_gone
        self._there = dict(targets)
        self._fill(self.target)
        self.changed.emit()
        return was_there and not self.is_gone

    def _fill(self, chosen: int | None) -> None:
        targets = self._there
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(f"All connections ({len(targets)})" if targets else "No connections", None)
        for number, label in targets.items():
            self.box.addItem(label, number)
        if chosen is not None and chosen not in targets:
            self.box.addItem(f"#{chosen} closed", chosen)
        self.box.setCurrentIndex(0 if chosen is None else self.box.findData(chosen))
        self.box.blockSignals(False)
