from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import State
from wsgui.session.reconnect import Attempt
from wsgui.ui.tabs.client.reconnect_bar import SHOWN, ReconnectBar

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from wsgui.ui.tabs.client.client_tab import ClientTab


def test_it_counts_down_and_lists(qtbot: QtBot) -> None:
    now = [10_000_000_000]
    bar = ReconnectBar(now_ns=lambda: now[0])
    qtbot.addWidget(bar)
    bar.show_attempts([], None)
    assert not bar.isVisible()
    bar.show_attempts([], 12_500_000_000)
    assert bar.label.text() == "The next attempt to connect begins in 2.5 s."
    assert not bar.more.isVisible()
    now[0] += 1_000_000_000
    bar.show_attempts([], 12_500_000_000)
    assert bar.label.text() == "The next attempt to connect begins in 1.5 s."
    now[0] += 9_000_000_000
    bar.show_attempts([], 12_500_000_000)
    assert bar.label.text() == "The next attempt to connect begins in 0.0 s."
    with qtbot.waitSignal(bar.stop_requested):
        click(bar.stop)
    attempts = [Attempt(1, 0, "<b>no</b>"), Attempt(2, 1_500_000_000, "connected")]
    bar.show_attempts(attempts, None)
    assert bar.label.text() == "The last attempt: connected"
    assert not bar.stop.isVisible()
    assert not bar.table.isVisible()
    QTest.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert bar.table.isVisible()
    cells = [[bar.table.item(row, column).text() for column in (0, 2)] for row in range(bar.table.rowCount())]
    assert cells == [["1", "<b>no</b>"], ["2", "connected"]]
    assert bar.table.item(1, 1).text().endswith(":01.500")
    click(bar.close_button)
    bar.show_attempts(attempts, None)
    assert not bar.isVisible(), "it stays away"
    bar.show_attempts([*attempts, Attempt(3, 0, "x")], None)
    assert bar.isVisible(), "until there is something new"
    bar.show_attempts([Attempt(number, 0, "x") for number in range(SHOWN + 50)], None)
    assert bar.table.rowCount() == SHOWN
    assert bar.table.item(0, 0).text() == "50"
    bar.show_attempts([], None)
    assert not bar.isVisible()


@at_desk
async def test_a_client_that_tries_again_until_it_is_stopped(desk: Desk) -> None:
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    tab.options.load(EndpointSettings(reconnect=True, reconnect_first=0.05, reconnect_most=0.05))
    tab.address_bar.set_url("ws://127.0.0.1:1/")
    click(tab.address_bar.button)
    bar = tab.reconnect_bar
    await desk.until(lambda: bar.table.rowCount() >= 2)
    click(bar.more)
    assert bar.table.item(0, 2).text() == "Connection refused: nothing listens on 127.0.0.1:1."
    tab.options.load(EndpointSettings(reconnect=True, reconnect_first=60, reconnect_most=60))
    tab.session_stop()
    await desk.until(lambda: tab.address_bar.button.text() == "Connect")
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.waiting_until_ns is not None and bar.stop.isVisible())
    assert bar.label.text().startswith("The next attempt to connect begins in ")
    click(bar.stop)
    await desk.until(lambda: tab.client.state is State.CLOSED)
    await desk.until(lambda: not bar.stop.isVisible())
    assert tab.client.waiting_until_ns is None
