"""Where the window stood and how it was divided, from one start to the next; what gives way in a narrow one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMainWindow, QSplitter

    from wsgui.ui.window.settings import Settings


NARROW = 1000
"""Pixels of the window's width below which the sessions at the left give way to the tabs."""


@guarded
class WindowLayout(QObject):
    """Of a window with a splitter of ``columns``, of which ``left`` is the first; ``shown`` is the action that shows or
    hides it. In a narrow window it is hidden until the person asks for it, and comes back when there is room."""

    def __init__(self, window: QMainWindow, columns: QSplitter, left: QSplitter, shown: QAction) -> None:
        super().__init__(window)
        self._window, self._columns, self._left, self._shown = window, columns, left, shown
        self._gave_way = False
        self._narrow = False
        shown.triggered.connect(self._chosen)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window has another size."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        narrow = self._window.width() < NARROW
        if narrow is self._narrow:
            return
        self._narrow = narrow
        if narrow and self._shown.isChecked():
            self._gave_way = True
            self._shown.setChecked(False)
        elif not narrow and self._gave_way:
            self._gave_way = False
            self._shown.setChecked(True)

    def _chosen(self) -> None:
        self._gave_way = False

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
        self._fit()

    def keep(self, settings: Settings) -> None:
        """Remember it."""
        settings.keep("window/geometry", self._window.saveGeometry())
        settings.keep("window/columns", self._columns.saveState())
        settings.keep("window/left", self._left.saveState())
        settings.keep("window/sessions", self._shown.isChecked() or self._gave_way)
