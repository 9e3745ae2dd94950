"""Has requests and answers of a capture joined, in a worker thread, and follows a live capture with pauses."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.capture.answer_table import AnswerTable
    from wsgui.capture.answers import AnswerBook
    from wsgui.engine.tasks import TaskOwner

PIECE = 8192
"""Rows that are looked into before what was found is shown."""

PAUSE = 0.2
"""Seconds between two pieces of a live capture: to decode what comes must not slow down what is recorded."""


class AnswerFinder:
    """``on_table(table)`` is called on the loop whenever more is known, ``on_failure(sentence)`` if the file cannot be
    read. With ``live`` there are pauses."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        on_table: Callable[[AnswerTable], None],
        on_failure: Callable[[str], None],
        *,
        live: bool = False,
    ) -> None:
        self._path = path
        self._tasks = tasks
        self._on_table = on_table
        self._on_failure = on_failure
        self._live = live
        self._stop = threading.Event()
        self._work: asyncio.Task[None] | None = None
        self._book: AnswerBook | None = None
        self._wanted = 0
        self._ended = False

    @property
    def busy(self) -> bool:
        """Whether rows are looked into."""
        return self._work is not None and not self._work.done()

    @property
    def wanted(self) -> int:
        """The last row that is to be looked into."""
        return self._wanted

    def grow(self, upto: int) -> None:
        """Look into all rows up to ``upto``, unless somebody has stopped it."""
        if upto > self._wanted and not self._ended:
            self._wanted = upto
            if not self.busy:
                self._work = self._tasks.start(self._run(), "join requests and answers")

    def stop(self) -> None:
        """Look into no more rows; what was found stays."""
        self._ended = True
        self._stop.set()
        if self._work is not None:
            self._work.cancel()
            self._work = None

    async def _run(self) -> None:
        done = 0
        try:
            while done < self._wanted and not self._stop.is_set():
                table = await asyncio.to_thread(self._collect, min(done + PIECE, self._wanted))
                if self._stop.is_set():
                    return
                done = max(table.upto, min(done + PIECE, self._wanted))
                self._on_table(table)
                if self._live:
                    await asyncio.sleep(PAUSE)
        except SearchCancelled:
            return
        except CaptureError as error:
            self._ended = True
            self._on_failure(str(error))

    def _collect(self, upto: int) -> AnswerTable:
        from wsgui.capture.answers import book_of  # it needs numpy, which the window does without until then

        if self._book is None:
            self._book = book_of(self._path)
        return self._book.collect(upto, progress=lambda *_: None, cancelled=self._stop.is_set)
