"""The tab of a client session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.protocol.states import State
from wsgui.ui.address_bar import AddressBar
from wsgui.ui.session_tab import SessionTab

if TYPE_CHECKING:
    from wsgui.session.client import ClientSession
    from wsgui.ui.settings import Settings


class ClientTab(SessionTab):
    """Address bar, frames, inspector, composer of one client."""

    def __init__(self, session: ClientSession, settings: Settings) -> None:
        self.address_bar = AddressBar(settings.history())
        self.client = session
        self._settings = settings
        super().__init__(session, self.address_bar)
        self.address_bar.connect_requested.connect(self.connect_to)
        self.address_bar.disconnect_requested.connect(self.session_stop)
        self.composer.set_role("client")
        self.show_state()

    def connect_to(self, url: str) -> None:
        """Connect to ``url`` and remember it."""
        self.address_bar.set_url(url)
        self.client.connect(url)
        if url:
            self._settings.remember_url(url)
            self.address_bar.set_history(self._settings.history())

    def session_start(self) -> None:
        """Connect to what stands in the address bar."""
        if self.client.state is State.CLOSED:
            self.connect_to(self.address_bar.url)

    def session_stop(self) -> None:
        """Close the connection, or stop the attempt."""
        self.client.disconnect()

    def cut(self) -> None:
        """Drop TCP."""
        self.client.abort()

    def show_state(self) -> None:
        state = self.client.state
        self.address_bar.set_state(state)
        why = {
            State.CONNECTING: "Connecting…",
            State.CLOSING: "The connection is closing.",
            State.CLOSED: "Not connected: press Connect first.",
        }.get(state, "")
        self.composer.set_enabled_state(state is State.OPEN, why)
        self.title_changed.emit(self.session.name)

    def focus_address(self) -> None:
        """Put the cursor into the address bar."""
        line = self.address_bar.address.lineEdit()
        if line is not None:
            line.setFocus()
            line.selectAll()
