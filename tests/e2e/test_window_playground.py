"""The playground, driven as a person drives it: type, send, look at rows and bytes, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, agree, at_desk, click, click_row, raw_server, read_to_end, texts
from wsgui.protocol.masking import apply_mask
from wsgui.protocol.states import State
from wsgui.ui.inspector.hex_geometry import HexColumn, HexMode
from wsgui.ui.view.frames.cells import BITS, DIRECTION, KEY, LENGTH, MESSAGE, OPCODE, PAYLOAD

if TYPE_CHECKING:
    import socket

    from PySide6.QtWidgets import QWidget

    from wsgui.ui.tabs.client.client_tab import ClientTab

pytestmark = pytest.mark.e2e

CTRL = Qt.KeyboardModifier.ControlModifier


def show_tab(tab: ClientTab, widget: QWidget) -> None:
    """Click the composer's tab that holds ``widget``."""
    tabs = tab.composer.tabs
    place = next(place for place in range(tabs.count()) if tabs.widget(place).isAncestorOf(widget))
    bar = tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    assert tabs.currentIndex() == place


@at_desk
async def test_a_typed_text_goes_out_masked_and_comes_back_without_a_key(desk: Desk) -> None:
    server, client = await desk.playground()
    edit = client.composer.text_tab.edit
    QTest.keyClicks(edit, "Hello")
    QTest.keyClick(edit, Qt.Key.Key_Return, CTRL)
    rows = await desk.rows(client, 4)
    assert texts(client, OPCODE) == ["HTTP", "HTTP", "TEXT", "TEXT"]
    assert texts(client, DIRECTION) == ["↑", "↓", "↑", "↓"]
    assert texts(client, PAYLOAD)[2:] == ["Hello", "Hello"]
    assert rows[2].masking_key is not None
    assert texts(client, KEY)[2:] == [rows[2].masking_key.hex(" "), "—"]
    assert texts(client, MESSAGE)[2:] == ["m1", "m1"]
    other = await desk.rows(server, 4)
    assert other[2].masking_key == rows[2].masking_key
    assert texts(server, DIRECTION) == ["↓", "↑", "↓", "↑"]


@at_desk
async def test_what_is_typed_after_send_takes_the_place_of_what_was_sent(desk: Desk) -> None:
    _, client = await desk.playground()
    edit = client.composer.text_tab.edit
    for word in ("one", "two"):
        QTest.keyClicks(edit, word)
        QTest.keyClick(edit, Qt.Key.Key_Return, CTRL)
    await desk.rows(client, 6)
    assert texts(client, PAYLOAD)[2:] == ["one", "two", "one", "two"]


@at_desk
async def test_the_hex_view_shows_masked_and_unmasked_bytes_of_the_row_that_was_clicked(desk: Desk) -> None:
    _, client = await desk.playground()
    QTest.keyClicks(client.composer.text_tab.edit, "Hello WebSocket")
    click(client.composer.send_button)
    rows = await desk.rows(client, 4)
    click_row(client, 2)
    assert client.inspector.title == "Row 3 · TEXT sent"
    view = client.inspector.hex.view
    key = rows[2].masking_key
    assert key is not None
    assert view.mode is HexMode.SIDE_BY_SIDE
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    wire = b"\x81\x8f" + key + apply_mask(b"Hello WebSocket", key)
    assert QGuiApplication.clipboard().text() == wire.hex(" ")
    view.set_active_column(HexColumn.UNMASKED)
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == b"Hello WebSocket".hex(" ")
    view.select(6, 1)
    pieces = client.inspector.hex.bar.line.text()
    assert f"{wire[6]:02x}" in pieces
    assert f"{key[0]:02x}" in pieces
    assert "48" in pieces
    click_row(client, 3)
    assert client.inspector.title == "Row 4 · TEXT received"
    assert view.mode is HexMode.WIRE
    view.select_all()
    view.copy_as("hex")
    assert QGuiApplication.clipboard().text() == (b"\x81\x0fHello WebSocket").hex(" ")


