"""The main window: sessions at the left, a tab for each, menus from the action table, status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.capture.errors import CaptureError, reason_of
from wsgui.session.kinds import CLIENT, SERVER
from wsgui.ui.certificates.showing import CertificateWork
from wsgui.ui.endpoints.work import EndpointWork
from wsgui.ui.learn.lessons import Lessons
from wsgui.ui.panels.docks import PanelDocks
from wsgui.ui.panels.table import FRAMES, LEARN, SESSIONS
from wsgui.ui.tabs.kinds import TABS
from wsgui.ui.widgets.banner import Banner
from wsgui.ui.widgets.front_stack import FrontStack
from wsgui.ui.widgets.guard import guarded, listen
from wsgui.ui.window.actions import Actions
from wsgui.ui.window.export_dialog import open_export
from wsgui.ui.window.files import FileWork
from wsgui.ui.window.help_work import HelpWork
from wsgui.ui.window.last_tabs import LastTabs
from wsgui.ui.window.layout import keep_place, left_column, restore_place
from wsgui.ui.window.new_button import new_button
from wsgui.ui.window.panel_choice import PanelChoice
from wsgui.ui.window.playground import play
from wsgui.ui.window.session_list import SessionList
from wsgui.ui.window.session_tabs import SessionTabs
from wsgui.ui.window.shell import Shell
from wsgui.ui.window.status_line import StatusLine
from wsgui.ui.window.theme_choice import ThemeChoice
from wsgui.ui.window.time_choice import TimeChoice
from wsgui.ui.window.unsaved_dialog import open_unsaved
from wsgui.ui.window.welcome import WelcomePage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QCloseEvent

    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.base import Session
    from wsgui.session.kinds import SessionKind
    from wsgui.ui.learn.lesson import Stage
    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.tabs.server.server_tab import ServerTab
    from wsgui.ui.tabs.session_tab import SessionTab
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.appearance import Appearance
    from wsgui.ui.window.settings import Settings

TICK_MS = 33
"""Thirty looks a second at what has changed; a frame costs the window nothing by itself."""


@guarded
class MainWindow(Shell):
    """``captures`` is the folder of live captures. Emits ``close_requested`` when the person closes it: who made the
    window then calls `shutdown` and ends the program."""

    close_requested = Signal()

    def __init__(
        self, captures: Callable[[], Path], settings: Settings, ask: Questions, appearance: Appearance, tasks: TaskOwner
    ) -> None:
        super().__init__()
        self._captures = captures
        self._settings, self._ask, self._tasks = settings, ask, tasks
        self._closing = self._shut = False
        self.sessions = SessionList()
        self.tabs = SessionTabs(settings, tasks)
        self.welcome = WelcomePage(settings)
        self.pages = FrontStack()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.tabs)
        self.endpoints = EndpointWork(self, settings.folder, ask, tasks)
        self.certificates = CertificateWork(self, ask)
        self.left = left_column(self.sessions, self.endpoints.panel)
        self.files = FileWork(self, lambda: self._captures(), settings, ask, tasks)
        self.lessons = Lessons(self, settings, tasks, self.open_playground)
        self.help = HelpWork(self, settings, ask, self.endpoints, self.files)
        self.last_tabs = LastTabs(self, settings, self.files.open_path, self.endpoints.open_quietly)
        self.welcome.endpoints, self.welcome.last = self.endpoints.listed, self.last_tabs.names
        right = QWidget()
        stack = QVBoxLayout(right)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        self.slip = Banner()
        self._deafen = listen(self.slip.show_sentence)
        stack.addWidget(self.slip)
        stack.addWidget(self.files.offer)
        stack.addWidget(self.pages, 1)
        stack.addWidget(self.files.jobs)
        self.panels = PanelDocks(self, {SESSIONS: self.left, LEARN: self.lessons.holder, FRAMES: right})
        self._panel_choice = PanelChoice(self.panels)
        self.status = StatusLine()
        self.setStatusBar(self.status)
        self._times = TimeChoice(self.tabs.all, settings)
        self._themes = ThemeChoice(appearance, settings)
        self.actions_ = Actions(self, lambda: self.front, self._handlers())
        self._times.use(self.actions_)
        self._themes.use(self.actions_)
        self.help.use()
        self._panel_choice.use(self.actions_)
        self.actions_.fill(self.menuBar())
        self.actions_["recent"].setMenu(self.files.recent)
        self.tabs.put_corner(new_button(self.actions_))
        self._wire()
        restore_place(self, self.left, settings)
        self._panel_choice.restore(settings)
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
            **self.lessons.handlers(),
            "last-tabs": self.last_tabs.bring_back,
            **self.files.handlers(),
            "export": lambda: open_export(self.files, self.front),
            "unsaved": lambda: open_unsaved(self.files),
            "close-tab": lambda: self.close_tab(self.tabs.currentIndex()),
            "quit": self.close,
            **self.endpoints.handlers(),
            "certificate": lambda: self.certificates.show(self.front),
            **self._panel_choice.handlers(),
            **self.tabs.handlers(),
            "next-tab": lambda: self.tabs.turn(1),
            "previous-tab": lambda: self.tabs.turn(-1),
            **self._times.handlers(),
            **self._themes.handlers(),
            **self.help.handlers(),
        }

    def _wire(self) -> None:
        self.welcome.action_wanted.connect(lambda name: self.actions_[name].trigger())
        self.welcome.endpoint_chosen.connect(self.endpoints.open)
        self.welcome.url_chosen.connect(self.new_client)
        self.welcome.file_chosen.connect(self.files.open_path)
        self.tabs.tabCloseRequested.connect(self.close_tab)
        self.tabs.currentChanged.connect(lambda _: self._front_changed())
        self.sessions.session_chosen.connect(self.tabs.go_to)
        self.sessions.connection_chosen.connect(self.tabs.show_connection)
        self.files.offer.look_wanted.connect(lambda: open_unsaved(self.files))
        self.sessions.action_wanted.connect(lambda name: self.actions_[name].trigger())
        self.sessions.lights_changed.connect(self._show_lights)

    # --- sessions

    def new(self, kind: SessionKind) -> LiveTab | None:
        try:
            session = kind.make(f"New {kind.title.lower()}", self._captures())
        except (CaptureError, OSError) as error:
            failed_to_open = isinstance(error, CaptureError)
            text = str(error) if failed_to_open else f"The folder for captures cannot be used: {reason_of(error)}."
            self._ask.tell(self, "No session was opened", text)
            return None
        return self.show_session(session)

    def show_session(self, session: Session) -> LiveTab:
        tab = TABS[session.kind](session, self._settings)
        self.add_tab(tab)
        return tab

    def new_client(self, url: str = "") -> ClientTab | None:
        """Open a client tab, connected if a URL is given."""
        tab = cast("ClientTab | None", self.new(CLIENT))
        if tab is not None and url:
            tab.connect_to(url)
        elif tab is not None:
            tab.focus_address()
        return tab

    def new_server(self) -> ServerTab | None:
        """Open a server tab; it listens when the person presses Start."""
        return cast("ServerTab | None", self.new(SERVER))

    def open_playground(self, stage: Stage | None = None) -> None:
        """Start a server on a free port of this machine, an echo or that of a lesson, and a client connected to it."""
        server = self.new_server()
        if server is not None:
            self._tasks.start(play(server, self.new_client, self.tabs.split_with, stage), "open the playground")

    def add_tab(self, tab: SessionTab) -> None:
        from wsgui.ui.tabs.session_tab import Surroundings

        self.sessions.add(tab.session)
        self.panels.put(tab.pages)
        tab.equip(Surroundings(self._settings, self._ask, self.new_client, self.certificates.show, self.panels))
        tab.offers_changed.connect(lambda: self._offers_changed(tab))
        self._times.equip(tab)
        self.endpoints.equip(tab)
        self.pages.setCurrentWidget(self.tabs)
        self.tabs.put(tab)

    def close_tab(self, place: int) -> None:
        """Close a session with its connections; its capture is kept."""
        tab = self.tabs.at(place)
        if tab is not None:
            self.tabs.take(tab)
            self.panels.take(tab.pages, tab)
            self.sessions.remove(tab.session)
            if not self.tabs.count():
                self.pages.setCurrentWidget(self.welcome)

    def all_tabs(self) -> list[SessionTab]:
        return self.tabs.all()

    @property
    def front(self) -> SessionTab | None:
        return self.tabs.front

    def bring_to_front(self, tab: SessionTab) -> None:
        self.tabs.setCurrentWidget(tab)

    # --- what changes by itself

    def tick(self) -> None:
        """Look at every session; the one in front is shown whole, the others in the list and their tab's title."""
        if self._shut:  # tabs that go one by one come to the front, and their captures are closed already
            return
        front, seen = self.front, self.tabs.in_sight
        self.tabs.look()
        self.endpoints.look()
        self.lessons.look()
        for tab in self.tabs.all():
            if tab is front:
                if tab.tick():
                    self._show_light(tab)
                    self.status.show_session(tab.session.snapshot(), tab.model.rowCount())
                    self.actions_.show_front()
            elif tab.tick() if tab in seen else tab.tick_behind():
                self._show_light(tab)

    def _show_light(self, tab: SessionTab) -> None:
        self.sessions.update_session(tab.session)
        self.tabs.show_light(tab, self.sessions.icon_of(tab.session))

    def _show_lights(self) -> None:
        for tab in self.tabs.all():
            self.tabs.show_light(tab, self.sessions.icon_of(tab.session))

    def _front_changed(self) -> None:
        front = self.front
        self.panels.bring(None if front is None else front.pages)
        self.actions_.show_front()
        if front is None:
            self.status.show_session(None, 0)
            return
        self.sessions.select(front.session)
        for tab in self.tabs.in_sight:
            tab.forget_seen()
        self.tick()

    def _offers_changed(self, tab: SessionTab) -> None:
        """A button of the tab in front and its action in the menu show the same."""
        if tab is self.front:
            self.actions_.show_front()

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
        self._deafen()
        self._timer.stop()
        keep_place(self, self.left, self._settings)
        self._panel_choice.keep(self._settings)
        self.tabs.keep_layout(self.front)
        self.last_tabs.keep(self.tabs.all())
        self._settings.save()
        self.hide()
        self.lessons.close()
        await self.files.jobs.finish()
        await self.tabs.close_all()
