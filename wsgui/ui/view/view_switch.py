"""The switch over the table: frames as they crossed the wire, or messages."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget


class ViewSwitch(QWidget):
    """Emits ``messages_wanted(bool)`` when a person turns it."""

    messages_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What each row is")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        button = QToolButton()
        button.setText("Messages")
        button.setToolTip(
            "Each message is a row, as its decoder tells it, and control frames are folded away; else each frame (F5)"
        )
        button.setCheckable(True)
        button.setProperty("toggle", True)
        self.group.setExclusive(False)
        self.group.addButton(button, 1)
        row.addWidget(button)
        self.group.idToggled.connect(self._turned)

    @property
    def messages(self) -> bool:
        """Whether it stands at messages."""
        return self.group.button(1).isChecked()

    def show_messages(self, yes: bool) -> None:
        """Turn it; ``messages_wanted`` stays silent."""
        with QSignalBlocker(self.group):
            self.group.button(1).setChecked(yes)

    def _turned(self, _: int, yes: bool) -> None:
        self.messages_wanted.emit(yes)