@at_desk
async def test_every_kind_of_frame_goes_out_and_comes_to_the_table(desk: Desk) -> None:
    _, client = await desk.playground()
    composer = client.composer

    show_tab(client, composer.binary_tab)
    QTest.keyClicks(composer.binary_tab.edit, "00ff")
    click(composer.send_button)
    await desk.rows(client, 4)

    show_tab(client, composer.ping_tab)
    composer.ping_tab.entry.set_payload(b"beat")
    click(composer.send_button)
    await desk.rows(client, 6)

    show_tab(client, composer.pong_tab)
    click(composer.send_button)
    await desk.rows(client, 7)

    show_tab(client, composer.fragments_tab)
    fragments = composer.fragments_tab
    QTest.keyClicks(fragments.message.text_edit, "Hello")
    fragments.choice.every.setValue(3)
    click(fragments.insertion.button)
    await desk.until(lambda: composer.send_button.isEnabled() and len(fragments.frames()) == 3)
    click(composer.send_button)
    await desk.rows(client, 12)

    show_tab(client, composer.close_tab)
    click(composer.send_button)
    await desk.until(lambda: client.client.state is State.CLOSED)
    await desk.rows(client, 14)
    opcodes = texts(client, OPCODE)
    assert opcodes[2:10] == ["BINARY", "BINARY", "PING", "PONG", "PONG", "TEXT", "PING", "CONT"]
    assert sorted(opcodes[10:12]) == ["PONG", "TEXT"]
    assert opcodes[12:] == ["CLOSE", "CLOSE"]
    assert texts(client, PAYLOAD)[4:6] == ["beat", "beat"]
    assert texts(client, MESSAGE)[7:10] == ["m2 ┌ 1/2", "", "m2 └ 2/2"]
    assert texts(client, BITS)[7:10] == ["more", "FIN", "FIN"]
    await desk.until(lambda: not composer.send_button.isEnabled())
    assert composer.status.text() == "Not connected: press Connect first."
    assert not client.banner.isVisible()
    await desk.until(
        lambda: desk.window.status.text("message") == "Closed from this side; the peer answered 1000 normal closure."
    )


@at_desk
async def test_fragments_are_joined_and_their_total_appears_when_the_last_has_come(desk: Desk) -> None:
    def slowly(peer: socket.socket) -> None:
        agree(peer)
        peer.sendall(b"\x01\x03Hel\x89\x00")
        assert peer.recv(100)[:1] == b"\x8a"
        assert peer.recv(100)[:1] == b"\x81"
        peer.sendall(b"\x80\x02lo")
        read_to_end(peer)

    with raw_server(slowly) as url:
        tab = await desk.client(url)
        await desk.rows(tab, 5)
        assert texts(tab, MESSAGE)[2] == "m1 ┌ 1"
        assert texts(tab, PAYLOAD)[2] == "Hel…"
        await desk.until(tab.composer.send_button.isEnabled)
        click(tab.composer.send_button)
        await desk.rows(tab, 7)
        assert texts(tab, MESSAGE)[2] == "m1 ┌ 1/2"
        assert texts(tab, MESSAGE)[6] == "m1 └ 2/2"
        assert texts(tab, BITS)[2] == "more"
        assert texts(tab, LENGTH)[2] == "3"
        click_row(tab, 6)
        tab.inspector.tabs.setCurrentWidget(tab.inspector.message)
        assert tab.inspector.message.text.toPlainText() == "Hello"
        click_row(tab, 3)
        assert tab.inspector.message.summary == "PING is a control frame: it belongs to no message."
        desk.window.actions_["cut"].trigger()
        await desk.until(lambda: tab.client.state is State.CLOSED)


@at_desk
async def test_ping_measures_the_round_trip(desk: Desk) -> None:
    _, client = await desk.playground()
    desk.window.actions_["ping"].trigger()
    await desk.rows(client, 4)
    assert texts(client, OPCODE)[2:] == ["PING", "PONG"]
    await desk.until(lambda: desk.window.status.text("rtt").startswith("RTT "))
    await desk.until(lambda: desk.window.status.text("sent").startswith("↑ 1 frame · "))


