"""The question whether a page of another site may come in, under the bar of a server while its handshake waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from wsgui.session.visits import question_text, who_text
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from wsgui.protocol.visitors import Visitor

_GAP: Final = 4
"""Pixels between the bar and the filter below it."""
SETTLING_MS: Final = 600
"""For so long a new question takes no click: it may have come where somebody was about to click anyway."""


@guarded
class VisitorBar(QWidget):
    """`ask` shows the first of some visitors. Emits ``answered(visitor, let_in)``. It never takes the focus."""

    answered = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visitor: Visitor | None = None
        self._rest: list[Visitor] = []
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setAccessibleName("Who wants to come in")
        self.let_in = QPushButton("Let In")
        self.let_in.setToolTip("Let it in now and whenever it comes; Options, Other sites lists it")
        self.let_in.clicked.connect(lambda: self._answer(let_in=True))
        self.refuse = QPushButton("Refuse")
        self.refuse.setToolTip("Answer 403 now and whenever it comes; Options, Other sites lists it")
        self.refuse.clicked.connect(lambda: self._answer(let_in=False))
        self.refuse_all = QPushButton("Refuse All")
        self.refuse_all.setToolTip("Answer 403 to all who wait")
        self.refuse_all.clicked.connect(self._refuse_all)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLING_MS)
        self._settling.timeout.connect(lambda: self._enable(yes=True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4 + _GAP)
        layout.setSpacing(8)
        layout.addWidget(self.label, 1)
        for button in (self.let_in, self.refuse, self.refuse_all):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(button)
        self.hide()

    def ask(self, questions: dict[Visitor, int], behaviour: str) -> None:
        """Ask about the first of ``questions``, each with how many connections wait; hide if there is none."""
        if not questions:
            self._visitor = None
            self.hide()
            return
        visitors = list(questions)
        visitor = self._visitor if self._visitor in questions else visitors[0]
        self._rest = [one for one in visitors if one != visitor]
        if visitor != self._visitor:
            self._visitor = visitor
            self._enable(yes=False)
            self._settling.start()
        text = question_text(visitor, questions[visitor], len(self._rest), behaviour)
        if self.label.text() != text:
            self.label.setText(text)
            set_plain_tip(self.label, who_text(visitor, whole=True))
        self.refuse_all.setVisible(bool(self._rest))
        self._colour()
        self.show()

    def _enable(self, *, yes: bool) -> None:
        for button in (self.let_in, self.refuse, self.refuse_all):
            button.setEnabled(yes)

    def _answer(self, *, let_in: bool) -> None:
        if self._visitor is not None:
            self.answered.emit(self._visitor, let_in)

    def _refuse_all(self) -> None:
        rest = self._rest
        self._answer(let_in=False)
        for visitor in rest:
            self.answered.emit(visitor, False)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        style = f"color: {theme_of(self).ping_chip[1]}"
        if self.label.styleSheet() != style:
            self.label.setStyleSheet(style)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A coloured ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(0, 0, 0, -_GAP), colour(theme_of(self).ping_chip[0]))
        painter.end()
