"""A large capture in the real table: opened, jumped in, filtered, searched, counted; and how soon a cancel answers.

A million rows as one of the benchmarks; ``python -m tests.bench.bench_large 10000000 [FILE]`` for ten million, in a
file made by `make_large_capture` (made anew in a temporary folder without one). Gaps are taken between turns of a
16 ms timer in the window's thread while the worker is busy: what a person feels.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

os.environ.setdefault("QT_API", "pyside6")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.bench.make_large_capture import STEP_NS, make
from wsgui.capture.needle import parse_needle
from wsgui.capture.places import place_at
from wsgui.capture.reader import CaptureReader
from wsgui.engine.tasks import TaskOwner
from wsgui.filter import parse
from wsgui.session.figures_runner import FiguresRunner
from wsgui.session.payload_finder import PayloadFinder
from wsgui.session.row_finder import RowFinder
from wsgui.ui.view.frames.model import FrameModel
from wsgui.ui.view.frames.table import FrameTable
from wsgui.ui.window.appearance import Appearance
from wsgui.ui.window.collector import GuiCollector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wsgui.session.payload_finder import Found

ROWS = 1_000_000
JUMPS = 60
FILTERS = ("opcode == ping", 'payload contains "nowhere"', 'text matches "id.:[0-9]*99999,"', "length > 0")


def _memory() -> float:
    return psutil.Process().memory_info().rss / 1e6


def _ms(began: float) -> float:
    return (time.perf_counter() - began) * 1e3


class Turns:
    """The longest gap between turns of the window's thread, in ms."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._turn)

    def __enter__(self) -> Turns:
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, (now - self._last) * 1e3)
        self._last = now


