"""Go to, the ways to show time, and saved filters, in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.ui.view.frames.cells import TIME

if TYPE_CHECKING:
    from wsgui.ui.tabs.client.client_tab import ClientTab


async def conversation(desk: Desk) -> ClientTab:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"one"), ws.frame(9, b"two")])
    await desk.rows(client, 6)
    client.table.set_follow(False)
    return client


@at_desk
async def test_go_to_a_number_or_a_time(desk: Desk) -> None:
    client = await conversation(desk)
    desk.ask.text = "4"
    QTest.keyClick(desk.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert client.table.currentIndex().row() == 3
    assert desk.ask.sentence == ""
    desk.ask.text = "+0s"
    desk.window.actions_["go-to"].trigger()
    assert client.table.currentIndex().row() == 0
    desk.ask.text = "+1h"
    desk.window.actions_["go-to"].trigger()
    assert desk.ask.sentence == "No row shown here is as late as that."
    client.filter_bar.set_text("opcode == text")
    await desk.until(lambda: client.model.rowCount() == 2)
    client.go_to.row(1)
    assert client.banner.sentence.startswith("Row 1 is not shown here")


@at_desk
async def test_times_are_shown_in_four_ways_and_the_way_is_kept(desk: Desk) -> None:
    client = await conversation(desk)

    def times() -> list[str]:
        return [str(client.model.index(place, TIME).data()) for place in range(3)]

    assert all(":" in text for text in times())
    desk.window.actions_["time-start"].trigger()
    assert times()[0] == "+0.000000"
    assert desk.settings.text("table/time") == "start"
    desk.window.actions_["mark-time"].trigger()
    assert client.banner.sentence == "Select a row first: times are counted from it."
    client.table.select_place(2)
    desk.window.actions_["mark-time"].trigger()
    assert desk.window.actions_["time-marked"].isChecked()
    assert times()[2] == "+0.000000"
    assert times()[0].startswith("\u2212")
    menu = client.table.columns.menu()
    entry = next(action for action in menu.actions() if action.text() == "Time: since row above")
    entry.trigger()
    menu.close()
    assert times()[0] == "—"
    assert desk.window.actions_["time-previous"].isChecked()
    desk.window.new_client()
    assert desk.window.front is not None
    assert desk.window.front.model.times.mode.value == "previous"
    desk.window.actions_["time-start"].trigger()
    await desk.until(lambda: client.model.times.zero_ns is not None)


@at_desk
async def test_filters_are_saved_used_renamed_and_deleted(desk: Desk) -> None:
    client = await conversation(desk)
    saved = client.saved_filters
    saved.fill()
    assert not saved.menu().actions()[0].isEnabled()
    client.filter_bar.set_text("opcode == ping")
    client.filter_bar.chips[4].setChecked(True)
    desk.ask.text = " Pings & so "
    saved.save()
    assert desk.ask.sentence == ""
    saved.save()
    assert desk.ask.sentence == "There is a filter of that name; delete it first or choose another name."
    desk.ask.text = ""
    saved.save()
    assert desk.ask.sentence == "Type a name."
    desk.ask.text = "x" * 61
    saved.save()
    assert desk.ask.sentence == "A name has at most 60 characters."
    client.filter_bar.replace("")
    await desk.until(lambda: client.model.rowCount() == 6)
    saved.fill()
    entry = next(action for action in saved.menu().actions() if action.text() == "Pings && so")
    entry.trigger()
    await desk.until(lambda: client.model.rowCount() == 1)
    assert not client.filter_bar.chips[4].isChecked()
    desk.ask.text = "Pings"
    saved.rename("Pings & so")
    assert desk.settings.text("filters") == '[["Pings", "(opcode == ping) and (direction == sent)"]]'
    saved.delete("Pings")
    assert desk.settings.text("filters") == "[]"
    desk.settings.keep("filters", '[1, {"a": 2}')
    saved.fill()
    assert saved.menu().actions()[-1].text() == "No filter is saved yet"
