"""Nothing is cut off, in windows of several sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest

from tests.ui.cut_off import cut_off
from tests.ui.real_window import Desk, at_desk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SIZES = [(1280, 720), (900, 560)]


async def resize(desk: Desk, size: tuple[int, int]) -> None:
    """As a person drags the window's corner: the sessions give way on the way."""

    def there() -> bool:
        desk.window.resize(*size)
        return (desk.window.width(), desk.window.height()) == size

    await desk.until(there)


def in_sight(one: QWidget, area: QWidget) -> bool:
    return one.isVisible() and area.rect().contains(QRect(one.mapTo(area, one.rect().topLeft()), one.size()))


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
@at_desk
async def test_the_filter_and_its_buttons_are_one_row(desk: Desk, size: tuple[int, int]) -> None:
    desk.window.resize(*size)
    server, client = await desk.playground()
    desk.window.tabs.unsplit()
    for tab in (server, client):
        desk.window.bring_to_front(tab)
        await desk.until(tab.table.isVisible)
        bar = tab.filter_bar
        buttons = (*bar.chips, tab.row_windows.statistics_button, tab.policies.button, tab.frame_bar.pause)
        await desk.until(lambda bar=bar: not bar.chip_row.folded)  # type: ignore[misc]
        for button in (*buttons, tab.frame_bar.follow):
            assert button.isVisible()
            assert bar.isAncestorOf(button)
        assert bar.edit.width() >= 150
        assert not tab.frame_bar.isVisible()
        assert cut_off(bar) == []


@pytest.mark.parametrize("size", SIZES)
@at_desk
async def test_the_composer_is_seen_whole(desk: Desk, size: tuple[int, int]) -> None:
    _, client = await desk.playground()
    await resize(desk, size)
    composer = client.composer
    await desk.until(lambda: cut_off(composer.tabs.tabBar()) == [])
    for place in range(composer.tabs.count()):
        composer.tabs.setCurrentIndex(place)
        await desk.until(lambda: cut_off(composer) == [])
        await desk.until(lambda: in_sight(composer.send_button, desk.window))
        await desk.until(lambda: in_sight(composer.preview, desk.window))
    client.table.select_place(2)
    await desk.until(lambda: cut_off(client.inspector.tabs.tabBar()) == [])
    area = composer.tabs.currentWidget()
    raw = composer.raw_tab
    raw.header.bits.flip_wanted.emit(1)
    await desk.until(lambda: raw.judge.lines[0].startswith("✗ RSV1 is set"))
    assert len(raw.judge.lines) == 2
    await desk.until(lambda: in_sight(raw.judge, area))
    assert raw.judge.mapTo(raw, raw.judge.rect().topLeft()).x() > raw.header.geometry().right()
    composer.tabs.setCurrentWidget(composer.tabs.widget(5))
    table = composer.fragments_tab.table
    composer.fragments_tab.message.text_edit.setPlainText("a message in five pieces " * 3)
    least = 5 if size[1] == 720 else 3
    await desk.until(lambda: table.viewport().height() // table.rowHeight(0) >= least)


@at_desk
async def test_the_sessions_give_way_in_a_narrow_window_and_come_back(desk: Desk) -> None:
    window = desk.window
    shown = window.actions_["panel-sessions"]
    await desk.playground()
    assert window.left.isVisible()
    await resize(desk, (900, 560))
    assert not window.left.isVisible()
    assert not shown.isChecked()
    window.resize(1280, 720)
    await desk.until(window.left.isVisible)
    assert shown.isChecked()
    await resize(desk, (900, 560))
    shown.trigger()
    await desk.until(window.left.isVisible)
    shown.trigger()
    window.resize(1280, 720)
    await desk.until(lambda: window.width() == 1280)
    assert not window.left.isVisible()
    await resize(desk, (900, 560))
    window.resize(1280, 720)
    await desk.until(lambda: window.width() == 1280)
    assert not window.left.isVisible()


@pytest.mark.parametrize("size", SIZES)
@at_desk
async def test_options_lie_over_the_table(desk: Desk, size: tuple[int, int]) -> None:
    for tab in await desk.playground():
        desk.window.bring_to_front(tab)
        await resize(desk, size)
        before = tab.inspector.geometry()
        tab.options.turn()
        await desk.until(tab.options.isVisible)
        assert tab.inspector.height() == before.height()
        assert tab.upper.covered
        desk.window.actions_["table"].trigger()
        await desk.until(tab.table.hasFocus)
        assert not tab.options.isVisible()
        assert not tab.upper.covered


@at_desk
async def test_at_first_the_sessions_are_a_narrow_column(desk: Desk) -> None:
    docks = desk.window.panels.docks
    await desk.until(lambda: 150 <= docks["sessions"].width() <= 260)
    await desk.playground()
    await desk.until(lambda: 150 <= docks["sessions"].width() <= 260)
    assert docks["frames"].width() > 1000
    assert abs(docks["inspector"].width() - docks["composer"].width()) < 40


@at_desk
async def test_arrangements_are_on_keys_and_kept(desk: Desk) -> None:
    window, panels = desk.window, desk.window.panels
    await resize(desk, (1280, 720))
    _, client = await desk.playground()
    assert panels.arrangement == "explore"
    before = client.composer.width(), client.composer.height()

    def press(key: Qt.Key) -> None:
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)

    press(Qt.Key.Key_2)
    await desk.until(lambda: client.composer.width() > before[0] and client.composer.height() > before[1])
    press(Qt.Key.Key_3)
    await desk.until(lambda: client.inspector.height() < before[1])
    assert not panels.is_shown("composer")
    assert panels.is_shown("inspector")
    window.actions_["composer"].trigger()
    assert client.composer.isVisible()
    assert panels.arrangement == "watch"
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_3)
    assert panels.is_shown("composer"), "as the person left it"
    press(Qt.Key.Key_3)
    assert not panels.is_shown("composer"), "as it was made"
    window.actions_["policies"].trigger()
    assert client.policies.panel.isVisible()
    window.actions_["reset-arrangement"].trigger()
    assert not panels.is_shown("policies")
    client.policies.button.click()
    assert panels.is_shown("policies")
    panels.arrange("what somebody wrote into the file")
    assert panels.arrangement == "explore"
