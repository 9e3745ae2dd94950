"""The actions that look something up in the tab in front: one table from action to method."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wsgui.ui.view.frames.times import TimeMode
from wsgui.ui.view.tools import TIME_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.actions import Actions
    from wsgui.ui.window.settings import Settings


class FrontActions:
    """``front()`` is the tab that the actions work in; without one they do nothing. ``tabs()`` are all."""

    def __init__(
        self,
        front: Callable[[], SessionTab | None],
        tabs: Callable[[], Sequence[SessionTab]],
        settings: Settings,
    ) -> None:
        self._front, self._tabs, self._settings = front, tabs, settings
        self._actions: Actions | None = None
        self._mode = next((mode for mode in TimeMode if mode.value == settings.text(TIME_KEY)), TimeMode.CLOCK)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {
            "find": self._in_front(lambda tab: tab.find_control.start()),
            "find-next": self._in_front(lambda tab: tab.find_control.find()),
            "find-previous": self._in_front(lambda tab: tab.find_control.find(backward=True)),
            "bookmark": self._in_front(lambda tab: tab.note_control.toggle()),
            "note": self._in_front(lambda tab: tab.note_control.edit()),
            "next-mark": self._in_front(lambda tab: tab.note_control.go()),
            "previous-mark": self._in_front(lambda tab: tab.note_control.go(backward=True)),
            "marks": self._in_front(lambda tab: tab.note_control.show_list()),
            "go-to": self._in_front(lambda tab: tab.tools.ask_place()),
            "mark-time": self._in_front(lambda tab: tab.tools.mark()),
            "compare": self._in_front(lambda tab: tab.tools.compare_selected()),
            "statistics": self._in_front(lambda tab: tab.tools.show_statistics()),
            **{f"time-{mode.value}": partial(self._time_chosen, mode) for mode in TimeMode},
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the actions that need a tab."""
        return tuple(name for name in self.handlers() if not name.startswith("time-"))

    def use(self, actions: Actions) -> None:
        """The actions are made: show in them what is chosen."""
        self._actions = actions
        actions[f"time-{self._mode.value}"].setChecked(True)

    def equip(self, tab: SessionTab, ask: Questions) -> None:
        """Give a new tab what it needs of the window."""
        tab.note_control.ask = ask
        tab.tools.equip(self._settings, ask)
        tab.tools.on_time_mode = self.show_times
        tab.tools.show_times(self._mode)

    def show_times(self, mode: TimeMode) -> None:
        """Show time in another way, in every tab."""
        if self._actions is not None:
            self._actions[f"time-{mode.value}"].setChecked(True)

    def _time_chosen(self, mode: TimeMode, on: bool) -> None:
        if on:
            self._mode = mode
            self._settings.keep(TIME_KEY, mode.value)
            for tab in self._tabs():
                tab.tools.show_times(mode)

    def _in_front(self, call: Callable[[SessionTab], object]) -> Callable[[], None]:
        def run() -> None:
            tab = self._front()
            if tab is not None:
                call(tab)

        return run
