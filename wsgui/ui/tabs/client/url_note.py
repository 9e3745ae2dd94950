"""What was made of an address that was typed without its scheme, or what may have been meant by a wrong one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from wsgui.ui.widgets.sentence_label import SentenceLabel


class UrlNote(QWidget):
    """Emits ``chosen(url)`` for the other address that it offers."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._other = ""
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setAccessibleName("What was made of the address")
        self.button = QPushButton("Use Another")
        self.button.setToolTip("Connect to the other address")
        self.button.clicked.connect(lambda: self.chosen.emit(self._other))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 4)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.away = QToolButton()
        self.away.setText("✕")
        self.away.setAutoRaise(True)
        self.away.setToolTip("Put this away")
        self.away.setAccessibleName("Put the note on the address away")
        self.away.clicked.connect(self.hide)
        row.addWidget(self.away)
        self.hide()

    def tell(self, sentence: str, other: str = "", shown: str = "") -> None:
        """Show a sentence, with a button that uses ``other`` (``shown`` on it); an empty one hides it."""
        self._other = other
        self.label.setText(sentence)
        self.button.setText(f"Use {shown or other}".replace("&", "&&"))
        self.button.setVisible(bool(other))
        self.setVisible(bool(sentence))
