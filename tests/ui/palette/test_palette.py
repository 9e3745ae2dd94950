"""The palette in the real window, by keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.endpoint.settings import EndpointSettings
from wsgui.ui.window.actions import ACTIONS

if TYPE_CHECKING:
    from wsgui.ui.palette.dialog import Palette

_BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def open_palette(desk: Desk) -> Palette:
    QTest.keyClick(desk.window, Qt.Key.Key_P, _BOTH)
    palette = desk.window.help.palette
    assert palette is not None
    assert palette.isVisible()
    return palette


def texts(palette: Palette) -> list[str]:
    return [entry.text for entry in palette.found]


@at_desk
async def test_every_action_is_there_and_disabled_ones_say_why(desk: Desk) -> None:
    window = desk.window
    palette = open_palette(desk)
    shown = {entry.id: entry for entry in palette.found if entry.is_action}
    assert set(shown) == {row.name for row in ACTIONS if row.name != "recent"}
    for row in ACTIONS:
        if row.name in shown:
            assert bool(shown[row.name].why) is not window.actions_[row.name].isEnabled()
    QTest.keyClicks(palette.line, "disco")
    assert texts(palette)[0] == "Disconnect or Stop"
    assert palette.tip.text() == "Close with code 1000, or stop this server.\nNo session is open."
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.line.clear()
    QTest.keyClicks(palette.line, "zzzz")
    assert palette.tip.text() == "Nothing fits these letters."
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    QTest.keyClick(palette, Qt.Key.Key_Escape)
    await desk.until(lambda: window.help.palette is None)


@at_desk
async def test_actions_tabs_endpoints_and_files_by_a_few_letters(desk: Desk) -> None:
    window = desk.window
    window.endpoints.store.add("Orders feed", EndpointSettings(url="ws://127.0.0.1:1/"))
    kept, gone = desk.folder / "kept.wscap", desk.folder / "gone.wscap"
    kept.touch()
    for path in (kept, gone):
        desk.settings.remember_file(str(path))
    await desk.playground()
    palette = open_palette(desk)
    QTest.keyClicks(palette.line, "go filter")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    front = window.front
    assert front is not None
    await desk.until(front.filter_bar.edit.hasFocus)

    palette = open_palette(desk)
    assert texts(palette)[0] == "Go to Filter"  # used last
    QTest.keyClicks(palette.line, "server 127")
    assert palette.found[0].kind == "Open tab"
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    await desk.until(lambda: window.front is not front)

    palette = open_palette(desk)
    QTest.keyClicks(palette.line, "wscap")
    assert {(entry.text, entry.why) for entry in palette.found} == {
        ("kept.wscap", ""),
        ("gone.wscap", "This file is gone."),
    }
    before = palette.chosen
    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.chosen is not before
    palette.line.clear()
    QTest.keyClicks(palette.line, "ordfe")
    assert (palette.found[0].text, palette.found[0].kind) == ("Orders feed", "Endpoint")
    count = window.tabs.count()
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    await desk.until(lambda: window.tabs.count() == count + 1)
    assert desk.settings.texts("palette/lately") == ["filter"]
