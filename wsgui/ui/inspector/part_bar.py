"""Previous and next part, and the part's number, for texts that are shown in parts."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QToolButton, QWidget


class PartBar(QWidget):
    """Hidden where there is one part only. Parts count from 0 for programs and from 1 for people."""

    part_changed = Signal(int)
    """The part to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.previous_button = QToolButton(self)
        self.previous_button.setText("\u25c2 Previous part")
        self.previous_button.setToolTip("Show the part before this one")
        self.next_button = QToolButton(self)
        self.next_button.setText("Next part \u25b8")
        self.next_button.setToolTip("Show the part behind this one")
        self.number = QSpinBox(self)
        self.number.setMinimum(1)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName("Part number")
        self.number.setToolTip("Which part of the long text is shown")
        self._count = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.previous_button, QLabel("part", self), self.number, self._count, self.next_button):
            row.addWidget(widget)
        row.addStretch(1)
        self.previous_button.clicked.connect(lambda: self.number.stepDown())
        self.next_button.clicked.connect(lambda: self.number.stepUp())
        self.number.valueChanged.connect(self._changed)
        self.set_parts(1)

    @property
    def part(self) -> int:
        """The part that is chosen, from 0."""
        return self.number.value() - 1

    def set_parts(self, count: int) -> None:
        """There are ``count`` parts now, and the first is shown; emits nothing."""
        with QSignalBlocker(self.number):
            self.number.setMaximum(count)
            self.number.setValue(1)
        self._count.setText(f"of {count}")
        self.setVisible(count > 1)
        self._update()

    def go(self, part: int) -> None:
        """Go to a part, from 0; emits `part_changed` if it is another one."""
        self.number.setValue(part + 1)

    def _changed(self, number: int) -> None:
        self._update()
        self.part_changed.emit(number - 1)

    def _update(self) -> None:
        self.previous_button.setEnabled(self.number.value() > 1)
        self.next_button.setEnabled(self.number.value() < self.number.maximum())
