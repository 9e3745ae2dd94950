"""Whom a server sends to: all connections or one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QWheelEvent


LISTED: Final = 200
"""So many connections are entries of the box at any time; more of them once somebody is at it, as to list thousands at
every look would take the window's time."""


@guarded
class _Box(QComboBox):
    """Emits ``wanted()`` before its entries can be seen or gone through."""

    wanted = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.wanted.emit()
        super().focusInEvent(event)

    def showPopup(self) -> None:
        self.wanted.emit()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.wanted.emit()
        super().wheelEvent(event)


class TargetChoice(QWidget):
    """A box with ``All connections (3)`` and one entry for each connection."""

    changed = Signal()
    """Another target, or another number of connections."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._there: dict[int, str] = {}
        self.box = _Box()
        self.box.wanted.connect(self._list_all)
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
        there = dict(targets)
        if there == self._there and was_there and self.box.count():
            return True
        self._there = there
        self._fill(self.target)
        self.changed.emit()
        return was_there and not self.is_gone

    def _list_all(self) -> None:
        if self.box.count() <= len(self._there):
            self._fill(self.target, whole=True)

    def _fill(self, chosen: int | None, *, whole: bool = False) -> None:
        targets = self._there
        among = targets
        if not whole and len(targets) > LISTED and not self.box.hasFocus():
            among = {} if chosen is None or chosen not in targets else {chosen: targets[chosen]}
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(f"All connections ({len(targets)})" if targets else "No connections", None)
        for number, label in among.items():
            self.box.addItem(label, number)
        if chosen is not None and chosen not in targets:
            self.box.addItem(f"#{chosen} closed", chosen)
        self.box.setCurrentIndex(0 if chosen is None else self.box.findData(chosen))
        self.box.blockSignals(False)
