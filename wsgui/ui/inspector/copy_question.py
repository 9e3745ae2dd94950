"""The question before a large copy, as a bar in the window: a dialog would stop what arrives meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from wsgui.dissect.copyas import COPY_KINDS
from wsgui.dissect.sizes import human_bytes
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


@guarded
class CopyQuestion(QWidget):
    """``Copy 16.8 MB as Hex? The clipboard gets about 50.3 MB.`` with Copy and Cancel; hidden until asked."""

    confirmed = Signal(str)
    """Copy as this kind."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = ""
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.copy_button = QPushButton("Copy", self)
        self.cancel_button = QPushButton("Cancel", self)
        self.copy_button.setToolTip("Copy all of it")
        self.cancel_button.setToolTip("Copy nothing")
        self.copy_button.clicked.connect(self._copy)
        self.cancel_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.addWidget(self.label, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.cancel_button)
        self.setAccessibleName("Large copy")
        self.hide()

    def ask(self, kind: str, count: int) -> None:
        """Ask whether ``count`` bytes are to be copied as ``kind``, a key of `COPY_KINDS`."""
        self._kind = kind
        made = COPY_KINDS[kind]
        size = human_bytes(round(count * made.growth))
        self.label.setText(f"Copy {human_bytes(count)} as {made.label}? The clipboard gets about {size}.")
        self.show()
        self.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        self.hide()
        self.confirmed.emit(self._kind)
