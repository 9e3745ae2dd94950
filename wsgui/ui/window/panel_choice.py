"""The actions of the panels: shown or hidden, arranged, gone to; and what is kept of them between starts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from wsgui.ui.panels.arrangement import ARRANGEMENTS
from wsgui.ui.panels.table import INSPECTOR, PANELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.panels.docks import PanelDocks
    from wsgui.ui.window.actions import Actions
    from wsgui.ui.window.settings import Settings


class PanelChoice:
    """Of the panels ``docks``."""

    def __init__(self, docks: PanelDocks) -> None:
        self._docks = docks

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        docks = self._docks
        return {
            **{f"panel-{row.name}": partial(docks.set_shown, row.name) for row in PANELS},
            **{f"arrange-{name}": partial(docks.arrange, name) for name in ARRANGEMENTS},
            "reset-arrangement": docks.reset,
            "next-panel": partial(docks.turn, 1),
            "previous-panel": partial(docks.turn, -1),
            "inspector": partial(docks.go_to, INSPECTOR),
            "move-panel": docks.ask_place,
        }

    def use(self, actions: Actions) -> None:
        """The actions are made: show in them what is seen."""

        def look() -> None:
            for row in PANELS:
                actions[f"panel-{row.name}"].setChecked(self._docks.wants(row.name))

        self._docks.shown_changed.connect(look)
        look()

    def restore(self, settings: Settings) -> None:
        """Put the panels where they were."""
        states = {name: bytes(settings.layout(f"panels/{name}").data()) for name in ARRANGEMENTS}
        self._docks.restore(settings.text("panels/arrangement"), states)

    def keep(self, settings: Settings) -> None:
        """Remember where they are."""
        settings.keep("panels/arrangement", self._docks.arrangement)
        for name, state in self._docks.states().items():
            settings.keep(f"panels/{name}", QByteArray(state))