@at_desk
async def test_a_row_goes_into_the_composer_and_out_again(desk: Desk) -> None:
    _, client = await desk.playground()
    QTest.keyClicks(client.composer.text_tab.edit, "again")
    click(client.composer.send_button)
    await desk.rows(client, 4)
    client.composer.text_tab.edit.clear()
    click_row(client, 3)
    menu = client.table.row_menu()
    assert [action.text() for action in menu.actions()][:2] == ["Edit and Send Again", "Copy Row"]
    menu.actions()[0].trigger()
    menu.close()
    assert client.composer.text_tab.edit.toPlainText() == "again"
    await desk.until(client.composer.send_button.isEnabled)
    click(client.composer.send_button)
    await desk.rows(client, 6)
    assert texts(client, PAYLOAD)[2:] == ["again"] * 4


@at_desk
async def test_repeated_sending_can_be_stopped(desk: Desk) -> None:
    _, client = await desk.playground()
    composer = client.composer
    QTest.keyClicks(composer.text_tab.edit, "tick")
    composer.text_tab.repeat_count.setValue(1_000_000)
    composer.text_tab.repeat_interval.setValue(1)
    click(composer.send_button)
    await desk.until(composer.stop_button.isVisible)
    assert desk.window.actions_["stop-repeat"].isEnabled()
    rows = await desk.rows(client, 20)
    keys = {row.masking_key for row in rows if row.opcode == 1 and row.direction == 0}
    assert len(keys) > 5, "each one is masked afresh"
    click(composer.stop_button)
    await desk.until(lambda: not client.session.repeating and not composer.stop_button.isVisible())
    assert client.client.state is State.OPEN


@at_desk
async def test_a_connection_can_be_closed_and_opened_again_in_one_capture(desk: Desk) -> None:
    _, client = await desk.playground()
    click(client.address_bar.button)
    await desk.until(lambda: client.client.state is State.CLOSED)
    await desk.until(lambda: client.address_bar.button.text() == "Connect")
    click(client.address_bar.button)
    await desk.until(lambda: client.client.state is State.OPEN)
    await desk.rows(client, 6)
    assert texts(client, OPCODE) == ["HTTP", "HTTP", "CLOSE", "CLOSE", "HTTP", "HTTP"]
    assert desk.settings.history() == [client.client.url]


@at_desk
async def test_the_cursor_goes_to_the_composer_when_a_connection_opens(desk: Desk) -> None:
    server = await desk.server()
    tab = await desk.client(server.server.url)
    await desk.until(tab.composer.text_tab.edit.hasFocus)
    click(tab.address_bar.button)
    await desk.until(lambda: tab.address_bar.button.text() == "Connect")
    tab.table.setFocus()
    desk.window.actions_["connect"].trigger()
    await desk.until(lambda: tab.address_bar.chip.text() == "OPEN")
    assert tab.table.hasFocus(), "the person is at work there"


@at_desk
async def test_an_attempt_to_connect_can_be_cancelled(desk: Desk) -> None:
    def mute(peer: socket.socket) -> None:
        read_to_end(peer)

    with raw_server(mute) as url:
        desk.window.new_client(url)
        tab: ClientTab = desk.window.front  # type: ignore[assignment]
        await desk.until(lambda: tab.model.rowCount() == 1)
        await desk.until(lambda: tab.address_bar.button.text() == "Cancel")
        await desk.until(lambda: desk.window.status.text("state") == "CONNECTING · readyState 0")
        click(tab.address_bar.button)
        await desk.until(lambda: tab.client.state is State.CLOSED)
        await desk.until(lambda: tab.address_bar.button.text() == "Connect")
    await desk.until(lambda: desk.window.status.text("state") == "CLOSED · readyState 3")
