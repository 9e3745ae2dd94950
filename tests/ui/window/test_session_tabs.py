"""Tabs: names, marks for what is new, the menu, the window's title."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.protocol.frames import Frame


def labels(desk: Desk) -> list[str]:
    tabs = desk.window.tabs
    return [tabs.tabText(place) for place in range(tabs.count())]


@at_desk
async def test_what_is_new_behind_is_marked_and_seen_in_front(desk: Desk) -> None:
    server, client = await desk.playground()
    desk.window.tabs.unsplit()
    await desk.until(lambda: desk.window.windowTitle() == f"{client.session.name} — wsgui")
    desk.window.tabs.setCurrentWidget(server)
    await desk.rows(server, 2)
    desk.window.tabs.setCurrentWidget(client)
    await desk.until(lambda: labels(desk)[0] == server.session.name)
    client.session.send([Frame.build(0x1, b"hi", masking_key=b"abcd")])
    await desk.until(lambda: labels(desk)[0] == f"• {server.session.name}")
    assert "New rows" in desk.window.tabs.tabToolTip(0)
    client.session.send([Frame.build(0x3, b"hi", masking_key=b"abcd")])
    await desk.until(lambda: labels(desk)[0] == f"⚠ {server.session.name}")
    desk.window.tabs.setCurrentWidget(server)
    await desk.until(lambda: labels(desk)[0] == server.session.name)
    await desk.until(lambda: desk.window.windowTitle() == f"{server.session.name} — wsgui")


@at_desk
async def test_f2_renames_in_tabs_and_list(desk: Desk) -> None:
    server, client = await desk.playground()
    await desk.rows(server, 2)
    await desk.rows(client, 2)  # what came before is not new
    desk.window.tick()
    desk.ask.text = "  my\u202e   echo "
    bar = desk.window.tabs.bar
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_F2)
    assert desk.ask.asked[-1] == ("Rename Session", client.session.name)
    await desk.until(lambda: labels(desk)[1] == "my<U+202E> echo")
    await desk.until(lambda: desk.window.windowTitle() == "my<U+202E> echo — wsgui")
    await desk.until(lambda: desk.window.sessions.topLevelItem(1).text(0) == "my<U+202E> echo")  # type: ignore[union-attr]
    desk.ask.text = "the server"
    sessions = desk.window.sessions
    sessions.setFocus()
    sessions.setCurrentItem(sessions.topLevelItem(0))
    QTest.keyClick(sessions, Qt.Key.Key_F2)
    await desk.until(lambda: labels(desk)[0] == "the server")
    assert desk.window.front is server
    desk.ask.text = ""
    bar.tabBarDoubleClicked.emit(1)
    await desk.until(lambda: labels(desk)[1] == client.session.name)


@at_desk
async def test_the_menu_of_a_tab_closes_others(desk: Desk) -> None:
    await desk.playground()
    client = await desk.client("ws://127.0.0.1:1/")
    menu = desk.window.tabs.bar.menu_of(2)
    rename, close, others = (menu.actions()[place] for place in (0, 2, -1))
    assert (rename.text(), close.text(), others.text()) == ("&Rename…\tF2", "&Close", "Close &Others")
    others.trigger()
    assert desk.window.all_tabs() == [client]
    menu.close()
    menu = desk.window.tabs.bar.menu_of(0)
    assert not menu.actions()[-1].isEnabled()
    menu.actions()[2].trigger()
    menu.close()
    await desk.until(lambda: desk.window.windowTitle() == "wsgui")
    assert desk.window.pages.currentWidget() is desk.window.welcome


@at_desk
async def test_a_capture_is_offered_by_the_name_of_host_and_path(desk: Desk) -> None:
    server, client = await desk.playground()
    port = server.server.url.rstrip("/").rpartition(":")[2]
    desk.window.actions_["save"].trigger()
    assert desk.ask.suggested[-1].name.endswith(f" Client-127.0.0.1-{port}.wscap")
    client.session.given_name = "login: why?"
    desk.window.actions_["save"].trigger()
    assert desk.ask.suggested[-1].name.endswith(" login-why.wscap")
