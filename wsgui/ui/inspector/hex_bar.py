"""The bar above the hex view: which bytes are shown, and what the byte under the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from wsgui.ui.inspector.byte_line import ByteLine
from wsgui.ui.inspector.hex_geometry import HexMode
from wsgui.ui.theme import theme_of

if TYPE_CHECKING:
    from wsgui.ui.theme import Theme

_MODES = (
    (HexMode.WIRE, "Masked (wire)", "The bytes as they stood on the wire"),
    (HexMode.SIDE_BY_SIDE, "Side by side", "Wire bytes and payload beside each other"),
    (HexMode.UNMASKED, "Unmasked", "The payload with the mask taken off (RFC 6455 §5.3)"),
)


def _style(theme: Theme) -> str:
    return (
        f"QToolButton {{ border: 1px solid {theme.border}; border-radius: 9px; padding: 1px 9px;"
        f" background: {theme.raised}; color: {theme.text}; }}"
        f"QToolButton:checked {{ background: {theme.selection}; color: {theme.selection_text};"
        f" border-color: {theme.accent}; }}"
        f"QToolButton:hover, QToolButton:focus {{ border-color: {theme.received}; }}"
        f"QToolButton:disabled {{ color: {theme.dim}; background: {theme.window}; }}"
    )


class HexBar(QWidget):
    """A segmented switch for the mode, and the explanation line."""

    mode_chosen = Signal(object)
    """The `HexMode` whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = ByteLine(self)
        self._group = QButtonGroup(self)
        self._buttons: dict[HexMode, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 4, 3)
        row.setSpacing(6)
        for mode, label, tip in _MODES:
            button = QToolButton(self)
            button.setText(label)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, chosen=mode: self.mode_chosen.emit(chosen))
            self._group.addButton(button)
            self._buttons[mode] = button
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.line, 1)
        self._colour()

    def set_mode(self, mode: HexMode, *, choosable: bool) -> None:
        """Show which mode is in use; it is not ``choosable`` where there is but one column of bytes."""
        self._buttons[mode].setChecked(True)
        for button in self._buttons.values():
            button.setEnabled(choosable)

    def button(self, mode: HexMode) -> QToolButton:
        """The button of a mode."""
        return self._buttons[mode]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_buttons"):
            self._colour()

    def _colour(self) -> None:
        style = _style(theme_of(self))
        # Setting a style sheet changes the palette of its widget, so an unchanged one is not set again.
        for button in self._buttons.values():
            if button.styleSheet() != style:
                button.setStyleSheet(style)
