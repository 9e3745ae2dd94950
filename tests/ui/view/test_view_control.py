"""The filter in the real window: rows that match, new ones as they arrive, one connection of a server."""

from __future__ import annotations

from tests.ui.real_window import Desk, at_desk
from wsgui.ui.view import view_control
from wsgui.ui.view.frames.cells import OPCODE


@at_desk
async def test_a_filter_shows_what_fits_and_follows_the_traffic(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"one"), ws.frame(9, b"beat"), ws.frame(2, b"two")])
    await desk.rows(client, 8)
    client.filter_bar.set_text("opcode == ping or payload contains 0x6f6e65")
    await desk.until(lambda: client.model.rowCount() == 3)
    labels = [client.model.cells(place).texts[OPCODE] for place in range(3)]  # type: ignore[union-attr]
    assert sorted(labels) == ["PING", "TEXT", "TEXT"]
    assert client.filter_bar.note.text() == "3 of 8 rows match"
    assert client.model.place_of(1) is None
    ws.write_frames([ws.frame(9, b"more")])
    await desk.until(lambda: client.model.rowCount() == 4)
    await desk.until(lambda: desk.window.status.text("capture").startswith("4 of 10 rows"))
    client.filter_bar.set_text("")
    await desk.until(lambda: client.model.rowCount() == 10)


@at_desk
async def test_a_paused_table_does_not_search_on(desk: Desk) -> None:
    _, client = await desk.playground()
    client.filter_bar.set_text("opcode == ping")
    client.frame_bar.pause.setChecked(True)
    client.session.ping()
    await desk.until(lambda: client.session.recorder.committed == 4)
    desk.window.tick()
    assert client.model.rowCount() == 0
    client.frame_bar.pause.setChecked(False)
    await desk.until(lambda: client.model.rowCount() == 1)


@at_desk
async def test_a_long_search_for_a_connection_runs_aside(desk: Desk) -> None:
    server, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"x")])
    await desk.rows(server, 4)
    at_once, view_control.AT_ONCE = view_control.AT_ONCE, 0
    try:
        server.show_connection(1)
        assert server.model.found_elsewhere
        await desk.until(lambda: server.model.rowCount() == 4)
        server.show_connection(None)
        assert not server.model.found_elsewhere
        assert server.model.rowCount() == 4
    finally:
        view_control.AT_ONCE = at_once


@at_desk
async def test_the_menu_of_a_row_filters_by_its_values(desk: Desk) -> None:
    _, client = await desk.playground()
    client.session.ping()
    await desk.rows(client, 4)
    client.table.select_place(2)
    menu = client.table.row_menu()
    entries = {action.text(): action for action in menu.actions()}
    entries["Filter: PING frames"].trigger()
    menu.close()
    assert client.filter_bar.edit.text() == "opcode == 9"
    await desk.until(lambda: client.model.rowCount() == 1)


@at_desk
async def test_ctrl_f_goes_to_the_filter(desk: Desk) -> None:
    _, client = await desk.playground()
    desk.window.actions_["filter"].trigger()
    assert client.filter_bar.edit.hasFocus()


@at_desk
async def test_an_expression_that_takes_too_long_ends_the_search_until_another(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"a" * 80 + b"b")])
    await desk.rows(client, 4)
    client.filter_bar.set_text('text matches "(a|aa)+$"')
    await desk.until(lambda: "takes more than 0.5 s for one row" in client.banner.sentence)
    await desk.until(lambda: not client.view._finder.busy)
    assert not client.filter_bar.cancel.isVisible()
    ws.write_frames([ws.frame(1, b"more")])
    await desk.until(lambda: client.session.recorder.committed == 6)
    desk.window.tick()
    assert not client.view._finder.busy
    client.filter_bar.set_text('text matches "^mo"')
    await desk.until(lambda: client.model.rowCount() == 2)
