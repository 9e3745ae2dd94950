from __future__ import annotations

import asyncio
import threading
from array import array
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.capture.needle import Needle, parse_needle
from wsgui.capture.writer import CaptureWriter
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen
from wsgui.session.payload_finder import Found, PayloadFinder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Told:
    def __init__(self, path: Path, payloads: Sequence[bytes]) -> None:
        with CaptureWriter(path) as writer:
            writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x82, 7, None, payload) for payload in payloads]))
        self.ends: list[Found | None] = []
        self.progress: list[tuple[int, int]] = []
        self.failures: list[str] = []
        self.tasks = TaskOwner()
        self.finder = PayloadFinder(
            path, self.tasks, self.ends.append, lambda *so: self.progress.append(so), self.failures.append
        )

    async def seek(self, text: str, ids: Sequence[int], place: int, *, backward: bool = False) -> Found | None:
        self.ends.clear()
        self.finder.seek(parse_needle("text", text), ids, place, backward=backward)
        await until(lambda: self.ends)
        return self.ends[0]


@pytest.mark.parametrize(
    ("place", "backward", "row", "wrapped"),
    [
        (-1, False, 2, False),
        (0, False, 2, False),
        (1, False, 4, False),
        (3, False, 2, True),
        (4, False, 2, True),
        (99, False, 2, True),
        (-1, True, 4, False),
        (4, True, 4, False),
        (3, True, 2, False),
        (1, True, 4, True),
    ],
)
async def test_once_round_from_any_place(tmp_path: Path, place: int, backward: bool, row: int, wrapped: bool) -> None:
    told = Told(tmp_path / "a.wscap", [b"", b"x", b"", b"yx", b""])
    found = await told.seek("x", range(1, 6), place, backward=backward)
    assert found is not None
    assert (found.row_id, found.wrapped) == (row, wrapped)
    assert found.hits == [(0, 1)] if row == 2 else [(1, 1)]
    assert await told.seek("z", range(1, 6), place, backward=backward) is None
    assert told.progress[-1] == (5, 5)
    assert await told.seek("x", array("q", [2]), 0, backward=backward) == Found(2, [(0, 1)], True)  # type: ignore[arg-type]
    assert await told.seek("x", array("q"), -1, backward=backward) is None
    await told.tasks.close()


async def test_cancel_answers_at_once_whatever_the_worker_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(tmp_path / "a.wscap", [b"x"] * 10)
    go, busy = threading.Event(), threading.Event()

    def slow(_needle: Needle, _payload: bytes) -> bool:
        busy.set()
        return not go.wait(PATIENCE)

    monkeypatch.setattr(Needle, "is_in", slow)
    told.finder.seek(parse_needle("regex", "x"), range(1, 11), -1)
    await until(busy.is_set)
    assert told.finder.busy
    told.finder.cancel()
    assert not told.finder.busy
    await told.tasks.close()
    go.set()
    await asyncio.sleep(0)
    assert told.ends == []


async def test_a_missing_file_gives_a_sentence(tmp_path: Path) -> None:
    told = Told(tmp_path / "a.wscap", [b"x"])
    (tmp_path / "a.wscap").unlink()
    told.finder.seek(parse_needle("text", "x"), range(1, 2), -1)
    await until(lambda: told.failures)
    assert told.failures == ["a.wscap does not exist."]
    await told.tasks.close()
