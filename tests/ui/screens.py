"""Every screen of the window, one after the other: for the pictures of them, and for the test of what is cut off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.real_window import Desk, click
from wsgui.capture.copy import copy_capture
from wsgui.engine.behaviours import all_behaviours
from wsgui.protocol.frames import Frame
from wsgui.ui.drawer.behaviour_field import BehaviourField
from wsgui.ui.panels.table import FIND, NOTES, POLICIES, PROBLEMS
from wsgui.ui.statistics.window import StatisticsWindow
from wsgui.ui.widgets.questions import Questions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.tabs.server.server_tab import ServerTab

_RULES = """
[[rule]]
name = "greeting"
on = "connect"
send = '{"hello":"{{path}}"}'
expect = 1

[[rule]]
name = "login"
on = "json"
path = "method"
value = "auth"
send = '{"id":{{json.id|json}},"result":"welcome"}'
delay = "10ms"
expect = 2
"""
_SENT = ('{"name": "a value", "list": [1, 2, 3]}', "plain words", "ü and ☃")


async def settled(desk: Desk) -> None:
    """Let the loop go on until the window has nothing more to lay out."""
    for _ in range(4):
        QApplication.sendPostedEvents()
        await asyncio.sleep(0)

    def written() -> bool:
        front = desk.window.front
        writer = None if front is None else front.session.recorder.writer
        return writer is None or not writer.backlog

    await desk.until(written)
    for _ in range(4):
        await asyncio.sleep(0)


async def screens(desk: Desk) -> AsyncIterator[tuple[str, QWidget]]:
    """(name, what is seen), in an order in which one leads to the next."""
    window = desk.window
    yield "welcome", window
    for name in ("tour", "handshake", "rpc"):
        window.lessons.start(name)
        yield f"lesson {name}", window
    window.lessons.leave()
    server, client = await desk.playground()
    for text in _SENT:
        client.composer.text_tab.edit.setPlainText(text)
        client.composer.refresh()
        click(client.composer.send_button)
    client.session.send([Frame.build(0x3, b"reserved", masking_key=b"abcd")])
    await desk.until(lambda: client.model.rowCount() >= 9)
    client.table.select_place(2)
    yield "playground", window
    async for screen in _arrangements(desk):
        yield screen
    window.tabs.unsplit()
    async for screen in _inspector(client, window):
        yield screen
    async for screen in _messages(desk, client):
        yield screen
    async for screen in _composer(client, window):
        yield screen
    for name in (POLICIES, FIND, NOTES, PROBLEMS):
        window.panels.show(name)
        yield f"panel {name}", window
        window.panels.hide(name)
    async for screen in _options(client, window, "client"):
        yield screen
    window.bring_to_front(server)
    yield "server", window
    async for screen in _options(server, window, "server"):
        yield screen
    async for screen in _behaviours(server, window):
        yield screen
    async for screen in _windows(desk, client, server):
        yield screen
    client.address_bar.set_url("ws://127.0.0.1:1/nobody")
    client.session_stop()
    await desk.until(lambda: client.address_bar.button.text() == "Connect")
    client.connect_to("ws://127.0.0.1:1/nobody")
    await desk.until(lambda: client.banner.sentence)
    window.bring_to_front(client)
    yield "refused", window
    path = desk.folder / "a capture.wscap"
    server.session.flush()
    copy_capture(server.session.path, path)
    window.files.open_path(path)
    await desk.until(lambda: window.tabs.count() == 3)
    yield "capture", window


async def _arrangements(desk: Desk) -> AsyncIterator[tuple[str, QWidget]]:
    for name in ("watch", "test", "explore"):
        desk.window.panels.arrange(name)
        yield f"arrangement {name}", desk.window


async def _inspector(tab: LiveTab, window: QWidget) -> AsyncIterator[tuple[str, QWidget]]:
    tabs = tab.inspector.tabs
    for place in range(tabs.count()):
        tabs.setCurrentIndex(place)
        yield f"inspector {tabs.tabText(place)}", window
    tabs.setCurrentIndex(0)


async def _messages(desk: Desk, tab: LiveTab) -> AsyncIterator[tuple[str, QWidget]]:
    tab.show_messages(True)
    await desk.until(lambda: tab.model.rowCount() >= 4)
    tab.table.select_place(1)
    yield "messages", desk.window
    tab.show_messages(False)


async def _composer(tab: LiveTab, window: QWidget) -> AsyncIterator[tuple[str, QWidget]]:
    tabs = tab.composer.tabs
    for place in range(tabs.count()):
        tabs.setCurrentIndex(place)
        yield f"composer {tabs.tabText(place).replace('&', '')}", window
    tabs.setCurrentIndex(0)


async def _options(tab: LiveTab, window: QWidget, kind: str) -> AsyncIterator[tuple[str, QWidget]]:
    tab.options.turn()
    pages = tab.options.drawer.list
    for place in range(pages.count()):
        pages.setCurrentRow(place)
        item = pages.item(place)
        yield f"options {kind} {item.text() if item else place}", window
    tab.options.turn()


async def _behaviours(tab: ServerTab, window: QWidget) -> AsyncIterator[tuple[str, QWidget]]:
    """The form of each behaviour, in the options of a server."""
    tab.options.turn()
    pages = tab.options.drawer.list
    pages.setCurrentItem(pages.findItems("Behaviour", Qt.MatchFlag.MatchExactly)[0])
    field = tab.options.drawer.findChild(BehaviourField)
    assert field is not None
    for name in all_behaviours():
        field.choose(name, [])
        yield f"behaviour {name}", window
    field.choose("echo", [])
    tab.options.turn()


async def _windows(desk: Desk, client: LiveTab, server: ServerTab) -> AsyncIterator[tuple[str, QWidget]]:
    window = desk.window
    window.bring_to_front(client)
    known = set(QApplication.topLevelWidgets())

    def opened() -> list[QWidget]:
        return [
            one for one in QApplication.topLevelWidgets() if one not in known and one.isVisible() and one.isWindow()
        ]

    ask = Questions()
    client.table.selectAll()
    rules = desk.folder / "rules.toml"
    rules.write_text(_RULES, encoding="utf-8")
    openers = {
        "rules": lambda: server.open_rules(rules),
        "statistics": client.row_windows.show_statistics,
        "compare": lambda: client.row_windows.compare(3, 4),
        "clients": server.show_clients,
        "connections": client.show_connections,
        "export": window.actions_["export"].trigger,
        "question": lambda: ask.confirm(window, "A question", "Is this one read?", "Yes", lambda _: None),
        "sentence": lambda: ask.tell(window, "A sentence", "Something to read and close."),
        "palette": window.actions_["palette"].trigger,
        "shortcuts": window.actions_["keys"].trigger,
        "line": lambda: ask.line(window, "A line", "What is it called?", "so", lambda _: ""),
        "text": lambda: ask.write(window, "A text", "What is it about?", "two\nlines", lambda _: None),
    }
    for name, opener in openers.items():
        opener()
        await desk.until(opened)
        shown = opened()[0]
        yield name, shown
        if isinstance(shown, StatisticsWindow):
            shown.as_tables.click()
            yield "statistics as tables", shown
        shown.close()
        await desk.until(lambda: not opened())
