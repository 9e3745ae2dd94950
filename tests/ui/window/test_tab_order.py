"""Tab goes as the work does: address, filter, table, inspector, composer, Send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.real_window import Desk, at_desk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def tabbed(start: QWidget, end: QWidget) -> list[QWidget]:
    """What has the focus one after the other."""
    start.setFocus()
    seen: list[QWidget] = []
    for _ in range(100):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        if focus is end:
            break
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    return seen


@pytest.mark.parametrize("kind", ["one made last", "one made first"])
@at_desk
async def test_tab_follows_the_work(desk: Desk, kind: str) -> None:
    desk.window.resize(1280, 720)
    server, client = await desk.playground()
    desk.window.tabs.unsplit()
    tab = client if kind == "one made last" else server
    desk.window.bring_to_front(tab)
    await desk.until(lambda: tab.model.rowCount() >= 2)
    tab.table.select_place(0)
    await desk.until(tab.inspector.hex.isVisible)
    tab.composer.text_tab.edit.setPlainText("so that there is something to send")
    await desk.until(tab.composer.send_button.isEnabled)
    start = client.address_bar.address if tab is client else server.server_bar.behaviour
    seen = tabbed(start, tab.composer.send_button)
    work = [start, tab.filter_bar.edit, tab.table, tab.composer.text_tab.edit, tab.composer.send_button]
    assert [one for one in seen if one in work] == work
    docks = desk.window.panels.docks
    panels = list(dict.fromkeys(name for one in seen for name, dock in docks.items() if dock.isAncestorOf(one)))
    assert [name for name in panels if name != "sessions"] == ["frames", "inspector", "composer"]
    tools = [tab.row_windows.statistics_button, tab.policies.button]
    assert [one for one in seen if one in tools] == tools
