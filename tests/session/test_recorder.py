from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.session.conftest import rows
from wsgui.capture.errors import CaptureError
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.rules import violation
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    HandshakeSeen,
    Record,
)
from wsgui.session.recorder import AHEAD, Recorder, Tally, Unrecorded

if TYPE_CHECKING:
    from pathlib import Path

BREACH = violation("utf8.invalid", "Byte 0 is not UTF-8.")
FRAME = Frame.build(1, b"hi")
CONVERSATION: list[Record] = [
    ConnectionOpened(1, 1, "client", "ws://x/", "a", "b"),
    HandshakeSeen(1, 2, Direction.SENT, b"GET"),
    HandshakeSeen(1, 3, Direction.RECEIVED, b"HTTP/1.1", [BREACH]),
    FramesSeen(1, 4, Direction.SENT, [FRAME, FRAME], [(0, BREACH), (0, BREACH)], 8),
    FramesSeen(1, 5, Direction.RECEIVED, [FRAME], (), 4),
    FramesSeen(1, 6, Direction.RECEIVED, (), (), 100),
    BytesSeen(1, 6, Direction.RECEIVED, bytes(100), [BREACH]),
    ConnectionClosed(1, 7, 1006, "", EndedBy.LOSS, "Gone."),
]


def test_the_tally_counts_what_crossed_the_wire() -> None:
    tally = Tally()
    for record in CONVERSATION:
        tally.count(record)
    assert tally == Tally(
        frames_sent=2,
        frames_received=1,
        bytes_sent=3 + 8,
        bytes_received=8 + 4 + 100,
        violations=4,
        connections=1,
    )


async def test_records_reach_the_file_and_openings_and_ends_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    told: list[Record] = []
    recorder = Recorder(path, "x", on_overload=lambda yes: None, on_failure=lambda _: None, on_record=told.append)
    for record in CONVERSATION:
        recorder(record)
    assert told == [CONVERSATION[0], CONVERSATION[-1]]
    assert await recorder.close() is True
    assert recorder.committed == 6
    assert rows(path, "SELECT id, direction, opcode, payload FROM frames") == [
        (1, 0, -1, b"GET"),
        (2, 1, -1, b"HTTP/1.1"),
        (3, 0, 1, b"hi"),
        (4, 0, 1, b"hi"),
        (5, 1, 1, b"hi"),
        (6, 1, -2, bytes(100)),
    ]
    assert rows(path, "SELECT code, text FROM connections") == [(1006, "Gone.")]


async def test_a_file_that_is_there_already(tmp_path: Path) -> None:
    path = tmp_path / "x.wscap"
    path.touch()
    with pytest.raises(CaptureError, match=r"x\.wscap exists already"):
        Recorder(path, "x", on_overload=lambda yes: None, on_failure=lambda _: None)


async def test_overload_and_failure_are_told_on_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    told: list[tuple[object, bool]] = []

    def note(what: object) -> None:
        told.append((what, asyncio.get_running_loop() is loop))

    recorder = Recorder(tmp_path / "x.wscap", "x", on_overload=note, on_failure=note)
    for what in (recorder.writer._on_overload, recorder.writer._on_failure):
        await asyncio.to_thread(what, "told from a thread")  # type: ignore[operator]
    await until(lambda: len(told) == 2)
    assert told == [("told from a thread", True)] * 2
    await recorder.close()
    recorder.writer._on_failure("too late")
    await asyncio.sleep(0)
    assert len(told) == 2


async def test_what_comes_after_the_end_is_dropped(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "x.wscap", "x", on_overload=lambda yes: None, on_failure=lambda _: None)
    await recorder.close()
    recorder(CONVERSATION[3])
    recorder.retry()
    assert recorder.writer.dropped == 2


async def test_rows_that_wait_are_shown_when_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path / "a.wscap", "a", on_overload=lambda _: None, on_failure=lambda _: None)
    recorder(ConnectionOpened(1, 1, "client", "ws://x/", "a", "b"))
    assert recorder.flush()
    committed = recorder.committed
    monkeypatch.setattr(CaptureWriter, "committed", committed)  # the disk stands still
    recorder(FramesSeen(1, 2, Direction.RECEIVED, [FRAME] * (AHEAD - 1), (), 4))
    assert recorder.shown == committed
    recorder(FramesSeen(1, 3, Direction.RECEIVED, [FRAME], (), 4))
    assert recorder.shown == committed + AHEAD
    monkeypatch.setattr(CaptureWriter, "failure", "The disk is full.")
    assert recorder.shown == committed
    monkeypatch.undo()
    recorder.settle(committed + AHEAD)
    assert recorder.committed == recorder.shown == committed + AHEAD
    assert recorder.recent(committed + 1, committed + AHEAD, None) == []
    await recorder.close()


def test_nothing_is_shown_of_what_is_not_recorded() -> None:
    nothing = Unrecorded()
    nothing.settle(1)
    assert nothing.shown == 0


async def test_the_loop_hears_at_once_that_the_writer_is_behind(tmp_path: Path) -> None:
    """A loop that goes on reading before it calls what was handed to it would take in much more meanwhile."""
    told: list[bool] = []
    recorder = Recorder(tmp_path / "x.wscap", "x", on_overload=told.append, on_failure=lambda _: None)

    def said_by_the_writers_thread(yes: bool) -> None:
        thread = threading.Thread(target=recorder.writer._on_overload, args=(yes,))
        thread.start()
        thread.join()

    recorder.writer._on_overload(True)
    assert told == [True]
    said_by_the_writers_thread(False)
    recorder.writer._on_overload(True)
    assert told == [True, True]
    await until(lambda: len(told) > 2)
    assert told[2] is True, "an old word undoes no newer one"
    said_by_the_writers_thread(False)
    await until(lambda: len(told) > 3)
    assert told[3] is False
    assert await recorder.close() is True
    recorder.writer._on_overload(True)
    assert len(told) == 4, "a closed one says nothing"
