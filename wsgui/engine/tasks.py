"""Tasks with an owner and a name, whose errors are told to somebody.

A bare ``create_task`` may be collected while it runs and keeps its exception to itself. Every task of the program
is started here; `TaskOwner.close` cancels what still runs and waits for it.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


def print_failure(name: str, error: BaseException) -> None:
    """A defect of the program itself, for whoever reads standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"wsgui: the task {name!r} failed\n")
        traceback.print_exception(error)


_reporters: list[Callable[[str, BaseException], None]] = [print_failure]


def report_failures_to(report: Callable[[str, BaseException], None]) -> None:
    """Who hears of tasks that fail and have nobody else; at first it is `print_failure`."""
    _reporters[:] = [report]


class TaskOwner:
    """Starts tasks and keeps them until they end. ``report(name, error)`` hears of each that failed."""

    def __init__(self, report: Callable[[str, BaseException], None] | None = None) -> None:
        self._report = report or (lambda name, error: _reporters[0](name, error))
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run ``coroutine`` on the running loop; ``name`` is what a person would call the work."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(task.get_name(), error)

    def cancel(self) -> None:
        """Cancel every task; `close` waits for their end."""
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Cancel every task and wait until all have ended, but for the one that calls."""
        while tasks := self._tasks - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def finish(self) -> None:
        """Wait until every task has ended by itself, but for the one that calls."""
        while tasks := self._tasks - {asyncio.current_task()}:
            await asyncio.wait(tasks)
