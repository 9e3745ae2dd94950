"""Keeps the figures of a view up to date in a worker thread, while its capture grows."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.errors import CaptureError
from wsgui.capture.statistics import Collector

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.capture.statistics import Figures
    from wsgui.engine.tasks import TaskOwner
    from wsgui.filter import Filter

PIECE = 500_000
"""Rows that are counted before the figures so far are told."""


class FiguresRunner:
    """``on_figures(figures, wanted)`` is called on the loop with figures that no longer change; they are complete when
    ``figures.upto`` is ``wanted``. ``on_failure(sentence)`` if the file cannot be read."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        on_figures: Callable[[Figures, int], None],
        on_failure: Callable[[str], None],
    ) -> None:
        self._path, self._tasks = path, tasks
        self._on_figures, self._on_failure = on_figures, on_failure
        self._collector: Collector | None = None
        self._work: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        self._wanted = 0

    @property
    def busy(self) -> bool:
        """Whether rows are being counted."""
        return self._work is not None and not self._work.done()

    def start(self, filter_: Filter | None, connection: int | None, upto: int) -> None:
        """Begin afresh: the rows up to ``upto`` that the filter takes, of one connection or of all."""
        self.cancel()
        self._collector = Collector(self._path, filter_, connection)
        self.grow(upto)

    def grow(self, upto: int) -> None:
        """The capture has grown: count the new rows too. Nothing happens while rows are being counted."""
        if self._collector is None or self.busy or upto <= self._collector.figures.upto:
            return
        self._wanted = upto
        self._stop = threading.Event()
        self._work = self._tasks.start(self._run(self._collector, self._stop), "count for the statistics")

    def cancel(self) -> None:
        """Stop at once, and forget what was counted; `start` begins again."""
        self._stop.set()
        self._collector = None
        if self._work is not None:
            self._work.cancel()
            self._work = None

    async def _run(self, collector: Collector, stop: threading.Event) -> None:
        try:
            upto = -1
            while upto < self._wanted:
                before = collector.figures.upto
                goal = min(before + PIECE, self._wanted)
                figures = await asyncio.to_thread(_collect, collector, goal, stop)
                if stop.is_set():
                    return
                upto = figures.upto
                if upto == before:  # the file is shorter than was said
                    self._wanted = upto
                self._on_figures(figures, self._wanted)
        except SearchCancelled:
            return
        except CaptureError as error:
            if not stop.is_set():
                self._on_failure(str(error))


def _collect(collector: Collector, upto: int, stop: threading.Event) -> Figures:
    return collector.collect(upto, progress=lambda *_: None, cancelled=stop.is_set).figures.copy()
