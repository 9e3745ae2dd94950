from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from wsgui.ui.window.watchdog import Watchdog

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


def test_a_stall_is_reported_once_with_where_it_was(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    parent = QObject()
    watchdog = Watchdog(parent, limit=0.02)
    try:
        while not watchdog.stalls:  # this loop is the stall
            pass
    finally:
        watchdog.close()
    assert watchdog.stalls == 1
    report = capsys.readouterr().err
    assert "the window did not come round for 20 ms" in report
    assert "while not watchdog.stalls" in report


def test_a_window_that_comes_round_is_left_alone(qtbot: QtBot) -> None:
    parent = QObject()
    watchdog = Watchdog(parent, limit=60)
    beats: list[object] = []
    watchdog._timer.timeout.connect(lambda: beats.append(None))
    try:
        qtbot.waitUntil(lambda: len(beats) > 2)
    finally:
        watchdog.close()
    assert watchdog.stalls == 0
