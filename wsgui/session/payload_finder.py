"""Find in payloads: the next or the previous row of a view with a hit, once round, in a worker thread."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from wsgui.capture.blocks import SearchCancelled
from wsgui.capture.errors import CaptureError
from wsgui.capture.find import Finder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from wsgui.capture.needle import Hit, Needle
    from wsgui.engine.tasks import TaskOwner


class Found(NamedTuple):
    """A row with hits. ``wrapped``: the search went past the end (or the beginning) of the view to come there."""

    row_id: int
    hits: list[Hit]
    wrapped: bool


class PayloadFinder:
    """``on_end(found)`` is called on the loop when a search ends, with None if no row of the view has a hit;
    ``on_progress(done, total)`` with numbers of rows meanwhile; ``on_failure(sentence)`` if the file cannot be read or
    an expression takes too long."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        on_end: Callable[[Found | None], None],
        on_progress: Callable[[int, int], None],
        on_failure: Callable[[str], None],
    ) -> None:
        self._path = path
        self._tasks = tasks
        self._on_end = on_end
        self._on_progress = on_progress
        self._on_failure = on_failure
        self._work: asyncio.Task[None] | None = None
        self._stop = threading.Event()

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._work is not None and not self._work.done()

    def seek(self, needle: Needle, ids: Sequence[int], place: int, *, backward: bool = False) -> None:
        """Look for the nearest row with a hit behind ``place`` of the view (before it, with ``backward``), then on
        from the other end up to the row at ``place`` itself. -1 is no place: the whole view, from its first row."""
        self.cancel()
        self._stop = threading.Event()
        self._work = self._tasks.start(
            self._run(needle, ids, len(ids), place, backward, self._stop), "find in the capture"
        )

    def cancel(self) -> None:
        """Stop at once: the worker lets go as soon as it notices, and nothing is told any more."""
        self._stop.set()
        if self._work is not None:
            self._work.cancel()
            self._work = None

    async def _run(
        self, needle: Needle, ids: Sequence[int], count: int, place: int, backward: bool, stop: threading.Event
    ) -> None:
        loop = asyncio.get_running_loop()

        def told(done: int, total: int) -> None:
            if not stop.is_set():
                with suppress(RuntimeError):  # the loop has just been closed
                    loop.call_soon_threadsafe(self._tell, done, total, stop)

        try:
            found = await asyncio.to_thread(self._seek, needle, ids, count, place, backward, stop, told)
        except SearchCancelled:
            return
        except (CaptureError, LookupError) as error:
            if not stop.is_set():
                self._on_failure(str(error))
            return
        if not stop.is_set():
            self._on_end(found)

    def _tell(self, done: int, total: int, stop: threading.Event) -> None:
        if not stop.is_set():
            self._on_progress(done, total)

    def _seek(
        self,
        needle: Needle,
        ids: Sequence[int],
        count: int,
        place: int,
        backward: bool,
        stop: threading.Event,
        told: Callable[[int, int], None],
    ) -> Found | None:
        place = min(place, count - 1)
        if place < 0:
            halves = [(0, count)]
        elif backward:
            halves = [(0, place), (place, count)]
        else:
            halves = [(place + 1, count), (0, place + 1)]
        done = 0
        with Finder(self._path, needle) as finder:
            for number, (first, last) in enumerate(halves):
                before = done
                found = finder.next(
                    ids,
                    first,
                    last,
                    backward=backward,
                    progress=lambda some, _, before=before: told(before + some, count),  # type: ignore[misc]
                    cancelled=stop.is_set,
                )
                if found is not None:
                    row_id = ids[found]
                    return Found(row_id, finder.hits(row_id), number > 0)
                done += last - first
        return None
