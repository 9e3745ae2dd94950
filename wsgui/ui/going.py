"""The actions that look something up in the tab in front: one table from action to method."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.ask import Ask
    from wsgui.ui.session_tab import SessionTab
    from wsgui.ui.settings import Settings


class Going:
    """``front()`` is the tab that the actions work in; without one they do nothing."""

    def __init__(self, front: Callable[[], SessionTab | None]) -> None:
        self._front = front

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action, by its id."""
        return {
            "find": self._in_front(lambda tab: tab.finding.start()),
            "find-next": self._in_front(lambda tab: tab.finding.find()),
            "find-previous": self._in_front(lambda tab: tab.finding.find(backward=True)),
            "bookmark": self._in_front(lambda tab: tab.noting.toggle()),
            "note": self._in_front(lambda tab: tab.noting.edit()),
            "next-mark": self._in_front(lambda tab: tab.noting.go()),
            "previous-mark": self._in_front(lambda tab: tab.noting.go(backward=True)),
            "marks": self._in_front(lambda tab: tab.noting.show_list()),
        }

    def equip(self, tab: SessionTab, settings: Settings, ask: Ask) -> None:
        """Give a new tab what it needs of the window."""
        tab.noting.ask = ask

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the actions, which need a tab."""
        return tuple(self.handlers())

    def _in_front(self, call: Callable[[SessionTab], object]) -> Callable[[], None]:
        def run() -> None:
            tab = self._front()
            if tab is not None:
                call(tab)

        return run
