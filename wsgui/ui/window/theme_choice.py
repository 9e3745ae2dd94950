"""Light, dark, high contrast, or as the system is set: actions of the menu, and a setting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wsgui.ui.window.appearance import CHOICES

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.window.actions import Actions
    from wsgui.ui.window.appearance import Appearance
    from wsgui.ui.window.settings import Settings


class ThemeChoice:
    """Keeps in ``settings`` what ``appearance`` was told."""

    def __init__(self, appearance: Appearance, settings: Settings) -> None:
        self._appearance, self._settings = appearance, settings

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {f"theme-{choice}": partial(self._chosen, choice) for choice in CHOICES}

    def use(self, actions: Actions) -> None:
        """The actions are made: show in them what is chosen."""
        actions[f"theme-{self._appearance.choice}"].setChecked(True)

    def _chosen(self, choice: str, on: bool) -> None:
        if on:
            self._appearance.choose(choice)
            self._settings.keep("theme", choice)
