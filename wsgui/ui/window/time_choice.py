"""How times are shown, in every tab alike: four actions of the menu, and a setting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wsgui.ui.view.frames.times import TimeMode
from wsgui.ui.view.time_display import TIME_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.window.actions import Actions
    from wsgui.ui.window.settings import Settings


class TimeChoice:
    """``tabs()`` are all that are open."""

    def __init__(self, tabs: Callable[[], Sequence[SessionTab]], settings: Settings) -> None:
        self._tabs, self._settings = tabs, settings
        self._actions: Actions | None = None
        self._mode = next((mode for mode in TimeMode if mode.value == settings.text(TIME_KEY)), TimeMode.CLOCK)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {f"time-{mode.value}": partial(self._chosen, mode) for mode in TimeMode}

    def use(self, actions: Actions) -> None:
        """The actions are made: show in them what is chosen."""
        self._actions = actions
        actions[f"time-{self._mode.value}"].setChecked(True)

    def equip(self, tab: SessionTab) -> None:
        """A new tab shows times as the others do, and its menus choose for all."""
        tab.times.on_chosen = self.choose
        tab.times.show_times(self._mode)

    def choose(self, mode: TimeMode) -> None:
        """Show times in another way, in every tab."""
        if self._actions is not None:
            self._actions[f"time-{mode.value}"].setChecked(True)

    def _chosen(self, mode: TimeMode, on: bool) -> None:
        if on:
            self._mode = mode
            self._settings.keep(TIME_KEY, mode.value)
            for tab in self._tabs():
                tab.times.show_times(mode)
