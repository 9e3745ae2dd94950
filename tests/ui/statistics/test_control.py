"""The statistics of a live session in the real window."""

from __future__ import annotations

from tests.ui.real_window import Desk, at_desk, click


@at_desk
async def test_they_follow_traffic_filter_and_clicks(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(1, b"one"), ws.frame(9, b"two")])
    await desk.rows(client, 6)
    client.row_windows.statistics_button.click()  # where there is room for it
    control = client.row_windows._statistics
    assert control is not None
    note = control.window.note
    await desk.until(lambda: note.text().startswith("6 rows · "))
    assert "ping round trip      p50" in control.window.spans.text()
    ws.write_frames([ws.frame(1, b"three")])
    await desk.rows(client, 8)
    control.tick()
    await desk.until(lambda: note.text().startswith("8 rows · "))
    client.filter_bar.set_text("opcode == ping")
    await desk.until(lambda: note.text().startswith("1 rows of the filter · "))
    await desk.until(lambda: client.model.rowCount() == 1)  # what is shown and what is counted are found apart
    control.window.charts.row_chosen.emit(1)
    assert client.banner.sentence.startswith("Row 1 is not shown here")
    client.filter_bar.set_text("")
    await desk.until(lambda: note.text().startswith("8 rows · "))
    await desk.until(lambda: client.model.rowCount() == 8)
    control.window.charts.row_chosen.emit(3)
    assert client.table.currentIndex().row() == 2
    control.window.charts.time_chosen.emit(client.reader.time_of(5))
    assert client.reader.time_of(client.table.currentIndex().row() + 1) == client.reader.time_of(5)
    click(control.window.picture)
    control.window.stop_requested.emit()
    assert note.text().startswith("Stopped. 8 rows")
    control.window.close()
    assert not control._timer.isActive()
    desk.window.actions_["statistics"].trigger()
    await desk.until(lambda: note.text().startswith("8 rows · "))
