from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.engine.raw import ACCEPTED, REQUEST
from tests.ui.real_window import Desk, at_desk, click, texts
from wsgui.protocol.visitors import Visitor
from wsgui.ui.tabs.server.visitor_bar import VisitorBar
from wsgui.ui.view.frames.cells import PAYLOAD

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
EVIL = Visitor("https://evil.example")
OTHER = Visitor("null")


@pytest.fixture
def bar(qtbot: QtBot) -> VisitorBar:
    made = VisitorBar()
    qtbot.addWidget(made)
    made.show()
    made.ask({}, "broadcast")
    assert not made.isVisible()
    return made


def test_the_answers(bar: VisitorBar, qtbot: QtBot) -> None:
    said: list[tuple[Visitor, bool]] = []
    bar.answered.connect(lambda visitor, let_in: said.append((visitor, let_in)))
    bar.ask({EVIL: 1}, "broadcast")
    assert bar.isVisible()
    assert bar.label.text().startswith("The page https://evil.example wants to come in.")
    assert not bar.refuse_all.isVisible()
    # A click that was meant for something else lets nobody in.
    qtbot.mouseClick(bar.let_in, LEFT)
    assert said == []
    assert not bar.let_in.hasFocus()
    qtbot.waitUntil(bar.let_in.isEnabled)
    qtbot.mouseClick(bar.let_in, LEFT)
    bar.ask({OTHER: 2, EVIL: 1}, "broadcast")
    assert bar.label.text().endswith(" 1 more waits.")
    assert "evil" in bar.label.text()  # the one that is being read stays
    qtbot.mouseClick(bar.refuse, LEFT)
    qtbot.mouseClick(bar.refuse_all, LEFT)
    assert said == [(EVIL, True), (EVIL, False), (EVIL, False), (OTHER, False)]
    bar.ask({OTHER: 2}, "broadcast")
    assert bar.label.text().startswith("A page without an origin (null) wants to come in (2 connections).")
    assert not bar.refuse.isEnabled()
    qtbot.mouseClick(bar.refuse_all, LEFT)
    bar.ask({}, "broadcast")
    assert not bar.isVisible()
    assert len(said) == 4


def test_a_long_name_does_not_widen_the_window(bar: VisitorBar) -> None:
    bar.ask({EVIL: 1}, "broadcast")
    usual = bar.minimumSizeHint().width()
    bar.ask({Visitor("https://" + "a" * 280): 1}, "broadcast")
    assert bar.minimumSizeHint().width() < usual + 700


@at_desk
async def test_a_page_waits_until_it_is_let_in(desk: Desk) -> None:
    tab = await desk.server()
    tab.server.use_behaviour("broadcast")
    host, port = tab.server.server.addresses[0]
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(REQUEST.replace(b"\r\nHost", b"\r\nOrigin: https://evil.example\r\nHost"))
    await desk.until(tab.visitors.isVisible)
    item = desk.window.sessions.topLevelItem(0)
    await desk.until(lambda: item.childCount() == 1 and item.child(0).text(0) == "#1 asks evil.example")
    await desk.until(lambda: texts(tab, PAYLOAD) == ["GET /chat HTTP/1.1 · Origin: https://evil.example"])
    await desk.until(tab.visitors.let_in.isEnabled)
    click(tab.visitors.let_in)
    assert await reader.readuntil(b"\r\n\r\n") == ACCEPTED
    await desk.until(lambda: not tab.visitors.isVisible())
    await desk.until(lambda: item.child(0).text(0) == "#1 evil.example")
    assert tab.endpoint().origins == ["https://evil.example"]
    assert tab.session.message == "The page https://evil.example was let in, and is whenever it comes again."
    writer.close()
    await writer.wait_closed()
