"""The panel of the lessons: which one, one step of it at a time, what is to be done in it and what is done already."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from wsgui.ui.learn.lesson import Lesson, LessonStep

_TICK, _HALF, _OPEN = "✓", "◐", "○"


class LessonPanel(QWidget):
    """Emits ``left()`` when the person puts it away, ``stage_wanted()`` for the button that opens the lesson's
    playground, ``task_wanted(task)`` for the button that puts a task's text into the composer, ``lesson_chosen(name)``
    for another lesson, and ``step_chosen(place)`` for another step of it."""

    left = Signal()
    stage_wanted = Signal()
    task_wanted = Signal(object)
    lesson_chosen = Signal(str)
    step_chosen = Signal(int)

    def __init__(self, lessons: Sequence[Lesson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lessons = list(lessons)
        self.lesson = self.lessons[0]
        self.place = 0
        self._done: AbstractSet[str] = frozenset()
        self.choice = QComboBox()
        self.choice.setAccessibleName("Lesson")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(12)
        for lesson in self.lessons:
            self.choice.addItem(lesson.title, lesson.name)
            self.choice.setItemData(self.choice.count() - 1, lesson.about, Qt.ItemDataRole.ToolTipRole)
        self.choice.activated.connect(lambda _: self.lesson_chosen.emit(self.choice.currentData()))
        self.about = TintedLabel("dim")
        self.progress = TintedLabel("dim")
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.text = SentenceLabel()
        self.text.setWordWrap(True)
        self.tasks = QVBoxLayout()
        self._labels: list[TintedLabel] = []
        self.texts: dict[str, QPushButton] = {}
        """The buttons that put a text into the composer, by the names of their tasks."""
        self.tasks.setSpacing(4)
        self.begin = QPushButton("Open the Playgro&und")
        self.begin.setToolTip("Start this lesson's server on this machine, and a client that is connected to it")
        self.begin.clicked.connect(self.stage_wanted)
        self.back = QPushButton("Bac&k")
        self.back.setToolTip("The step before")
        self.back.clicked.connect(lambda: self._turn(-1))
        self.on = QPushButton("&Next")
        self.on.clicked.connect(lambda: self._turn(1))
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        for widget in (self.title, self.text):
            column.addWidget(widget)
        column.addLayout(self.tasks)
        column.addWidget(self.begin)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.area.setAccessibleName("Step of the lesson")
        below = QHBoxLayout()
        below.addWidget(self.back)
        below.addWidget(self.on)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 6, 6, 6)
        whole.setSpacing(6)
        whole.addWidget(self.choice)
        whole.addWidget(self.about)
        whole.addWidget(self.progress)
        whole.addWidget(self.area, 1)
        whole.addLayout(below)

    @property
    def step(self) -> LessonStep:
        """The step that is shown."""
        return self.lesson.steps[self.place]

    @property
    def said(self) -> list[str]:
        """The tasks as they are shown, with a tick or a circle in front."""
        return [f"{_TICK if task.name in self._done else _OPEN} {task.say}" for task in self.step.tasks]

    def show_lesson(self, lesson: Lesson, place: int, done: AbstractSet[str]) -> None:
        """Show a step of a lesson in which ``done`` has been done."""
        self.lesson = lesson
        self.choice.setCurrentIndex(self.choice.findData(lesson.name))
        self.about.setText(lesson.about)
        self._done = frozenset(done)
        self._show_step(place)

    def show_done(self, done: AbstractSet[str]) -> None:
        """Show what has been done."""
        self._done = frozenset(done)
        self._show_tasks()

    def show_ready(self, yes: bool) -> None:
        """Whether there is a client to work with: else the playground is offered in every step."""
        self.begin.setVisible(self.place == 0 or not yes)

    def mark(self, name: str, done: int, of: int) -> None:
        """Mark a lesson in the list as done or begun."""
        at = self.choice.findData(name)
        lesson = self.lessons[at]
        mark = f"{_TICK} " if done >= of else f"{_HALF} " if done else ""
        self.choice.setItemText(at, f"{mark}{lesson.title}")

    def _show_step(self, place: int) -> None:
        self.place = place
        self.title.setText(self.step.title)
        self.text.setText(self.step.text)
        self.back.setEnabled(place > 0)
        last, end = place == len(self.lesson.steps) - 1, self.lesson is self.lessons[-1]
        self.on.setText("&Next" if not last else "Finish" if end else "&Next Lesson")
        self.on.setToolTip("The next step" if not last else "Put the lessons away" if end else "Begin the next lesson")
        while (item := self.tasks.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._labels.clear()
        self.texts.clear()
        for task in self.step.tasks:
            label = TintedLabel("text")
            self._labels.append(label)
            self.tasks.addWidget(label)
            if task.text:
                button = self.texts[task.name] = QPushButton("Put It into the Composer")
                set_plain_tip(button, task.text)
                button.clicked.connect(partial(self.task_wanted.emit, task))
                self.tasks.addWidget(button)
        self.area.verticalScrollBar().setValue(0)
        self._show_tasks()

    def _show_tasks(self) -> None:
        for label, task, text in zip(self._labels, self.step.tasks, self.said, strict=True):
            done = task.name in self._done
            label.setText(text)
            label.set_tone("good" if done else "text")
            label.setAccessibleName(f"{task.say}: {'done' if done else 'to do'}")
            if task.name in self.texts:
                self.texts[task.name].setVisible(not done)
        steps = self.lesson.steps
        finished = sum(all(task.name in self._done for task in step.tasks) for step in steps)
        self.progress.setText(f"Step {self.place + 1} of {len(steps)} · {finished} done")
        self.on.setDefault(all(task.name in self._done for task in self.step.tasks))
        self.mark(self.lesson.name, sum(task.name in self._done for task in self.lesson.tasks), len(self.lesson.tasks))

    def _turn(self, by: int) -> None:
        place = self.place + by
        if place < len(self.lesson.steps):
            self._show_step(place)
            self.step_chosen.emit(place)
        elif self.lesson is self.lessons[-1]:
            self.left.emit()
        else:
            self.lesson_chosen.emit(self.lessons[self.lessons.index(self.lesson) + 1].name)
