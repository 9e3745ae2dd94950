"""The tab of a server session."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui.protocol.states import Role
from wsgui.protocol.url import UrlError, WsUrl
from wsgui.session.connection_list import shown_path
from wsgui.ui.drawer.behaviour_field import BehaviourField
from wsgui.ui.drawer.host import DrawerHost
from wsgui.ui.drawer.server_drawer import server_drawer
from wsgui.ui.rules.control import RulesControl
from wsgui.ui.tabs.live_tab import LiveTab
from wsgui.ui.tabs.server.advice_bar import AdviceBar
from wsgui.ui.tabs.server.reach_bar import ReachBar
from wsgui.ui.tabs.server.server_bar import ServerBar
from wsgui.ui.tabs.server.visitor_bar import VisitorBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QToolButton

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.session.server import ServerSession
    from wsgui.session.snapshot import Reachable
    from wsgui.ui.connections.client_window import ClientWindow
    from wsgui.ui.drawer.fields import RulesField
    from wsgui.ui.tabs.session_tab import Surroundings

_PATH = 60
"""Characters of a path in the list of those who can be sent to."""


class ServerTab(LiveTab):
    """Server bar, frames, inspector, composer of one server."""

    def __init__(self, session: ServerSession) -> None:
        self.server_bar = ServerBar()
        self.server = session
        super().__init__(session, self.server_bar)
        self.server_bar.start_requested.connect(self.listen)
        self.server_bar.stop_requested.connect(self.session_stop)
        self.server_bar.behaviour_chosen.connect(self.choose_behaviour)
        self.server_bar.choose_behaviour(session.behaviour)
        self.composer.set_role(Role.SERVER)
        self.put_options(DrawerHost(session, self.server_bar.options, lambda: server_drawer(session)))
        self.options.changed.connect(self.offers_changed)
        self.options.edit_wanted.connect(self.edit_rules)
        self._rules: dict[Path, RulesControl] = {}
        self.advice = AdviceBar()
        self.visitors = VisitorBar()
        self.visitors.answered.connect(session.answer)
        self.reach = ReachBar()
        self.reach.clients_requested.connect(self.show_clients)
        self.reach.code_requested.connect(self._show_code)
        self.clients: ClientWindow | None = None
        self._listened = False
        self._listed: list[Reachable] | None = None
        self.put_under_bar(self.reach, self.advice, self.visitors)
        self.composer.target.changed.connect(self._show_way)
        self.show_state()

    def equip(self, window: Surroundings) -> None:
        super().equip(window)
        self.server_bar.client_requested.connect(lambda: window.new_client(self.server.url))

    def listen(self, host: str, port: int) -> None:
        """Begin to listen."""
        if self.options.trouble:
            self.banner.show_sentence(self.options.trouble)
            self.options.show_trouble()
            return
        self.server.start(host or "127.0.0.1", port)

    @property
    def star(self) -> QToolButton:
        return self.server_bar.star

    def show_place(self, url: str) -> None:
        with suppress(UrlError):
            parsed = WsUrl.parse(url)
            self.server_bar.host.setText(parsed.host)
            self.server_bar.port.setValue(parsed.port)

    def session_start(self) -> None:
        """Begin to listen where the bar says."""
        self.server_bar.request_start()

    def endpoint(self) -> EndpointSettings:
        bar = self.server_bar
        where = {"host": bar.host.text().strip(), "port": bar.port.value()}
        return replace(self.server.settings, **where)  # type: ignore[arg-type]

    def use_endpoint(self, settings: EndpointSettings) -> None:
        self.server_bar.host.setText(settings.host)
        self.server_bar.port.setValue(settings.port)
        self.options.load(settings)
        self.server_bar.choose_behaviour(settings.behaviour)

    def choose_behaviour(self, name: str) -> None:
        """Another behaviour from now on. Its options are those that it had before."""
        if self.options.made:
            field = self.options.drawer.fields["behaviour"]
            if isinstance(field, BehaviourField):
                field.choose(name, self.server.told_before(name))
        else:
            self.server.use_behaviour(name)

    def edit_rules(self, field: RulesField) -> None:
        """Open the editor of the file that a field names; one that names none asks for a new file first."""
        if field.value():
            self.open_rules(Path(field.value()))
        elif self._ask is not None:
            filters = (field.kind, "All files (*)")
            self._ask.save_file(
                self, "New Rules", Path("rules.toml"), filters, lambda path: self._new_rules(field, path)
            )

    def _new_rules(self, field: RulesField, path: Path) -> None:
        try:
            path.touch()
        except OSError as error:
            self.banner.show_sentence(f"{path} cannot be written: {error.strerror or error}.")
            return
        field.choose(str(path))
        self.open_rules(path)

    def open_rules(self, path: Path) -> None:
        """Show the editor of a file of rules."""
        named = {text for name, text in self.server.settings.behaviour_options if name == "environment"}
        if path not in self._rules and self._ask is not None:
            self._rules[path] = RulesControl(path, frozenset(named), self.server.reports, self._ask, self)
        if path in self._rules:
            self._rules[path].show()

    def close_reader(self) -> None:
        for control in self._rules.values():
            control.close()
        self._rules.clear()
        super().close_reader()
        if self.clients is not None:
            self.clients.end()
            self.clients = None

    def session_stop(self) -> None:
        """Close every connection and stop listening."""
        self.server.stop()

    def cut(self) -> None:
        """Drop the TCP connections that are shown."""
        self.server.cut(self.model.connection)

    def show_state(self) -> None:
        server = self.server
        if not self.options.trouble:
            self.server_bar.choose_behaviour(server.behaviour)
        self.server_bar.set_listening(server.url if server.listening else "")
        if server.listening is not self._listened:
            self._listened = server.listening
            self.offers_changed.emit()
        self.options.show_state(server.listening)
        self.reach.show_reach(server.reach, page=server.settings.page)
        made = server.certificate if server.listening and server.settings.secure else None
        self.advice.show_advice(made.advice if made else "", str(made.authority) if made else "")
        waiting = {visitor: len(found) for visitor, found in server.questions.items()}
        self.visitors.ask(waiting, server.asked_behaviour)
        reachable = server.reachable()
        if reachable is not self._listed:
            self._listed = reachable
            self.composer.set_targets(
                [(one.number, f"#{one.number} {one.remote} {shown_path(one.place)[:_PATH]}") for one in reachable]
            )
        self._show_way()
        self.title_changed.emit(self.session.name)

    @property
    def offers(self) -> frozenset[str]:
        return super().offers | ({"listening"} if self.server.listening else set())

    def show_clients(self) -> None:
        """List the clients as they are now, in a window of their own."""
        if self.clients is None:
            from wsgui.ui.connections.client_window import ClientWindow

            self.clients = ClientWindow(self.server, self.window())
            self.clients.chosen.connect(self.show_connection)
        self.clients.open()

    def _show_code(self, url: str) -> None:
        from wsgui.ui.tabs.server.qr_dialog import QrDialog  # with what draws codes, which few need

        QrDialog(url, self).open()

    def _show_way(self) -> None:
        """Whether what is chosen under «To whom» can be sent to."""
        target = self.composer.send_target
        if not self.server.listening:
            why = "Not listening: press Start first."
        elif self.composer.target.is_gone:
            why = f"Connection #{target} is closed: choose another one under To whom."
        else:
            why = "Nobody is connected."
        self.composer.set_enabled_state(bool(self.server.reachable(target)), why)

    def show_connection(self, number: int | None) -> None:
        """Show the rows of one connection, or of all, and send to the same."""
        super().show_connection(number)
        if self.composer.target.isEnabled():  # else a fragmented message is under way to another
            self.composer.target.choose(number)

    def focus_address(self) -> None:
        """Put the cursor into the address field."""
        self.server_bar.host.setFocus()
        self.server_bar.host.selectAll()
