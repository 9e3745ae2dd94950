"""The lessons in a window: begun, watched, left, and gone on with where each was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.protocol.opcodes import Opcode
from wsgui.ui.panels.docks import LEARN_WIDTH
from wsgui.ui.panels.table import LEARN

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.tasks import TaskOwner
    from wsgui.ui.learn.lesson import Lesson, LessonTask, Stage
    from wsgui.ui.learn.panel import LessonPanel
    from wsgui.ui.learn.watcher import Watcher
    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.shell import Shell

_LAST: Final = "lessons/last"
_TOUR: Final = "tour"


class Lessons:
    """Of one window. ``holder`` is what the dock shows; what is in it is made when it is wanted. ``open_stage(stage)``
    opens the playground of a lesson."""

    def __init__(
        self, window: Shell, settings: Settings, tasks: TaskOwner, open_stage: Callable[[Stage], object]
    ) -> None:
        self._window, self._settings, self._tasks, self._open_stage = window, settings, tasks, open_stage
        self.holder = QWidget()
        self.holder.setMinimumWidth(240)
        self._column = QVBoxLayout(self.holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.panel: LessonPanel | None = None
        self._watcher: Watcher | None = None
        self._shown: frozenset[str] = frozenset()

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {"tour": lambda: self._open(_TOUR), "lessons": self._open}

    def _open(self, name: str = "") -> None:
        self.start(name)
        self._window.panels.go_to(LEARN)

    @property
    def is_open(self) -> bool:
        """Whether the panel is in view."""
        return self.panel is not None and self.holder.isVisible()

    def start(self, name: str = "") -> None:
        """Open a lesson, or the one that was open last, at the step where it was left; one that was finished begins
        anew."""
        panel = self._made()
        lessons = {lesson.name: lesson for lesson in panel.lessons}
        lesson = lessons.get(name or self._settings.text(_LAST)) or panel.lessons[0]
        done, place = self._kept(lesson)
        if done.issuperset(task.name for task in lesson.tasks):
            done, place = set(), 0
        self._begin(lesson, place, done)
        self._window.panels.show(LEARN)
        self._window.panels.widen(LEARN, LEARN_WIDTH)

    def leave(self) -> None:
        """Put it away; how far it came is kept."""
        self._window.panels.hide(LEARN)

    def look(self) -> None:
        """Look at what has been done; once the dock is shown, whoever asked for it."""
        if not self.holder.isVisible():
            return
        if self.panel is None or self._watcher is None:
            self.start()
            return
        tabs = self._window.all_tabs()
        self._watcher.look(tabs)
        self.panel.show_ready(any(tab.live for tab in tabs))
        if self._watcher.done != self._shown:
            self._shown = frozenset(self._watcher.done)
            self.panel.show_done(self._shown)
            self._keep()

    def close(self) -> None:
        """Look for nothing any more."""
        if self._watcher is not None:
            self._watcher.close()

    def _made(self) -> LessonPanel:
        if self.panel is None:
            from wsgui.ui.learn.lesson import all_lessons
            from wsgui.ui.learn.panel import LessonPanel

            panel = self.panel = LessonPanel(list(all_lessons().values()))
            panel.left.connect(self.leave)
            panel.stage_wanted.connect(lambda: self._open_stage(panel.lesson.stage))
            panel.task_wanted.connect(self._compose)
            panel.lesson_chosen.connect(self.start)
            panel.step_chosen.connect(self._step_chosen)
            for lesson in panel.lessons:
                panel.mark(lesson.name, len(self._kept(lesson)[0]), len(lesson.tasks))
            self._column.addWidget(panel)
        return self.panel

    def _begin(self, lesson: Lesson, place: int, done: set[str]) -> None:
        from wsgui.ui.learn.watcher import Watcher

        self.close()
        self._watcher = Watcher(self._tasks, done, self._window.all_tabs())
        self._shown = frozenset(done)
        panel = self._made()
        panel.show_lesson(lesson, place, self._shown)
        self._watcher.show_step(panel.step)
        self._settings.keep(_LAST, lesson.name)
        self._keep()

    def _compose(self, task: LessonTask) -> None:
        """Put the text of a task into the composer of the tab in front, or of the newest one that it is for."""
        from wsgui.ui.tabs.live_tab import LiveTab

        front = self._window.front
        tabs = [tab for tab in (*self._window.all_tabs(), front) if isinstance(tab, LiveTab)]
        for tab in reversed(tabs):
            if task.role in (None, tab.running.role):
                self._window.bring_to_front(tab)
                tab.composer.compose(Opcode.TEXT, task.text.encode())
                tab.focus_composer()
                return

    def _step_chosen(self, _: int) -> None:
        if self.panel is not None and self._watcher is not None:
            self._watcher.show_step(self.panel.step)
            self._keep()

    def _kept(self, lesson: Lesson) -> tuple[set[str], int]:
        """What was done of a lesson, and the step where it was left. The file may have been edited by hand, and the
        lesson changed."""
        named = set(self._settings.text(f"lessons/{lesson.name}-done").split(","))
        done = {task.name for task in lesson.tasks if task.name in named}
        return done, self._settings.number(f"lessons/{lesson.name}-step", 0, 0, len(lesson.steps) - 1)

    def _keep(self) -> None:
        if self.panel is not None:
            name = self.panel.lesson.name
            self._settings.keep(f"lessons/{name}-step", self.panel.place)
            self._settings.keep(f"lessons/{name}-done", ",".join(sorted(self._shown)))
