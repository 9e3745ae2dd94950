"""The tabs of the window, one for each session: names, lights, which one is in front, and how one ends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QWidget

from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.window.session_list import tip_of

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.base import Session
    from wsgui.session.stored import StoredCapture
    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.window.settings import Settings

NAME_WIDTH = 220
"""Pixels of a session's name in its tab; the tool tip has all of it."""


class SessionTabs(QTabWidget):
    """Keeps the layout of the tabs in ``settings``."""

    def __init__(self, settings: Settings, tasks: TaskOwner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._tasks = tasks
        self._ending: set[asyncio.Task[None]] = set()
        self.setAccessibleName("Open sessions")
        self.setDocumentMode(True)
        self.setTabsClosable(True)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)

    def all(self) -> list[SessionTab]:
        """Every open tab, from the left."""
        return [cast("SessionTab", self.widget(place)) for place in range(self.count())]

    def at(self, place: int) -> SessionTab | None:
        """The tab at a place, if there is one."""
        return cast("SessionTab | None", self.widget(place))

    @property
    def front(self) -> SessionTab | None:
        """The tab in front."""
        return self.at(self.currentIndex())

    def of(self, session: Session | StoredCapture) -> SessionTab | None:
        """The tab of a session."""
        return next((tab for tab in self.all() if tab.session is session), None)

    def turn(self, step: int) -> None:
        """Go some tabs to the right; from the last on to the first."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + step) % self.count())

    def put(self, tab: SessionTab) -> None:
        """Put a new tab in front, laid out as the last one was."""
        place = self.addTab(tab, "")
        self._show_name(tab, tab.session.name)
        tab.title_changed.connect(lambda text: self._show_name(tab, text))
        for key, splitter in tab.splitters().items():
            splitter.restoreState(self._settings.layout(key))
        tab.table.columns.restore(self._settings.layout("tab/columns"))
        self.setCurrentIndex(place)

    def _show_name(self, tab: SessionTab, text: str) -> None:
        place = self.indexOf(tab)
        short = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, NAME_WIDTH)
        self.setTabText(place, short.replace("&", "&&"))
        self.setTabToolTip(place, plain_tip(tip_of(tab.session.snapshot())))

    def show_light(self, tab: SessionTab, light: QIcon) -> None:
        """Show the light of a session on its tab."""
        self.setTabIcon(self.indexOf(tab), light)

    def keep_layout(self, tab: SessionTab | None) -> None:
        """Remember how a tab is laid out, for the next one."""
        if tab is None:
            return
        for key, splitter in tab.splitters().items():
            self._settings.keep(key, splitter.saveState())
        self._settings.keep("tab/columns", tab.table.columns.choice())

    # --- the end

    def take(self, tab: SessionTab) -> None:
        """Take a tab away and close its session with its connections; its capture is kept."""
        self.keep_layout(tab)
        self.removeTab(self.indexOf(tab))
        closing = self._tasks.start(_close(tab), "close a session")
        self._ending.add(closing)
        closing.add_done_callback(self._ending.discard)

    async def close_all(self) -> None:
        """Close every session side by side, and wait for those that are being closed."""
        await asyncio.gather(*(_close(tab) for tab in self.all()))
        if self._ending:
            await asyncio.wait(self._ending)


async def _close(tab: SessionTab) -> None:
    tab.close_reader()
    await tab.session.close()
    tab.deleteLater()
