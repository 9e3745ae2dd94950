"""A server session in the window with several clients: list, views, sending, behaviours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click, texts
from wsgui.protocol.states import State
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.view.frames.cells import OPCODE, PAYLOAD

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTreeWidgetItem

    from wsgui.ui.tabs.server.server_tab import ServerTab

pytestmark = pytest.mark.e2e


async def three(desk: Desk) -> tuple[ServerTab, list[ClientTab]]:
    """A server with three clients of the same window, connected one after another."""
    server = await desk.server()
    clients = [await desk.client(server.server.url) for _ in range(3)]
    desk.window.tabs.setCurrentWidget(server)
    await desk.until(lambda: len(server.server.targets(None)) == 3)
    await desk.rows(server, 6)
    return server, clients


def listed(desk: Desk) -> QTreeWidgetItem:
    item = desk.window.sessions.topLevelItem(0)
    assert item is not None
    return item


def click_item(desk: Desk, item: QTreeWidgetItem) -> None:
    sessions = desk.window.sessions
    QTest.mouseClick(sessions.viewport(), Qt.MouseButton.LeftButton, pos=sessions.visualItemRect(item).center())


def choose(server: ServerTab, text: str) -> None:
    box = server.composer.target.findChild(type(server.server_bar.behaviour))
    assert box is not None
    place = next(place for place in range(box.count()) if text in box.itemText(place))
    box.setCurrentIndex(place)


@at_desk
async def test_connections_are_listed_below_their_server_with_their_state(desk: Desk) -> None:
    server, clients = await three(desk)
    item = listed(desk)
    await desk.until(lambda: item.childCount() == 3)
    labels = [item.child(place).text(0) for place in range(3)]
    assert [label.split()[0] for label in labels] == ["#1", "#2", "#3"]
    assert labels[0].split()[1].startswith("127.0.0.1:")
    await desk.until(lambda: desk.window.status.text("state") == "LISTENING · 3 open")
    clients[1].session_stop()
    await desk.until(lambda: item.child(1).text(0) == "#2 closed 1000")
    assert item.child(1).toolTip(0) == "<qt>The peer closed: 1000 normal closure.</qt>"
    await desk.until(lambda: desk.window.status.text("state") == "LISTENING · 2 open")
    assert server.server.state_of(1) is State.OPEN


@at_desk
async def test_one_connection_can_be_looked_at_alone(desk: Desk) -> None:
    server, clients = await three(desk)
    for number, client in enumerate(clients, 1):
        client.session.send([client.client.ws.frame(1, b"from %d" % number)])
    await desk.rows(server, 12)
    item = listed(desk)
    await desk.until(lambda: item.childCount() == 3)
    click_item(desk, item.child(1))
    assert server.model.connection == 2
    assert texts(server, OPCODE) == ["HTTP", "HTTP", "TEXT", "TEXT"]
    assert texts(server, PAYLOAD)[2:] == ["from 2", "from 2"]
    assert server.frame_bar.note.text() == "Connection #2 alone"
    clients[0].session.send([clients[0].client.ws.frame(1, b"hidden")])
    clients[1].session.send([clients[1].client.ws.frame(1, b"more")])
    await desk.rows(server, 6)
    assert texts(server, PAYLOAD)[4:] == ["more", "more"]
    click(server.frame_bar.everything)
    await desk.until(lambda: server.model.rowCount() == 16)
    assert server.model.connection is None
    assert not server.frame_bar.everything.isVisible()


@at_desk
async def test_the_server_sends_unmasked_to_all_or_to_one(desk: Desk) -> None:
    server, clients = await three(desk)
    await desk.until(server.composer.send_button.isEnabled)
    QTest.keyClicks(server.composer.text_tab.edit, "to all")
    click(server.composer.send_button)
    for client in clients:
        rows = await desk.rows(client, 3)
        assert (rows[2].preview, rows[2].masking_key) == (b"to all", None)
    desk.window.tabs.setCurrentWidget(server)
    choose(server, "#2")
    server.composer.text_tab.edit.replace_all("to one")
    await desk.until(server.composer.send_button.isEnabled)
    click(server.composer.send_button)
    rows = await desk.rows(clients[1], 4)
    assert rows[3].preview == b"to one"
    rows = await desk.rows(server, 10)
    assert [row.connection for row in rows if row.preview == b"to one"] == [2]


@at_desk
async def test_the_behaviour_changes_while_connections_are_open(desk: Desk) -> None:
    server, clients = await three(desk)
    box = server.server_bar.behaviour
    box.setFocus()
    QTest.keyClicks(box, "broadc")
    assert box.currentText() == "broadcast"
    clients[0].session.send([clients[0].client.ws.frame(1, b"hear me")])
    for client in clients:
        await desk.until(lambda one=client: one.session.recorder.tally.frames_received == 1)
    box.setCurrentIndex(box.findText("silent"))
    box.activated.emit(box.currentIndex())
    clients[0].session.send([clients[0].client.ws.frame(1, b"nobody")])
    await desk.until(lambda: server.session.recorder.tally.frames_received == 2)
    assert [client.session.recorder.tally.frames_received for client in clients] == [1, 1, 1]


@at_desk
async def test_stop_closes_every_connection_and_start_listens_again(desk: Desk) -> None:
    server, clients = await three(desk)
    port = server.server_bar.port.value()
    assert server.server.url == f"ws://127.0.0.1:{port}/"
    click(server.server_bar.button)
    await desk.until(lambda: not server.server.listening)
    for client in clients:
        await desk.until(lambda one=client: one.client.state is State.CLOSED)
    await desk.until(lambda: desk.window.status.text("state") == "STOPPED · 0 open")
    await desk.until(lambda: server.server_bar.button.text() == "Start")
    click(server.server_bar.button)
    await desk.until(lambda: server.server.listening)
    assert server.server.url == f"ws://127.0.0.1:{port}/"
    await desk.until(server.server_bar.client.isEnabled)
    click(server.server_bar.client)
    client = desk.window.front
    assert isinstance(client, ClientTab)
    await desk.until(lambda: client.client.state is State.OPEN)
    await desk.until(lambda: 4 in server.server.connections)


@at_desk
async def test_cut_drops_the_connection_that_is_shown_alone(desk: Desk) -> None:
    _server, clients = await three(desk)
    item = listed(desk)
    await desk.until(lambda: item.childCount() == 3)
    click_item(desk, item.child(2))
    desk.window.actions_["cut"].trigger()
    await desk.until(lambda: clients[2].client.state is State.CLOSED)
    assert clients[2].session.message.endswith(": 1006 abnormal closure.")
    assert [client.client.state for client in clients[:2]] == [State.OPEN, State.OPEN]


@at_desk
async def test_close_reasons_of_a_peer_are_plain_text_everywhere(desk: Desk) -> None:
    server = await desk.server()
    client = await desk.client(server.server.url)
    desk.window.tabs.setCurrentWidget(server)
    reason = "<b>bold</b> & <img src=x>"
    client.client.disconnect(1000, reason)
    item = listed(desk)
    await desk.until(lambda: item.childCount() == 1 and "closed" in item.child(0).text(0))
    assert "<b>" not in item.child(0).toolTip(0)
    await desk.rows(server, 4)
    assert reason in texts(server, PAYLOAD)[2]
