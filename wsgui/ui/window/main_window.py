"""The main window: sessions at the left, a tab for each, menus from the action table, status bar."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import wsgui
from wsgui.capture.errors import CaptureError
from wsgui.session import ClientSession, ServerSession
from wsgui.ui.certificates.showing import CertificateWork
from wsgui.ui.endpoints.work import EndpointWork
from wsgui.ui.tabs.capture.capture_tab import CaptureTab
from wsgui.ui.tabs.client.client_tab import ClientTab
from wsgui.ui.tabs.live_tab import LiveTab
from wsgui.ui.tabs.server.server_tab import ServerTab
from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.window.actions import Actions, shortcut_list
from wsgui.ui.window.export_dialog import open_export
from wsgui.ui.window.files import FileWork
from wsgui.ui.window.front_actions import FrontActions
from wsgui.ui.window.session_list import SessionList, tip_of
from wsgui.ui.window.status_line import StatusLine
from wsgui.ui.window.unsaved_dialog import open_unsaved
from wsgui.ui.window.welcome import Welcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QAction, QCloseEvent

    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.base import Session
    from wsgui.session.stored import StoredCapture
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.appearance import Appearance
    from wsgui.ui.window.settings import Settings

_S = TypeVar("_S")
AnyTab: TypeAlias = LiveTab | CaptureTab

LIVE_ACTIONS = (
    *("connect", "disconnect", "cut", "ping", "address", "composer", "follow", "pause", "keep-alive", "policies"),
    *("options", "save-endpoint", "save-endpoint-as"),
)
"""What only a running session can do."""
TAB_ACTIONS = ("close-tab", "table", "filter", "save", "save-as", "export", "ended")
"""What needs a tab."""

TICK_MS = 33
"""Thirty looks a second at what has changed; a frame costs the window nothing by itself."""

TAB_WIDTH = 220
"""Pixels of a session's name in its tab; the tool tip has all of it."""


