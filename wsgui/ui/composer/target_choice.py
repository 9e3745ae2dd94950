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

    def set_targets(self, targets: Sequence[tuple[int, str]]) -> bool:
        """List these connections (number, label); the chosen one stays chosen while it is there.

        Returns whether the choice is still the same.
        """
        chosen = self.target
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(f"All connections ({len(targets)})" if targets else "No connections", None)
        for number, label in targets:
            self.box.addItem(label, number)
        index = 0 if chosen is None else self.box.findData(chosen)
        self.box.setCurrentIndex(max(0, index))
        self.box.blockSignals(False)
        self.changed.emit()
        return self.target == chosen
