from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.raw import until
from wsgui.capture.writer import CaptureWriter
from wsgui.engine.tasks import TaskOwner
from wsgui.filter import parse
from wsgui.protocol.frames import Frame
from wsgui.records import Direction, FramesSeen
from wsgui.session import figures_runner
from wsgui.session.figures_runner import FiguresRunner

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from wsgui.capture.statistics import Figures


async def test_figures_come_in_pieces_and_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_runner, "PIECE", 4)
    told: list[tuple[Figures, int]] = []
    failures: list[str] = []
    tasks = TaskOwner()
    with CaptureWriter(tmp_path / "a.wscap") as writer:
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x81, 7, None, b"x"), Frame(0x89, 7, None, b"y")] * 5))
        writer.flush()
        runner = FiguresRunner(writer.path, tasks, lambda *so: told.append(so), failures.append)
        runner.grow(3)  # nothing was started
        runner.start(parse("opcode == ping"), None, 10)
        assert runner.busy
        await until(lambda: not runner.busy)
        assert [(figures.rows, figures.upto, wanted) for figures, wanted in told] == [
            (2, 4, 10),
            (4, 8, 10),
            (5, 10, 10),
        ]
        writer.put(FramesSeen(1, 1, Direction.SENT, [Frame(0x89, 7, None, b"y")]))
        writer.flush()
        runner.grow(11)
        await until(lambda: not runner.busy)
        assert told[-1][0].rows == 6
        runner.grow(11)
        assert not runner.busy
        runner.start(None, None, 99)  # more than there are
        await until(lambda: not runner.busy)
        assert (told[-1][0].upto, told[-1][1]) == (11, 11)
        runner.start(None, None, 11)
        runner.cancel()
        count = len(told)
        assert not runner.busy
        runner.start(parse('text matches "(a|aa)+$"'), None, 11)
        await until(lambda: not runner.busy)
        assert len(told) > count
    (tmp_path / "a.wscap").unlink()
    runner.start(None, None, 5)
    await until(lambda: failures)
    assert failures == ["a.wscap does not exist."]
    await tasks.close()
