"""Every action of the window in one table: menu, text, shortcut, tool tip. The menus are built from it.

A test holds that each row has a tip, that shortcuts are not given twice, and that what it calls and shows is there.
"""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from wsgui.ui.panels.table import PANELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

    from wsgui.ui.tabs.session_tab import SessionTab


class ActionRow(NamedTuple):
    """One action. ``menu`` is its menu's title, behind that of the menu it stands in and a ``/`` if it does; ``group``
    makes it one choice of several; a ``-`` in front of the id puts a line above it. ``shortcut`` is Qt's portable text,
    Ctrl being Cmd on a Mac.

    ``needs`` is what the tab in front has to offer (one of its `SessionTab.offers`) for the action to be enabled;
    ``front`` is the method of that tab that it calls, with dots where a part of the tab has it, and ``shows`` the
    attribute that a checkable one shows. A row without ``front`` has a handler in the window.
    """

    id: str
    menu: str
    text: str
    shortcut: str
    tip: str
    checkable: bool = False
    group: str = ""
    needs: str = ""
    front: str = ""
    shows: str = ""

    @property
    def name(self) -> str:
        """The id without its line."""
        return self.id.lstrip("-")

    @property
    def plain_text(self) -> str:
        """The text without its mnemonic."""
        return self.text.replace("&", "")


class LocalKeys(NamedTuple):
    """Keys that hold in one place, and cannot be changed; ``everywhere``: no action can have them."""

    keys: str
    text: str
    everywhere: bool = True


LOCAL_KEYS: Final = (
    LocalKeys("Ctrl+Return", "Send, in the composer"),
    LocalKeys("Ctrl+Space", "List what may stand there, in the filter"),
    LocalKeys("F2", "Rename, in the tabs and the list of sessions", everywhere=False),
)

NEEDS: Final = {
    "tab": "No session is open.",
    "live": "No client and no server is in front: an opened capture is read only.",
    "listening": "No server that listens is in front.",
    "repeating": "Nothing is sent repeatedly.",
    "certificate": "No client that is connected by wss:// is in front.",
}
"""Why an action is disabled, by what it needs of the tab in front."""


