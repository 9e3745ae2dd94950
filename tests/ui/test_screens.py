"""No screen of the window cuts off a label or a button: in every size and theme of the pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize

from tests.pictures import SIZES, THEMES
from tests.ui.cut_off import cut_off
from tests.ui.real_window import Desk, at_desk
from tests.ui.screens import screens, settled

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LEAST = (900, 560)
"""Logical pixels with which everything can be used."""
_SIZES = [_LEAST, *((width, height) for width, height, _ in SIZES.values())]


@pytest.mark.parametrize("theme", THEMES)
@at_desk
async def test_nothing_is_cut_off(desk: Desk, theme: str) -> None:
    desk.appearance.choose(theme)
    seen: list[str] = []
    found: list[str] = []
    async for name, shown in screens(desk):
        seen.append(name)
        for size in _SIZES if theme == "light" else _SIZES[1:2]:  # the other themes have other edges alone
            found += [f"{name} {size}: {one}" for one in await _looked_at(desk, shown, size)]
            if shown is not desk.window:
                break  # it has a size of its own
    assert len(seen) > 50
    assert found == []


async def _looked_at(desk: Desk, shown: QWidget, size: tuple[int, int]) -> list[str]:
    if shown is desk.window:
        for _ in range(6):  # the sessions give way on the way
            shown.resize(*size)
            await settled(desk)
        if shown.size() != shown.size().boundedTo(QSize(*size).expandedTo(QSize(*_LEAST))):
            return [f"does not become smaller than {shown.width()}x{shown.height()}"]
    else:
        await settled(desk)
    return cut_off(shown)
