"""The bar above the hex view: which bytes are shown, and what the byte under the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QToolButton, QWidget

from wsgui.ui.inspector.byte_line import ByteLine
from wsgui.ui.inspector.hex_geometry import HexMode
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from wsgui.ui.widgets.theme import Theme

_MODES = (
    (HexMode.WIRE, "Masked (wire)", "The bytes as they stood on the wire"),
    (HexMode.SIDE_BY_SIDE, "Side by side", "Wire bytes and payload beside each other"),
    (HexMode.UNMASKED, "Unmasked", "The payload with the mask taken off (RFC 6455 §5.3)"),
)

_TWO_LINES = 680
"""Pixels of width below which the explanation goes under the buttons."""


def _style(theme: Theme) -> str:
    return (
        f"QToolButton {{ border: 1px solid {theme.border}; border-radius: 9px; padding: 1px 9px;"
        f" background: {theme.raised}; color: {theme.text}; }}"
        f"QToolButton:checked {{ background: {theme.selection}; color: {theme.selection_text};"
        f" border-color: {theme.accent}; }}"
        f"QToolButton:hover, QToolButton:focus {{ border-color: {theme.received}; }}"
        f"QToolButton:disabled {{ color: {theme.dim}; background: {theme.window}; }}"
    )


@guarded
class HexBar(QWidget):
    """A segmented switch for the mode, and the explanation line."""

    mode_chosen = Signal(object)
    """The `HexMode` whose button was pressed."""
    inflated_chosen = Signal()
    """What the payload inflates to is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = ByteLine(self)
        self._group = QButtonGroup(self)
        self._buttons: dict[HexMode, QToolButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 3, 4, 3)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        for at, (mode, label, tip) in enumerate(_MODES):
            button = QToolButton(self)
            button.setText(label)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, chosen=mode: self.mode_chosen.emit(chosen))
            self._group.addButton(button)
            self._buttons[mode] = button
            self._grid.addWidget(button, 0, at)
        self.inflated = QToolButton(self)
        self.inflated.setText("Inflated")
        self.inflated.setToolTip("What the compressed payload inflates to (RFC 7692 §6.2)")
        self.inflated.setCheckable(True)
        self.inflated.clicked.connect(self.inflated_chosen)
        self.inflated.hide()
        self._group.addButton(self.inflated)
        self._grid.addWidget(self.inflated, 0, len(_MODES))
        self._grid.setColumnStretch(len(_MODES) + 1, 1)
        self._narrow: bool | None = None
        self._place_line(narrow=False)
        self._colour()

    def set_mode(self, mode: HexMode, *, choosable: bool) -> None:
        """Show which mode is in use; it is not ``choosable`` where there is but one column of bytes."""
        self._buttons[mode].setChecked(True)
        for button in self._buttons.values():
            button.setEnabled(choosable)

    def set_inflated(self, *, available: bool, shown: bool) -> None:
        """Whether there are inflated bytes to choose, and whether they are shown: any mode may be chosen then."""
        self.inflated.setVisible(available)
        if shown:
            self.inflated.setChecked(True)
            for button in self._buttons.values():
                button.setEnabled(True)

    def button(self, mode: HexMode) -> QToolButton:
        """The button of a mode."""
        return self._buttons[mode]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_line(narrow=event.size().width() < _TWO_LINES)

    def _place_line(self, *, narrow: bool) -> None:
        """Beside the buttons, or under them where it would be cut."""
        if narrow is not self._narrow:
            self._narrow = narrow
            self._grid.removeWidget(self.line)
            if narrow:
                self._grid.addWidget(self.line, 1, 0, 1, len(_MODES) + 2)
            else:
                self._grid.addWidget(self.line, 0, len(_MODES) + 1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_buttons"):
            self._colour()

    def _colour(self) -> None:
        style = _style(theme_of(self))
        # Setting a style sheet changes the palette of its widget, so an unchanged one is not set again.
        for button in (*self._buttons.values(), self.inflated):
            if button.styleSheet() != style:
                button.setStyleSheet(style)