class MainWindow(QMainWindow):
    """``captures`` is the folder of live captures. Emits ``close_requested`` when the person closes it: who made the
    window then calls `shutdown` and ends the program."""

    close_requested = Signal()

    def __init__(
        self, captures: Callable[[], Path], settings: Settings, ask: Questions, appearance: Appearance, tasks: TaskOwner
    ) -> None:
        super().__init__()
        self._captures = captures
        self._settings = settings
        self._ask = ask
        self._appearance = appearance
        self._tasks = tasks
        self._closing = False
        self._shut = False
        self._ending: set[asyncio.Task[None]] = set()
        self.setWindowTitle("wsgui")
        self.sessions = SessionList()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setTabsClosable(True)
        self.tabs.setMovable(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.welcome = Welcome()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.tabs)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.endpoints = EndpointWork(self, settings.folder, ask, tasks)
        self.certificates = CertificateWork(self, ask)
        self.left = QSplitter(Qt.Orientation.Vertical)
        self.left.addWidget(self.sessions)
        self.left.addWidget(self.endpoints.panel)
        self.left.setChildrenCollapsible(False)
        self.columns.addWidget(self.left)
        self.files = FileWork(self, lambda: self._captures(), settings, ask, tasks)
        right = QWidget()
        stack = QVBoxLayout(right)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.files.offer)
        stack.addWidget(self.pages, 1)
        stack.addWidget(self.files.jobs)
        self.columns.addWidget(right)
        self.columns.setStretchFactor(1, 1)
        self.columns.setSizes([200, 1400])
        self.columns.setChildrenCollapsible(False)
        self.setCentralWidget(self.columns)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self._front_actions = FrontActions(lambda: self.front, self.all_tabs, self._settings)
        self.actions_ = Actions(self, self._handlers())
        self._front_actions.use(self.actions_)
        self.actions_.fill(self.menuBar())
        self.actions_["recent"].setMenu(self.files.recent)
        self.tabs.setCornerWidget(self._new_button(), Qt.Corner.TopRightCorner)
        self._wire()
        self._restore()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self._front_changed()

    def _handlers(self) -> dict[str, Callable[..., object]]:
        return {
            "playground": self.open_playground,
            "new-client": self.new_client,
            "new-server": self.new_server,
            "open": self.files.open_dialog,
            "recent": self.files.fill_recent,
            "save": self.files.save,
            "save-as": self.files.save_as,
            "import": self.files.import_dialog,
            "export": lambda: open_export(self.files, self.front),
            "unsaved": lambda: open_unsaved(self.files),
            "close-tab": lambda: self.close_tab(self.tabs.currentIndex()),
            "captures": self._show_captures,
            "quit": self.close,
            "connect": lambda: self._in_front("session_start"),
            "disconnect": lambda: self._in_front("session_stop"),
            "cut": lambda: self._in_front("cut"),
            "ping": lambda: self._in_front("ping"),
            "keep-alive": self._set_keep_alive,
            "policies": lambda: self._in_front("toggle_policies"),
            "ended": lambda: self._in_front("show_ending"),
            "stop-repeat": self._stop_repeating,
            "address": lambda: self._in_front("focus_address"),
            "composer": self._focus_composer,
            "table": self._focus_table,
            "filter": self._focus_filter,
            **self._front_actions.handlers(),
            **self.endpoints.handlers(),
            "options": self._turn_options,
            "certificate": lambda: self.certificates.show(self.front),
            "follow": self._set_follow,
            "pause": self._set_paused,
            "sessions": self.left.setVisible,
            "next-tab": lambda: self._turn(1),
            "previous-tab": lambda: self._turn(-1),
            "theme-system": partial(self._choose_theme, "system"),
            "theme-light": partial(self._choose_theme, "light"),
            "theme-dark": partial(self._choose_theme, "dark"),
            "keys": lambda: self._ask.tell(self, "Keyboard", shortcut_list()),
            "about": self._about,
        }

    def _wire(self) -> None:
        self.welcome.playground_requested.connect(self.open_playground)
        self.welcome.client_requested.connect(self.new_client)
        self.welcome.server_requested.connect(self.new_server)
        self.tabs.tabCloseRequested.connect(self.close_tab)
        self.tabs.currentChanged.connect(lambda _: self._front_changed())
        self.sessions.session_chosen.connect(self._go_to)
        self.sessions.connection_chosen.connect(self._show_connection)
        self.sessions.lights_changed.connect(self._show_lights)

    def _new_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("+")
        button.setAutoRaise(True)
        button.setMinimumSize(34, 28)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setToolTip("Open a new session")
        button.setAccessibleName("New session")
        menu = QMenu(button)
        for name in ("new-client", "new-server", "playground"):
            menu.addAction(self.actions_[name])
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    # --- sessions

    def new_client(self, url: str = "") -> ClientTab | None:
        """Open a client tab, connected if a URL is given."""
        session = self._made(lambda: ClientSession("New client", self._captures()))
        if session is None:
            return None
        tab = self.show_client(session)
        if url:
            tab.connect_to(url)
        else:
            tab.focus_address()
        return tab

    def show_client(self, session: ClientSession) -> ClientTab:
        """Open a tab for a client session."""
        tab = ClientTab(session, self._settings)
        self.add_tab(tab)
        return tab

    def new_server(self) -> ServerTab | None:
        """Open a server tab; it listens when the person presses Start."""
        session = self._made(lambda: ServerSession("New server", self._captures()))
        if session is None:
            return None
        return self.show_server(session)

    def show_server(self, session: ServerSession) -> ServerTab:
        """Open a tab for a server session."""
        tab = ServerTab(session)
        tab.client_requested.connect(self.new_client)
        self.add_tab(tab)
        return tab

    def open_playground(self) -> None:
        """Start an echo server on a free port of this machine, and a client connected to it."""
        tab = self.new_server()
        if tab is not None:
            tab.server_bar.port.setValue(0)
            self._tasks.start(self._play(tab), "open the playground")

    async def _play(self, tab: ServerTab) -> None:
        started = tab.server.start("127.0.0.1", 0)
        if started is not None:
            await started
        if tab.server.listening:
            client = self.new_client(tab.server.url)
            if client is not None:
                client.composer.current_tab.setFocus()

    def _made(self, make: Callable[[], _S]) -> _S | None:
        try:
            return make()
        except (CaptureError, OSError) as error:
            text = str(error) if isinstance(error, CaptureError) else f"The folder for captures cannot be used: {error}"
            self._ask.tell(self, "No session was opened", text)
            return None

    def add_tab(self, tab: AnyTab) -> None:
        """Put a tab in front."""
        self.sessions.add(tab.session)
        place = self.tabs.addTab(tab, "")
        self._name_tab(tab, tab.session.name)
        tab.title_changed.connect(lambda text: self._name_tab(tab, text))
        for name, button in (("follow", tab.frame_bar.follow), ("pause", tab.frame_bar.pause)):
            button.toggled.connect(lambda yes, one=self.actions_[name]: self._mirror(tab, one, yes))
        self._front_actions.equip(tab, self._ask)
        self.endpoints.equip(tab)
        if isinstance(tab, LiveTab):
            pings = self.actions_["keep-alive"]
            tab.options.changed.connect(lambda: self._mirror(tab, pings, tab.session.keep_alive))
        if isinstance(tab, ClientTab):
            tab.certificate_wanted.connect(self.certificates.show)
        self._restore_tab(tab)
        self.pages.setCurrentWidget(self.tabs)
        self.tabs.setCurrentIndex(place)

    def _name_tab(self, tab: AnyTab, text: str) -> None:
        place = self.tabs.indexOf(tab)
        short = self.tabs.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, TAB_WIDTH)
        self.tabs.setTabText(place, short.replace("&", "&&"))
        self.tabs.setTabToolTip(place, plain_tip(tip_of(tab.session, text)))

    def close_tab(self, place: int) -> None:
        """Close a session with its connections; its capture is kept."""
        tab = self._tab(place)
        if tab is not None:
            self._keep_tab(tab)
            self.tabs.removeTab(place)
            self.sessions.remove(tab.session)
            closing = self._tasks.start(self._close(tab), "close a session")
            self._ending.add(closing)
            closing.add_done_callback(self._ending.discard)
            if not self.tabs.count():
                self.pages.setCurrentWidget(self.welcome)

    async def _close(self, tab: AnyTab) -> None:
        tab.close_reader()
        await tab.session.close()
        tab.deleteLater()

    def all_tabs(self) -> list[AnyTab]:
        """Every open tab, from the left."""
        return [cast("AnyTab", self.tabs.widget(place)) for place in range(self.tabs.count())]

    def _tab(self, place: int) -> AnyTab | None:
        return cast("AnyTab | None", self.tabs.widget(place))

    @property
    def front(self) -> AnyTab | None:
        """The tab in front."""
        return self._tab(self.tabs.currentIndex())

    def _in_front(self, method: str) -> None:
        if self.front is not None:
            getattr(self.front, method)()

    def _go_to(self, session: Session | StoredCapture) -> None:
        for tab in self.all_tabs():
            if tab.session is session:
                self.tabs.setCurrentWidget(tab)

    def _show_connection(self, session: Session | StoredCapture, number: int | None) -> None:
        for tab in self.all_tabs():
            if tab.session is session:
                tab.show_connection(number)

    def _turn(self, step: int) -> None:
        count = self.tabs.count()
        if count:
            self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % count)

    # --- what changes by itself

    def tick(self) -> None:
        """Look at every session; the one in front is shown whole, the others in the list and their tab's title."""
        if self._shut:  # tabs that go one by one come to the front, and their captures are closed already
            return
        front = self.front
        self.endpoints.look()
        for tab in self.all_tabs():
            if tab is front:
                if tab.tick():
                    self._show_light(tab)
                    self.status.show_session(tab.session, tab.model.rowCount())
                    self.actions_["stop-repeat"].setEnabled(isinstance(tab, LiveTab) and tab.session.repeating)
            elif tab.tick_behind():
                self._show_light(tab)

    def _show_light(self, tab: AnyTab) -> None:
        self.sessions.update_session(tab.session)
        self.tabs.setTabIcon(self.tabs.indexOf(tab), self.sessions.icon_of(tab.session))

    def _show_lights(self) -> None:
        for tab in self.all_tabs():
            self.tabs.setTabIcon(self.tabs.indexOf(tab), self.sessions.icon_of(tab.session))

    def _front_changed(self) -> None:
        front = self.front
        live = isinstance(front, LiveTab)
        for name in TAB_ACTIONS:
            self.actions_[name].setEnabled(front is not None)
        for name in self._front_actions.names:
            self.actions_[name].setEnabled(front is not None)
        for name in LIVE_ACTIONS:
            self.actions_[name].setEnabled(live)
        self.actions_["certificate"].setEnabled(isinstance(front, ClientTab))
        self.actions_["stop-repeat"].setEnabled(isinstance(front, LiveTab) and front.session.repeating)
        if front is None:
            self.status.show_session(None, 0)
            return
        self.actions_["follow"].setChecked(front.table.follow)
        self.actions_["pause"].setChecked(front.table.paused)
        self.actions_["keep-alive"].setChecked(isinstance(front, LiveTab) and front.session.keep_alive)
        self.sessions.select(front.session)
        front.forget_seen()
        self.tick()

    def _mirror(self, tab: AnyTab, action: QAction, yes: bool) -> None:
        """A button of the tab in front and its action in the menu show the same."""
        if tab is self.front:
            action.setChecked(yes)

    def _set_follow(self, yes: bool) -> None:
        if self.front is not None:
            self.front.frame_bar.follow.setChecked(yes)

    def _set_paused(self, yes: bool) -> None:
        if self.front is not None:
            self.front.frame_bar.pause.setChecked(yes)

    def _set_keep_alive(self, yes: bool) -> None:
        if isinstance(self.front, LiveTab) and yes != self.front.session.keep_alive:
            self.front.session.set_keep_alive(yes)

    def _stop_repeating(self) -> None:
        if isinstance(self.front, LiveTab):
            self.front.session.stop_repeating()

    def _turn_options(self) -> None:
        if isinstance(self.front, LiveTab):
            self.front.options.turn()

    def _focus_composer(self) -> None:
        if isinstance(self.front, LiveTab):
            self.front.show_composer()
            self.front.composer.current_tab.setFocus()

    def _focus_filter(self) -> None:
        if self.front is not None:
            self.front.filter_bar.edit.setFocus()
            self.front.filter_bar.edit.selectAll()

    def _focus_table(self) -> None:
        if self.front is not None:
            self.front.table.setFocus()

    # --- settings and help

    def _choose_theme(self, choice: str, on: bool) -> None:
        if on:
            self._appearance.choose(choice)
            self._settings.keep("theme", choice)

    def _show_captures(self) -> None:
        try:
            folder = self._captures()
        except OSError as error:
            self._ask.tell(self, "Captures", f"The folder for captures cannot be used: {error}")
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _about(self) -> None:
        self._ask.tell(
            self,
            "About wsgui",
            f"wsgui {wsgui.__version__}\n\nA WebSocket playground: see every byte, send any byte.\n"
            "MIT licence. Qt for Python is used under the LGPL.",
        )

    def _restore(self) -> None:
        if not self.restoreGeometry(self._settings.layout("window/geometry")):
            room = self.screen().availableSize()
            self.resize(min(1600, room.width() * 9 // 10), min(960, room.height() * 9 // 10))
        self.columns.restoreState(self._settings.layout("window/columns"))
        shown = self._settings.flag("window/sessions", default=True)
        self.left.restoreState(self._settings.layout("window/left"))
        self.left.setVisible(shown)
        self.actions_["sessions"].setChecked(shown)
        self.actions_[f"theme-{self._appearance.choice}"].setChecked(True)

    def _restore_tab(self, tab: AnyTab) -> None:
        tab.halves.restoreState(self._settings.layout("tab/halves"))
        if isinstance(tab, LiveTab):
            tab.panes.restoreState(self._settings.layout("tab/lower"))
        tab.table.columns.restore(self._settings.layout("tab/columns"))

    def _keep_tab(self, tab: AnyTab) -> None:
        self._settings.keep("tab/halves", tab.halves.saveState())
        if isinstance(tab, LiveTab):
            self._settings.keep("tab/lower", tab.panes.saveState())
        self._settings.keep("tab/columns", tab.table.columns.choice())

    # --- the end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Sessions need the loop to close: the window waits for them and goes when `shutdown` is done."""
        if not self._closing:
            self._closing = True
            self.close_requested.emit()
        event.ignore()

    @property
    def is_shut(self) -> bool:
        """Whether `shutdown` has begun: no tab is opened any more."""
        return self._shut

    async def shutdown(self) -> None:
        """Close every session and keep the settings; the window is hidden at once. May be called again."""
        if self._shut:
            return
        self._shut = True
        self._timer.stop()
        self._settings.keep("window/geometry", self.saveGeometry())
        self._settings.keep("window/columns", self.columns.saveState())
        self._settings.keep("window/left", self.left.saveState())
        self._settings.keep("window/sessions", self.actions_["sessions"].isChecked())
        if self.front is not None:
            self._keep_tab(self.front)
        self._settings.save()
        self.hide()
        await self.files.jobs.finish()
        for tab in self.all_tabs():
            await self._close(tab)
        if self._ending:
            await asyncio.wait(self._ending)
