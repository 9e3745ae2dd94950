"""The tab of a server session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from wsgui.ui.live_tab import LiveTab
from wsgui.ui.server_bar import ServerBar

if TYPE_CHECKING:
    from wsgui.session.server import ServerSession


class ServerTab(LiveTab):
    """Server bar, frames, inspector, composer of one server. ``client_requested(url)`` asks for a client of it."""

    client_requested = Signal(str)

    def __init__(self, session: ServerSession) -> None:
        self.server_bar = ServerBar()
        self.server = session
        super().__init__(session, self.server_bar)
        self.server_bar.start_requested.connect(self.listen)
        self.server_bar.stop_requested.connect(self.session_stop)
        self.server_bar.behaviour_chosen.connect(session.use_behaviour)
        self.server_bar.client_requested.connect(lambda: self.client_requested.emit(session.url))
        self.server_bar.choose_behaviour(session.behaviour)
        self.composer.set_role("server")
        self.show_state()

    def listen(self, host: str, port: int) -> None:
        """Begin to listen."""
        self.server.start(host or "127.0.0.1", port)

    def session_start(self) -> None:
        """Begin to listen where the bar says."""
        self.server_bar.request_start()

    def session_stop(self) -> None:
        """Close every connection and stop listening."""
        self.server.stop()

    def cut(self) -> None:
        """Drop the TCP connections that are shown."""
        for ws in self.server.targets(self.model.connection):
            ws.abort()

    def show_state(self) -> None:
        server = self.server
        self.server_bar.set_listening(server.url if server.listening else "")
        open_now = server.targets(None)
        self.composer.set_targets([(ws.number, f"#{ws.number} {ws.remote}") for ws in open_now])
        why = "Nobody is connected." if server.listening else "Not listening: press Start first."
        self.composer.set_enabled_state(bool(open_now), why)
        self.title_changed.emit(self.session.name)

    def focus_address(self) -> None:
        """Put the cursor into the address field."""
        self.server_bar.host.setFocus()
        self.server_bar.host.selectAll()
