"""The lock and the certificates of a server, in the real window against real TLS."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import trustme
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.ui.real_window import Desk, at_desk, click, raw_server
from wsgui.dissect.certificates import dissect_certificates
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import State
from wsgui.ui.certificates.dialog import rows_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from wsgui.ui.certificates.dialog import CertificateDialog
    from wsgui.ui.tabs.client.client_tab import ClientTab


async def serving(desk: Desk, folder: Path, **more: object) -> tuple[str, str]:
    """A wss:// server in the window, with a certificate of its own authority: its URL, the authority's file."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "cert.pem").write_bytes(
        ca.issue_cert("127.0.0.1", **more).private_key_and_cert_chain_pem.bytes()  # type: ignore[arg-type]
    )
    desk.window.actions_["new-server"].trigger()
    server = desk.window.front
    assert server is not None
    server.server_bar.port.setValue(0)
    server.options.load(EndpointSettings(kind="server", secure=True, certificate=str(folder / "cert.pem")))
    click(server.server_bar.button)
    await desk.until(lambda: server.server.listening)
    return server.server.url, str(folder / "ca.pem")


def said(dialog: CertificateDialog) -> str:
    return "\n".join(label.text() for label in dialog.area.widget().findChildren(QLabel))


async def shown(desk: Desk) -> CertificateDialog:
    await desk.until(lambda: desk.window.certificates.dialog is not None and desk.window.certificates.dialog.views)
    dialog = desk.window.certificates.dialog
    assert dialog is not None
    return dialog


@at_desk
async def test_a_certificate_that_is_trusted(desk: Desk, tmp_path: Path) -> None:
    url, ca = await serving(desk, tmp_path)
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    lock = tab.address_bar.lock
    assert lock.accessibleName().startswith("Not encrypted")
    tab.address_bar.set_url(url)
    assert lock.accessibleName().startswith("Encrypted (wss://); the certificate is verified when connecting")
    tab.options.load(replace(tab.session.settings, ca_file=ca))
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    await desk.until(lambda: lock.accessibleName() == "Encrypted with TLSv1.3; the server's certificate was verified")
    assert not tab.address_bar.unverified.isVisible()
    click(lock)
    dialog = await shown(desk)
    assert dialog.verdict.text() == "The certificate of 127.0.0.1 was verified."
    assert dialog.session.text().startswith("TLSv1.3 · TLS_")
    assert dialog.session.text().endswith(" · no ALPN")
    assert dialog.chain.count() == len(dialog.views) >= 1
    assert not dialog.check.isVisible()
    for text in ("127.0.0.1", "ECDSA secp256r1", "days left"):
        assert text in said(dialog)
    click(dialog.copy)
    assert QGuiApplication.clipboard().text() == dialog.views[0].fingerprint
    desk.ask.files = [tmp_path / "out.pem"]
    click(dialog.save)
    assert (tmp_path / "out.pem").read_text() == dialog.views[0].pem
    desk.ask.files = [tmp_path / "no" / "out.pem"]
    click(dialog.save)
    assert desk.ask.told[-1][1] == "out.pem cannot be written: No such file or directory."
    dialog.close()
    assert desk.window.certificates.dialog is None


@at_desk
async def test_one_that_is_not_trusted_is_shown_with_the_reason(desk: Desk, tmp_path: Path) -> None:
    past = dt.datetime(2001, 1, 2, tzinfo=dt.UTC).replace(tzinfo=None)
    url, ca = await serving(desk, tmp_path, not_after=past)
    tab = await desk.client(url)
    sentence = (
        "TLS: the certificate of 127.0.0.1 was not accepted: "
        "it comes from an authority that this machine does not trust."
    )
    await desk.ended(tab, sentence)
    assert tab.address_bar.lock.accessibleName() == sentence
    assert tab.banner.offer.text() == "Trust for This Endpoint…"
    click(tab.banner.offer)
    dialog = await shown(desk)
    assert dialog.verdict.text() == sentence
    assert "It expired on 2001-01-02 00:00 UTC." in said(dialog)
    assert dialog.chain.item(0).text().endswith(" ⚠")
    dialog.close()
    tab.options.load(replace(tab.session.settings, ca_file=ca))
    click(tab.address_bar.button)
    await desk.until(lambda: "it has expired" in tab.banner.sentence)
    tab.address_bar.set_url("ws://127.0.0.1:1/")
    click(tab.address_bar.button)
    await desk.until(lambda: "Connection refused" in tab.banner.sentence)
    assert not tab.banner.offer.isVisible()


@at_desk
async def test_one_that_fails_is_trusted_for_this_endpoint_and_as_easily_no_more(desk: Desk, tmp_path: Path) -> None:
    url, _ = await serving(desk, tmp_path)
    tab = await desk.client(url)
    await desk.until(tab.banner.offer.isVisible)
    click(tab.banner.offer)
    dialog = await shown(desk)
    fingerprint = dialog.views[0].fingerprint
    assert dialog.trust.text() == "&Trust for This Endpoint"
    click(dialog.trust)
    await desk.until(lambda: tab.client.state is State.OPEN)
    assert tab.session.settings.pins == [fingerprint]
    assert "trusted by fingerprint" in tab.address_bar.options.text()
    lock = tab.address_bar.lock
    ending = "the server's certificate is the one trusted for this endpoint"
    await desk.until(lambda: lock.accessibleName().endswith(ending))
    tab.options.show_page("TLS")
    assert tab.options.drawer.fields["pins"].edit.toPlainText() == fingerprint
    click(lock)
    dialog = await shown(desk)
    assert dialog.verdict.text() == "The certificate of 127.0.0.1 is the one that is trusted for this endpoint."
    assert dialog.trust.text() == "&Trust No More"
    click(dialog.trust)
    assert tab.session.settings.pins == []
    tab.session_stop()
    await desk.until(lambda: tab.client.state is State.CLOSED)
    tab.session_start()
    await desk.until(lambda: "authority that this machine does not trust" in tab.banner.sentence)


