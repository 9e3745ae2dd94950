"""Where the window stood and how it was divided, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMainWindow, QSplitter

    from wsgui.ui.window.settings import Settings


class WindowLayout:
    """Of a window with a splitter of ``columns``, of which ``left`` is the first; ``shown`` is the action that shows or
    hides it."""

    def __init__(self, window: QMainWindow, columns: QSplitter, left: QSplitter, shown: QAction) -> None:
        self._window, self._columns, self._left, self._shown = window, columns, left, shown

    def restore(self, settings: Settings) -> None:
        """Put the window where it was; the first time, let it take most of the screen."""
        if not self._window.restoreGeometry(settings.layout("window/geometry")):
            room = self._window.screen().availableSize()
            self._window.resize(min(1600, room.width() * 9 // 10), min(960, room.height() * 9 // 10))
        self._columns.restoreState(settings.layout("window/columns"))
        self._left.restoreState(settings.layout("window/left"))
        shown = settings.flag("window/sessions", default=True)
        self._left.setVisible(shown)
        self._shown.setChecked(shown)

    def keep(self, settings: Settings) -> None:
        """Remember it."""
        settings.keep("window/geometry", self._window.saveGeometry())
        settings.keep("window/columns", self._columns.saveState())
        settings.keep("window/left", self._left.saveState())
        settings.keep("window/sessions", self._shown.isChecked())
