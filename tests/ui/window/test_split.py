"""Two sessions at once: beside each other, following each other, each with its side of a frame."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.cut_off import cut_off
from tests.ui.real_window import Desk, at_desk, click
from wsgui.ui.view.frames.cells import PAYLOAD


@at_desk
async def test_the_playground_shows_both_sides_of_each_frame(desk: Desk) -> None:
    desk.window.resize(1280, 720)
    server, client = await desk.playground()
    await desk.until(lambda: server.table.isVisible() and client.table.isVisible())
    for text in ("one", "two", "three"):
        client.composer.text_tab.edit.setPlainText(text)
        client.composer.refresh()
        click(client.composer.send_button)
    await desk.until(lambda: server.model.rowCount() == client.model.rowCount() == 8)
    for tab in (server, client):
        await desk.until(lambda tab=tab: cut_off(tab) == [])  # type: ignore[misc]
        assert not tab.table.columns.isSectionHidden(PAYLOAD)
    for place in range(8):
        client.table.select_place(place)
        row, other = client.model.row(place), server.model.row(server.table.currentIndex().row())
        assert row is not None
        assert other is not None
        assert (row.preview, row.opcode, row.masking_key) == (other.preview, other.opcode, other.masking_key)
        assert row.direction != other.direction
    server.table.select_place(0)
    assert client.table.currentIndex().row() == 0


@at_desk
async def test_where_one_works_is_in_front(desk: Desk) -> None:
    window = desk.window
    window.resize(1280, 720)
    server, client = await desk.playground()
    await desk.until(server.table.isVisible)
    assert window.front is client
    server.table.setFocus()
    assert window.front is server
    assert client.table.isVisible()
    await desk.until(server.composer.isVisible)
    client.filter_bar.edit.setFocus()
    assert window.front is client
    assert client.filter_bar.edit.hasFocus()


@at_desk
async def test_a_split_is_made_turned_and_ended_by_keys(desk: Desk) -> None:
    window, tabs = desk.window, desk.window.tabs
    server, client = await desk.playground()

    def press(key: Qt.Key) -> None:
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)

    press(Qt.Key.Key_0)
    assert tabs.shown == (client,)
    assert not server.isVisible()
    press(Qt.Key.Key_4)
    assert tabs.shown == (server, client)
    window.resize(1280, 1000)
    press(Qt.Key.Key_5)
    await desk.until(lambda: server.y() < client.y() and server.x() == client.x())
    other = window.new_client()
    assert other is not None
    assert tabs.shown == (other,), "a third one stands alone"
    window.bring_to_front(server)
    assert tabs.shown == (server, client)
    tabs.bar.moveTab(0, 1)
    assert tabs.shown == (client, server)
    assert tabs.all() == [client, server, other]
    press(Qt.Key.Key_4)
    menu = tabs.bar.menu_of(tabs.indexOf(other))
    next(one for one in menu.actions() if "Beside" in one.text().replace("&", "")).trigger()
    menu.close()
    assert tabs.pair == (server, other)
    window.close_tab(tabs.indexOf(other))
    assert tabs.pair is None
    assert len(tabs.shown) == 1
    window.close_tab(0)
    window.close_tab(0)
    assert tabs.shown == ()
    assert not tabs.split(Qt.Orientation.Horizontal)


@at_desk
async def test_where_there_is_no_room_for_two_one_stands_alone(desk: Desk) -> None:
    window = desk.window
    server, client = await desk.playground()
    await desk.until(server.isVisible)

    def narrow() -> bool:
        window.resize(900, 560)
        return window.tabs.shown == (client,) and window.width() == 900

    await desk.until(narrow)
    assert not server.isVisible()
    window.resize(1400, 900)
    await desk.until(server.isVisible)


@at_desk
async def test_tables_scroll_by_time_together(desk: Desk) -> None:
    window = desk.window
    window.resize(1280, 720)
    server, client = await desk.playground()
    client.session.send([client.session.ws.frame(1, b"%d" % number) for number in range(150)])
    await desk.until(lambda: server.model.rowCount() == client.model.rowCount() == 302)
    for tab in (server, client):
        await desk.until(lambda tab=tab: tab.table.verticalScrollBar().maximum() > 100)  # type: ignore[misc]
    client.table.set_follow(False)
    client.table.verticalScrollBar().setValue(60)
    assert not server.table.follow
    top, other = client.model.row(client.table.rowAt(0)), server.model.row(server.table.rowAt(0))
    assert top is not None
    assert other is not None
    assert other.time_ns >= top.time_ns
    before = server.model.row(server.table.rowAt(0) - 1)
    assert before is None or before.time_ns < top.time_ns
    client.table.verticalScrollBar().setValue(0)
    assert server.table.verticalScrollBar().value() <= 2
    window.tabs.unsplit()
    client.table.verticalScrollBar().setValue(60)
    assert server.table.verticalScrollBar().value() <= 2
