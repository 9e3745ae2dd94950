"""Shows the certificates of a client's server: those of the open connection, or asked for on purpose."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt

from wsgui.protocol.states import State

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wsgui.engine.options import Options
    from wsgui.engine.tls_probe import TlsFacts
    from wsgui.protocol.url import WsUrl
    from wsgui.ui.certificates.dialog import CertificateDialog
    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.widgets.questions import Questions

TITLE: Final = "Certificate"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.-]+")


class CertificateWork(QObject):
    """Belongs to one window."""

    def __init__(self, window: QWidget, ask: Questions) -> None:
        super().__init__(window)
        self._window = window
        self._ask = ask
        self.dialog: CertificateDialog | None = None
        """The one that was opened last, while it is open."""

    def show(self, tab: object) -> None:
        """Show the certificates of a client tab's server."""
        from wsgui.protocol.url import UrlError, WsUrl
        from wsgui.ui.certificates.dialog import CertificateDialog
        from wsgui.ui.tabs.client.client_tab import ClientTab

        if not isinstance(tab, ClientTab):
            return
        try:
            target = WsUrl.parse(tab.address_bar.url)
        except UrlError as error:
            self._ask.tell(self._window, TITLE, str(error))
            return
        if not target.secure:
            self._ask.tell(self._window, TITLE, "ws:// is not encrypted: there is no certificate to show.")
            return
        client = tab.client
        connected = client.connected_to(tab.address_bar.url)
        target, options = connected or (target, client.options)
        dialog = CertificateDialog(self._window, options.tls.server_name or target.host)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.save_wanted.connect(self._save)
        dialog.check_wanted.connect(lambda: self._ask_server(dialog, tab, target))
        dialog.trust_wanted.connect(lambda fingerprint, yes: self._trust(dialog, tab, fingerprint, yes))
        dialog.finished.connect(lambda _: self._gone(dialog))
        self.dialog = dialog
        dialog.open()
        if connected is not None and client.tls is not None:
            _show(dialog, client.tls, options, verified=options.tls.verify)
        else:
            self._ask_server(dialog, tab, target)

    def _gone(self, dialog: CertificateDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def _ask_server(self, dialog: CertificateDialog, tab: ClientTab, target: WsUrl) -> None:
        dialog.show_asking()
        tab.session.tasks.start(self._probe(dialog, tab, target), f"ask {target.host} for its certificates")

    async def _probe(self, dialog: CertificateDialog, tab: ClientTab, target: WsUrl) -> None:
        from wsgui.engine.errors import EngineError
        from wsgui.engine.tls_probe import probe_tls

        options = tab.session.options
        options = replace(options, tls=replace(options.tls, verify=True))  # to hear what is wrong with it
        try:
            facts = await probe_tls(target, options)
        except TimeoutError:
            sentence = f"{target.host} did not answer within {options.timeouts.opening:g} s."
        except EngineError as error:
            sentence = str(error)
        else:
            if self.dialog is dialog:
                _show(dialog, facts, options, verified=True)
            return
        if self.dialog is dialog:
            dialog.show_trouble(sentence)

    def _trust(self, dialog: CertificateDialog, tab: ClientTab, fingerprint: str, yes: bool) -> None:
        """Put the fingerprint into the endpoint's options in place of any other, and connect with it if that is what
        failed; or take it out."""
        settings = tab.session.settings
        kept = [fingerprint] if yes else [one for one in settings.pins if _spelled(one) != fingerprint]
        tab.options.load(replace(settings, pins=kept))
        dialog.accept()
        if yes and tab.client.state is State.CLOSED:
            tab.connect_to(tab.address_bar.url)

    def _save(self, pem: str, name: str) -> None:
        def write(path: Path) -> None:
            try:
                path.write_text(pem, encoding="ascii")
            except OSError as error:
                sentence = f"{path.name} cannot be written: {error.strerror or error}."
                self._ask.tell(self._window, TITLE, sentence)

        file_name = f"{_UNSAFE.sub('-', name).strip('-')[:60] or 'certificate'}.pem"
        self._ask.save_file(self._window, "Save Certificate", Path.home() / file_name, ("PEM (*.pem)",), write)


def _show(dialog: CertificateDialog, facts: TlsFacts, options: Options, *, verified: bool) -> None:
    from wsgui.engine.pins import fingerprint_of

    trusted = not facts.failure and bool(facts.chain) and fingerprint_of(facts.chain[0]) in options.tls.pins
    dialog.show_facts(facts, verified=verified, trusted=trusted)


def _spelled(pin: str) -> str:
    """A fingerprint as it is shown, from however a person wrote it into the options."""
    from wsgui.engine.pins import read_fingerprint

    try:
        return read_fingerprint(pin)
    except ValueError:
        return pin
