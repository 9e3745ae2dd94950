"""Where the window stood, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSplitter

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow, QWidget

    from wsgui.ui.window.settings import Settings


ROOMY = QSize(1600, 960)
"""Pixels of the window at first, where the screen has more than that."""


def left_column(*parts: QWidget) -> QSplitter:
    """The panel at the left: its parts, one above the other."""
    column = QSplitter(Qt.Orientation.Vertical)
    for part in parts:
        column.addWidget(part)
    column.setChildrenCollapsible(False)
    return column


def restore_place(window: QMainWindow, left: QSplitter, settings: Settings) -> None:
    """Put the window where it was; the first time, let it take most of the screen."""
    if not window.restoreGeometry(settings.layout("window/geometry")):
        room = window.screen().availableSize()
        window.resize(min(ROOMY.width(), room.width() * 9 // 10), min(ROOMY.height(), room.height() * 9 // 10))
    left.restoreState(settings.layout("window/left"))


def show_window(window: QMainWindow, settings: Settings) -> None:
    """Show the window; the first time, as large as the screen is, where that is no more than two sessions need."""
    room = window.screen().availableSize()
    if not settings.layout("window/geometry") and (room.width() < ROOMY.width() or room.height() < ROOMY.height()):
        window.showMaximized()
    else:
        window.show()


def keep_place(window: QMainWindow, left: QSplitter, settings: Settings) -> None:
    """Remember it."""
    settings.keep("window/geometry", window.saveGeometry())
    settings.keep("window/left", left.saveState())