class Bench:
    """The table on one capture."""

    def __init__(self, path: Path, application: QApplication) -> None:
        self.path = path
        self.application = application
        self.tasks = TaskOwner()
        self.lines: list[str] = []
        self.chance = random.Random(5)

    def open(self) -> None:
        """From the path to the first rows painted."""
        before = _memory()
        began = time.perf_counter()
        self.reader = CaptureReader(self.path)
        self.model = FrameModel(self.reader)
        self.table = FrameTable(self.model)
        self.table.set_follow(False)
        self.table.resize(1400, 900)
        self.table.refresh(self.reader.last_id())
        self.table.show()
        self.application.processEvents()
        self.table.viewport().repaint()
        took = _ms(began)
        self.rows = self.model.rowCount()
        self.lines.append(
            f"open {self.rows} rows to the first ones painted: {took:.0f} ms (target 500), memory {_memory():.0f} MB,"
            f" {_memory() - before:.0f} MB of it since Open (target 250 in all)"
        )

    def jumps(self, what: str) -> None:
        """Any row, and any time, until it is painted."""
        spans, times = [], []
        count = self.model.rowCount()
        for _ in range(JUMPS):
            place = self.chance.randrange(count)
            began = time.perf_counter()
            self.table.select_place(place)
            self.table.viewport().repaint()
            spans.append(_ms(began))
            seconds = self.chance.random() * self.rows / 25 * STEP_NS / 1e9 * 0.9
            began = time.perf_counter()
            place = place_at(f"+{seconds:.6f}s", self.model.ids, self.reader)
            self.table.select_place(place)
            self.table.viewport().repaint()
            times.append(_ms(began))
        self.lines.append(
            f"{what}: jump to a row median {median(spans):.1f} ms, worst {max(spans):.1f} ms;"
            f" to a time median {median(times):.1f} ms, worst {max(times):.1f} ms (target 50)"
        )

    async def filters(self) -> None:
        """All matches of some filters, and a cancel in the middle."""
        for text in FILTERS:
            done = asyncio.Event()
            pieces = []
            firsts = []
            began = time.perf_counter()

            def found(
                ids: object, searched: int, pieces: list[int] = pieces, done: asyncio.Event = done,
                firsts: list[float] = firsts, began: float = began,
            ) -> None:  # fmt: skip
                self.model.add_found(ids)  # type: ignore[arg-type]
                pieces.append(searched)
                if not firsts and self.model.rowCount():
                    firsts.append(_ms(began))
                if searched >= self.rows:
                    done.set()

            finder = RowFinder(self.path, self.tasks, found, self.lines.append)
            self.model.show_found(None)
            with Turns() as turns:
                finder.find(parse(text), None, self.rows)
                await done.wait()
            first = f", first row after {firsts[0]:.0f} ms" if firsts else ""
            line = (
                f"filter {text}: {_ms(began):.0f} ms, {self.model.rowCount()} rows{first}, told {len(pieces)} times,"
                f" longest turn {turns.longest:.0f} ms, memory {_memory():.0f} MB"
            )
            again = RowFinder(self.path, self.tasks, lambda *_: None, self.lines.append)
            answered = await self._cancelled(lambda f=again, t=text: f.find(parse(t), None, self.rows), again.cancel)
            self.lines.append(f"{line}; cancel answers in {answered:.0f} ms (target 100)")
        self.jumps("in the view of the last filter")
        self.model.show_connection(None)

    async def _cancelled(self, start: Callable[[], None], cancel: Callable[[], None]) -> float:
        """Milliseconds from the cancel until the window's thread and the worker are free, the worst of three."""
        worst = 0.0
        for wait in (0.03, 0.07, 0.13):
            start()
            await asyncio.sleep(wait)
            began = time.perf_counter()
            cancel()
            while len(self.tasks) or _workers():  # noqa: ASYNC110 - of threads, which set no events
                await asyncio.sleep(0.001)
            worst = max(worst, _ms(began))
        return worst

    async def find(self) -> None:
        """Through everything in vain, forward; a cancel in the middle."""
        for kind, text, ignore in (
            ("text", "nowhere", False),
            ("text", "nowhere", True),
            ("hex", "de ad be ef 00", False),
            ("regex", "nowh[aeiou]re[0-9]+", False),
        ):
            done = asyncio.Event()
            ends: list[Found | None] = []
            told: list[int] = []

            def ended(found: Found | None, ends: list[Found | None] = ends, done: asyncio.Event = done) -> None:
                ends.append(found)
                done.set()

            finder = PayloadFinder(
                self.path, self.tasks, ended, lambda so, _, told=told: told.append(so), self.lines.append
            )
            needle = parse_needle(kind, text, ignore_case=ignore)  # type: ignore[arg-type]
            began = time.perf_counter()
            with Turns() as turns:
                finder.seek(needle, self.model.ids, -1)
                await done.wait()
            took = _ms(began)
            answered = await self._cancelled(lambda f=finder, n=needle: f.seek(n, self.model.ids, -1), finder.cancel)
            more = " (no matter the case)" if ignore else ""
            self.lines.append(
                f"find {kind} {text}{more} in vain: {took:.0f} ms, told {len(told)} times, longest turn"
                f" {turns.longest:.0f} ms; cancel answers in {answered:.0f} ms (target 100)"
            )

    async def figures(self) -> None:
        """The statistics of everything."""
        done = asyncio.Event()
        runner = FiguresRunner(
            self.path,
            self.tasks,
            lambda figures, wanted: done.set() if figures.upto >= wanted else None,
            self.lines.append,
        )
        before = _memory()
        began = time.perf_counter()
        with Turns() as turns:
            runner.start(None, None, self.rows)
            await done.wait()
        took = _ms(began)
        answered = await self._cancelled(lambda: runner.start(None, None, self.rows), runner.cancel)
        self.lines.append(
            f"statistics: {took:.0f} ms, longest turn {turns.longest:.0f} ms,"
            f" memory {before:.0f} to {_memory():.0f} MB; cancel answers in {answered:.0f} ms (target 100)"
        )

    async def run(self) -> None:
        """Everything, in this order."""
        self.open()
        self.jumps("all rows")
        await self.filters()
        await self.find()
        await self.figures()
        await self.tasks.close()
        self.reader.close()
        self.table.close()


def _workers() -> bool:
    """Whether a search's worker is still at it: it then has a thread that watches."""
    return any(thread.name == "capture search watch" for thread in threading.enumerate())


def run(rows: int = ROWS, path: Path | None = None, *, quick: bool = False) -> Iterator[str]:
    """Measure and give lines of figures."""
    del quick
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    appearance = Appearance(application, "dark")
    with tempfile.TemporaryDirectory() as folder:
        if path is None:
            path = Path(folder) / "large.wscap"
            began = time.perf_counter()
            make(path, rows)
            yield f"{rows} rows made in {time.perf_counter() - began:.0f} s, {path.stat().st_size / 1e6:.0f} MB"
        collector = GuiCollector(appearance)
        bench = Bench(path, application)
        loop = qasync.QEventLoop(application)
        with loop:
            loop.run_until_complete(bench.run())
        collector.close()
        yield from bench.lines


if __name__ == "__main__":
    for line in run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, Path(sys.argv[2]) if len(sys.argv) > 2 else None):
        print(line, flush=True)
