"""Two rows compared in the real window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click, click_row


@at_desk
async def test_two_selected_rows_are_compared(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"one two three"), ws.frame(1, b"one 2wo four"), ws.frame(1, b"one", fin=False)])
    await desk.rows(client, 6)
    desk.window.actions_["compare"].trigger()
    assert client.banner.sentence.startswith("Select two rows to compare them")
    sent = [place for place in range(client.model.rowCount()) if client.model.row(place).direction == 0][1:3]  # type: ignore[union-attr]
    client.table.set_follow(False)
    client.table.scrollToTop()
    click_row(client, sent[0])
    at: QPoint = client.table.visualRect(client.table.model().index(sent[1], 0)).center()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(client.table.viewport(), Qt.MouseButton.LeftButton, control, at)
    assert client.table.selected_places(2) == sent
    assert client.table.selected_places(1) == []
    menu = client.table.row_menu()
    entry = next(action for action in menu.actions() if action.text().startswith("Compare Rows "))
    entry.trigger()
    menu.close()
    control_ = client.row_windows._compare
    assert control_ is not None
    (window,) = control_.windows
    await desk.until(lambda: window.note.text().startswith("Difference 1 of "))
    first = window.view.cell
    click(window.forward)
    assert window.view.cell > first
    click(window.back)
    click(window.back)
    assert window.note.text().startswith("Difference 3 of 3")
    marks = {window.fields.topLevelItem(at).text(1): window.fields.topLevelItem(at).text(0) for at in range(5)}  # type: ignore[union-attr]
    assert marks["direction"] == ""
    assert marks["length"] == "≠"
    window.messages.setChecked(True)
    await desk.until(lambda: "between the messages" in window.note.text())
    QTest.keyClick(window, Qt.Key.Key_Escape)
    await desk.until(lambda: not control_.windows)
    client.row_windows.compare(1, 1)
    (window,) = control_.windows
    await desk.until(lambda: window.note.text().startswith("The payloads are equal: "))
    assert not window.forward.isEnabled()
    client.row_windows.compare(1, 99)
    await desk.until(lambda: control_.windows[-1].note.text() == "No frame 99.")


@at_desk
async def test_a_marked_row_is_compared_with_another(desk: Desk) -> None:
    _, client = await desk.playground()
    await desk.rows(client, 2)
    client.table.select_place(0)
    client.times.mark()
    client.table.select_place(1)
    menu = client.table.row_menu()
    assert any(action.text() == "Compare Rows 1 and 2" for action in menu.actions())
    menu.close()
    client.table.selectAll()
    desk.window.actions_["compare"].trigger()
    assert client.row_windows._compare is not None


@at_desk
async def test_json_is_compared_by_what_it_says(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames(
        [ws.frame(1, b'{"a":1,"b":[2]}'), ws.frame(1, b'{ "b": [2], "a": 1 }'), ws.frame(1, b'{"a":7,"b":[2]}')]
    )
    await desk.until(lambda: client.session.recorder.committed >= 8)
    client.row_windows.compare(3, 4)
    control = client.row_windows._compare
    assert control is not None
    await desk.until(lambda: "As JSON they say the same." in control.windows[-1].note.text())
    client.row_windows.compare(3, 5)
    await desk.until(
        lambda: len(control.windows) == 2 and "As JSON they differ in 1 value" in control.windows[-1].note.text()
    )
    fields = control.windows[-1].fields
    last = fields.topLevelItem(fields.topLevelItemCount() - 1)
    assert last is not None
    assert [last.text(column) for column in range(4)] == ["≠", "json.a", "1", "7"]
