"""How raw bytes leave: in one write, byte by byte, or cut at chosen places, with pauses between the writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from wsgui.ui.composer.raw_cuts import bytewise, cut_places, pieces_at

if TYPE_CHECKING:
    from wsgui.engine.raw_writer import RawWrite

ONE, BYTES, CUTS = 0, 1, 2


class SendWay(QWidget):
    """A choice of TCP writes. TCP may still join what a network sends; without a pause it often does."""

    changed = Signal()
    """Another way to send."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way = QComboBox()
        self.way.addItems(["Send in one write", "Send byte by byte", "Send cut at"])
        self.way.setAccessibleName("How the bytes leave")
        self.way.setToolTip("Send all bytes in one TCP write, one at a time, or cut at the places that you list")
        self.places = QLineEdit()
        self.places.setPlaceholderText("1, 2, 6")
        self.places.setAccessibleName("Bytes at which to cut")
        self.places.setToolTip("Places in bytes from the start of the first frame, as 1, 2, 6")
        self.pause = QSpinBox()
        self.pause.setRange(0, 60_000)
        self.pause.setValue(100)
        self.pause.setSuffix(" ms")
        self.pause.setAccessibleName("Pause between two writes in milliseconds")
        self.pause.setToolTip("How long to wait before each write after the first")
        self.fin = QCheckBox("the&n end TCP")
        self.fin.setToolTip("End our direction of TCP right behind these bytes, without a close frame")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.way)
        row.addWidget(self.places, 1)
        row.addWidget(self.pause)
        row.addStretch(0)
        row.addWidget(self.fin)
        self.way.currentIndexChanged.connect(self._way_chosen)
        self.places.textChanged.connect(self.changed)
        self.pause.valueChanged.connect(self.changed)
        self.fin.toggled.connect(self.changed)
        self._way_chosen(ONE)

    def pieces(self, data: bytes) -> list[RawWrite]:
        """The TCP writes. Raises ValueError, with a sentence, when the places cannot be read or do not fit."""
        pause = self.pause.value() / 1000
        fin = self.fin.isChecked()
        way = self.way.currentIndex()
        if way == BYTES:
            return bytewise(data, pause, fin=fin)
        places = cut_places(self.places.text(), len(data)) if way == CUTS else []
        return pieces_at(data, places, pause, fin=fin)

    def _way_chosen(self, way: int) -> None:
        self.places.setVisible(way == CUTS)
        self.pause.setVisible(way != ONE)
        self.changed.emit()
