"""Nothing is cut off, in windows of several sizes."""

from __future__ import annotations

import pytest

from tests.ui.cut_off import cut_off
from tests.ui.real_window import Desk, at_desk


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
@at_desk
async def test_the_filter_and_its_buttons_are_one_row(desk: Desk, size: tuple[int, int]) -> None:
    desk.window.resize(*size)
    server, client = await desk.playground()
    for tab in (server, client):
        desk.window.bring_to_front(tab)
        await desk.until(tab.table.isVisible)
        bar = tab.filter_bar
        buttons = (*bar.chips, tab.row_windows.statistics_button, tab.policies.button, tab.frame_bar.pause)
        await desk.until(lambda bar=bar: not bar.chip_row.folded)  # type: ignore[misc]
        for button in (*buttons, tab.frame_bar.follow):
            assert button.isVisible()
            assert bar.isAncestorOf(button)
        assert bar.edit.width() >= 200
        assert not tab.frame_bar.isVisible()
        assert cut_off(bar) == []
