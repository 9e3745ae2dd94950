"""What a person has done, as it can be seen of the tabs and of what they have recorded."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from wsgui.capture.errors import CaptureError
from wsgui.session.snapshot import Light
from wsgui.ui.tabs.live_tab import LiveTab

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wsgui.capture.row_set import RowSet
    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.row_finder import RowFinder
    from wsgui.ui.learn.lesson import LessonStep, LessonTask
    from wsgui.ui.tabs.session_tab import SessionTab


class Watcher:
    """`look` gathers in `done` the names of the tasks of a step that have been done; ``tabs`` are those that are open
    when a lesson is begun, and what they have recorded until then does not count."""

    def __init__(self, tasks: TaskOwner, done: Iterable[str] = (), tabs: Iterable[SessionTab] = ()) -> None:
        self.done = set(done)
        self._tasks = tasks
        self._before = {tab: tab.session.recorder.committed for tab in tabs}
        self._step: LessonStep | None = None
        self._searches: dict[tuple[str, SessionTab], _Search] = {}

    def show_step(self, step: LessonStep) -> None:
        """Look for what this step has to be done in."""
        self.close()
        self._step = step

    def close(self) -> None:
        """Look for nothing more."""
        for search in self._searches.values():
            search.close()
        self._searches.clear()
        self._step = None

    def look(self, tabs: Iterable[SessionTab]) -> None:
        """Look at the tabs of the window; two of them are in view where it is split."""
        tabs = list(tabs)
        for gone in [key for key in self._searches if key[1] not in tabs]:
            self._searches.pop(gone).close()
        for task in self._step.tasks if self._step else ():
            if task.name not in self.done and any(self._is_done(task, tab) for tab in tabs):
                self.done.add(task.name)
                for ended in [key for key in self._searches if key[0] == task.name]:
                    self._searches.pop(ended).close()

    def _is_done(self, task: LessonTask, tab: SessionTab) -> bool:
        if not isinstance(tab, LiveTab) or task.role not in (None, tab.running.role):
            return False
        if task.running and tab.session.snapshot().light is not Light.GOOD:
            return False
        if (task.chosen or task.pane or task.filtered) and not tab.isVisible():
            return False
        if task.filtered and tab.view.filter is None:
            return False
        if task.pane and tab.inspector.tabs.currentWidget() is not getattr(tab.inspector, task.pane):
            return False
        return task.rows is None or self._are_there(task, tab)

    def _are_there(self, task: LessonTask, tab: SessionTab) -> bool:
        search = self._searches.get((task.name, tab))
        if search is None:
            search = self._searches[task.name, tab] = _Search(task, tab, self._tasks, self._before.get(tab, 0))
        search.finder.grow(tab.session.recorder.committed)
        if not task.chosen:
            return search.count >= task.times
        chosen = _chosen(tab)
        return chosen is not None and any(chosen in ids for ids in search.found)


class _Search:
    """The rows of a tab that a task asks for, found beside the window as the capture grows."""

    def __init__(self, task: LessonTask, tab: SessionTab, tasks: TaskOwner, before: int) -> None:
        from wsgui.session.row_finder import RowFinder

        self.found: list[RowSet] = []
        self.count = 0
        self._before = before
        self.finder: RowFinder = RowFinder(tab.session.recorder.path, tasks, self._take, lambda _: None)
        self.finder.find(task.rows, None, 0)

    def _take(self, ids: RowSet, _: int) -> None:
        if len(ids):
            self.found.append(ids)
            self.count += len(ids) - bisect_right(ids, self._before)

    def close(self) -> None:
        """Stop."""
        self.finder.close()


def _chosen(tab: SessionTab) -> int | None:
    """The row that is selected, by its number."""
    if not tab.table.selectionModel().hasSelection():
        return None
    try:
        row = tab.model.row(tab.table.currentIndex().row())
    except CaptureError:  # the tab says so itself
        return None
    return None if row is None else row.id
