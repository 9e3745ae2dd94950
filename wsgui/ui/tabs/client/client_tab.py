"""The tab of a client session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wsgui.dissect.visible import visible
from wsgui.endpoint.missing import missing_secrets, with_secrets
from wsgui.endpoint.typed_url import completed, mended
from wsgui.endpoint.variables import shown_typed
from wsgui.protocol.states import Role, State
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.records import Direction
from wsgui.session.handshake_faults import request_faults, request_of
from wsgui.ui.composer.faults_dialog import FaultsDialog
from wsgui.ui.drawer.client_drawer import ClientDrawer
from wsgui.ui.drawer.host import DrawerHost
from wsgui.ui.tabs.client.address_bar import AddressBar
from wsgui.ui.tabs.client.lock_mark import lock_of
from wsgui.ui.tabs.client.reconnect_bar import ReconnectBar
from wsgui.ui.tabs.client.url_note import UrlNote
from wsgui.ui.tabs.live_tab import LiveTab
from wsgui.ui.view.frames.cells import HTTP

if TYPE_CHECKING:
    from PySide6.QtWidgets import QToolButton, QWidget

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.protocol.faults import RequestFault
    from wsgui.session.client import ClientSession
    from wsgui.ui.tabs.session_tab import Surroundings
    from wsgui.ui.window.settings import Settings


class ClientTab(LiveTab):
    """Address bar, frames, inspector, composer of one client."""

    asks_for_secrets = True

    def __init__(self, session: ClientSession, settings: Settings) -> None:
        self.address_bar = AddressBar(settings.history())
        self.client = session
        self._settings = settings
        self._trying = False
        self._rows_before = 0
        self._refused = False
        self._shown_refusal = -1
        self._instead = ""
        self._left_empty: set[str] = set()
        """Secrets that the person was asked for and meant to be empty."""
        super().__init__(session, self.address_bar)
        self.address_bar.connect_requested.connect(self.connect_to)
        self.address_bar.disconnect_requested.connect(self.session_stop)
        self._faults: FaultsDialog | None = None
        menu = self.address_bar.more.menu()
        menu.addAction("Connect with a &Fault…", self.choose_fault)
        menu.addSeparator()
        menu.addAction("&Clear History of Addresses", self._clear_history)
        self.composer.set_role(Role.CLIENT)
        self.put_options(DrawerHost(session, self.address_bar.options, lambda: ClientDrawer(session)))
        self.options.changed.connect(self.offers_changed)
        self.reconnect_bar = ReconnectBar()
        self.reconnect_bar.stop_requested.connect(self.session_stop)
        self.url_note = UrlNote()
        self.url_note.chosen.connect(self._connect_instead)
        self.put_under_bar(self.url_note, self.reconnect_bar)
        self.address_bar.url_edited.connect(self.options.show_url)
        self.address_bar.url_edited.connect(lambda _: self._show_lock())
        self.options.url_edited.connect(self.address_bar.set_url)
        self.show_state()

    def equip(self, window: Surroundings) -> None:
        super().equip(window)
        self.address_bar.lock.clicked.connect(lambda: window.show_certificates(self))
        self.banner.offer_taken.connect(lambda: window.show_certificates(self))

    def connect_to(self, url: str, fault: RequestFault | None = None) -> None:
        """Connect to ``url`` and remember it, if it is one; with ``fault`` in place of the right request."""
        if self.client.state is not State.CLOSED:
            return
        url = self._complete(url)
        self.address_bar.set_url(url)
        if self.options.trouble:
            self.banner.show_sentence(self.options.trouble)
            self.options.show_trouble()
            return
        if self._ask_for_secrets(url, fault):
            return
        self._trying = True
        self._rows_before = self.session.recorder.committed
        self.client.connect(url, None if fault is None else request_of(fault))
        self.show_state()
        if _is_url(url):
            self._settings.remember_url(url)
            self.address_bar.set_history(self._settings.history())

    def _ask_for_secrets(self, url: str, fault: RequestFault | None) -> bool:
        """Ask for what the endpoint lacks, and connect with it. False if there is nothing to ask for."""
        settings = replace(self.client.settings, url=url)
        lacks = [one for one in missing_secrets(settings) if not (one.may_be_empty and one.field in self._left_empty)]
        if not lacks or self._ask is None:
            return False

        def connect(answers: list[str]) -> None:
            given = list(zip(lacks, answers, strict=True))
            self._left_empty.update(one.field for one, answer in given if not answer)
            found = with_secrets(settings, given)
            self.options.load(found)
            self.connect_to(found.url, fault)

        named = ", ".join(visible(one.label) for one in lacks)
        self.session.say(f"Not connected, as this is not known: {named}.", failed=True)
        self._ask.secrets(
            self,
            "Connect",
            "This endpoint lacks a secret. It is used for this connection; save the endpoint to keep it in the key "
            "store of this system."
            if len(lacks) == 1
            else "This endpoint lacks secrets. They are used for this connection; save the endpoint to keep them in "
            "the key store of this system.",
            [one.label for one in lacks],
            [place for place, one in enumerate(lacks) if one.may_be_empty],
            "&Connect",
            connect,
        )
        return True

    def _complete(self, typed: str) -> str:
        """The URL that was typed, whole, and a note of what was made of it or may be meant."""
        url, other = completed(typed)
        if url != typed.strip():
            said = f"{visible(shown_typed(typed.strip()))} was taken for {visible(shown_typed(url))}."
            self.url_note.tell(said, other, visible(shown_typed(other)))
        elif not _is_url(url) and (meant := mended(url)):
            self.url_note.tell(f"Is {visible(shown_typed(meant))} meant?", meant, visible(shown_typed(meant)))
        else:
            self.url_note.tell("")
        return url

    def _connect_instead(self, url: str) -> None:
        """Connect to another URL, once what there is has ended."""
        self._instead = url
        self.session_stop()
        self._go_on_instead()

    def _go_on_instead(self) -> None:
        if self._instead and self.client.state is State.CLOSED:
            url, self._instead = self._instead, ""
            self.connect_to(url)

    def choose_fault(self) -> None:
        """Ask for a wrong request, and connect with it."""
        if self._faults is not None:
            self._faults.deleteLater()
        self._faults = FaultsDialog(Role.CLIENT, self, request_faults())
        self._faults.setWindowTitle("Connect with a fault")
        self._faults.use.setText("&Connect with this")
        self._faults.use.setToolTip("Send this in place of the right request")
        self._faults.chosen.connect(lambda fault: self.connect_to(self.address_bar.url, fault))
        self._faults.open()

    def _clear_history(self) -> None:
        self._settings.clear_history()
        self.address_bar.set_history([])

    @property
    def faults_dialog(self) -> FaultsDialog | None:
        """The list of wrong requests, once it was opened."""
        return self._faults

    @property
    def offers(self) -> frozenset[str]:
        return super().offers | {"certificate"}

    @property
    def star(self) -> QToolButton:
        return self.address_bar.star

    def show_place(self, url: str) -> None:
        self.address_bar.set_url(url)

    def session_start(self) -> None:
        """Connect to what stands in the address bar."""
        self.connect_to(self.address_bar.url)

    def endpoint(self) -> EndpointSettings:
        return replace(self.client.settings, url=self.address_bar.url)

    def use_endpoint(self, settings: EndpointSettings) -> None:
        self.address_bar.set_url(settings.url)
        self.options.load(settings)

    def session_stop(self) -> None:
        """Close the connection, or stop the attempt."""
        self.client.disconnect()

    def cut(self) -> None:
        """Drop TCP."""
        self.client.cut()

    def show_state(self) -> None:
        state = self.client.state
        self.address_bar.set_state(state)
        self.options.show_state(state is not State.CLOSED)
        self._show_lock()
        why = {
            State.CONNECTING: "Connecting…",
            State.CLOSING: "The connection is closing.",
            State.CLOSED: "Not connected: press Connect first.",
        }.get(state, "")
        self.composer.set_enabled_state(state is State.OPEN, why)
        self.title_changed.emit(self.session.name)

    def _show_lock(self) -> None:
        mark = lock_of(self.address_bar.url, self.client)
        self.address_bar.lock.show_mark(mark)
        self.address_bar.unverified.set_chip("NOT VERIFIED" if mark.unverified else "", "error")

    def tick(self) -> bool:
        changed = super().tick()
        if changed:
            self.address_bar.answering.set_chip("ANSWERS" if self.client.answering else "", "warning")
            by_tls = self.session.failed and self.session.message.startswith("TLS:")
            self.banner.set_offer("Trust for This Endpoint…" if by_tls and self.banner.sentence else "")
        self._go_on_instead()
        self.reconnect_bar.show_attempts(self.client.attempts, self.client.waiting_until_ns)
        if self._trying and self.client.state is not State.CONNECTING:
            self._trying = False
            if self.client.state is State.OPEN:
                self._go_to_composer()
            else:
                self._refused = self.session.failed
        if self._refused and not self.session.recorder.writer.backlog:
            self._refused = False
            self._show_refusal()
        return changed

    def _go_to_composer(self) -> None:
        """A connection is for sending: the cursor goes there, unless the person is at work in one of the panes."""
        focus = self.window().focusWidget()
        if self.isVisible() and (focus is None or not self._is_at_work(focus)):
            self.composer.current_tab.setFocus()

    def _is_at_work(self, focus: QWidget) -> bool:
        return any(part.isAncestorOf(focus) for part in (self.upper, *self.pages.values()))

    def _show_refusal(self) -> None:
        """Show what a server answered that did not agree, unless the person looks at another row."""
        chosen = self.table.currentIndex().row()
        if chosen not in (-1, self._shown_refusal) or self.model.connection is not None or self.table.paused:
            return

        def show() -> None:
            self.table.refresh(self.session.recorder.committed)
            last = self.model.rowCount() - 1
            row = self.model.row(last)
            if row is None or row.id <= self._rows_before:  # TCP did not come about: there is nothing to show
                return
            if row.opcode == HTTP and row.direction is Direction.RECEIVED:
                self._shown_refusal = last
                self.table.select_place(last)
                self.inspector.tabs.setCurrentWidget(self.inspector.handshake)

        self._guard(show)

    def focus_address(self) -> None:
        """Put the cursor into the address bar."""
        line = self.address_bar.address.lineEdit()
        if line is not None:
            line.setFocus()
            line.selectAll()


def _is_url(text: str) -> bool:
    try:
        WsUrl.parse(text)
    except UrlError:
        return False
    return True
