"""The switch over the table: frames as they crossed the wire, or messages."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

_CHOICES = (
    ("Frames", "Each frame is a row, and so is what stands between them"),
    ("Messages", "Each message is a row, as its decoder tells it; control frames are folded away"),
)


class ViewSwitch(QWidget):
    """Emits ``messages_wanted(bool)`` when a person turns it."""

    messages_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What each row is")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        for place, (label, tip) in enumerate(_CHOICES):
            button = QToolButton()
            button.setText(label)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setProperty("toggle", True)
            self.group.addButton(button, place)
            row.addWidget(button)
        self.group.idToggled.connect(self._turned)

    @property
    def messages(self) -> bool:
        """Whether it stands at messages."""
        return self.group.checkedId() == 1

    def show_messages(self, yes: bool) -> None:
        """Turn it; ``messages_wanted`` stays silent."""
        with QSignalBlocker(self.group):
            self.group.button(int(yes)).setChecked(True)

    def _turned(self, place: int, yes: bool) -> None:
        if yes:
            self.messages_wanted.emit(place == 1)
