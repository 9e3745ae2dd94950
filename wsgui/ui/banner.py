"""One sentence across the top of a session when something went wrong; the person can put it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from wsgui.ui.theme import theme_of


class Banner(QFrame):
    """`show_sentence` shows it, an empty sentence hides it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setAccessibleName("What went wrong")
        close = QToolButton()
        close.setText("✕")
        close.setAutoRaise(True)
        close.setToolTip("Put this away")
        close.setAccessibleName("Put this away")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.addWidget(self._label, 1)
        layout.addWidget(close)
        self.setAutoFillBackground(True)
        self.hide()

    @property
    def sentence(self) -> str:
        """What is shown, or was last."""
        return self._label.text()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence about something that went wrong."""
        self._label.setText(sentence)
        self._colour()
        self.setVisible(bool(sentence))

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        background, ink = theme_of(self).close_chip
        style = f"Banner {{ background: {background}; }} QLabel, QToolButton {{ color: {ink}; }}"
        if style != self.styleSheet():
            self.setStyleSheet(style)
