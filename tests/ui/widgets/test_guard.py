"""The guard around what Qt calls: it stands around every class of the window's, and nothing leaves a paint event."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QPushButton

import wsgui.ui
from wsgui.capture.errors import CaptureError
from wsgui.ui.widgets import guard
from wsgui.ui.widgets.guard import guarded, is_guarded, overrides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


def classes() -> list[type]:
    """Every class of the window's that takes over a method of Qt's."""
    found = []
    for module in pkgutil.walk_packages(wsgui.ui.__path__, "wsgui.ui."):
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if cls.__module__ == module.name and overrides(cls):
                found.append(cls)
    return found


def test_every_class_that_qt_calls_is_guarded() -> None:
    found = classes()
    assert [cls.__qualname__ for cls in found if not is_guarded(cls)] == []
    names = {name for cls in found for name in overrides(cls)}
    assert {"paintEvent", "data", "event", "eventFilter", "sizeHint", "keyPressEvent", "mousePressEvent"} <= names
    assert len(found) > 50


class _Bare(QPushButton):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)


def test_a_class_without_it_is_found() -> None:
    assert overrides(_Bare) == ["paintEvent"]
    assert not is_guarded(_Bare)


@guarded
class Faulty(QPushButton):
    error: Exception = ValueError("mask must contain 4 bytes")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Deeper than the event itself, where most faults are."""
        painter.drawPoint(0, 0)
        raise self.error

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            raise self.error
        return super().event(event)

    def sizeHint(self) -> QSize:
        raise self.error

    def mousePressEvent(self, event: object) -> None:
        raise self.error


@guarded
class FaultyModel(QAbstractListModel):
    def rowCount(self, parent: Any = None) -> int:
        return 3

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.row() == 1:
            raise IndexError("index out of range")
        return str(index.row()) if role == Qt.ItemDataRole.DisplayRole else None


@pytest.fixture
def defects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: found.append(f"{kind.__name__}: {error}"))
    monkeypatch.setattr(guard, "_told", set())
    return found


@pytest.fixture
def told() -> Iterator[list[str]]:
    sentences: list[str] = []
    stop = guard.listen(sentences.append)
    yield sentences
    stop()


def test_a_fault_in_painting_ends_the_painter_and_is_said_once(
    qtbot: QtBot, defects: list[str], told: list[str]
) -> None:
    button = Faulty()
    qtbot.addWidget(button)
    for _ in range(3):
        assert not button.grab().isNull()
    assert told == []  # not within the event
    qtbot.waitUntil(lambda: len(told) > 0)
    QApplication.processEvents()
    sentence = (
        "Something went wrong inside wsgui (ValueError: mask must contain 4 bytes). The rest of the window goes on."
    )
    assert set(told) == {sentence}
    assert set(defects) == {"ValueError: mask must contain 4 bytes"}
    assert defects.count("ValueError: mask must contain 4 bytes") == 2  # paintEvent and sizeHint


def test_what_a_file_says_wrong_is_no_defect(qtbot: QtBot, defects: list[str], told: list[str]) -> None:
    button = Faulty()
    button.error = CaptureError("x.wscap is damaged.")
    qtbot.addWidget(button)
    button.grab()
    qtbot.waitUntil(lambda: "x.wscap is damaged." in told)
    assert defects == []


def test_events_that_fail(qtbot: QtBot, defects: list[str], told: list[str]) -> None:
    button = Faulty()
    qtbot.addWidget(button)
    assert button.event(QEvent(QEvent.Type.ToolTip)) is False
    assert button.sizeHint() == QPushButton().sizeHint()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert set(defects) == {"ValueError: mask must contain 4 bytes"}
    qtbot.waitUntil(lambda: len(told) >= 2)


def test_a_model_that_fails_shows_the_rest(qtbot: QtBot, defects: list[str], told: list[str]) -> None:
    view = QListView()
    qtbot.addWidget(view)
    model = FaultyModel()
    view.setModel(model)
    assert not view.grab().isNull()
    assert [model.data(model.index(row)) for row in range(3)] == ["0", None, "2"]
    assert model.rowCount(QModelIndex()) == 3
    assert defects == ["IndexError: index out of range"]
    qtbot.waitUntil(lambda: len(told) == 1)


def test_who_no_longer_listens_hears_nothing(qtbot: QtBot) -> None:
    heard: list[str] = []
    stop = guard.listen(heard.append)
    guard.tell("one")
    stop()
    other: list[str] = []
    stop = guard.listen(other.append)
    guard.tell("two")
    qtbot.waitUntil(lambda: other == ["two"])
    stop()
    assert heard == []
