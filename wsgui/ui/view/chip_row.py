"""Switches side by side, or in a menu where there is no room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

_GAP = 3


class ChipRow(QWidget):
    """Made of (label, tip) pairs. ``chips`` are the switches, in the menu or not; emits ``changed()`` when one of them
    is turned."""

    changed = Signal()

    def __init__(self, switches: Iterable[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[QToolButton] = []
        self.more = QToolButton()
        self.more.setProperty("toggle", True)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setToolTip("Quick filters: only rows of some kinds, of one direction, or that break a rule")
        self._menu = QMenu(self.more)
        self._menu.setToolTipsVisible(True)
        self.more.setMenu(self._menu)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for label, tip in switches:
            chip = QToolButton()
            chip.setText(label)
            chip.setCheckable(True)
            chip.setProperty("toggle", True)
            chip.setToolTip(tip)
            action = self._menu.addAction(label)
            action.setCheckable(True)
            action.setToolTip(tip)
            action.toggled.connect(chip.setChecked)
            chip.toggled.connect(action.setChecked)
            chip.toggled.connect(lambda _: self._turned())
            self.chips.append(chip)
            row.addWidget(chip)
        row.addWidget(self.more)
        self.more.hide()
        self._show_count()

    @property
    def folded(self) -> bool:
        """Whether the switches are in the menu."""
        return not self.more.isHidden()

    @property
    def full_width(self) -> int:
        """Pixels of all of them side by side."""
        return sum(chip.sizeHint().width() + _GAP for chip in self.chips) - _GAP

    @property
    def least_width(self) -> int:
        """Pixels of the menu's button."""
        return self.more.sizeHint().width()

    def fold(self, yes: bool) -> None:
        """Put the switches into the menu, or side by side."""
        if yes is self.folded:
            return
        focus = self.window().focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        for chip in self.chips:
            chip.setVisible(not yes)
        self.more.setVisible(yes)
        if had_focus:
            (self.more if yes else self.chips[0]).setFocus()

    def _turned(self) -> None:
        self._show_count()
        self.changed.emit()

    def _show_count(self) -> None:
        """The button tells how many are on, which the menu hides."""
        count = sum(chip.isChecked() for chip in self.chips)
        self.more.setText(f"Show · {count}" if count else "Show")
        self.more.setAccessibleName(f"Quick filters, {count} on" if count else "Quick filters")
