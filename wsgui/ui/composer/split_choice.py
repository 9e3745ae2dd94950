"""How a message is cut: every N bytes, or into fragments of given sizes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget

from wsgui.ui.composer.outgoing import Outgoing, SplitMessage, split_sizes
from wsgui.ui.composer.parse import parse_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY, SIZES = 0, 1


class SplitChoice(QWidget):
    """Every N bytes, or a list of sizes such as ``5, 3, 10``; what is left over is one more fragment."""

    changed = Signal()
    """The way to cut is another one."""
    cursor_wanted = Signal()
    """The message is to be cut where its cursor stands: answer with `add_cut`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way = QComboBox()
        self.way.addItems(["every", "sizes"])
        self.way.setAccessibleName("How to split")
        self.way.setToolTip("Cut every N bytes, or into fragments of the sizes that you list")
        self.every = QSpinBox()
        self.every.setRange(1, 0x7FFF_FFFF)
        self.every.setValue(16)
        self.every.setSuffix(" bytes")
        self.every.setAccessibleName("Bytes per fragment")
        self.every.setToolTip("Bytes of payload in each fragment; the last one may have fewer")
        self.sizes = QLineEdit()
        self.sizes.setPlaceholderText("5, 3, 10")
        self.sizes.setAccessibleName("Sizes of the fragments in bytes")
        self.sizes.setToolTip("Bytes of each fragment, as 5, 3, 10; the rest is one more. 0 is an empty fragment")
        self.sizes.hide()
        self.at_cursor = QPushButton("Split at c&ursor")
        self.at_cursor.setToolTip("Cut the message where the cursor stands, and list the sizes")
        label = QLabel("S&plit")
        label.setBuddy(self.way)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.way)
        row.addWidget(self.every, 1)
        row.addWidget(self.sizes, 1)
        row.addWidget(self.at_cursor)
        self.way.currentIndexChanged.connect(self._way_chosen)
        self.every.valueChanged.connect(self.changed)
        self.sizes.textChanged.connect(self.changed)
        self.at_cursor.clicked.connect(self.cursor_wanted)

    def split(self, opcode: int, payload: bytes) -> Sequence[Outgoing]:
        """The fragments. Raises ValueError, with a sentence, when the sizes cannot be read or do not fit."""
        if self.way.currentIndex() == EVERY:
            return SplitMessage(opcode, payload, self.every.value())
        return split_sizes(opcode, payload, parse_sizes(self.sizes.text()))

    def add_cut(self, at: int, length: int) -> None:
        """Cut a message of ``length`` bytes at byte ``at`` too, beside the cuts that the list of sizes makes.

        Raises ValueError, with a sentence, at the ends of the message and when the list cannot be read.
        """
        if not 0 < at < length:
            raise ValueError("Put the cursor inside the message first: there is nothing to split here.")
        cuts = {at}
        if self.way.currentIndex() == SIZES:
            end = 0
            for size in parse_sizes(self.sizes.text()):
                end += size
                cuts.add(min(end, length))
        edges = sorted(cuts | {0, length})
        sizes = [after - before for before, after in pairwise(edges)]
        self.sizes.setText(", ".join(map(str, sizes)))
        self.way.setCurrentIndex(SIZES)

    def _way_chosen(self, way: int) -> None:
        self.every.setVisible(way == EVERY)
        self.sizes.setVisible(way == SIZES)
        self.changed.emit()
