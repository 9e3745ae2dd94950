from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from wsgui.ui.window.collector import GuiCollector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


class Ring:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GuiCollector]:
    parent = QObject()
    made = GuiCollector(parent)
    yield made
    made.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_garbage_is_collected_by_the_timer_and_not_by_itself(collector: GuiCollector, qtbot: QtBot) -> None:
    assert not gc.isenabled()
    gc.collect()
    rings = gc.get_threshold()[0] * 3
    first = weakref.ref(Ring())
    for _ in range(rings):
        Ring()
    assert first() is not None, "Python collected by itself"

    def collected() -> bool:
        # A program goes on making objects. Those made once are not enough to wait for: what others free in the
        # meantime (a window of the test before) is taken off the count, and the threshold may not be reached.
        for _ in range(rings):
            Ring()
        return first() is None

    qtbot.waitUntil(collected)


def test_it_collects_what_python_would(collector: GuiCollector, monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr("wsgui.ui.window.collector.gc.collect", collected.append)
    monkeypatch.setattr("wsgui.ui.window.collector.gc.get_threshold", lambda: (700, 10, 10))
    for counts, wanted in (((700, 10, 10), None), ((701, 0, 0), 0), ((701, 11, 10), 1), ((1, 0, 11), 2)):
        monkeypatch.setattr("wsgui.ui.window.collector.gc.get_count", lambda counts=counts: counts)
        assert collector.collect() == wanted
    assert collected == [0, 1, 2]
    monkeypatch.setattr("wsgui.ui.window.collector.gc.get_threshold", lambda: (0, 10, 10))
    assert collector.collect() is None, "somebody has switched collection off"
    monkeypatch.undo()
