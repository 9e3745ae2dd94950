"""A full disk in the window: what is said, and what a person can choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QSignalSpy, QTest

from tests.ui.real_window import Desk, at_desk, click
from wsgui.ui.tabs.recording_bar import GO_ON, HOLD, RecordingBar

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_it_says_why_and_how_much_is_lost(qtbot: QtBot) -> None:
    bar = RecordingBar()
    qtbot.addWidget(bar)
    bar.show_pause("The disk is full.", True, 0)
    assert bar.isVisible()
    assert (bar.label.text(), bar.choice.currentIndex()) == ("The disk is full.", HOLD)
    bar.show_pause("The disk is full.", False, 1234)
    assert bar.label.text() == "The disk is full. 1\u202f234 frames went by unrecorded."
    assert bar.choice.currentIndex() == GO_ON
    chosen, retried = QSignalSpy(bar.hold_chosen), QSignalSpy(bar.retry_requested)
    bar.choice.setFocus()
    QTest.keyClicks(bar.choice, "Hold")
    bar.choice.activated.emit(HOLD)
    bar.choice.activated.emit(GO_ON)
    assert [chosen.at(place)[0] for place in range(chosen.count())][-2:] == [True, False]
    click(bar.retry)
    assert retried.count() == 1
    bar.show_pause("", True, 0)
    assert not bar.isVisible()


@at_desk
async def test_recording_pauses_and_goes_on_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.session.recording_pause.RETRY_SECONDS", 0.05)
    _, client = await desk.playground()
    await desk.rows(client, 2)
    database = client.session.recorder.writer._database
    full = int(database.execute("PRAGMA page_count").fetchone()[0])
    database.execute(f"PRAGMA max_page_count = {full}")
    client.session.send([client.client.ws.frame(2, bytes(200_000))])
    bar = client.recording_bar
    await desk.until(bar.isVisible)
    assert bar.label.text().startswith("The disk is full: recording to ")
    assert not client.banner.isVisible(), "it is not said twice"
    assert client.session.recording.holding
    bar.choice.activated.emit(GO_ON)
    assert not client.session.recording.holding
    bar.choice.activated.emit(HOLD)
    await desk.until(lambda: bar.choice.currentIndex() == HOLD)
    click(bar.retry)  # no better
    database.execute("PRAGMA max_page_count = 1000000")
    await desk.until(lambda: not bar.isVisible())
    assert client.session.message == "Recording goes on. Nothing was lost."
    await desk.rows(client, 4)
    assert client.reader.payload(3) == bytes(200_000)
