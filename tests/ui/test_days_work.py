"""What a day's work leans on: a note that speaks of what is applied, own frames in view, a row that stays chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click, click_row
from wsgui.protocol.opcodes import Opcode


@at_desk
async def test_the_note_speaks_of_what_is_applied_or_of_the_mistake(desk: Desk) -> None:
    _, client = await desk.playground()
    bar = client.filter_bar
    client.composer.text_tab.edit.setPlainText("Hello")
    click(client.composer.send_button)
    await desk.rows(client, 4)

    def write(text: str) -> None:
        bar.edit.setText(text)
        QTest.keyClick(bar.edit, Qt.Key.Key_Return)

    write("Hello")
    await desk.until(lambda: client.model.rowCount() == 2)
    await desk.until(lambda: "2" in bar.note.text())
    applied = bar.note.text()
    write("opcode == ")
    await desk.until(lambda: bar.note.text() != applied)
    mistake = bar.note.text()
    assert mistake
    assert "2 of" not in mistake  # the count of the filter before
    write("")
    await desk.until(lambda: client.model.rowCount() >= 4)
    await desk.until(lambda: bar.note.text() not in (applied, mistake))
    write("opcode == ")
    await desk.until(lambda: bar.note.text() == mistake)
    write("Hello")
    await desk.until(lambda: bar.note.text() == applied)


@at_desk
async def test_ones_own_frame_comes_into_view_and_a_chosen_row_stays_chosen(desk: Desk) -> None:
    _, client = await desk.playground()
    message = client.client.ws.driver.connection.message  # type: ignore[union-attr]
    client.session.send([message(Opcode.TEXT, b"%d" % number) for number in range(100)], None)
    await desk.rows(client, 202)
    client.table.set_follow(False)
    client.table.scrollToTop()
    click_row(client, 3)
    assert not client.table.follow
    client.composer.text_tab.edit.setPlainText("mine")
    click(client.composer.send_button)
    await desk.rows(client, 204)
    table = client.table
    await desk.until(lambda: table.follow)
    last = client.model.index(client.model.rowCount() - 1, 0)
    await desk.until(lambda: table.viewport().rect().intersects(table.visualRect(last)))
    assert table.currentIndex().row() == 3
    assert client.inspector.tabs.isVisible()
