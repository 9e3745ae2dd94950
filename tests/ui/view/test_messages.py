"""The table with a message a row, in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from tests.ui.real_window import Desk, at_desk, click
from wsgui.ui.view.frames.cells import LENGTH, MESSAGE, PAYLOAD

if TYPE_CHECKING:
    from wsgui.ui.tabs.client.client_tab import ClientTab


def texts(tab: ClientTab, column: int) -> list[str]:
    cells = [tab.model.cells(place) for place in range(tab.model.rowCount())]
    return [one.texts[column] for one in cells if one is not None]


async def sent(desk: Desk) -> ClientTab:
    """A client that has sent a whole message, a ping, and one in three frames, and got all of it back."""
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    more = [ws.frame(0x1, b'{"a"', fin=False), ws.frame(0x0, b": 1", fin=False), ws.frame(0x0, b"}")]
    ws.write_frames([ws.frame(1, b"one"), ws.frame(9, b"beat"), *more])
    await desk.until(lambda: client.session.recorder.committed >= 10)
    return client


@at_desk
async def test_the_switch_shows_a_row_for_each_message(desk: Desk) -> None:
    client = await sent(desk)
    click(client.view_switch.group.button(1))
    await desk.until(lambda: client.model.rowCount() == 4)
    assert desk.window.actions_["messages"].isChecked()
    assert sorted(texts(client, MESSAGE))[:2] == ["m1", "m1"]
    assert "m2 (3)" in texts(client, MESSAGE)
    assert texts(client, LENGTH).count("8") == 2
    assert sum("a" in text and "1" in text for text in texts(client, PAYLOAD)) == 2
    await desk.until(lambda: "1 ping, 1 pong" in client.frame_bar.folded.text())
    assert "2 handshake heads" in client.frame_bar.folded.text()
    desk.window.actions_["messages"].trigger()
    assert not client.view_switch.messages
    await desk.until(lambda: client.model.rowCount() == client.session.recorder.committed)
    assert client.frame_bar.folded.isHidden()


@at_desk
async def test_a_message_is_inspected_as_a_whole_and_new_ones_come(desk: Desk) -> None:
    client = await sent(desk)
    client.show_messages(True)
    await desk.until(lambda: client.model.rowCount() == 4)
    place = texts(client, MESSAGE).index("m2 (3)")
    client.table.select_place(place)
    await desk.until(lambda: client.inspector.tabs.currentWidget() is client.inspector.message)
    assert client.inspector.title.startswith("Message 2 · TEXT sent")
    await desk.until(lambda: '"a": 1' in client.inspector.message.text.toPlainText())
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(0x1, b"begun", fin=False)])
    await desk.until(lambda: client.model.rowCount() == 5)
    assert texts(client, PAYLOAD)[-1] == "Not finished, 1 frame so far · begun"
    ws.write_frames([ws.frame(0x0, b" and ended")])
    await desk.until(lambda: client.model.rowCount() == 6)
    await desk.until(lambda: "begun and ended" in texts(client, PAYLOAD))


@at_desk
async def test_filter_find_copy_and_marks_work_on_messages(desk: Desk) -> None:
    client = await sent(desk)
    client.show_messages(True)
    client.filter_bar.set_text("json.a == 1")
    await desk.until(lambda: client.model.rowCount() == 2)
    assert client.filter_bar.note.text().startswith("2 messages in ")
    assert client.model.shown_ids() is not None
    assert len(client.model.shown_ids() or ()) in (4, 6)  # an echo may come in one frame, as the message was
    client.filter_bar.set_text("")
    await desk.until(lambda: client.model.rowCount() == 4)
    client.table.select_place(0)
    client.find_control.bar.edit.setText(": 1")
    client.find_control.find()
    await desk.until(lambda: "hit" in client.find_control.bar.note.text())
    assert client.table.currentIndex().row() == texts(client, MESSAGE).index("m2 (3)")
    client.note_control.toggle()
    await desk.until(lambda: any("★" in text for text in texts(client, 0)))
    menu = client.table.row_menu()
    copy = next(action.menu() for action in menu.actions() if action.text() == "Copy &As")
    next(action for action in copy.actions() if action.text() == "Payload as &Text").trigger()
    assert QGuiApplication.clipboard().text() == '{"a": 1}'
    menu.close()


@at_desk
async def test_requests_and_answers_are_linked(desk: Desk) -> None:
    _, client = await desk.playground()
    desk.window.resize(2600, 900)  # where it is narrower, two sessions leave the column no room
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(9, b"beat"), ws.frame(1, b'{"jsonrpc":"2.0","id":1,"method":"add"}')])
    await desk.until(lambda: client.session.recorder.committed == 6)
    client.answers.cross()
    assert "column Answer" in client.banner.sentence
    client.show_messages(True)
    place = client.model.column_of("answer")
    assert place is not None
    await desk.until(lambda: texts(client, place) == ["unanswered", "unanswered"])  # an echo is a request too
    client.show_messages(False)
    client.table.columns.choose(place, True)
    await desk.until(lambda: client.model.rowCount() == 6)
    ping = next(number for number in range(6) if client.model.row(number).opcode == 9)  # type: ignore[union-attr]
    pong = next(number for number in range(6) if client.model.row(number).opcode == 10)  # type: ignore[union-attr]
    await desk.until(lambda: texts(client, place)[ping] == f"→ {pong + 1}")
    assert texts(client, place)[pong].endswith(f"← {ping + 1}")
    client.table.select_place(ping)
    desk.window.actions_["answer"].trigger()
    assert client.table.currentIndex().row() == pong
    menu = client.table.row_menu()
    next(action for action in menu.actions() if action.text() == f"Go to Re&quest (Row {ping + 1})").trigger()
    menu.close()
    assert client.table.currentIndex().row() == ping
    client.table.select_place(0)
    client.answers.cross()
    assert "neither asks nor answers" in client.banner.sentence
    client.filter_bar.set_text("unanswered")
    await desk.until(lambda: client.model.rowCount() == 2)
    client.table.select_place(0)
    client.answers.cross()
    assert "no answer so far" in client.banner.sentence


@at_desk
async def test_a_node_becomes_a_column_that_the_endpoint_keeps(desk: Desk) -> None:
    client = await sent(desk)
    client.show_messages(True)
    await desk.until(lambda: client.model.rowCount() == 4)
    client.table.select_place(texts(client, MESSAGE).index("m2 (3)"))
    pane = client.inspector.message.decoded
    await desk.until(lambda: bool(pane.model.root.children) and bool(pane.model.root.children[0].children))
    menu = pane.tree.menu_of(pane.model.root.children[0].children[0])
    next(action for action in menu.actions() if action.text() == "Show as &Column").trigger()
    place = client.model.column_of("field json.a")
    assert place is not None
    assert client.table.columns.visualIndex(place) < client.table.columns.visualIndex(PAYLOAD)
    assert sorted(texts(client, place)) == ["", "", "1", "1"]
    client.field_columns.show("json.a")
    client.field_columns.show("summary")
    client.field_columns.show("length")
    assert client.field_columns.paths == ("json.a", "summary", "length")
    assert texts(client, place + 2).count("3") == 2
    client.field_columns.show("json.a == 1")
    assert "is no field of filters" in client.banner.sentence
    for number in range(6):
        client.field_columns.show(f"json.b{number}")
    assert "at most 8 columns" in client.banner.sentence
    menu = client.table.columns.menu()
    next(action for action in menu.actions() if action.text() == "Remove Column summary").trigger()
    assert "summary" not in client.field_columns.paths
    kept = client.field_columns.paths
    client.show_messages(False)
    assert client.field_columns.paths == kept
    other = desk.window.new_client(client.client.url)
    assert other is not None
    await desk.until(lambda: other.field_columns.paths == kept)


@at_desk
async def test_long_messages_have_columns_too(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    long = b'{"pad":"' + b"x" * 300 + b'","n":[{"k":true}]}'
    ws.write_frames([ws.frame(1, long), ws.frame(2, bytes(2)), ws.frame(1, b'{"n":[' + b"0," * 600_000 + b"0]}")])
    await desk.until(lambda: client.session.recorder.committed == 8)
    client.filter_bar.set_text("direction == sent")
    await desk.until(lambda: client.model.rowCount() == 4)
    client.field_columns.show("json.n[0]")
    client.field_columns.show("payload")
    client.field_columns.show("violation")
    place = client.model.column_of("field json.n[0]")
    assert place is not None
    assert texts(client, place) == ["", '{"k": true}', "", ""]
    assert texts(client, place + 1)[2] == "00 00"
    assert texts(client, place + 2) == ["", "", "", ""]


@at_desk
async def test_requests_that_are_answered_leave_the_list_of_those_that_wait(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    client.view._again.setInterval(1)
    ws.write_frames([ws.frame(1, b'{"jsonrpc":"2.0","id":1,"method":"add"}')])
    await desk.until(lambda: client.session.recorder.committed == 4)
    client.filter_bar.set_text("unanswered")
    await desk.until(lambda: client.model.rowCount() == 2)
    ws.write_frames([ws.frame(1, b'{"jsonrpc":"2.0","id":1,"result":3}')])
    await desk.until(lambda: client.session.recorder.committed == 6)
    await desk.until(lambda: client.model.rowCount() == 0)
