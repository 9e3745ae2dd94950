"""Where the window stood and how it was divided, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgui.ui.window.main_window import MainWindow
    from wsgui.ui.window.settings import Settings


def restore_layout(window: MainWindow, settings: Settings) -> None:
    """Put the window where it was; the first time, let it take most of the screen."""
    if not window.restoreGeometry(settings.layout("window/geometry")):
        room = window.screen().availableSize()
        window.resize(min(1600, room.width() * 9 // 10), min(960, room.height() * 9 // 10))
    window.columns.restoreState(settings.layout("window/columns"))
    shown = settings.flag("window/sessions", default=True)
    window.left.restoreState(settings.layout("window/left"))
    window.left.setVisible(shown)
    window.actions_["sessions"].setChecked(shown)


def keep_layout(window: MainWindow, settings: Settings) -> None:
    """Remember it."""
    settings.keep("window/geometry", window.saveGeometry())
    settings.keep("window/columns", window.columns.saveState())
    settings.keep("window/left", window.left.saveState())
    settings.keep("window/sessions", window.actions_["sessions"].isChecked())
    if window.front is not None:
        window.tabs.keep_layout(window.front)
