"""Ten million frames recorded live in the window, while it is scrolled; then scrolled, filtered, searched and counted.

``WSGUI_SOAK_FRAMES`` gives another number of frames. Memory is written down at each step. Run it under a screen (or
Xvfb): without one it draws offscreen.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.bench import flood
from tests.bench.bench_large import Turns
from tests.ui.real_window import Desk, at_desk
from wsgui.protocol.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.tabs.client.client_tab import ClientTab

pytestmark = pytest.mark.e2e

FRAMES = int(os.environ.get("WSGUI_SOAK_FRAMES", "10_000_000"))
MOST_GROWN = 400
"""MB by which the process may grow: pages, what waits, the rows of a view, blocks of searches."""
JUMPS = 60
TEXT = "000000000123 "
"""Stands in one of the payloads of each batch of the flood."""
FILTERS = {"opcode == close": 2, "opcode == text": FRAMES, f'payload contains "{TEXT}"': FRAMES // flood.BATCH}
"""Filters with the number of rows that they take."""


def memory() -> float:
    """MB of the process now."""
    return psutil.Process().memory_info().rss / 1e6


async def until(is_so: Callable[[], bool]) -> None:
    """However long it takes: pytest's own limit ends a hang."""
    while not is_so():  # noqa: ASYNC110 - of widgets, which set no events
        await asyncio.sleep(0.02)


def jump(tab: ClientTab, chance: random.Random) -> float:
    """Milliseconds until a row anywhere is chosen and painted, with its frame in the inspector."""
    began = time.perf_counter()
    place = chance.randrange(tab.model.rowCount())
    tab.table.select_place(place)
    tab.table.viewport().repaint()
    took = (time.perf_counter() - began) * 1e3
    row = tab.model.row(place)
    assert row is not None
    if row.opcode == 1:
        number = (row.id - 3) % flood.BATCH  # behind two heads; each batch of the flood is the same
        assert row.preview.startswith(f"{number:012} ".encode())
    return took


@at_desk
async def test_ten_million_frames(desk: Desk, figure: Callable[[str], None]) -> None:
    chance = random.Random(6455)
    with flood.running(FRAMES, 0) as (process, port):
        before = most = memory()
        tab = await desk.client(f"ws://127.0.0.1:{port}/")
        recorder = tab.session.recorder
        began = time.monotonic()
        gaps: list[float] = []
        live_jumps: list[float] = []
        last = looked = time.perf_counter()
        while recorder.tally.frames_received < FRAMES + 1 or recorder.committed < FRAMES + 4:
            await asyncio.sleep(0.016)
            now = time.perf_counter()
            gaps.append((now - last) * 1e3)
            most = max(most, memory())
            if (
                now - looked > 0.5 and tab.model.rowCount() > 1000
            ):  # a person scrolls about meanwhile, and follows again
                live_jumps.append(jump(tab, chance))
                tab.table.set_follow(True)
                looked = time.perf_counter()
            last = time.perf_counter()
        took = time.monotonic() - began
        await asyncio.to_thread(process.communicate, timeout=60)
        await until(lambda: tab.client.state is State.CLOSED and tab.model.rowCount() == FRAMES + 4)
    gaps.sort()
    live_jumps.sort()
    size = recorder.size_bytes()
    figure(
        f"{FRAMES:,} frames recorded live in {took:.0f} s ({FRAMES / took:,.0f}/s), none lost, {size / FRAMES:.0f} B"
        f" a frame; memory {before:.0f} MB before, {most:.0f} at most"
    )
    figure(
        f"turns of the window meanwhile: p50 {gaps[len(gaps) // 2]:.0f} ms, p99 {gaps[int(len(gaps) * 0.99)]:.0f},"
        f" worst {gaps[-1]:.0f}; {len(live_jumps)} jumps, median {live_jumps[len(live_jumps) // 2]:.1f} ms, worst"
        f" {live_jumps[-1]:.1f}"
    )
    jumps = sorted(jump(tab, chance) for _ in range(JUMPS))
    figure(f"then {JUMPS} jumps: median {jumps[JUMPS // 2]:.1f} ms, worst {jumps[-1]:.1f}; memory {memory():.0f} MB")
    for text, found in FILTERS.items():
        began = time.monotonic()
        with Turns() as turns:
            tab.filter_bar.set_text(text)
            await until(lambda: not tab.filter_bar.cancel.isVisible() and "match" in tab.filter_bar.note.text())
        took = time.monotonic() - began
        figure(f"filter {text}: {took:.2f} s, worst turn {turns.longest:.0f} ms, memory {memory():.0f} MB")
        assert tab.model.rowCount() == found
    tab.filter_bar.set_text("")
    await until(lambda: tab.model.rowCount() == FRAMES + 4)
    assert tab.reader.last_id() == FRAMES + 4
    tab.table.select_place(0)
    for text, note in ((f"{FRAMES} is nowhere", "Nothing found"), (f"{flood.BATCH - 1:012} ", "Row ")):
        began = time.monotonic()
        with Turns() as turns:
            tab.find_control.bar.edit.setText(text)
            tab.find_control.find()
            await until(lambda note=note: tab.find_control.bar.note.text().startswith(note))
        took = time.monotonic() - began
        figure(f"find {text}: {took:.2f} s, worst turn {turns.longest:.0f} ms, memory {memory():.0f} MB")
    figure(
        f"at the end {memory():.0f} MB, grown by {most - before:.0f} while it was recorded ({MOST_GROWN} are allowed)"
    )
    assert most - before < MOST_GROWN
