"""Policies and faults in the real window, on real connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, agree, at_desk, click, raw_server, read_head, read_to_end
from wsgui.protocol.states import State
from wsgui.ui.policies.value_rows import ChoiceRow, SwitchRow

if TYPE_CHECKING:
    import socket

    from wsgui.ui.tabs.live_tab import LiveTab


def switch(tab: LiveTab, name: str) -> None:
    row = tab.policies.panel.rows[name]
    assert isinstance(row, SwitchRow)
    row.box.click()


@at_desk
async def test_a_fault_holds_at_once_and_is_always_visible(desk: Desk) -> None:
    server, client = await desk.playground()
    window = desk.window
    window.tabs.setCurrentWidget(server)
    plain = window.sessions.icon_of(server.session).cacheKey()
    assert not server.policies.strip.isVisible()
    QTest.keyClick(server, Qt.Key.Key_F4)
    assert server.policies.is_open
    assert not window.panels.is_shown("composer")
    switch(server, "auto-pong")
    line = "⚠ Misbehaves on purpose: Pings are not answered."
    assert server.policies.strip.isVisible()
    assert server.policies.strip.text() == line
    await desk.until(lambda: window.status.text("faults") == "⚠ 1 fault on")
    marked = window.sessions.icon_of(server.session).cacheKey()
    assert marked != plain
    assert window.tabs.tabIcon(window.tabs.indexOf(server)).cacheKey() == marked
    assert line in window.tabs.tabToolTip(window.tabs.indexOf(server))

    window.tabs.setCurrentWidget(client)
    assert not client.policies.strip.isVisible()
    window.actions_["ping"].trigger()  # nobody answers it
    await desk.until(lambda: server.session.recorder.tally.frames_received == 1)
    window.tabs.setCurrentWidget(server)
    switch(server, "auto-pong")
    assert not server.policies.strip.isVisible()
    window.tabs.setCurrentWidget(client)
    window.actions_["ping"].trigger()  # and this one is
    await desk.until(lambda: client.session.recorder.tally.frames_received == 1)
    assert server.session.recorder.tally.frames_sent == 1
    assert server.session.recorder.tally.frames_received == 2


@at_desk
async def test_the_strip_opens_the_panel_and_the_composer_comes_back(desk: Desk) -> None:
    _, client = await desk.playground()
    click(client.policies.button)
    switch(client, "answer-close")
    QTest.keyClick(client.policies.panel, Qt.Key.Key_Escape)
    assert client.composer.isVisible()
    assert not client.policies.button.isChecked()
    QTest.mouseClick(client.policies.strip, Qt.MouseButton.LeftButton)
    assert client.policies.is_open
    desk.window.actions_["composer"].trigger()
    assert client.composer.text_tab.edit.hasFocus()
    assert not client.policies.is_open
    assert client.session.misbehaviour == ["Close frames are not answered."]
    click(client.policies.button)
    click(client.policies.panel.normal)
    assert client.session.misbehaviour == []


@at_desk
async def test_other_settings_reach_the_panel(desk: Desk) -> None:
    _, client = await desk.playground()
    client.session.settings.policies.append(("drop", "opcode == ping"))
    client.session.use_settings(client.session.settings)
    await desk.until(client.policies.strip.isVisible)
    assert [row.filter.text() for row in client.policies.panel.frame_faults.rows] == ["opcode == ping"]


@at_desk
async def test_settings_that_cannot_be_used_leave_things_as_they_are(desk: Desk) -> None:
    _, client = await desk.playground()
    client.session.settings.headers.append(("not a name", ""))
    switch(client, "auto-pong")
    assert client.policies.panel.note.text() == "'not a name' cannot be the name of a header."
    assert client.session.misbehaviour == []
    client.session.settings.headers.clear()


@at_desk
async def test_a_server_answers_the_handshake_wrong(desk: Desk) -> None:
    server = await desk.server()
    row = server.policies.panel.rows["handshake"]
    assert isinstance(row, ChoiceRow)
    row.box.setCurrentIndex(row.box.findData("wrong-accept"))
    client = await desk.client(server.server.url)
    assert client.client.state is State.CLOSED
    assert client.session.failed
    assert "Sec-WebSocket-Accept" in client.session.message


@at_desk
async def test_a_client_connects_with_a_wrong_request(desk: Desk) -> None:
    heads: list[bytes] = []

    def refuse(peer: socket.socket) -> None:
        heads.append(read_head(peer))
        peer.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")

    def hold(peer: socket.socket) -> None:
        agree(peer)
        read_to_end(peer)

    with raw_server(hold, refuse) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.address_bar.chip.text() == "OPEN")
        assert not tab.address_bar.more.isEnabled()
        tab.cut()
        await desk.until(lambda: tab.client.state is State.CLOSED)
        await desk.until(tab.address_bar.more.isEnabled)
        tab.address_bar.more.menu().actions()[0].trigger()
        dialog = tab.faults_dialog
        assert dialog is not None
        QTest.keyClicks(dialog.search, "POST")
        assert dialog.shown()[0] == "POST"
        click(dialog.use)
        await desk.until(lambda: heads)
        await desk.until(lambda: tab.client.state is State.CLOSED)
    assert heads[0].startswith(b"POST / HTTP/1.1\r\n")


@at_desk
async def test_frames_are_dropped_by_filter_while_it_is_on(desk: Desk) -> None:
    server, client = await desk.playground()
    faults = server.policies.panel.frame_faults
    desk.window.tabs.setCurrentWidget(server)
    click(server.policies.button)
    click(faults.add)
    row = faults.rows[0]
    QTest.keyClicks(row.filter, 'payload contains "secret"')
    QTest.keyClick(row.filter, Qt.Key.Key_Return)
    assert server.session.misbehaviour == []
    row.on.click()
    assert server.session.misbehaviour == ['Frames with payload contains "secret" are not sent.']
    desk.window.tabs.setCurrentWidget(client)
    for text in ("a secret", "hello"):
        client.composer.text_tab.edit.setPlainText(text)
        client.composer.refresh()
        click(client.composer.send_button)
    rows = await desk.rows(client, 5)  # two heads, two texts, one echo
    assert [one.preview for one in rows if one.opcode == 1 and one.direction == 1] == [b"hello"]
    row.remove.click()
    assert server.session.misbehaviour == []
