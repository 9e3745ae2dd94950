from __future__ import annotations

import asyncio
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from wsgui.session.kinds import KINDS
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.tabs.kinds import TABS
from wsgui.ui.tabs.server.server_tab import ServerTab
from wsgui.ui.window.actions import ACTIONS, LOCAL_KEYS, NEEDS, SUBMENU, Actions
from wsgui.ui.window.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from wsgui.ui.tabs.live_tab import LiveTab


def test_every_row_says_what_it_does() -> None:
    for row in ACTIONS:
        assert row.tip, row.id
        assert row.text.replace("&", ""), row.id
        assert "&" in row.text, f"{row.id} has no mnemonic"
        assert not row.tip.endswith("."), row.id


def test_ids_and_shortcuts_are_given_once() -> None:
    ids = Counter(row.name for row in ACTIONS)
    assert [one for one, count in ids.items() if count > 1] == []
    keys = Counter(row.shortcut for row in ACTIONS if row.shortcut)
    assert [one for one, count in keys.items() if count > 1] == []
    assert not {one.keys for one in LOCAL_KEYS if one.everywhere} & set(keys)


def test_every_shortcut_can_be_typed() -> None:
    for row in ACTIONS:
        if row.shortcut:
            keys = QKeySequence.fromString(row.shortcut)
            assert keys.count() == 1, row.id
            assert keys.toString() == row.shortcut


def test_mnemonics_are_not_given_twice_in_a_menu() -> None:
    seen = Counter((row.menu, row.text[row.text.index("&") + 1].lower()) for row in ACTIONS)
    assert [one for one, count in seen.items() if count > 1] == []
    menus = list(dict.fromkeys(row.menu for row in ACTIONS if row.menu != SUBMENU))
    assert len({menu[menu.index("&") + 1].lower() for menu in menus}) == len(menus)


@pytest.fixture
def called() -> list[tuple[object, ...]]:
    return []


def recorder(called: list[tuple[object, ...]], path: str) -> Any:
    """What notes that it was called, under this path; its parts do so under theirs."""

    class Part:
        def __getattr__(self, one: str) -> Any:
            return recorder(called, f"{path}.{one}" if path else one)

        def __call__(self, *state: object) -> None:
            called.append((path, *state))

        def __bool__(self) -> bool:
            return False

    return Part()


class Front:
    """A tab in front that offers something and notes what is called."""

    def __init__(self, called: list[tuple[object, ...]], *offers: str) -> None:
        self.offers = frozenset(offers)
        self._called = called

    def __getattr__(self, one: str) -> Any:
        return recorder(self._called, one)


def make(
    qtbot: QtBot, called: list[tuple[object, ...]], front: Callable[[], Any] = lambda: None
) -> tuple[QMainWindow, Actions]:
    window = QMainWindow()
    qtbot.addWidget(window)

    def handler(one: str) -> Callable[..., object]:
        return lambda *state: called.append((one, *state))

    return window, Actions(window, front, {row.name: handler(row.name) for row in ACTIONS if not row.front})


def test_each_action_calls_its_handler_or_the_tab_in_front(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    front = Front(called, *{row.needs for row in ACTIONS})
    _, actions = make(qtbot, called, lambda: front)
    for row in ACTIONS:
        called.clear()
        action = actions[row.name]
        if row.group and action.isChecked():
            continue
        action.trigger()
        name = row.front or row.name
        assert ((name, True) if row.checkable else (name,)) in called, row.name


def test_what_the_tab_in_front_does_not_offer_is_not_called(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    fronts: list[Any] = [None]
    _, actions = make(qtbot, called, lambda: fronts[0])
    actions.show_front()
    assert {row.name for row in ACTIONS if actions[row.name].isEnabled()} == {
        row.name for row in ACTIONS if not row.needs
    }
    fronts[0] = Front(called, "tab")
    actions.show_front()
    assert actions["find"].isEnabled()
    assert not actions["connect"].isEnabled()
    actions["follow"].toggle()
    assert called == []


@pytest.mark.parametrize("kind", [ClientTab, ServerTab])
def test_what_a_row_calls_and_shows_is_there(kind: type[LiveTab], qtbot: QtBot, tmp_path: Path) -> None:
    async def look() -> None:
        session = KINDS[{ClientTab: "client", ServerTab: "server"}[kind]].make("s", tmp_path)
        tab = TABS[session.kind](session, Settings(tmp_path / "settings.ini"))
        qtbot.addWidget(tab)
        offered = tab.offers | {"repeating"}
        for row in ACTIONS:
            if row.needs in offered:
                for path in filter(None, (row.front, row.shows)):
                    attrgetter(path)(tab)
        tab.close_reader()
        await session.close()

    asyncio.run(look())


def test_a_row_without_a_handler_is_found_at_once(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(KeyError, match="playground"):
        Actions(window, lambda: None, {})


def test_menus_come_in_the_tables_order_with_tips(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    window, actions = make(qtbot, called)
    menus = actions.fill(window.menuBar())
    assert list(menus) == ["&File", "&Session", "&Go", "&View", SUBMENU, "&Help"]
    for title, menu in menus.items():
        assert menu.toolTipsVisible()
        wanted = [row.name for row in ACTIONS if row.menu == title]
        shown = [action for action in menu.actions() if not action.isSeparator() and action.menu() is None]
        assert shown == [actions[one] for one in wanted]
    disconnect = actions["disconnect"]
    assert disconnect.toolTip() == "Close with code 1000, or stop this server (Ctrl+D)"
    assert disconnect.statusTip() == "Close with code 1000, or stop this server"
    assert actions["about"].toolTip() == "Version and licence"


def test_one_theme_is_chosen_of_three(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    _, actions = make(qtbot, called)
    actions["theme-dark"].setChecked(True)
    actions["theme-light"].setChecked(True)
    assert not actions["theme-dark"].isChecked()
    assert called == [("theme-dark", True), ("theme-dark", False), ("theme-light", True)]


def test_every_need_says_why(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    assert {row.needs for row in ACTIONS if row.needs} == set(NEEDS)
    fronts: list[Any] = [None]
    _, actions = make(qtbot, called, lambda: fronts[0])
    rows = {row.name: row for row in ACTIONS}
    assert actions.why_not(rows["about"]) == ""
    assert actions.why_not(rows["connect"]) == "No session is open."
    fronts[0] = Front(called, "tab")
    assert actions.why_not(rows["find"]) == ""
    assert actions.why_not(rows["connect"]).startswith("No client and no server is in front")
