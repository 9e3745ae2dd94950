"""No screen of the window cuts off a label or a button, at the size that small screens have."""

from __future__ import annotations

from tests.ui.cut_off import cut_off
from tests.ui.real_window import Desk, at_desk
from tests.ui.screens import screens, settled


@at_desk
async def test_nothing_is_cut_off(desk: Desk) -> None:
    for _ in range(3):  # the sessions give way on the way
        desk.window.resize(1280, 720)
        await settled(desk)
    seen: list[str] = []
    found: list[str] = []
    async for name, shown in screens(desk):
        await settled(desk)
        seen.append(name)
        found += [f"{name}: {one}" for one in cut_off(shown)]
    assert len(seen) > 50
    assert found == []
