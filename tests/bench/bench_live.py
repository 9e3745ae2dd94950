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
from pathlib import Path

import psutil

os.environ.setdefault("QT_API", "pyside6")

import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.bench import flood
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.states import State
from wsgui.ui.widgets.questions import Questions
from wsgui.ui.window.appearance import Appearance
from wsgui.ui.window.collector import GuiCollector
from wsgui.ui.window.main_window import MainWindow
from wsgui.ui.window.settings import Settings

FILTER = 'opcode == text and payload contains "7"'


async def measure(window: MainWindow, frames: int, rate: int, expression: str = "") -> str:
    """One flood, seen through a filter if there is one; returns a line with what was seen."""
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
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    before = peak = memory.memory_info().rss
    timer = QTimer()
    timer.setTimerType(timer.timerType().PreciseTimer)
    timer.setInterval(16)
    timer.timeout.connect(beat)
    timer.start()
    began = time.perf_counter()
    while session.recorder.tally.frames_received < frames or session.recorder.committed < frames + 2:
        await asyncio.sleep(0.05)
        peak = max(peak, memory.memory_info().rss)
        if time.perf_counter() - began > 60:
            break
    took = time.perf_counter() - began
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
    return (
        f"live, {pace}: {frames:,} frames of {flood.SIZE} B, {frames / took:,.0f} frames/s recorded, lost {lost} "
        f"(rows {recorded:,}), ticks of 16 ms: p50 {gaps[len(gaps) // 2]:.1f} p99 {p99:.1f} max {gaps[-1]:.1f} ms, "
        f"memory +{(peak - before) / 1e6:.0f} MB"
    )


def run(seconds: int = 10) -> list[str]:
    """The lines of the benchmark."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder, loop:

        async def live() -> None:
            tasks = TaskOwner()
            appearance = Appearance(application, "dark")
            window = MainWindow(
                lambda: Path(folder), Settings(Path(folder) / "settings.ini"), Questions(), appearance, tasks
            )
            collector = GuiCollector(window)
            window.show()
            await asyncio.sleep(0.5)
            lines.append(await measure(window, 100_000 * seconds, 100_000))
            lines.append(await measure(window, 100_000 * seconds, 100_000, FILTER))
            lines.append(await measure(window, 150_000 * seconds, 0))
            collector.close()
            await window.shutdown()
            await tasks.close()

        loop.run_until_complete(live())
    lines.insert(0, f"screen: {application.platformName()}")
    return lines


if __name__ == "__main__":
    print("\n".join(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10)))
