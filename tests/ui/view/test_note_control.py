"""Bookmarks and notes in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.session.notes import READ_ONLY
from wsgui.ui.view.frames.cells import NUMBER

if TYPE_CHECKING:
    from wsgui.ui.tabs.client.client_tab import ClientTab


async def conversation(desk: Desk) -> ClientTab:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"one"), ws.frame(1, b"two")])
    await desk.rows(client, 6)
    client.table.set_follow(False)
    return client


def number(client: ClientTab, place: int) -> str:
    return str(client.model.index(place, NUMBER).data())


@at_desk
async def test_a_bookmark_is_put_seen_found_and_taken_away(desk: Desk) -> None:
    client = await conversation(desk)
    actions = desk.window.actions_
    actions["bookmark"].trigger()
    assert client.banner.sentence == "Select a row first: a bookmark stands on a row."
    client.table.select_place(2)
    QTest.keyClick(desk.window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    await desk.until(lambda: number(client, 2) == "3 ★")
    client.table.select_place(4)
    actions["bookmark"].trigger()
    await desk.until(lambda: number(client, 4) == "5 ★")
    actions["next-mark"].trigger()
    assert client.table.currentIndex().row() == 2
    actions["previous-mark"].trigger()
    assert client.table.currentIndex().row() == 4
    client.filter_bar.set_text("bookmark")
    await desk.until(lambda: client.model.rowCount() == 2)
    client.table.select_place(0)
    actions["bookmark"].trigger()
    await desk.until(lambda: client.model.rowCount() == 1)
    assert number(client, 0) == "5 ★"


@at_desk
async def test_a_note_is_written_shown_and_listed(desk: Desk) -> None:
    client = await conversation(desk)
    client.table.select_place(3)
    desk.ask.text = "odd <b>bytes</b>\nsecond line"
    desk.window.actions_["marks"].trigger()
    listed = client.note_control.list
    assert listed.hint.isVisible()
    desk.window.activateWindow()
    await desk.until(desk.window.isActiveWindow)
    QTest.keyClick(desk.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert desk.ask.asked[-1] == ("Note on row 4 (empty it to take it away):", "")
    await desk.until(lambda: number(client, 3) == "4 ✎")
    group = client.inspector.details.topLevelItem(0)
    assert group is not None
    assert (group.text(0), group.child(0).text(3)) == ("Notes", "odd <b>bytes</b>\nsecond line")
    item = listed.tree.topLevelItem(0)
    assert item is not None
    assert (item.text(0), item.text(2)) == ("4", "✎ odd <b>bytes</b>")
    client.table.select_place(0)
    listed.tree.itemActivated.emit(item, 0)
    assert client.table.currentIndex().row() == 3
    client.filter_bar.set_text("opcode == ping")
    await desk.until(lambda: client.model.rowCount() == 0)
    listed.tree.itemActivated.emit(item, 0)
    assert client.banner.sentence.startswith("Row 4 is not shown here")
    desk.window.actions_["next-mark"].trigger()
    assert client.banner.sentence == "No row shown here has a bookmark or a note."


@at_desk
async def test_a_capture_to_be_read_only_says_so(desk: Desk) -> None:
    client = await conversation(desk)
    client.note_control._store = None
    client.table.select_place(1)
    for name in ("bookmark", "note"):
        client.banner.show_sentence("")
        desk.window.actions_[name].trigger()
        assert client.banner.sentence == READ_ONLY
