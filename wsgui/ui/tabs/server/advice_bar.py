"""How to trust the certificate that wsgui made for a server, shown while it listens; the path can be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from wsgui.ui.widgets.sentence_label import SentenceLabel


class AdviceBar(QWidget):
    """`show_advice` shows it; the person can put it away until the next start."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._away = False
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setAccessibleName("How to trust this server")
        self.copy = QPushButton("Copy Path")
        self.copy.setToolTip("Copy the path of the authority's file")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._path))
        self.away = QToolButton()
        self.away.setText("✕")
        self.away.setAutoRaise(True)
        self.away.setToolTip("Put this away")
        self.away.setAccessibleName("Put the advice away")
        self.away.clicked.connect(self._put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self.label, 1)
        row.addWidget(self.copy)
        row.addWidget(self.away)
        self.hide()

    def show_advice(self, advice: str, path: str) -> None:
        """Show how to trust the authority in the file ``path``; nothing for an empty advice."""
        if not advice:
            self._away = False
        self._path = path
        if self.label.text() != advice:
            self.label.setText(advice)
        self.setVisible(bool(advice) and not self._away)

    def _put_away(self) -> None:
        self._away = True
        self.hide()
