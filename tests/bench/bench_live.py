"""The live path in the real window: a flood from another process, shown, following, on screen.

Gaps are taken between turns of a 16 ms timer in the window's thread: what a person feels. Run under a screen (or
Xvfb) for the truth; without one it draws offscreen.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

os.environ.setdefault("QT_API", "pyside6")

import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.bench import flood
from tests.bench.bench_headless import record
from tests.bench.table import Figure
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.states import State
from wsgui.ui.tabs import session_tab
from wsgui.ui.view.frames.table import FrameTable
from wsgui.ui.widgets.questions import Questions
from wsgui.ui.window.appearance import Appearance
from wsgui.ui.window.collector import GuiCollector
from wsgui.ui.window.main_window import MainWindow
from wsgui.ui.window.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

FILTER = 'opcode == text and payload contains "7"'


@dataclass(frozen=True)
class Seen:
    """One flood: what was recorded a second, the 99th percentile of a turn in ms, cores, repaints a second, a line."""

    rate: float
    p99: float
    core: float
    repaints: float
    line: str


class CountedTable(FrameTable):
    """The table, counting how often it was painted."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Count."""
        CountedTable.painted += 1
        super().paintEvent(event)


async def measure(window: MainWindow, frames: int, rate: int, expression: str = "") -> Seen:
    """One flood, seen through a filter if there is one."""
    process, port = flood.start(frames, rate)
    memory = psutil.Process()
    gaps: list[float] = []
    last = 0.0

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        if last:
            gaps.append((now - last) * 1000)
        last = now

    tab = window.new_client(f"ws://127.0.0.1:{port}/")
    assert tab is not None
    session = tab.client
    tab.filter_bar.set_text(expression)
    while session.state is State.CONNECTING:  # noqa: ASYNC110 - a session sets no events
        await asyncio.sleep(0.005)
    began = time.perf_counter()
    before = peak = memory.memory_info().rss
    timer = QTimer()
    timer.setTimerType(timer.timerType().PreciseTimer)
    timer.setInterval(16)
    timer.timeout.connect(beat)
    timer.start()
    painted = CountedTable.painted
    worked = time.process_time()
    while session.recorder.tally.frames_received < frames or session.recorder.committed < frames + 2:
        await asyncio.sleep(0.05)
        peak = max(peak, memory.memory_info().rss)
        if time.perf_counter() - began > 60:
            break
    took = time.perf_counter() - began
    core = (time.process_time() - worked) / took
    repaints = (CountedTable.painted - painted) / took
    timer.stop()
    await asyncio.sleep(0.2)
    await asyncio.to_thread(process.wait, 30)
    recorded = tab.reader.last_id() - 2 - 1 - (session.recorder.tally.frames_sent > 0)
    lost = frames - (session.recorder.tally.frames_received - 1)
    shown = tab.model.rowCount()
    gaps.sort()
    p99 = gaps[int(len(gaps) * 0.99) - 1]
    window.close_tab(window.tabs.currentIndex())
    await asyncio.sleep(0.5)
    pace = f"{rate // 1000} k/s" if rate else "full speed"
    if expression:
        pace += f", filtered ({shown:,} shown)"
    line = (
        f"{pace}: {frames:,} frames of {flood.SIZE} B, {frames / took:,.0f} frames/s recorded, lost {lost} "
        f"(rows {recorded:,}), ticks of 16 ms: p50 {gaps[len(gaps) // 2]:.1f} p99 {p99:.1f} max {gaps[-1]:.1f} ms, "
        f"{core:.2f} of a core, {repaints:.0f} repaints/s, memory +{(peak - before) / 1e6:.0f} MB"
    )
    return Seen(frames / took, p99, core, repaints, line)


def json_lines(frames: int) -> float:
    """Frames a second that a bare ``websockets`` client writes as JSON lines, its own start included."""
    with tempfile.TemporaryDirectory() as folder:
        return record(frames, "tests.bench.json_lines_client", "{url}", str(Path(folder) / "lines.json"))


async def live(window: MainWindow, seconds: int) -> list[str | Figure]:
    """Three floods."""
    window.show()
    await asyncio.sleep(0.5)
    steady = await measure(window, 100_000 * seconds, 100_000)
    filtered = await measure(window, 100_000 * seconds, 100_000, FILTER)
    full, bare = [], []
    for _ in range(1 if seconds < 10 else 3):
        full.append(await measure(window, 150_000 * seconds, 0))
        bare.append(await asyncio.to_thread(json_lines, 150_000 * seconds))
    ratio = median(one.rate for one in full) / median(bare)
    return [
        Figure("live.p99", steady.p99, steady.line),
        Figure("live.core", steady.core),
        Figure("live.repaints", steady.repaints),
        filtered.line,
        Figure("live.full", ratio, f"{full[0].line}; websockets {median(bare):,.0f} frames/s"),
    ]


def run(*, quick: bool = False) -> list[str | Figure]:
    """The floods, 10 s each or 3."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    session_tab.FrameTable = CountedTable  # type: ignore[misc]
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as folder, loop:

        async def at_window() -> list[str | Figure]:
            tasks = TaskOwner()
            appearance = Appearance(application, "dark")
            window = MainWindow(
                lambda: Path(folder), Settings(Path(folder) / "settings.ini"), Questions(), appearance, tasks
            )
            collector = GuiCollector(window)
            items = await live(window, 3 if quick else 10)
            collector.close()
            await window.shutdown()
            await tasks.close()
            return items

        return [f"screen: {application.platformName()}", *loop.run_until_complete(at_window())]
