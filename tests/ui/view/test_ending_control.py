"""How connections ended, shown in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click, click_row, raw_server, read_head, read_to_end
from wsgui.protocol.frames import Frame
from wsgui.protocol.states import State

if TYPE_CHECKING:
    import socket

    from wsgui.ui.inspector.close_view import CloseView
    from wsgui.ui.tabs.session_tab import SessionTab


def labels(view: CloseView) -> list[str]:
    return [view.tree.topLevelItem(place).text(0) for place in range(view.tree.topLevelItemCount())]  # type: ignore[union-attr]


def title(tab: SessionTab) -> str:
    tabs = tab.inspector.tabs
    return tabs.tabText(tabs.indexOf(tab.inspector.ending))


@at_desk
async def test_a_clean_end_is_shown_by_itself_while_no_row_is(desk: Desk) -> None:
    _, client = await desk.playground()
    assert title(client) == "Close"
    client.session_stop()
    view = client.inspector.ending
    await desk.until(lambda: view.shown is not None)
    assert view.isVisible()
    assert title(client) == "Close ✓"
    assert view.headline.text().startswith("✓ Connection #1: ")
    assert labels(view)[:2] == ["Who", "Code"]
    click(view.copy_button)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Connection #1: ")
    assert "Who: This side ended it." in lines
    assert "Our close frame: 1000 (normal closure) (row 3)" in lines or any(
        line.startswith("Our close frame: 1000") and line.endswith("(row 3)") for line in lines
    )
    # the other tabs have nothing, but for the handshake of that connection
    client.inspector.tabs.setCurrentWidget(client.inspector.handshake)
    assert client.inspector.handshake.verdict.startswith("101: the server agreed")


@at_desk
async def test_a_broken_rule_leads_to_its_row(desk: Desk) -> None:
    server, client = await desk.playground()
    client.session.send([Frame.build(0x1, b"hi", masking_key=b"abcd"), Frame.build(0x3, b"abc", masking_key=b"abcd")])
    await desk.until(lambda: client.client.state is State.CLOSED)
    rows = await desk.rows(server, 5)
    broken = next(row.id for row in rows if row.opcode == 3)
    view = server.inspector.ending
    await desk.until(lambda: view.shown is not None)
    assert title(server) == "Close ⚠"
    assert view.headline.text().startswith("⚠ Connection #1: ")
    line = labels(view).index("Rule")
    item = view.tree.topLevelItem(line)
    assert item is not None
    assert item.text(1) == f"row {broken}"
    at = view.tree.visualItemRect(item).center()
    QTest.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert server.model.row(server.table.currentIndex().row()).id == broken  # type: ignore[union-attr]
    assert server.inspector.title == f"Row {broken} · 0x3 received"


@at_desk
async def test_the_next_row_shows_its_bytes_again(desk: Desk) -> None:
    _, client = await desk.playground()
    client.session_stop()
    tabs = client.inspector.tabs
    await desk.until(lambda: client.inspector.ending.isVisible())
    click_row(client, 2)
    assert tabs.currentWidget() is client.inspector.hex
    desk.window.actions_["ended"].trigger()
    click_row(client, 3)  # but one who has asked for it keeps it
    assert tabs.currentWidget() is client.inspector.ending


@at_desk
async def test_of_many_connections_that_of_the_selected_row(desk: Desk) -> None:
    server, first = await desk.playground()
    second = await desk.client(server.server.url)
    first.session_stop()
    view = server.inspector.ending
    await desk.rows(server, 6)  # two handshakes and two close frames
    await desk.until(lambda: view.shown is not None and view.shown.connection == 1)
    click_row(server, 2)  # a head of connection 2
    await desk.until(lambda: view.headline.text() == "Connection #2 has not ended.")
    assert title(server) == "Close"
    second.cut()
    await desk.until(lambda: view.shown is not None)
    assert view.shown is not None
    assert view.shown.connection == 2
    assert title(server) == "Close ⚠"
    click_row(server, 0)
    await desk.until(lambda: view.shown is not None and view.shown.connection == 1)


@at_desk
async def test_an_opened_capture_tells_too(desk: Desk) -> None:
    _, client = await desk.playground()
    client.session_stop()
    await desk.until(lambda: client.inspector.ending.shown is not None)
    desk.ask.files = [desk.folder / "kept.wsgui"]
    desk.window.actions_["save"].trigger()
    await desk.until(lambda: client.session.saved_path is not None)
    desk.ask.files = [client.session.saved_path]  # type: ignore[list-item]
    desk.window.actions_["open"].trigger()
    await desk.until(lambda: desk.window.tabs.count() == 3)
    tab = desk.window.front
    assert tab is not None
    view = tab.inspector.ending
    await desk.until(lambda: view.shown is not None)
    assert not view.isVisible()  # a row is shown
    QTest.keyClick(desk.window, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert view.isVisible()
    assert view.tree.hasFocus()
    line = labels(view).index("Their close frame")
    view.tree.setCurrentItem(view.tree.topLevelItem(line))
    QTest.keyClick(view.tree, Qt.Key.Key_Return)
    assert tab.table.currentIndex().row() == 3


@at_desk
async def test_it_follows_the_connection_in_view(desk: Desk) -> None:
    server, first = await desk.playground()
    second = await desk.client(server.server.url)
    first.session_stop()
    view = server.inspector.ending
    await desk.rows(server, 6)
    click_row(server, 0)  # of connection 1
    await desk.until(lambda: view.shown is not None and view.shown.connection == 1)
    server.show_connection(2)
    await desk.until(lambda: view.headline.text() == "Connection #2 has not ended.")
    server.show_connection(None)
    await desk.until(lambda: view.shown is not None and view.shown.connection == 1)
    assert second.client.state is State.OPEN


@at_desk
async def test_a_client_that_has_connected_again_has_not_ended(desk: Desk) -> None:
    _, client = await desk.playground()
    client.session_stop()
    view = client.inspector.ending
    await desk.until(lambda: view.shown is not None)
    client.session_start()
    await desk.until(lambda: view.headline.text() == "Connection #2 has not ended.")
    assert title(client) == "Close"


@at_desk
async def test_an_end_that_was_asked_for_is_no_bad_news(desk: Desk) -> None:
    _, client = await desk.playground()
    desk.window.actions_["cut"].trigger()
    await desk.until(lambda: client.client.state is State.CLOSED)
    desk.window.tick()
    assert client.client.last_end is not None
    assert client.client.last_end.code == 1006
    assert not client.session.failed
    assert not client.banner.isVisible()
    client.session_start()
    await desk.until(lambda: client.client.state is State.OPEN)
    client.client.disconnect(4001, "enough")
    await desk.until(lambda: client.client.state is State.CLOSED)
    desk.window.tick()
    assert not client.banner.isVisible()


@at_desk
async def test_a_refusal_breaks_no_rule_and_its_body_is_shown(desk: Desk) -> None:
    answer = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\ntoken expired"

    def refuse(peer: socket.socket) -> None:
        read_head(peer)
        peer.sendall(answer)
        read_to_end(peer)

    with raw_server(refuse) as url:
        tab = await desk.client(url)
        await desk.until(lambda: tab.inspector.tabs.currentWidget() is tab.inspector.handshake)
    assert "It says “token expired”." in tab.banner.sentence
    assert tab.session.recorder.tally.violations == 0
    assert not tab.frame_bar.violations.isVisible()
    rows = await desk.rows(tab, 2)
    assert rows[1].violations == ()
    assert tab.inspector.handshake.verdict.startswith("refused with 401")
