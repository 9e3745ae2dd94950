"""The panel of the tour: one step at a time, with what is to be done in it and what is done already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from wsgui.ui.learn.steps import TOUR
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from wsgui.ui.learn.steps import Deed, TourStep


class TourPanel(QWidget):
    """Emits ``left()`` when the person puts it away, ``action_wanted(id)`` for the button that begins a step, and
    ``step_chosen(place)`` when another step is shown."""

    left = Signal()
    action_wanted = Signal(str)
    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = 0
        self._done: AbstractSet[Deed] = frozenset()
        self.setMinimumWidth(230)
        self.progress = TintedLabel("dim")
        self.away = QToolButton()
        self.away.setText("✕")
        self.away.setAutoRaise(True)
        self.away.setToolTip("Leave the tour; Help > Tour goes on with it")
        self.away.setAccessibleName("Leave the tour")
        self.away.clicked.connect(self.left)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.text = SentenceLabel()
        self.text.setWordWrap(True)
        self.goals = QVBoxLayout()
        self.goals.setSpacing(4)
        self.begin = QPushButton()
        self.begin.clicked.connect(lambda: self.action_wanted.emit(self.step.action))
        self.back = QPushButton("Back")
        self.back.setToolTip("The step before")
        self.back.clicked.connect(lambda: self._turn(-1))
        self.on = QPushButton("Next")
        self.on.clicked.connect(lambda: self._turn(1))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        for widget in (self.title, self.text):
            column.addWidget(widget)
        column.addLayout(self.goals)
        column.addWidget(self.begin)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName("Step of the tour")
        top = QHBoxLayout()
        top.addWidget(self.progress, 1)
        top.addWidget(self.away)
        below = QHBoxLayout()
        below.addWidget(self.back)
        below.addWidget(self.on)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 4, 4, 6)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(area, 1)
        whole.addLayout(below)
        self.show_step(0)

    @property
    def step(self) -> TourStep:
        """The step that is shown."""
        return TOUR[self._place]

    def show_step(self, place: int) -> None:
        """Show a step."""
        self._place = place
        self.title.setText(self.step.title)
        self.text.setText(self.step.text)
        self.begin.setText(self.step.label)
        self.back.setEnabled(place > 0)
        last = place == len(TOUR) - 1
        self.on.setText("Finish" if last else "Next")
        self.on.setToolTip("Leave the tour" if last else "The next step")
        while (item := self.goals.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for _ in self.step.goals:
            label = TintedLabel("text")
            label.setWordWrap(True)
            self.goals.addWidget(label)
        self._show_goals()

    def show_done(self, done: AbstractSet[Deed]) -> None:
        """Show what has been done."""
        self._done = frozenset(done)
        self._show_goals()

    @property
    def said(self) -> list[str]:
        """The goals as they are shown, with a tick or a circle in front."""
        return [f"{'✓' if goal.deed in self._done else '○'} {goal.sentence}" for goal in self.step.goals]

    def _show_goals(self) -> None:
        for place, (goal, text) in enumerate(zip(self.step.goals, self.said, strict=True)):
            item = self.goals.itemAt(place)
            label = None if item is None else item.widget()
            if isinstance(label, TintedLabel):
                label.setText(text)
                label.set_tone("good" if goal.deed in self._done else "text")
                label.setAccessibleName(f"{goal.sentence}: {'done' if goal.deed in self._done else 'to do'}")
        finished = sum(all(goal.deed in self._done for goal in step.goals) for step in TOUR)
        self.progress.setText(f"Tour · step {self._place + 1} of {len(TOUR)} · {finished} done")
        whole = all(goal.deed in self._done for goal in self.step.goals)
        self.on.setDefault(whole)
        self.begin.setVisible(bool(self.step.action) and not whole)

    def _turn(self, by: int) -> None:
        place = self._place + by
        if place == len(TOUR):
            self.left.emit()
            return
        self.show_step(place)
        self.step_chosen.emit(place)
