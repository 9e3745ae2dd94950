"""The behaviour of a server as the bar and the drawer choose and tell it, while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk
from wsgui.endpoint.settings import EndpointSettings
from wsgui.engine import connect

if TYPE_CHECKING:
    from PySide6.QtWidgets import QComboBox


def choose(box: QComboBox, name: str) -> None:
    """Choose a behaviour with the keyboard."""
    box.setFocus()
    steps = box.findText(name) - box.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    assert box.currentText() == name


@at_desk
async def test_the_bar_and_the_form_agree(desk: Desk) -> None:
    tab = await desk.server()
    box = tab.server_bar.behaviour
    async with connect(tab.server.url) as ws:
        for drawer_open in (False, True):
            if drawer_open:
                tab.options.show_page("Behaviour")
                assert tab.options.drawer.fields["behaviour"].fields == {}  # type: ignore[attr-defined]
            choose(box, "counter")
            assert tab.server.behaviour == "counter"
            await ws.send("x")
            assert await ws.receive() == ("7" if drawer_open else "1")
            form = tab.options.drawer.fields["behaviour"].fields  # type: ignore[attr-defined]
            form["start"].box.setValue(7)
            assert tab.endpoint().behaviour_options == [("start", "7")]
            await ws.send("x")
            assert await ws.receive() == "8"
            choose(box, "echo")
            await ws.send("x")
            assert await ws.receive() == "x"


@at_desk
async def test_an_endpoint_with_a_behaviour_that_there_is_not(desk: Desk) -> None:
    tab = await desk.server()
    tab.use_endpoint(EndpointSettings(kind="server", behaviour="dance"))
    assert tab.options.trouble.startswith("There is no behaviour 'dance'; there are ")
    assert tab.server_bar.behaviour.currentText() == ""
    assert tab.options.isVisible()
    tab.server_bar.behaviour.setFocus()
    QTest.keyClick(tab.server_bar.behaviour, Qt.Key.Key_Down)
    await desk.until(lambda: not tab.options.trouble)
    assert tab.server.behaviour == tab.server_bar.behaviour.currentText()
