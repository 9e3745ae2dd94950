"""Requests and answers are joined off the loop's thread, as the capture grows, until somebody stops it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.capture.answer_table import Answer
from wsgui.capture.writer import CaptureWriter
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen
from wsgui.session import answer_finder
from wsgui.session.answer_finder import AnswerFinder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wsgui.capture.answer_table import AnswerTable


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CaptureWriter]:
    with CaptureWriter(tmp_path / "asked.wscap") as writer:
        yield writer


def put(writer: CaptureWriter, direction: Direction, head: int, time_ns: int) -> int:
    writer.put(FramesSeen(1, time_ns, direction, [Frame(head, 7, None, b"x")]))
    assert writer.flush()
    return writer.committed


@pytest.mark.parametrize("live", [False, True])
async def test_it_follows_a_capture(writer: CaptureWriter, monkeypatch: pytest.MonkeyPatch, live: bool) -> None:
    monkeypatch.setattr(answer_finder, "PIECE", 1)
    monkeypatch.setattr(answer_finder, "PAUSE", 0)
    tables: list[AnswerTable] = []
    finder = AnswerFinder(writer.path, TaskOwner(), tables.append, pytest.fail, live=live)
    put(writer, Direction.SENT, 0x89, 5)
    async with asyncio.timeout(PATIENCE):
        finder.grow(put(writer, Direction.SENT, 0x81, 6))
        await until(lambda: not finder.busy)
        finder.grow(2)
        assert not finder.busy
        finder.grow(put(writer, Direction.RECEIVED, 0x8A, 9))
        await until(lambda: not finder.busy)
    assert [table.upto for table in tables][:2] == [1, 2]
    assert tables[-1].of(3) == Answer(False, 1, 4)
    assert finder.wanted == 3
    finder.stop()
    finder.grow(9)
    assert not finder.busy


async def test_it_stops_in_the_middle(writer: CaptureWriter) -> None:
    finder = AnswerFinder(writer.path, TaskOwner(), lambda _: pytest.fail("it was stopped"), pytest.fail)
    finder.grow(put(writer, Direction.SENT, 0x89, 5))
    finder.stop()
    async with asyncio.timeout(PATIENCE):
        await until(lambda: not finder.busy)


async def test_a_file_that_cannot_be_read_is_told_of_once(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "no.wscap"
    path.write_bytes(b"no capture at all")
    finder = AnswerFinder(path, TaskOwner(), lambda _: pytest.fail("there is nothing"), said.append)
    async with asyncio.timeout(PATIENCE):
        finder.grow(3)
        await until(lambda: not finder.busy)
    finder.grow(4)
    assert not finder.busy
    assert len(said) == 1