def native(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence.fromString(keys).toString(QKeySequence.SequenceFormat.NativeText)


SUBMENU = "&View/P&anels"
"""A menu within a menu."""

_PANELS = tuple(ActionRow(f"panel-{row.name}", SUBMENU, row.label, row.key, row.tip, checkable=True) for row in PANELS)

ACTIONS: tuple[ActionRow, ...] = (
    ActionRow(
        "playground", "&File", "&Playground", "Ctrl+Shift+Y", "Start an echo server and a client connected to it"
    ),
    ActionRow("-new-client", "&File", "New &Client", "Ctrl+T", "Open a tab that connects to a WebSocket server"),
    ActionRow("new-server", "&File", "New &Server", "Ctrl+Shift+T", "Open a tab that listens for WebSocket clients"),
    ActionRow("-open", "&File", "&Open…", "Ctrl+O", "Open a capture read-only, or import a file of another kind"),
    ActionRow("recent", "&File", "Open &Recent", "", "Open a file again"),
    ActionRow("last-tabs", "&File", "&Last Time's Tabs", "", "Open the tabs of the last time; nothing is connected"),
    ActionRow("-save", "&File", "Sa&ve", "Ctrl+S", "Save what this session has recorded under a name", needs="tab"),
    ActionRow(
        "save-as", "&File", "Save &As…", "Ctrl+Shift+S", "Save a copy of this capture under another name", needs="tab"
    ),
    ActionRow("-import", "&File", "&Import…", "", "Make a capture of a HAR, JSON Lines, pcap or pcapng file"),
    ActionRow(
        "export",
        "&File",
        "&Export…",
        "Ctrl+Shift+E",
        "Write rows as pcapng, HAR, JSON Lines, CSV or raw payloads",
        needs="tab",
    ),
    ActionRow(
        "unsaved", "&File", "&Unsaved Captures…", "", "List what was recorded and never saved, to open, save or delete"
    ),
    ActionRow(
        "-paste-endpoint",
        "&File",
        "Endpoint from Clip&board",
        "Ctrl+Shift+V",
        "Open the endpoint of a curl, websocat or wscat command, of code, or of a request that you have copied",
    ),
    ActionRow(
        "import-endpoints",
        "&File",
        "Import E&ndpoints…",
        "",
        "Add the endpoints of a file: TOML of wsgui, Postman, Insomnia, Bruno, HAR, .http, command lines, JavaScript",
    ),
    ActionRow(
        "export-endpoints", "&File", "Export En&dpoints…", "", "Write saved endpoints to a file, without secrets"
    ),
    ActionRow("-close-tab", "&File", "Close &Tab", "Ctrl+W", "Close this session and its connections", needs="tab"),
    ActionRow("-captures", "&File", "Show Captures &Folder", "", "Open the folder where what was recorded is kept"),
    ActionRow("-quit", "&File", "&Quit", "Ctrl+Q", "Close every connection and end the program"),
    ActionRow(
        "connect",
        "&Session",
        "&Connect or Start",
        "Ctrl+Shift+Return",
        "Connect this client, or start this server",
        needs="live",
        front="session_start",
    ),
    ActionRow(
        "disconnect",
        "&Session",
        "&Disconnect or Stop",
        "Ctrl+D",
        "Close with code 1000, or stop this server",
        needs="live",
        front="session_stop",
    ),
    ActionRow(
        "cut",
        "&Session",
        "Drop &TCP",
        "Ctrl+Shift+D",
        "Drop the TCP connection without a close frame (1006)",
        needs="live",
        front="cut",
    ),
    ActionRow(
        "-ping",
        "&Session",
        "Send &Ping",
        "Ctrl+Shift+G",
        "Send a ping and measure the round trip",
        needs="live",
        front="ping",
    ),
    ActionRow(
        "keep-alive",
        "&Session",
        "&Keep-Alive Pings",
        "",
        "Send a ping every 20 s; close if one is not answered",
        True,
        needs="live",
        front="set_keep_alive",
        shows="session.keep_alive",
    ),
    ActionRow(
        "rename",
        "&Session",
        "Rena&me…",
        "",
        "Give this session another name (F2 in the tabs and the list of sessions)",
        needs="tab",
        front="rename",
    ),
    ActionRow(
        "connections",
        "&Session",
        "Conn&ections…",
        "Ctrl+Shift+N",
        "List all connections with address and path, and search them",
        needs="tab",
        front="show_connections",
    ),
    ActionRow(
        "clients",
        "&Session",
        "Clients No&w…",
        "",
        "List the clients of this server as they are now, to send to, close, cut or give faults to some of them",
        needs="listening",
        front="show_clients",
    ),
    ActionRow(
        "browser",
        "&Session",
        "Open in &Browser",
        "",
        "Open the test page of this server",
        needs="listening",
        front="reach.open_page",
    ),
    ActionRow(
        "policies",
        "&Session",
        "Policies and Fau&lts",
        "F4",
        "Change what this session does, right or wrong, at once",
        needs="live",
        front="toggle_policies",
    ),
    ActionRow(
        "stop-repeat",
        "&Session",
        "Stop &Repeating",
        "Ctrl+.",
        "End repeated sending",
        needs="repeating",
        front="stop_repeating",
    ),
    ActionRow(
        "-address",
        "&Session",
        "Go to &Address",
        "Ctrl+L",
        "Put the cursor into the address bar",
        needs="live",
        front="focus_address",
    ),
    ActionRow(
        "composer",
        "&Session",
        "Go to C&omposer",
        "Ctrl+E",
        "Put the cursor into the composer",
        needs="live",
        front="focus_composer",
    ),
    ActionRow(
        "table",
        "&Session",
        "Go to &Frames",
        "F6",
        "Put the cursor into the frame table",
        needs="tab",
        front="focus_table",
    ),
    ActionRow(
        "filter",
        "&Session",
        "Go to F&ilter",
        "Ctrl+F",
        "Put the cursor into the filter",
        needs="tab",
        front="focus_filter",
    ),
    ActionRow(
        "-options",
        "&Session",
        "Optio&ns",
        "Ctrl+Shift+O",
        "Open or shut the options of the handshake",
        needs="live",
        front="options.turn",
    ),
    ActionRow(
        "certificate",
        "&Session",
        "S&how Certificate…",
        "Ctrl+I",
        "Show the certificates of a wss:// server",
        needs="certificate",
    ),
    ActionRow(
        "-save-endpoint",
        "&Session",
        "Sa&ve Endpoint…",
        "Ctrl+Shift+A",
        "Save this endpoint, or keep its changes",
        needs="live",
    ),
    ActionRow(
        "save-endpoint-as", "&Session", "&Save Endpoint As…", "", "Save this endpoint under another name", needs="live"
    ),
    ActionRow("endpoints", "&Session", "&Go to Endpoints", "Ctrl+J", "Go to the saved endpoints at the left"),
    ActionRow(
        "find",
        "&Go",
        "&Find…",
        "Ctrl+Shift+F",
        "Find text, bytes or an expression in the payloads",
        needs="tab",
        front="find_control.start",
    ),
    ActionRow("find-next", "&Go", "Find &Next", "F3", "Go to the next hit", needs="tab", front="find_control.find"),
    ActionRow(
        "find-previous",
        "&Go",
        "Find Pre&vious",
        "Shift+F3",
        "Go to the hit before",
        needs="tab",
        front="find_control.find_back",
    ),
    ActionRow(
        "-bookmark",
        "&Go",
        "Toggle &Bookmark",
        "Ctrl+B",
        "Put a bookmark on the row, or take it away",
        needs="tab",
        front="note_control.toggle",
    ),
    ActionRow(
        "note", "&Go", "Edit N&ote…", "Ctrl+M", "Write a note on the row", needs="tab", front="note_control.edit"
    ),
    ActionRow(
        "next-mark",
        "&Go",
        "Next Boo&kmark",
        "F2",
        "Go to the next row with a bookmark or a note",
        needs="tab",
        front="note_control.go",
    ),
    ActionRow(
        "previous-mark",
        "&Go",
        "Previo&us Bookmark",
        "Shift+F2",
        "Go to the one before that has a bookmark or note",
        needs="tab",
        front="note_control.go_back",
    ),
    ActionRow(
        "marks",
        "&Go",
        "Bookmarks and No&tes",
        "Ctrl+Shift+B",
        "List every bookmark and note",
        needs="tab",
        front="note_control.show_list",
    ),
    ActionRow(
        "-go-to",
        "&Go",
        "&Go to…",
        "Ctrl+G",
        "Go to a row's number, a clock time, or seconds from the start",
        needs="tab",
        front="go_to.ask_place",
    ),
    ActionRow(
        "answer",
        "&Go",
        "&Answer or Request",
        "Ctrl+R",
        "Go from a request to its answer, or from an answer to its request",
        needs="tab",
        front="answers.cross",
    ),
    ActionRow(
        "ended",
        "&Go",
        "How It &Ended",
        "Ctrl+Shift+X",
        "Show who ended the connection, how and why",
        needs="tab",
        front="show_ending",
    ),
    ActionRow(
        "follow",
        "&View",
        "&Follow",
        "Ctrl+Shift+L",
        "Keep the newest frame in view",
        checkable=True,
        needs="live",
        front="set_follow",
        shows="table.follow",
    ),
    ActionRow(
        "pause",
        "&View",
        "&Pause",
        "F8",
        "Hold the table still; recording goes on",
        checkable=True,
        needs="live",
        front="set_paused",
        shows="table.paused",
    ),
    ActionRow(
        "messages",
        "&View",
        "Messa&ges",
        "F5",
        "Each row is a message, as its decoder tells it; control frames are folded away",
        checkable=True,
        needs="tab",
        front="show_messages",
        shows="view.messages",
    ),
    *_PANELS,
    ActionRow(
        "-arrange-explore",
        SUBMENU,
        "Arrange to &Explore",
        "Alt+1",
        "Table, inspector and composer share the room; once more puts it back to how it was made",
    ),
    ActionRow(
        "arrange-test",
        SUBMENU,
        "Arrange to &Test",
        "Alt+2",
        "More room for the composer",
    ),
    ActionRow(
        "arrange-watch",
        SUBMENU,
        "Arrange to &Watch",
        "Alt+3",
        "Table and inspector alone; Ctrl+E brings the composer back",
    ),
    ActionRow(
        "reset-arrangement",
        SUBMENU,
        "Reset Arran&gement",
        "",
        "Put every panel back to where this arrangement has it",
    ),
    ActionRow("-next-panel", SUBMENU, "Go to &Next Panel", "Ctrl+F6", "Put the cursor into the next panel"),
    ActionRow(
        "previous-panel", SUBMENU, "Go to Pre&vious Panel", "Ctrl+Shift+F6", "Put the cursor into the panel before"
    ),
    ActionRow("inspector", SUBMENU, "G&o to Inspector", "Ctrl+Shift+I", "Put the cursor into the inspector"),
    ActionRow(
        "move-panel",
        SUBMENU,
        "&Move This Panel…",
        "Ctrl+Shift+F10",
        "Put the panel with the cursor beside, above or behind another one, or let it float",
    ),
    ActionRow(
        "-split-beside",
        "&View",
        "Split: Side &by Side",
        "Alt+4",
        "Show this session beside the one before; they scroll by time together",
        needs="tab",
    ),
    ActionRow(
        "split-below",
        "&View",
        "Split: On&e Above the Other",
        "Alt+5",
        "Show this session with the one before, one above the other",
        needs="tab",
    ),
    ActionRow("unsplit", "&View", "One &Session Alone", "Alt+0", "Show the session in front alone", needs="tab"),
    ActionRow("-next-tab", "&View", "&Next Tab", "Ctrl+PgDown", "Go to the next session"),
    ActionRow("previous-tab", "&View", "Pre&vious Tab", "Ctrl+PgUp", "Go to the session before"),
    ActionRow(
        "-statistics",
        "&View",
        "Statist&ics…",
        "F7",
        "Rates, sizes, round trips, gaps of the rows shown",
        needs="tab",
        front="row_windows.show_statistics",
    ),
    ActionRow(
        "compare",
        "&View",
        "Co&mpare Two Rows",
        "Ctrl+Shift+K",
        "Two selected rows side by side, byte by byte",
        needs="tab",
        front="row_windows.compare_selected",
    ),
    ActionRow("-time-clock", "&View", "Time: &Clock", "", "The Time column shows the local time of day", True, "time"),
    ActionRow("time-start", "&View", "Time: Since St&art", "", "Times count from the first row", True, "time"),
    ActionRow("time-previous", "&View", "Time: Since &Row Above", "", "Times count from the row above", True, "time"),
    ActionRow("time-marked", "&View", "Time: Since Mar&ked Row", "", "Times count from the marked row", True, "time"),
    ActionRow(
        "mark-time",
        "&View",
        "C&ount Times from Here",
        "Ctrl+Shift+M",
        "Mark the row that times count from",
        needs="tab",
        front="times.mark",
    ),
    ActionRow(
        "-theme-system",
        "&View",
        "S&ystem Colours",
        "",
        "As the system is set: light, dark or contrast",
        True,
        "theme",
    ),
    ActionRow("theme-light", "&View", "&Light", "", "Dark text on light ground", True, "theme"),
    ActionRow("theme-dark", "&View", "&Dark", "", "Light text on dark ground", True, "theme"),
    ActionRow(
        "theme-contrast",
        "&View",
        "&High Contrast",
        "",
        "Strong lines and colours",
        True,
        "theme",
    ),
    ActionRow("guide", "&Help", "&User Guide", "F1", "Open the guide, without a network, at what has the cursor"),
    ActionRow("tour", "&Help", "&Tour", "", "Seven steps through the window, which see what you have done"),
    ActionRow("lessons", "&Help", "&Lessons", "", "The protocol step by step on a live session; go on where you were"),
    ActionRow(
        "-palette",
        "&Help",
        "&Command Palette…",
        "Ctrl+Shift+P",
        "Find an action, tab, endpoint or file by a few letters",
    ),
    ActionRow(
        "whats-this", "&Help", "&What Is This?", "Shift+F1", "Explain what has the cursor, with the RFC's section"
    ),
    ActionRow("point", "&Help", "&Point and Ask", "Ctrl+Shift+F1", "Click on something to have it explained"),
    ActionRow("keys", "&Help", "&Keyboard Shortcuts…", "Ctrl+F1", "List every shortcut, and change them"),
    ActionRow("about", "&Help", "&About wsgui", "", "Version and licence"),
)


class Actions:
    """The table as QActions. ``front()`` is the tab in front; ``handlers`` has a callable for each row that calls no
    method of it; a checkable one is called with its state."""

    def __init__(
        self,
        window: QWidget,
        front: Callable[[], SessionTab | None],
        handlers: Mapping[str, Callable[..., object]],
    ) -> None:
        self._front = front
        self._actions: dict[str, QAction] = {}
        groups: dict[str, QActionGroup] = {}
        for row in ACTIONS:
            action = QAction(row.text, window)
            action.setCheckable(row.checkable)
            action.setStatusTip(row.tip)
            if row.group:
                group = groups.setdefault(row.group, QActionGroup(window))
                group.addAction(action)
            handler = partial(self._call, row) if row.front else handlers[row.name]
            if row.checkable:
                action.toggled.connect(handler)
            else:
                action.triggered.connect(lambda _=False, call=handler: call())
            self._actions[row.name] = action
        self.use_keys({row.name: row.shortcut for row in ACTIONS})

    def use_keys(self, keys: Mapping[str, str]) -> None:
        """Give each action its keys, by its name; "" is none."""
        for row in ACTIONS:
            action = self._actions[row.name]
            action.setShortcut(QKeySequence.fromString(keys[row.name]))
            action.setToolTip(f"{row.tip} ({native(keys[row.name])})" if keys[row.name] else row.tip)

    def why_not(self, row: ActionRow) -> str:
        """Why an action is disabled, in a sentence; "" if it is not."""
        front = self._front()
        if not row.needs or (front is not None and row.needs in front.offers):
            return ""
        return NEEDS["tab" if front is None else row.needs]

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _call(self, row: ActionRow, *state: bool) -> None:
        front = self._front()
        if front is not None and row.needs in front.offers:
            attrgetter(row.front)(front)(*state)

    def show_front(self) -> None:
        """Enable what the tab in front offers, and show what holds in it."""
        front = self._front()
        offers = frozenset[str]() if front is None else front.offers
        for row in ACTIONS:
            if row.needs:
                action = self._actions[row.name]
                action.setEnabled(row.needs in offers)
                if row.shows:
                    action.setChecked(row.needs in offers and bool(attrgetter(row.shows)(front)))

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus, in the table's order."""
        menus: dict[str, QMenu] = {}
        for row in ACTIONS:
            menu = menus.get(row.menu)
            if menu is None:
                above, _, title = row.menu.rpartition("/")
                menu = menus[row.menu] = (menus[above] if above else bar).addMenu(title)
                menu.setToolTipsVisible(True)
            if row.id.startswith("-"):
                menu.addSeparator()
            menu.addAction(self._actions[row.name])
        return menus
