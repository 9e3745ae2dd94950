"""The panels of the real window: shown, hidden, moved, floated, kept; by mouse and by keys."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.ui.real_window import Desk, at_desk, click
from wsgui.capture.writer import CaptureWriter
from wsgui.ui.panels.arrangement import ARRANGEMENTS
from wsgui.ui.panels.table import COMPOSER, FIND, FRAMES, INSPECTOR, NOTES, PANELS, POLICIES, SESSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAction


def entry(menu: QMenu, *labels: str) -> QAction:
    """An action of a menu, by the words of its path."""
    for label in labels[:-1]:
        menu = next(one.menu() for one in menu.actions() if one.text() == label)  # type: ignore[assignment]
    return next(one for one in menu.actions() if one.text() == labels[-1])


@at_desk
async def test_every_panel_is_shown_and_hidden_from_the_menu(desk: Desk) -> None:
    window, panels = desk.window, desk.window.panels
    await desk.playground()
    for row in PANELS:
        action = window.actions_[f"panel-{row.name}"]
        for _ in range(2):
            before = panels.wants(row.name)
            assert action.isChecked() is before
            action.trigger()
            assert panels.wants(row.name) is not before
            assert action.isChecked() is not before
            assert panels.docks[row.name].isHidden() is before


@at_desk
async def test_a_panel_has_a_close_button_and_floats(desk: Desk) -> None:
    window, panels = desk.window, desk.window.panels
    _, client = await desk.playground()
    dock = panels.docks[INSPECTOR]
    click(dock.title_strip.float_button)
    assert dock.isFloating()
    client.table.select_place(0)
    assert client.inspector.title.startswith("Row 1")
    dock.close()
    assert dock.isHidden()
    assert not window.actions_["panel-inspector"].isChecked()
    window.actions_["inspector"].trigger()
    assert dock.isFloating()
    assert dock.isAncestorOf(QApplication.focusWidget() or dock.title_strip) or not dock.isActiveWindow()
    click(dock.title_strip.float_button)
    assert not dock.isFloating()
    click(dock.title_strip.close_button)
    assert not panels.wants(INSPECTOR)


@at_desk
async def test_panels_are_moved_from_a_menu(desk: Desk) -> None:
    panels = desk.window.panels
    await desk.playground()
    docks = panels.docks
    frames, composer = docks[FRAMES], docks[COMPOSER]

    def put(*labels: str) -> None:
        menu = panels.menu_of(COMPOSER)
        entry(menu, *labels).trigger()
        menu.close()

    put("&Above", "Frames")
    await desk.until(lambda: composer.y() + composer.height() <= frames.y())
    put("&Left of", "Frames")
    await desk.until(lambda: composer.x() + composer.width() <= frames.x())
    put("&Right of", "Frames")
    await desk.until(lambda: frames.x() + frames.width() <= composer.x())
    put("&Below", "Frames")
    await desk.until(lambda: frames.y() + frames.height() <= composer.y())
    put("In &One Place with", "Inspector")
    await desk.until(lambda: panels.is_shown(COMPOSER) and not panels.is_shown(INSPECTOR))
    assert not panels.docks[INSPECTOR].widget().isVisible(), "Tab finds nothing in it"
    put("&Float")
    assert composer.isFloating()
    put("Put It &Back")
    assert not composer.isFloating()
    put("&Hide")
    assert not panels.wants(COMPOSER)
    desk.window.actions_["reset-arrangement"].trigger()
    await desk.until(lambda: panels.is_shown(COMPOSER) and panels.is_shown(INSPECTOR))
    assert composer.y() > frames.y()


@at_desk
async def test_keys_go_from_panel_to_panel(desk: Desk) -> None:
    window, panels = desk.window, desk.window.panels
    await desk.playground()
    assert panels.at_work() == COMPOSER
    seen = []
    for _ in range(4):
        QTest.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ControlModifier)
        seen.append(panels.at_work())
    assert seen == [SESSIONS, FRAMES, INSPECTOR, COMPOSER]
    window.actions_["previous-panel"].trigger()
    assert panels.at_work() == INSPECTOR
    window.actions_["move-panel"].trigger()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry(menu, "&Hide").trigger()
    menu.close()
    assert not panels.wants(INSPECTOR)


@at_desk
async def test_panels_follow_the_tab_in_front(desk: Desk, tmp_path: Path) -> None:
    window, panels = desk.window, desk.window.panels
    server, client = await desk.playground()
    assert client.composer.isVisible()
    assert not server.composer.isVisible()
    window.bring_to_front(server)
    assert server.composer.isVisible()
    assert not client.composer.isVisible()
    wide = server.composer.width()
    path = tmp_path / "empty.wscap"
    CaptureWriter(path).close()
    window.files.open_path(path)
    await desk.until(lambda: window.tabs.count() == 3)
    assert not panels.is_shown(COMPOSER), "a capture sends nothing"
    assert panels.is_shown(INSPECTOR)
    window.close_tab(2)
    await desk.until(lambda: panels.docks[COMPOSER].isVisible())
    await desk.until(lambda: abs(window.front.composer.width() - wide) < 10)  # type: ignore[union-attr]
    panels.show(POLICIES)
    assert panels.is_shown(POLICIES)
    window.close_tab(1)
    window.close_tab(0)
    await desk.until(window.welcome.isVisible)
    assert not any(panels.wants(row.name) for row in PANELS if row.follows)


@at_desk
async def test_find_and_notes_are_panels(desk: Desk) -> None:
    window, panels = desk.window, desk.window.panels
    _, client = await desk.playground()
    window.actions_["find"].trigger()
    assert panels.is_shown(FIND)
    assert client.find_control.bar.edit.hasFocus()
    QTest.keyClick(client.find_control.bar.edit, Qt.Key.Key_Escape)
    assert not panels.is_shown(FIND)
    window.actions_["marks"].trigger()
    assert panels.is_shown(NOTES)
    assert client.note_control.list.isVisible()


@pytest.mark.parametrize("how", ["damaged", "foreign", "cut", "none"])
@at_desk
async def test_a_state_that_cannot_be_used_gives_the_usual_one(desk: Desk, how: str) -> None:
    panels = desk.window.panels
    await desk.playground()
    panels.hide(INSPECTOR)
    good = panels.states()["explore"]
    damaged = bytearray(good)
    damaged[random.Random(3).randrange(60, len(good))] ^= 0x55
    kept = {"damaged": bytes(damaged), "foreign": b"\x00\x00\x00\xff\x00\x00", "cut": good[:-9], "none": b""}[how]
    panels.restore("explore", {"explore": kept, "nobody knows": good})
    assert all(panels.wants(name) for name in ARRANGEMENTS["explore"].shown)
    panels.restore("explore", {"explore": good})
    assert not panels.wants(INSPECTOR)


@at_desk
async def test_what_was_moved_is_there_at_the_next_start(desk: Desk) -> None:
    window, panels = desk.window, desk.window.panels
    await desk.playground()
    menu = panels.menu_of(COMPOSER)
    entry(menu, "&Above", "Frames").trigger()
    menu.close()
    window.actions_["arrange-watch"].trigger()
    window.actions_["panel-sessions"].trigger()
    await window.shutdown()
    again = Desk(desk.folder, window._themes._appearance)
    try:
        panels = again.window.panels
        assert panels.arrangement == "watch"
        assert not panels.wants(SESSIONS)
        again.window.new_client()
        again.window.actions_["arrange-explore"].trigger()
        docks = panels.docks
        await again.until(lambda: docks[COMPOSER].y() + docks[COMPOSER].height() <= docks[FRAMES].y())
    finally:
        await again.window.shutdown()
        await again.tasks.close()
        again.window.deleteLater()


@at_desk
async def test_a_settings_file_that_was_written_by_hand_is_harmless(desk: Desk) -> None:
    for name in ARRANGEMENTS:
        desk.settings.keep(f"panels/{name}", QByteArray(b"hello"))
    desk.settings.keep("panels/arrangement", "upside down")
    desk.window._panel_choice.restore(desk.settings)
    assert desk.window.panels.arrangement == "explore"
