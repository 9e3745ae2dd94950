"""Searches that follow a growing capture: in pieces, off the loop's thread, and stopped by the next one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.capture.writer import CaptureWriter
from wsgui.engine.tasks import TaskOwner
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.records import Direction, FramesSeen
from wsgui.session import row_finder
from wsgui.session.row_finder import RowFinder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wsgui.capture.message_rows import MessagesFound
    from wsgui.capture.row_set import RowSet


class Found:
    """What a finder told."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.pieces: list[int] = []
        self.failures: list[str] = []

    def rows(self, ids: RowSet, searched: int) -> None:
        self.ids.extend(ids)
        self.pieces.append(searched)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CaptureWriter]:
    with CaptureWriter(tmp_path / "found.wscap") as writer:
        yield writer


def put(writer: CaptureWriter, opcodes: list[int], connection: int = 1) -> int:
    frames = [Frame.build(opcode, b"x") for opcode in opcodes]
    writer.put(FramesSeen(connection, 1, Direction.SENT, frames))
    assert writer.flush()
    return writer.committed


async def test_rows_of_a_filter_come_in_pieces_and_then_as_they_grow(
    writer: CaptureWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_finder, "PIECE", 4)
    found, tasks = Found(), TaskOwner()
    finder = RowFinder(writer.path, tasks, found.rows, found.failures.append)
    count = put(writer, [Opcode.TEXT, Opcode.PING] * 5)
    async with asyncio.timeout(PATIENCE):
        finder.find(parse("opcode == ping"), None, count)
        assert finder.busy
        await until(lambda: not finder.busy)
        assert found.ids == [2, 4, 6, 8, 10]
        assert found.pieces == [4, 8, 10]
        count = put(writer, [Opcode.PING, Opcode.TEXT])
        finder.grow(count)
        await until(lambda: not finder.busy)
        finder.grow(count)
        assert not finder.busy
    assert found.ids == [2, 4, 6, 8, 10, 11]
    assert (finder.searched, finder.wanted) == (12, 12)
    assert found.failures == []


async def test_one_connection_without_a_filter(writer: CaptureWriter) -> None:
    put(writer, [Opcode.TEXT], connection=1)
    count = put(writer, [Opcode.TEXT, Opcode.TEXT], connection=2)
    found, tasks = Found(), TaskOwner()
    finder = RowFinder(writer.path, tasks, found.rows, found.failures.append)
    async with asyncio.timeout(PATIENCE):
        finder.find(None, 2, count)
        await until(lambda: not finder.busy)
    assert found.ids == [2, 3]


async def test_a_new_search_drops_the_one_before(writer: CaptureWriter) -> None:
    count = put(writer, [Opcode.TEXT, Opcode.PING] * 100)
    found, tasks = Found(), TaskOwner()
    finder = RowFinder(writer.path, tasks, found.rows, found.failures.append)
    async with asyncio.timeout(PATIENCE):
        finder.find(parse("opcode == text"), None, count)
        finder.find(parse("opcode == ping"), None, 4)
        await until(lambda: not finder.busy)
        finder.find(parse("opcode == text"), None, count)
        finder.cancel()
        assert not finder.busy
        await tasks.close()
    assert found.ids == [2, 4]


async def test_a_file_that_is_gone_gives_a_sentence(tmp_path: Path) -> None:
    found, tasks = Found(), TaskOwner()
    finder = RowFinder(tmp_path / "gone.wscap", tasks, found.rows, found.failures.append)
    async with asyncio.timeout(PATIENCE):
        finder.find(parse("fin"), None, 5)
        await until(lambda: not finder.busy)
    assert len(found.failures) == 1
    assert "gone.wscap" in found.failures[0]
    assert found.ids == []


async def test_messages_come_in_pieces_and_as_they_grow(writer: CaptureWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_finder, "PIECE", 2)
    heads: list[int] = []
    frames: list[int] = []

    def took(found: MessagesFound, _: int) -> None:
        heads.extend(found.heads)
        frames.extend(found.frames)

    failures: list[str] = []
    finder = RowFinder(writer.path, TaskOwner(), lambda *_: None, failures.append, took)

    def fragments(*heads_of: int) -> int:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(head, 7, None, b"x") for head in heads_of]))
        assert writer.flush()
        return writer.committed

    async with asyncio.timeout(PATIENCE):
        finder.find(None, None, fragments(0x81, 0x01, 0x89, 0x00), messages=True)
        await until(lambda: not finder.busy)
        finder.grow(fragments(0x80, 0x82))
        await until(lambda: not finder.busy)
    assert (heads, frames, failures) == ([1, 2, 6], [1, 2, 4, 5, 6], [])


async def test_earlier_rows_of_a_message_that_goes_on_come_late(writer: CaptureWriter) -> None:
    late: list[tuple[list[int], list[int]]] = []
    found, tasks = Found(), TaskOwner()
    finder = RowFinder(
        writer.path, tasks, found.rows, found.failures.append, on_late=lambda rows: late.append((*rows,))
    )

    def fragment(head: int, payload: bytes) -> int:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(head, 7, None, payload)]))
        assert writer.flush()
        return writer.committed

    async with asyncio.timeout(PATIENCE):
        finder.find(parse('text == "needle"'), None, fragment(0x01, b"nee"))
        await until(lambda: not finder.busy)
        assert (found.ids, late) == ([], [])
        finder.grow(fragment(0x80, b"dle"))
        await until(lambda: not finder.busy)
    assert (found.ids, late, found.failures) == ([2], [([1], [1])], [])
