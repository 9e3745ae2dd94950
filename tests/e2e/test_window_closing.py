"""Closing tabs and the window with connections open leaves no task, thread or socket behind."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QByteArray, Qt

from tests.ui.real_window import PATIENCE, Desk, agree, at_desk, click, raw_server, read_to_end
from wsgui.protocol.states import State
from wsgui.session.client import ClientSession

if TYPE_CHECKING:
    import socket
    from pathlib import Path

pytestmark = pytest.mark.e2e


def writers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("capture ")]


@at_desk
async def test_closing_a_tab_ends_its_session_and_keeps_its_capture(desk: Desk) -> None:
    server, client = await desk.playground()
    path = client.session.recorder.path
    assert len(writers()) == 2
    desk.window.actions_["close-tab"].trigger()
    assert desk.window.all_tabs() == [server]
    await desk.until(lambda: len(writers()) == 1)
    await desk.until(lambda: not server.server.targets(None))
    with sqlite3.connect(path) as capture:
        assert capture.execute("SELECT count(*) FROM frames WHERE opcode = 8").fetchone() == (2,)
    capture.close()
    assert desk.window.sessions.topLevelItemCount() == 1
    desk.window.tabs.tabCloseRequested.emit(0)
    await desk.until(lambda: not writers())
    assert desk.window.pages.currentWidget() is desk.window.welcome
    assert desk.window.front is None
    await desk.until(lambda: desk.window.status.text("state") == "")
    assert not desk.window.actions_["disconnect"].isEnabled()


@at_desk
async def test_closing_the_window_with_open_connections_leaves_nothing_behind(desk: Desk) -> None:
    def stubborn(peer: socket.socket) -> None:
        """Opens, and answers no close frame."""
        agree(peer)
        read_to_end(peer)

    async def alive() -> int:
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    before = await alive()
    with raw_server(stubborn) as url:
        await desk.playground()
        tab = await desk.client(url)
        await desk.until(lambda: tab.client.state is State.OPEN)
        tab.composer.text_tab.repeat_count.setValue(1000)
        tab.composer.text_tab.repeat_interval.setValue(5)
        await desk.until(tab.composer.send_button.isEnabled)
        click(tab.composer.send_button)
        await desk.until(lambda: tab.session.repeating)
        asked: list[bool] = []
        desk.window.close_requested.connect(lambda: asked.append(True))
        desk.window.actions_["quit"].trigger()
        assert asked == [True]
        assert desk.window.isVisible(), "it goes when its sessions are closed"
        desk.window.close()
        assert asked == [True], "asked once"
        await desk.window.shutdown()
        assert not desk.window.isVisible()
    assert not writers()
    await desk.until(lambda: len(asyncio.all_tasks()) <= before)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(one.message) for one in seen if issubclass(one.category, ResourceWarning)] == []


@at_desk
async def test_closing_a_tab_while_it_connects(desk: Desk) -> None:
    def mute(peer: socket.socket) -> None:
        read_to_end(peer)

    with raw_server(mute) as url:
        desk.window.new_client(url)
        await desk.until(lambda: desk.window.front.model.rowCount() == 1)
        desk.window.actions_["close-tab"].trigger()
        await desk.until(lambda: not writers())


@at_desk
async def test_layout_theme_and_history_are_remembered(desk: Desk) -> None:
    window = desk.window
    _server, client = await desk.playground()
    window.actions_["theme-dark"].setChecked(True)
    window.actions_["panel-sessions"].trigger()
    assert not window.sessions.isVisible()
    docks = window.panels.docks
    lower = [docks["inspector"], docks["composer"]]
    window.resizeDocks([docks["frames"], *lower], [300, 550, 550], Qt.Orientation.Vertical)
    client.table.horizontalHeader().resizeSection(1, 222)
    client.table.columns.choose(2, False)
    window.tabs.setCurrentWidget(client)
    await desk.until(lambda: client.inspector.height() > 500)
    lower = client.inspector.height()
    await window.shutdown()
    settings = type(desk.settings)(desk.folder / "settings.ini")
    assert settings.text("theme") == "dark"
    assert settings.history() == [client.client.url]
    assert (
        settings.layout("window/geometry") == window.saveGeometry() or not settings.layout("window/geometry").isEmpty()
    )
    assert isinstance(settings.layout("tab/columns"), QByteArray)
    again = Desk(desk.folder, window._themes._appearance)
    try:
        assert not again.window.sessions.isVisible()
        assert again.window.actions_["theme-dark"].isChecked()
        again.window.actions_["new-client"].trigger()
        tab = again.window.front
        assert tab is not None
        header = tab.table.horizontalHeader()
        assert header.sectionSize(1) == 222
        assert header.isSectionHidden(2)
        await again.until(lambda: abs(tab.inspector.height() - lower) < 10)
        assert [tab.address_bar.address.itemText(0)] == settings.history()
    finally:
        await again.window.shutdown()
        await again.tasks.close()
        again.window.deleteLater()


@at_desk
async def test_a_folder_that_cannot_be_used_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(desk.window, "_captures", refuse)
    for name in ("new-client", "new-server", "playground", "captures"):
        desk.window.actions_[name].trigger()
    assert len(desk.ask.told) == 4
    assert {text for _, text in desk.ask.told} == {"The folder for captures cannot be used: Permission denied."}
    assert desk.window.tabs.count() == 0
    with suppress(AttributeError):
        assert desk.window.front is None


@at_desk
async def test_many_tabs_close_side_by_side(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mute peers are waited for a second each, so thirty of them one after another would take half a minute."""
    tabs = 6
    begun: list[str] = []
    all_begun = asyncio.Event()
    close = ClientSession._close_connections

    async def together(session: ClientSession, reason: str) -> None:
        begun.append(session.name)
        if len(begun) == tabs:
            all_begun.set()
        async with asyncio.timeout(PATIENCE):
            await all_begun.wait()
        await close(session, reason)

    monkeypatch.setattr(ClientSession, "_close_connections", together)
    for _ in range(tabs):
        desk.window.actions_["new-client"].trigger()
    await desk.window.shutdown()
    assert len(begun) == tabs
    assert not writers()
