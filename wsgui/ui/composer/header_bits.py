"""The header diagram that is the editor: a cell for each bit up to the masking key (RFC 6455 section 5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from wsgui.ui.composer.bit_cell import BitCell
from wsgui.ui.composer.note import Note
from wsgui.ui.composer.raw_bits import FIRST_BITS, header_bits
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from wsgui.protocol.raw_frame import RawFrame

_ACROSS = 16
_FIELDS = ((0, 1, "FIN"), (1, 3, "RSV 1 2 3"), (4, 4, "opcode"), (8, 1, "M"), (9, 7, "length"))
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -_ACROSS,
    Qt.Key.Key_Down: _ACROSS,
}


@guarded
class HeaderBits(QWidget):
    """Two bytes in a row. Tab reaches one cell, the arrow keys, Home and End the others, space flips."""

    flip_wanted = Signal(int)
    """The number of the bit, from 0, that is to be flipped; answer with `show_frame`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Bits of the header")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.cells: list[BitCell] = []
        self._shown = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        for column, width, text in _FIELDS:
            self._label(text, 0, column, width)
        self._extended = self._label("", 2, 0, _ACROSS)
        for column in range(_ACROSS):
            self._grid.setColumnStretch(column, 1)

    def _label(self, text: str, row: int, column: int, width: int) -> Note:
        label = Note()
        label.setWordWrap(False)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        label.say(text)
        font = label.font()
        font.setPointSizeF(max(6.5, font.pointSizeF() * 0.75))
        label.setFont(font)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setMinimumWidth(1)
        self._grid.addWidget(label, row, column, 1, width)
        return label

    def show_frame(self, frame: RawFrame, wrong: frozenset[int] = frozenset()) -> None:
        """Show the header's bits; those in ``wrong`` in the warning colour."""
        bits = header_bits(frame)
        while len(self.cells) < len(bits):
            self._add_cell()
        had_focus = next((cell.place for cell in self.cells if cell.hasFocus()), None)
        for place, cell in enumerate(self.cells):
            there = place < len(bits)
            if there:
                cell.show_bit(bits[place].name, bits[place].on, place in wrong)
            elif place == had_focus:
                self.focus_cell(FIRST_BITS - 1)
            cell.setVisible(there)
        extended = len(bits) > FIRST_BITS
        self._extended.say(f"extended length, {frame.form} bits" if extended else "")
        if self._shown != len(bits):
            self._shown = len(bits)
            self.updateGeometry()

    def _add_cell(self) -> None:
        place = len(self.cells)
        cell = BitCell(place, self)
        if not place:
            cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        cell.installEventFilter(self)
        cell.clicked.connect(lambda: self.flip_wanted.emit(place))
        row = 1 if place < FIRST_BITS else 3 + (place - FIRST_BITS) // _ACROSS
        self._grid.addWidget(cell, row, place % _ACROSS)
        self.cells.append(cell)

    def focus_cell(self, place: int) -> None:
        """Give a cell the focus; it is the one that Tab comes back to."""
        if 0 <= place < self._shown:
            for cell in self.cells:
                strong = cell.place == place
                cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus if strong else Qt.FocusPolicy.ClickFocus)
            self.cells[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that move between cells."""
        if isinstance(watched, BitCell) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _STEPS:
                self.focus_cell(watched.place + _STEPS[key])
                return True
            if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
                self.focus_cell(0 if key == Qt.Key.Key_Home else self._shown - 1)
                return True
        return super().eventFilter(watched, event)
