"""Shortcuts: the sheet, other keys, conflicts, and what settings keep of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click
from wsgui.ui.window.actions import ACTIONS, LOCAL_KEYS
from wsgui.ui.window.keymap import Keymap
from wsgui.ui.window.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.ui.window.shortcut_sheet import ShortcutSheet

ROWS = {row.name: row for row in ACTIONS}


@pytest.fixture
def keymap(tmp_path: Path) -> Keymap:
    return Keymap(Settings(tmp_path / "settings.ini"))


def test_at_first_they_are_those_of_the_table(keymap: Keymap) -> None:
    assert keymap.all() == {row.name: row.shortcut for row in ACTIONS}
    owner = keymap.owner("Ctrl+T")
    assert owner is not None
    assert owner.name == "new-client"
    assert keymap.owner("") is None
    for row in ACTIONS:
        assert not row.shortcut or not keymap.problem(row.shortcut), row.name


def test_keys_are_given_taken_and_given_back(keymap: Keymap) -> None:
    assert keymap.give(ROWS["rename"], "Ctrl+T") is ROWS["new-client"]
    now = keymap.all()
    assert (now["rename"], now["new-client"]) == ("Ctrl+T", "")
    assert keymap.is_changed(ROWS["new-client"])
    assert keymap.reset(ROWS["new-client"]) is ROWS["rename"]
    assert keymap.all() == {row.name: row.shortcut for row in ACTIONS}
    assert keymap.give(ROWS["find"], "") is None
    assert keymap.give(ROWS["find"], "F12") is None
    keymap.reset_all()
    assert keymap.all()["find"] == "Ctrl+Shift+F"


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ("", "Press one key, with Ctrl or Alt or both."),
        ("Ctrl+K, Ctrl+C", "Press one key, with Ctrl or Alt or both."),
        ("Ctrl+C", "Ctrl+C belongs to fields in which people type."),
        ("Ctrl+Return", "Ctrl+Return is fixed: Send, in the composer."),
        ("Shift+A", "Shift+A is typed into fields: take Ctrl or Alt with it, or a function key."),
        ("Space", "Space is typed into fields: take Ctrl or Alt with it, or a function key."),
        ("F12", ""),
        ("Shift+F11", ""),
        ("Ctrl+Alt+K", ""),
    ],
)
def test_which_keys_can_be_given(keys: str, sentence: str) -> None:
    assert Keymap.problem(keys) == sentence


def test_settings_that_were_edited_by_hand(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.keep("shortcuts/find", "no keys at all")
    settings.keep("shortcuts/note", "A")
    settings.keep("shortcuts/quit", "none")
    settings.keep("shortcuts/open", "Ctrl+S")
    now = Keymap(settings).all()
    assert (now["find"], now["note"], now["quit"]) == ("Ctrl+Shift+F", "Ctrl+M", "")
    assert (now["open"], now["save"]) == ("Ctrl+S", "")  # what a person has given goes first


def sheet_of(desk: Desk) -> ShortcutSheet:
    desk.window.actions_["keys"].trigger()
    sheet = desk.window.help.sheet
    assert sheet is not None
    return sheet


@at_desk
async def test_the_sheet_has_every_action_and_finds_them(desk: Desk) -> None:
    sheet = sheet_of(desk)
    assert len(sheet.listed) == len(ACTIONS) + len(LOCAL_KEYS)
    assert ("New Client", "Ctrl+T") in sheet.listed
    assert ("Send, in the composer", "Ctrl+Return") in sheet.listed
    QTest.keyClicks(sheet.search, "bookmark next")
    assert [text for text, _ in sheet.listed] == ["Next Bookmark"]
    sheet.reject()
    await desk.until(lambda: desk.window.help.sheet is None)


@at_desk
async def test_other_keys_hold_at_once_and_are_kept(desk: Desk) -> None:
    window = desk.window
    sheet = sheet_of(desk)
    assert not sheet.keys.isEnabled()
    sheet.choose("new-server")
    assert sheet.said.text() == "New Server has Ctrl+Shift+T."
    sheet.keys.setKeySequence(QKeySequence("Ctrl+C"))
    assert not sheet.assign.isEnabled()
    sheet.keys.setKeySequence(QKeySequence("F12"))
    assert sheet.said.text() == "F12 is free."
    click(sheet.assign)
    sheet.keys.setKeySequence(QKeySequence("Ctrl+T"))
    assert sheet.said.text() == "Ctrl+T belongs to New Client, which loses it by Assign."
    click(sheet.assign)
    assert sheet.said.text() == "New Client has no keys any more."
    assert {("New Client", ""), ("New Server", "Ctrl+T")} <= set(sheet.listed)
    assert window.actions_["new-client"].shortcut().isEmpty()
    assert window.actions_["new-server"].toolTip().endswith("(Ctrl+T)")
    sheet.reject()
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert window.front is not None
    assert window.front.session.name == "New server"
    assert Keymap(Settings(desk.settings.folder / "settings.ini")).all()["new-server"] == "Ctrl+T"

    sheet = sheet_of(desk)
    sheet.choose("new-server")
    click(sheet.clear)
    assert sheet.said.text() == "New Server has no keys."
    click(sheet.reset)
    assert ("New Server", "Ctrl+Shift+T") in sheet.listed
    assert ("New Client", "") in sheet.listed
    click(sheet.reset_all)
    assert ("New Client", "Ctrl+T") in sheet.listed
    assert window.actions_["new-client"].shortcut().toString() == "Ctrl+T"
