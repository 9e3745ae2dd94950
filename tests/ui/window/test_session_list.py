"""The list of sessions: what can be done with a connection."""

from __future__ import annotations

from tests.ui.real_window import Desk, at_desk
from wsgui.protocol.states import State


@at_desk
async def test_a_connection_is_closed_and_cut_from_its_menu(desk: Desk) -> None:
    server, client = await desk.playground()
    sessions = desk.window.sessions
    item = sessions.topLevelItem(0)
    assert item is not None
    assert sessions.menu_of(item) is None, "a session has tabs for that"
    await desk.until(lambda: item.childCount() == 1)
    menu = sessions.menu_of(item.child(0))
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.text()] == [
        "&Show Its Rows",
        "&Close with 1000",
        "D&rop TCP (No Close Frame)",
    ]
    show, _, close, _cut = menu.actions()
    show.trigger()
    assert server.model.connection == 1
    close.trigger()
    await desk.until(lambda: client.client.state is State.CLOSED)
    assert client.client.last_end is not None
    assert client.client.last_end.code == 1000
    client.session_start()
    await desk.until(lambda: client.client.state is State.OPEN)
    await desk.until(lambda: item.childCount() == 2)
    again = sessions.menu_of(item.child(1))
    assert again is not None
    again.actions()[-1].trigger()
    await desk.until(lambda: client.client.state is State.CLOSED)
    assert client.client.last_end.code == 1006


@at_desk
async def test_the_history_of_addresses_can_be_cleared(desk: Desk) -> None:
    _, client = await desk.playground()
    assert desk.settings.history()
    (clear,) = [one for one in client.address_bar.more.menu().actions() if "History" in one.text()]
    clear.trigger()
    assert desk.settings.history() == []
    assert client.address_bar.address.count() == 0