@at_desk
async def test_another_certificate_than_the_trusted_one(desk: Desk, tmp_path: Path) -> None:
    url, _ = await serving(desk, tmp_path)
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    tab.options.load(replace(tab.session.settings, pins=["AB" * 32, "ab"]))
    assert "64 hex digits" in tab.options.trouble
    tab.options.load(replace(tab.session.settings, pins=["AB" * 32]))
    tab.address_bar.set_url(url)
    click(tab.address_bar.button)
    await desk.until(lambda: "another than the one that is trusted for this endpoint" in tab.banner.sentence)
    click(tab.banner.offer)
    dialog = await shown(desk)
    assert "another than the one that is trusted" in dialog.verdict.text()
    fingerprint = dialog.views[0].fingerprint
    click(dialog.trust)
    await desk.until(lambda: tab.client.state is State.OPEN)
    assert tab.session.settings.pins == [fingerprint]


@at_desk
async def test_not_verifying_is_seen_and_can_be_checked(desk: Desk, tmp_path: Path) -> None:
    url, _ = await serving(desk, tmp_path)
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    tab.address_bar.set_url(url)
    tab.options.show_page("TLS")
    tab.options.drawer.fields["verify"].box.click()
    await desk.until(tab.address_bar.unverified.isVisible)
    assert tab.address_bar.unverified.text() == "NOT VERIFIED"
    click(tab.address_bar.button)
    await desk.until(lambda: tab.client.state is State.OPEN)
    tab.options.drawer.fields["verify"].box.click()  # holds for the next connection: this one stays unverified
    await desk.until(lambda: tab.session.settings.verify)
    assert tab.address_bar.unverified.isVisible()
    assert tab.options.drawer.note.isVisible()
    desk.window.actions_["certificate"].trigger()
    dialog = await shown(desk)
    assert dialog.verdict.text() == "The certificate was not verified: this endpoint is set to accept any."
    click(dialog.check)
    await desk.until(lambda: "authority that this machine does not trust" in dialog.verdict.text())
    assert dialog.views
    dialog.close()


@at_desk
async def test_where_there_is_nothing_to_show(desk: Desk) -> None:
    desk.window.actions_["new-client"].trigger()
    tab: ClientTab = desk.window.front  # type: ignore[assignment]
    for url, sentence in (
        ("ws://127.0.0.1/", "ws:// is not encrypted: there is no certificate to show."),
        ("", "Type a URL that starts with ws:// or wss://."),
    ):
        tab.address_bar.set_url(url)
        click(tab.address_bar.lock)
        assert desk.ask.told[-1] == ("Certificate", sentence)
    with raw_server(lambda peer: (peer.recv(4096), peer.sendall(b"HTTP/1.1 400 No\r\n\r\n"))) as plain:
        tab.address_bar.set_url(plain.replace("ws://", "wss://"))
        click(tab.address_bar.lock)
        dialog = desk.window.certificates.dialog
        assert dialog is not None
        await desk.until(lambda: not dialog.verdict.text().startswith("Asking"))
        assert dialog.verdict.text().startswith("TLS")
        assert not dialog.copy.isEnabled()
        dialog.close()


def test_how_long_it_is_valid() -> None:
    pem = trustme.CA().issue_cert("a").cert_chain_pems[0].bytes().decode()
    view = dissect_certificates([ssl.PEM_cert_to_DER_cert(pem)], "a")[0]
    start = view.not_after
    for before, text in ((dt.timedelta(days=1, hours=2), "1 day left"), (dt.timedelta(days=-1), "expired")):
        rows = dict(rows_of(view, start - before))
        assert rows["Valid to"] == f"{view.not_after:%Y-%m-%d %H:%M} UTC, {text}"
    assert rows["SHA-256"].replace("\n", ":") == view.fingerprint
    assert rows_of(dissect_certificates([b"?"], "")[0]) == []


@at_desk
async def test_the_certificate_that_wsgui_makes_comes_with_advice(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wsgui.session.server.certificate_folder", lambda: tmp_path / "made")
    desk.window.actions_["new-server"].trigger()
    server = desk.window.front
    assert server is not None
    server.server_bar.port.setValue(0)
    server.options.show_page("TLS")
    server.options.drawer.fields["secure"].box.click()
    click(server.server_bar.button)
    await desk.until(server.advice.isVisible)
    authority = str(tmp_path / "made" / "wsgui authority.pem")
    assert authority in server.advice.label.text()
    click(server.advice.copy)
    assert QGuiApplication.clipboard().text() == authority
    click(server.advice.away)
    server.session.changed()
    await desk.until(lambda: server._seen == server.session.revision)
    assert not server.advice.isVisible()
    click(server.server_bar.client)
    await desk.until(lambda: desk.window.tabs.count() == 2)
    assert desk.window.front.address_bar.url == server.server.url
    await desk.until(lambda: desk.window.front.session.failed)
