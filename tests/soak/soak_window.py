"""Floods against the window: memory stays within bounds, the loop comes round, nothing is lost."""

from __future__ import annotations

import gc
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_window_flood import scroll_in_a_flood
from tests.e2e.test_window_hostile import rows, stand_the_flood
from tests.ui.real_window import Desk, at_desk

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.e2e

MIB = 1024 * 1024
TIMES = 100
FRAMES = 50_000


@at_desk
async def test_a_hostile_flood_within_bounds(desk: Desk, figure: Callable[[str], None]) -> None:
    gc.collect()
    tracemalloc.start()
    try:
        turns = await stand_the_flood(desk, TIMES)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    figure(f"{rows(TIMES)} rows, {peak / MIB:.1f} MiB at the most (64 are allowed), {turns} turns of the loop")
    assert peak < 64 * MIB
    assert turns > 3  # the loop came round while it was flooded


@at_desk
async def test_scrolling_in_a_flood(desk: Desk, figure: Callable[[str], None]) -> None:
    begun = time.monotonic()
    await scroll_in_a_flood(desk, FRAMES)
    figure(f"{FRAMES} frames in {time.monotonic() - begun:.1f} s, none lost")
