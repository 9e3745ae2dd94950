from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.patience import PATIENCE
from wsgui.engine import tasks
from wsgui.engine.tasks import TaskOwner

if TYPE_CHECKING:
    import pytest


async def test_a_task_has_the_name_it_was_given_and_is_forgotten_when_done() -> None:
    owner = TaskOwner()
    task = owner.start(asyncio.sleep(0, "result"), "a short sleep")
    assert task.get_name() == "a short sleep"
    assert len(owner) == 1
    assert await task == "result"
    await asyncio.sleep(0)
    assert len(owner) == 0


async def test_an_error_is_reported_with_the_name() -> None:
    reports: list[tuple[str, BaseException]] = []
    owner = TaskOwner(lambda name, error: reports.append((name, error)))

    async def fail() -> None:
        raise LookupError("nothing there")

    owner.start(fail(), "look it up")
    await asyncio.sleep(0)
    await owner.close()
    [(name, error)] = reports
    assert name == "look it up"
    assert isinstance(error, LookupError)


async def test_without_a_reporter_the_error_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_reporters", [tasks.print_failure])  # a command that ran here has set its own
    owner = TaskOwner()

    async def fail() -> None:
        raise LookupError("nothing there")

    task = owner.start(fail(), "look it up")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    said = capsys.readouterr().err
    assert "the task 'look it up' failed" in said
    assert "LookupError: nothing there" in said


async def test_close_cancels_and_waits_and_reports_nothing() -> None:
    reports: list[str] = []
    owner = TaskOwner(lambda name, error: reports.append(name))
    ended = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    owner.start(wait(), "one")
    owner.start(wait(), "two")
    await asyncio.sleep(0)
    await owner.close()
    assert ended == [True, True]
    assert reports == []
    assert len(owner) == 0


async def test_close_takes_along_what_starts_while_it_waits() -> None:
    owner = TaskOwner()
    late: list[asyncio.Task[object]] = []

    async def start_another() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            late.append(owner.start(asyncio.Event().wait(), "late"))

    owner.start(start_another(), "early")
    await asyncio.sleep(0)
    await owner.close()
    assert [task.cancelled() for task in late] == [True]


async def test_a_task_may_close_its_own_owner() -> None:
    owner = TaskOwner()
    other = owner.start(asyncio.Event().wait(), "other")
    async with asyncio.timeout(PATIENCE):
        await owner.start(owner.close(), "closer")
    assert other.cancelled()


async def test_close_with_nothing_to_do() -> None:
    await TaskOwner().close()
