"""All connections in a table, and the target of what a server sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click
from wsgui.protocol.states import State
from wsgui.session.connection_list import ListedConnection
from wsgui.ui.connections.model import ConnectionModel
from wsgui.ui.connections.window import ConnectionWindow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def listed(number: int, path: str = "/", *, over: bool = False) -> ListedConnection:
    return ListedConnection(number, f"127.0.0.1:{number}", path, "12:00:00.000000", "", "1000 done" * over, over)


def test_the_table_is_searched_and_sorted(qtbot: QtBot) -> None:
    window = ConnectionWindow("Server", live=True)
    qtbot.addWidget(window)
    window.show()
    window.show_list([listed(number, "/chat" if number % 2 else "/feed") for number in range(1, 997)])
    assert window.note.text() == "996 connections · 996 up"
    window.search.setText("/CHAT")
    assert window.note.text() == "498 of 996 connections · 996 up"
    window.search.setText(":996")
    assert window.note.text() == "1 of 996 connections · 996 up"
    assert not window.rows.isEnabled()
    window.table.selectRow(0)
    assert window.current == listed(996, "/feed")
    with qtbot.waitSignal(window.chosen) as chosen:
        click(window.rows)
    assert chosen.args == [996]
    with qtbot.waitSignal(window.close_requested) as closing:
        click(window.close_one)
    assert closing.args == [996]
    with qtbot.waitSignal(window.cut_requested):
        click(window.cut)
    window.show_list([*(listed(number) for number in range(1, 996)), listed(996, over=True), listed(997)])
    assert window.current == listed(996, over=True), "the one that was chosen stays chosen"
    assert not window.cut.isEnabled()
    window.search.clear()
    window.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert window.table.model().index(0, 0).data() == "997"
    assert window.table.model().index(1, 0).data() == "996", "numbers are sorted as numbers"
    assert window.table.model().index(0, 5).data() == "up"
    window.say("The capture is gone.")
    assert window.note.text() == "The capture is gone."


def test_another_list_starts_anew(qtbot: QtBot) -> None:
    model = ConnectionModel()
    model.show([listed(1), listed(2)])
    model.show([listed(5)])
    assert model.rowCount() == 1
    assert model.listed(3) is None


@at_desk
async def test_what_is_shown_alone_is_what_is_sent_to(desk: Desk) -> None:
    server, first = await desk.playground()
    second = await desk.client(f"{server.server.url}other")
    await desk.until(lambda: second.client.state is State.OPEN)
    desk.window.tabs.setCurrentWidget(server)
    await desk.until(lambda: server.composer.target.box.count() == 3)
    assert server.composer.target.box.itemText(2).endswith("/other")
    desk.window.actions_["connections"].trigger()
    assert server.connections is not None
    window = server.connections.window
    await desk.until(lambda: (one := window.model.listed(1)) is not None and one.path == "/other")
    window.search.setText("/other")
    window.table.selectRow(0)
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    assert server.model.connection == 2
    assert server.composer.send_target == 2
    server.composer.text_tab.edit.setPlainText("for one")
    click(server.composer.send_button)
    await desk.until(lambda: second.session.recorder.committed == 3)
    assert first.session.recorder.committed == 2
    click(window.cut)
    await desk.until(lambda: second.client.state is State.CLOSED)
    await desk.until(lambda: not server.composer.send_button.isEnabled())
    assert server.composer.send_target == 2
    assert server.composer.status.text() == "Connection #2 is closed: choose another one under To whom."
    await desk.until(lambda: (one := window.model.listed(1)) is not None and one.is_over)
    click(window.all)
    assert server.composer.send_target is None
    await desk.until(server.composer.send_button.isEnabled)
    window.close()


@at_desk
async def test_a_server_says_that_there_are_more_connections(desk: Desk) -> None:
    server, _ = await desk.playground()
    server.server._last_number = 996
    server.session.changed()
    desk.window.tick()
    desk.window.tabs.setCurrentWidget(server)
    item = desk.window.sessions.topLevelItem(0)
    assert item is not None
    await desk.until(lambda: item.childCount() == 2)
    more = item.child(0)
    assert more is not None
    assert more.text(0) == "995 earlier…"
    assert desk.window.sessions.menu_of(more) is None
    desk.window.sessions.itemClicked.emit(more, 0)
    assert server.connections is not None
    assert server.connections.window.isVisible()
    server.server._last_number = 1
    server.session.changed()
    await desk.until(lambda: item.childCount() == 1)
