from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from wsgui.ui.window.actions import ACTIONS, Actions, shortcut_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


def name(row_id: str) -> str:
    return row_id.lstrip("-")


def test_every_row_says_what_it_does() -> None:
    for row in ACTIONS:
        assert row.tip, row.id
        assert row.text.replace("&", ""), row.id
        assert "&" in row.text, f"{row.id} has no mnemonic"
        assert not row.tip.endswith("."), row.id


def test_ids_and_shortcuts_are_given_once() -> None:
    ids = Counter(name(row.id) for row in ACTIONS)
    assert [one for one, count in ids.items() if count > 1] == []
    keys = Counter(row.shortcut for row in ACTIONS if row.shortcut)
    assert [one for one, count in keys.items() if count > 1] == []
    # Send is a shortcut of the composer.
    assert "Ctrl+Return" not in keys


def test_every_shortcut_can_be_typed() -> None:
    for row in ACTIONS:
        if row.shortcut:
            keys = QKeySequence.fromString(row.shortcut)
            assert keys.count() == 1, row.id
            assert keys.toString() == row.shortcut


def test_mnemonics_are_not_given_twice_in_a_menu() -> None:
    seen = Counter((row.menu, row.text[row.text.index("&") + 1].lower()) for row in ACTIONS)
    assert [one for one, count in seen.items() if count > 1] == []
    menus = list(dict.fromkeys(row.menu for row in ACTIONS))
    assert len({menu[menu.index("&") + 1].lower() for menu in menus}) == len(menus)


@pytest.fixture
def called() -> list[tuple[object, ...]]:
    return []


def make(qtbot: QtBot, called: list[tuple[object, ...]]) -> tuple[QMainWindow, Actions]:
    window = QMainWindow()
    qtbot.addWidget(window)

    def handler(one: str) -> Callable[..., object]:
        return lambda *state: called.append((one, *state))

    return window, Actions(window, {name(row.id): handler(name(row.id)) for row in ACTIONS})


def test_each_action_calls_its_handler(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    _, actions = make(qtbot, called)
    for row in ACTIONS:
        called.clear()
        action = actions[name(row.id)]
        if row.group and action.isChecked():
            continue
        action.trigger()
        wanted = (name(row.id), True) if row.checkable else (name(row.id),)
        assert wanted in called


def test_a_row_without_a_handler_is_found_at_once(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(KeyError, match="playground"):
        Actions(window, {})


def test_menus_come_in_the_tables_order_with_tips(qtbot: QtBot, called: list[tuple[object, ...]]) -> None:
    window, actions = make(qtbot, called)
    menus = actions.fill(window.menuBar())
    assert list(menus) == ["&File", "&Session", "&Go", "&View", "&Help"]
    for title, menu in menus.items():
        assert menu.toolTipsVisible()
        wanted = [name(row.id) for row in ACTIONS if row.menu == title]
        shown = [action for action in menu.actions() if not action.isSeparator()]
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


def test_the_list_of_shortcuts_has_every_one(qtbot: QtBot) -> None:
    lines = shortcut_list().splitlines()
    assert len(lines) == sum(bool(row.shortcut) for row in ACTIONS) + 1
    assert "Ctrl+T\tNew Client" in lines
    assert lines[-1].endswith("\tSend (in the composer)")
