from __future__ import annotations

from tests.ui.real_window import Desk, at_desk


@at_desk
async def test_round_trips_of_each_method_are_listed(desk: Desk) -> None:
    _, client = await desk.playground()
    ws = client.client.ws
    assert ws is not None
    ws.write_frames([ws.frame(9, b"beat"), ws.frame(1, b'{"jsonrpc":"2.0","id":1,"method":"add"}')])
    await desk.until(lambda: client.session.recorder.committed == 6 and client.model.committed == 6)
    client.row_windows.show_statistics()
    statistics = client.row_windows._statistics
    assert statistics is not None
    dialog = statistics.show_methods()
    await desk.until(lambda: dialog.list.topLevelItemCount() == 2)
    rows = [
        [dialog.list.topLevelItem(row).text(column) for column in range(4)]  # type: ignore[union-attr]
        for row in range(2)
    ]
    assert rows[0] == ["add", "2", "2", "—"]
    assert rows[1][:3] == ["ping", "1", "0"]
    assert rows[1][3] != "—"
    assert dialog.note.text() == "3 requests and pings in 6 rows"
    assert not dialog.stop.isVisible()
    dialog._failed("It is damaged.")
    assert dialog.note.text() == "It is damaged."
    dialog._stopped()
    dialog.reject()
