"""The tour in a window: opened, watched, left, and gone on with where it was left."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wsgui.ui.learn.panel import TourPanel
from wsgui.ui.learn.steps import TOUR, Deed
from wsgui.ui.learn.watcher import Watcher
from wsgui.ui.panels.table import SESSIONS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSplitter

    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.shell import Shell

_STEP: Final = "tour/step"
_DONE: Final = "tour/done"
_WIDTH: Final = 260
"""Pixels of the column at the left while the panel stands in it."""


class Tour:
    """Of one window. The panel stands at the top of ``left``, the column at the left; it is made when it is wanted."""

    def __init__(self, window: Shell, left: QSplitter, settings: Settings) -> None:
        self._window, self._left, self._settings = window, left, settings
        self.panel: TourPanel | None = None
        self._watcher = Watcher()
        self._shown: frozenset[Deed] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether the panel is in view."""
        return self.panel is not None and not self.panel.isHidden()

    def start(self) -> None:
        """Open it at the step where it was left; one that was finished begins anew."""
        done: set[Deed] = set()
        for name in self._settings.text(_DONE).split(","):
            with suppress(ValueError):
                done.add(Deed(name))
        place = self._settings.number(_STEP, 0, 0, len(TOUR) - 1)
        if done.issuperset(goal.deed for step in TOUR for goal in step.goals):
            done, place = set(), 0
        self._watcher = Watcher(done, self._window.all_tabs())
        if self.panel is None:
            self.panel = TourPanel()
            self.panel.left.connect(self.leave)
            self.panel.action_wanted.connect(lambda name: self._window.actions_[name].trigger())
            self.panel.step_chosen.connect(lambda _: self._keep())
            self._left.insertWidget(0, self.panel)
            self._left.setStretchFactor(0, 2)
        self.panel.show_step(place)
        self.panel.show_done(done)
        self._shown = frozenset(done)
        self.panel.show()
        self._window.panels.show(SESSIONS)
        self._window.panels.widen(SESSIONS, _WIDTH)
        heights = sum(self._left.sizes())
        self._left.setSizes([heights // 2, heights // 4, heights // 4])

    def leave(self) -> None:
        """Put it away, and keep how far it came."""
        self._keep()
        if self.panel is not None:
            self.panel.hide()

    def look(self) -> None:
        """Look at what has been done."""
        if self.panel is None or not self.is_open:
            return
        self._watcher.look(self._window.all_tabs())
        if self._watcher.done != self._shown:
            self._shown = frozenset(self._watcher.done)
            self.panel.show_done(self._shown)
            self._keep()

    def _keep(self) -> None:
        if self.panel is not None:
            self._settings.keep(_STEP, TOUR.index(self.panel.step))
            self._settings.keep(_DONE, ",".join(sorted(one.value for one in self._shown)))
