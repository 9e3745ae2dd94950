"""The tabs of the window, one for each session: names, lights, which one is in front, and how one ends."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QMenu, QTabBar, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import tab_tip
from wsgui.ui.window.session_list import is_rename, tip_of
from wsgui.ui.window.split_tabs import SplitTabs

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QContextMenuEvent, QIcon, QKeyEvent

    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.base import Session
    from wsgui.session.stored import StoredCapture
    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.split_follow import SplitFollow

NAME_WIDTH = 220
"""Pixels of a session's name in its tab; the tool tip has all of it."""


@guarded
class _Bar(QTabBar):
    """F2 renames while it has the focus, and so does a double click; a menu has what can be done with a tab."""

    def __init__(self, tabs: SessionTabs) -> None:
        super().__init__()
        self._tabs = tabs
        self.tabBarDoubleClicked.connect(self._rename)

    def event(self, event: QEvent) -> bool:
        """F2 is the window's own otherwise."""
        if is_rename(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self._rename(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        mouse = event.reason() is event.Reason.Mouse
        place = self.tabAt(event.pos()) if mouse else self.currentIndex()
        if place >= 0:
            self.menu_of(place).popup(event.globalPos())

    def menu_of(self, place: int) -> QMenu:
        """The menu of a tab; it deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Rename…\tF2", lambda: self._rename(place))
        menu.addSeparator()
        menu.addAction("&Close", lambda: self._tabs.tabCloseRequested.emit(place))
        menu.addSeparator()
        front = self._tabs.front
        tab = self._tabs.at(place)
        for label, way in (("Show &Beside", Qt.Orientation.Horizontal), ("Show Bel&ow", Qt.Orientation.Vertical)):
            beside = menu.addAction(f"{label} the One in Front")
            if tab is not None:
                beside.triggered.connect(partial(self._tabs.split_with, tab, way))
            beside.setEnabled(tab is not front)
        menu.addSeparator()
        others = menu.addAction("Close &Others", lambda: self._tabs.close_others(place))
        others.setEnabled(self.count() > 1)
        return menu

    def _rename(self, place: int) -> None:
        tab = self._tabs.at(place)
        if tab is not None:
            tab.rename()


class SessionTabs(SplitTabs):
    """Keeps the layout of the tabs in ``settings``."""

    def __init__(self, settings: Settings, tasks: TaskOwner, parent: QWidget | None = None) -> None:
        super().__init__(_Bar(self), parent)
        self._settings = settings
        self._tasks = tasks
        self._ending: set[asyncio.Task[None]] = set()
        self._seen: dict[SessionTab, tuple[int, int]] = {}
        """Rows and violations of each tab when it was in front last."""
        self._marks: dict[SessionTab, str] = {}
        self._title = ""
        self._follow: SplitFollow | None = None
        self.bar.setAccessibleName("Open sessions")
        self.split_changed.connect(self._join)

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

    @property
    def in_sight(self) -> list[SessionTab]:
        """The tabs that are seen: that in front, and the other one of a pair."""
        return cast("list[SessionTab]", list(self.shown))

    def _join(self) -> None:
        """Two that are seen together scroll together."""
        both = cast("tuple[SessionTab, SessionTab] | None", self.pair)
        if self._follow is not None and self._follow.both != both:
            self._follow.stop()
            self._follow = None
        if both is not None and self._follow is None:
            from wsgui.ui.window.split_follow import SplitFollow  # reads captures

            self._follow = SplitFollow(*both)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """A callable for each action of two tabs, by its id."""
        return {
            "split-beside": lambda: self.split(Qt.Orientation.Horizontal),
            "split-below": lambda: self.split(Qt.Orientation.Vertical),
            "unsplit": self.unsplit,
        }

    def split_with(self, other: SessionTab, way: Qt.Orientation) -> None:
        """Show the tab in front and another one together."""
        self.split(way, other)

    def of(self, session: Session | StoredCapture) -> SessionTab | None:
        """The tab of a session."""
        return next((tab for tab in self.all() if tab.session is session), None)

    def go_to(self, session: Session | StoredCapture) -> None:
        """Bring the tab of a session to the front."""
        tab = self.of(session)
        if tab is not None:
            self.setCurrentWidget(tab)

    def show_connection(self, session: Session | StoredCapture, number: int | None) -> None:
        """Show the rows of one connection of a session, or of all."""
        tab = self.of(session)
        if tab is not None:
            tab.show_connection(number)

    def turn(self, step: int) -> None:
        """Go some tabs to the right; from the last on to the first."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + step) % self.count())

    def put(self, tab: SessionTab) -> None:
        """Put a new tab in front, laid out as the last one was."""
        place = self.addTab(tab, "")
        self._show_name(tab, tab.session.name)
        tab.title_changed.connect(lambda text: self._show_name(tab, text))
        tab.table.columns.restore(self._settings.layout("tab/columns"))
        self.setCurrentIndex(place)

    def close_others(self, place: int) -> None:
        """Close all tabs but one."""
        kept = self.at(place)
        for tab in self.all():
            if tab is not kept:
                self.tabCloseRequested.emit(self.indexOf(tab))

    def look(self) -> None:
        """Mark the tabs behind in which something is new, and say in the window's title which one is in front."""
        front = self.front
        for tab in self.all():
            recorder = tab.session.recorder
            now = (recorder.committed, recorder.tally.violations)
            if tab in self.shown:
                self._seen[tab] = now
            rows, broken = self._seen.setdefault(tab, now)
            mark = "⚠ " if now[1] > broken else "• " if now[0] > rows else ""
            if mark != self._marks.get(tab, ""):
                self._marks[tab] = mark
                self._show_name(tab, tab.session.name)
        title = "wsgui" if front is None else f"{front.session.given_name or front.session.name} — wsgui"
        if title != self._title:
            self._title = title
            self.window().setWindowTitle(title)

    def _show_name(self, tab: SessionTab, text: str) -> None:
        place = self.indexOf(tab)
        mark = self._marks.get(tab, "")
        text = mark + (tab.session.given_name or text)
        short = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, NAME_WIDTH)
        self.setTabText(place, short.replace("&", "&&"))
        news = {"⚠ ": "\nNew rules were broken since it was in front.", "• ": "\nNew rows since it was in front."}
        self.setTabToolTip(place, tab_tip(tip_of(tab.session.snapshot()) + news.get(mark, "")))

    def show_light(self, tab: SessionTab, light: QIcon) -> None:
        """Show the light of a session on its tab."""
        self.setTabIcon(self.indexOf(tab), light)

    def keep_layout(self, tab: SessionTab | None) -> None:
        """Remember how a tab is laid out, for the next one."""
        if tab is None:
            return
        self._settings.keep("tab/columns", tab.table.columns.choice())

    # --- the end

    def take(self, tab: SessionTab) -> None:
        """Take a tab away and close its session with its connections; its capture is kept."""
        self.keep_layout(tab)
        self._seen.pop(tab, None)
        self._marks.pop(tab, None)
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
