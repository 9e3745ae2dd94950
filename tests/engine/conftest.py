"""Every test of the engine must leave the loop as it found it: no task, no timer, no socket."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from wsgui.records import Record


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    """A test that leaves a task, a timer or an open socket on its loop fails."""
    loop = cast("Any", asyncio.get_running_loop())
    tasks_before = asyncio.all_tasks()
    sockets_before = len(loop._selector.get_map())
    yield
    for _ in range(5):  # transports that were closed last are taken off the loop in its next turns
        await asyncio.sleep(0)
    tasks = [task.get_name() for task in asyncio.all_tasks() - tasks_before - {asyncio.current_task()}]
    timers = [handle for handle in loop._scheduled if not handle.cancelled()]
    assert not tasks, f"tasks left: {tasks}"
    assert not timers, f"timers left: {timers}"
    assert len(loop._selector.get_map()) == sockets_before, "sockets left"


@pytest.fixture
def records() -> list[Record]:
    """What an observer has heard: give ``records.append`` to a client or server."""
    return []


@pytest.fixture(autouse=True)
def loop_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An exception that escapes from a callback ends in asyncio's log: that fails the test."""
    yield
    said = [record.getMessage() for record in caplog.records if record.name == "asyncio" and record.levelno >= 30]
    assert not said, f"asyncio complained: {said}"
