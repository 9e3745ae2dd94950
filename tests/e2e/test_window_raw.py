"""The Raw tab in the real window: a fault is chosen, sent, recorded on both sides, and answered as it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.real_window import at_desk, click
from wsgui.protocol.faults import FrameFault, fault
from wsgui.protocol.states import State
from wsgui.ui.composer.header_editor import KeyKind

if TYPE_CHECKING:
    from tests.ui.real_window import Desk

pytestmark = pytest.mark.e2e


@at_desk
async def test_a_fault_in_the_playground(desk: Desk) -> None:
    server, client = await desk.playground()
    desk.window.tabs.setCurrentWidget(client)
    composer = client.composer
    composer.tabs.setCurrentIndex(composer.tabs.count() - 1)
    one = fault("utf8-border")
    assert isinstance(one, FrameFault)
    composer.raw_tab.set_fault(one)
    composer.raw_tab.judge_now()
    assert composer.raw_tab.judge.lines[-1].startswith("→ A correct peer fails the connection: close 1007")
    await desk.until(composer.send_button.isEnabled)
    click(composer.send_button)
    await desk.until(lambda: client.client.state is State.CLOSED)
    assert client.client.last_end is not None
    assert client.client.last_end.code == 1007
    rows = await desk.rows(client, 5)
    assert [(row.direction, row.opcode) for row in rows[:5]] == [(0, -1), (1, -1), (0, 1), (0, 0), (1, 8)]
    rows = await desk.rows(server, 5)
    assert [violation.rule for violation in rows[3].violations] == ["utf8.invalid"]


@at_desk
async def test_pieces_can_be_stopped(desk: Desk) -> None:
    _, client = await desk.playground()
    desk.window.tabs.setCurrentWidget(client)
    composer = client.composer
    composer.tabs.setCurrentIndex(composer.tabs.count() - 1)
    # With random keys what the peer makes of half a frame and a whole one is now this, now that.
    composer.raw_tab.strip.set_frames(composer.raw_tab.raw_frames, KeyKind.ZERO)
    composer.raw_tab.payload.text_edit.replace_all("Hello")
    composer.raw_tab.way.way.setCurrentIndex(2)
    composer.raw_tab.way.places.setText("3")
    composer.raw_tab.way.pause.setValue(60_000)
    await desk.until(composer.send_button.isEnabled)
    click(composer.send_button)
    await desk.until(composer.stop_button.isVisible)
    assert "Sent 1 of 2 pieces" in composer.status.text() or "Sent 0 of 2 pieces" in composer.status.text()
    composer.tabs.setCurrentIndex(0)
    composer.text_tab.edit.replace_all("too early")
    composer.send()
    await desk.until(client.banner.isVisible)
    assert client.banner.sentence.startswith("Raw bytes are being sent piece by piece")
    click(composer.stop_button)
    await desk.until(lambda: not client.session.raw.under_way)
    await desk.until(lambda: not composer.stop_button.isVisible())
    assert composer.status.text().startswith("Half a frame has gone")
    composer.tabs.setCurrentIndex(composer.tabs.count() - 1)

    def judged() -> bool:
        composer.raw_tab.judge_now()
        # 81 85 00 has gone: of the whole frame behind it 81 85 00 ends the key, and its 00 00 00 begin the text.
        return composer.raw_tab.judge.lines[0].startswith("✗ Byte 1 of the text (0x81) is not UTF-8")

    await desk.until(judged)  # what was sent is known to the tab a turn after the button


@at_desk
async def test_raw_bytes_may_follow_our_close_frame(desk: Desk) -> None:
    server, client = await desk.playground()
    server.server.use_behaviour("silent")
    desk.window.tabs.setCurrentWidget(client)
    [ws] = server.server.targets(None)
    ws.policy.answer_close = False
    composer = client.composer
    client.session.send([client.client.ws.frame(8, b"\x03\xe8")])  # type: ignore[union-attr]
    client.session.changed()
    composer.tabs.setCurrentIndex(0)
    await desk.until(lambda: not composer.send_button.isEnabled())
    composer.tabs.setCurrentIndex(composer.tabs.count() - 1)
    await desk.until(composer.send_button.isEnabled)
    await desk.until(
        lambda: any(
            "frame.after-close" in line or "close frame has gone" in line.lower()
            for line in composer.raw_tab.judge.lines
        )
    )
    click(composer.send_button)
    await desk.until(lambda: client.session.recorder.tally.frames_sent == 2)
    rows = await desk.rows(client, 4)
    assert [violation.rule for violation in rows[3].violations] == ["frame.after-close"]
    client.cut()
