"""Find in the real window: hits in payloads, one after another, once round, in hex and text."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click

if TYPE_CHECKING:
    from wsgui.ui.tabs.client.client_tab import ClientTab


async def conversation(desk: Desk) -> ClientTab:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    for payload in (b"alpha beta ALPHA", b"gamma", b"beta"):
        ws.write_frames([ws.frame(1, payload)])
    await desk.rows(client, 8)  # two of the handshake, three sent, three echoes
    client.table.select_place(0)
    return client


async def settled(desk: Desk, client: ClientTab) -> str:
    await desk.until(lambda: not client.find_control._finder.busy)
    return client.find_control.bar.note.text()


def selected(client: ClientTab) -> tuple[int, str]:
    view = client.inspector.hex.view
    view.set_active_column(view._geometry.columns[-1])
    first, count = view.selection
    return client.table.currentIndex().row() + 1, view.shown.unmasked(first, first + count).decode()


@at_desk
async def test_next_and_previous_go_through_hits_and_rows_and_once_round(desk: Desk) -> None:
    client = await conversation(desk)
    bar = client.find_control.bar
    desk.window.actions_["find"].trigger()
    assert bar.edit.hasFocus()
    QTest.keyClicks(bar.edit, "alpha")
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)
    first = await settled(desk, client)
    assert first.endswith("hit 1 of 2")
    row, text = selected(client)
    assert text == "alpha"
    desk.window.actions_["find-next"].trigger()
    assert bar.note.text().endswith("hit 2 of 2")
    assert selected(client) == (row, "ALPHA")
    desk.window.actions_["find-next"].trigger()
    await settled(desk, client)
    second, _ = selected(client)
    assert second > row
    desk.window.actions_["find-next"].trigger()
    desk.window.actions_["find-next"].trigger()
    assert (await settled(desk, client)).startswith("From the beginning again. Row ")
    assert selected(client) == (row, "alpha")
    desk.window.actions_["find-previous"].trigger()
    assert (await settled(desk, client)).startswith("From the end again. Row ")
    assert selected(client) == (second, "ALPHA")
    bar.ignore_case.setChecked(False)
    QTest.keyClick(bar.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    await settled(desk, client)
    assert selected(client) == (row, "alpha")
    QTest.keyClick(bar.edit, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert client.table.hasFocus()
    assert client.inspector.hex.view._hits == []


@at_desk
async def test_bytes_and_expressions_in_a_filtered_view(desk: Desk) -> None:
    client = await conversation(desk)
    client.filter_bar.set_text("opcode == text and direction == sent")
    await desk.until(lambda: client.model.rowCount() == 3)
    bar = client.find_control.bar
    bar.start()
    bar.kind.setCurrentIndex(1)
    assert not bar.ignore_case.isEnabled()
    QTest.keyClicks(bar.edit, "67 61")
    click(bar.forward)
    assert (await settled(desk, client)).endswith("one hit")
    assert client.table.currentIndex().row() == 1
    bar.kind.setCurrentIndex(2)
    bar.edit.setText("^be")
    click(bar.forward)
    await settled(desk, client)
    assert client.table.currentIndex().row() == 2
    bar.edit.setText("nowhere")
    click(bar.forward)
    assert await settled(desk, client) == "Nothing found: no payload of the rows shown has it."


@at_desk
async def test_what_cannot_be_looked_for_is_said_while_it_is_typed(desk: Desk) -> None:
    client = await conversation(desk)
    bar = client.find_control.bar
    bar.start()
    click(bar.forward)
    assert bar.note.text() == "Type what to look for."
    bar.kind.setCurrentIndex(2)
    bar.edit.setText("a(b")
    assert bar.note.text() == "This expression does not work at character 4: missing )."
    click(bar.forward)
    assert bar.edit.cursorPosition() == 3
    bar.kind.setCurrentIndex(1)
    bar.edit.setText("xx")
    assert bar.note.text() == "Character 1 is no hex digit: x"
    assert "color" in bar.note.styleSheet()


@at_desk
async def test_the_message_tab_marks_hits_and_a_slow_expression_is_told_of(desk: Desk) -> None:
    client = await conversation(desk)
    client.inspector.tabs.setCurrentWidget(client.inspector.message)
    bar = client.find_control.bar
    bar.start("alpha")
    click(bar.forward)
    await settled(desk, client)
    marks = [one.cursor.selectedText() for one in client.inspector.message.text.extraSelections()]
    assert marks == ["alpha", "ALPHA"]
    click(bar.forward)
    assert client.inspector.message.text.textCursor().position() == 11
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"a" * 80 + b"b")])
    await desk.rows(client, 10)
    bar.kind.setCurrentIndex(2)
    bar.edit.setText("(a|aa)+$")
    client.table.select_place(client.model.rowCount() - 1)
    click(bar.forward)
    assert "takes more than 0.5 s for one row" in await settled(desk, client)


@at_desk
async def test_a_search_is_stopped(desk: Desk) -> None:
    client = await conversation(desk)
    bar = client.find_control.bar
    bar.start("nowhere")
    click(bar.forward)
    assert bar.stop.isVisible()
    click(bar.stop)
    assert bar.note.text() == "Stopped."
    assert not bar.stop.isVisible()
    await asyncio.sleep(0)
    assert bar.note.text() == "Stopped."
