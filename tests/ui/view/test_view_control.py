"""The filter in the real window: rows that match, new ones as they arrive, one connection of a server."""

from __future__ import annotations

from tests.ui.real_window import Desk, at_desk, click, click_row
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


@at_desk
async def test_a_chosen_row_stays_chosen_whatever_is_shown_around_it(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"one"), ws.frame(9, b"beat"), ws.frame(2, b"two")])
    await desk.rows(client, 8)
    click_row(client, 3)
    chosen = client.model.row(3)
    assert chosen is not None
    title = client.inspector.title
    client.filter_bar.set_text(f"number >= {chosen.id}")
    await desk.until(lambda: client.model.rowCount() == 5)
    assert client.table.currentIndex().row() == 0
    client.filter_bar.set_text("opcode == http")
    await desk.until(lambda: client.model.rowCount() == 2)
    assert client.table.currentIndex().row() == -1
    assert client.inspector.title == title
    client.filter_bar.set_text("")
    assert client.table.currentIndex().row() == 3
    assert client.inspector.title == title


@at_desk
async def test_rows_of_a_filter_are_not_new_and_later_ones_are(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"x")] * 60)
    await desk.rows(client, 122)
    await desk.until(lambda: client.session.recorder.committed == 122)  # what is committed later is found later
    client.table.set_follow(False)
    client.filter_bar.set_text("direction == sent")
    await desk.until(lambda: client.model.rowCount() == 61)
    assert client.table.new_rows.isHidden()
    ws.write_frames([ws.frame(1, b"x")] * 3)
    await desk.until(lambda: client.model.rowCount() == 64)
    assert client.table.new_rows.text() == "↓ 3 new"


@at_desk
async def test_what_one_sends_comes_into_view(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"x")] * 60)
    await desk.rows(client, 122)
    click_row(client, client.table.rowAt(5))
    chosen = client.table.currentIndex().row()
    client.table.set_follow(False)
    client.composer.text_tab.edit.setPlainText("mine")
    click(client.composer.send_button)
    await desk.rows(client, 124)
    bar = client.table.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert client.table.follow
    assert client.table.currentIndex().row() == chosen
    client.table.set_follow(False)
    desk.window.actions_["ping"].trigger()
    assert client.table.follow
