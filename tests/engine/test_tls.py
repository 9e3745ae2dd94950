"""TLS with certificates that are good, expired, for another name, self-signed, of an unknown authority, asked for."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
import trustme

from tests.engine.raw import Raw, raw_server
from tests.patience import PATIENCE
from wsgui.dissect.certificates import covers, dissect_certificates
from wsgui.engine import ConnectError, Options, Server, connect, open_connection
from wsgui.engine.tls import Tls, TlsError, client_context, server_context
from wsgui.engine.tls_probe import facts_of, probe_tls
from wsgui.protocol.url import WsUrl

if TYPE_CHECKING:
    from pathlib import Path


class Files(NamedTuple):
    ca: str
    good: str
    expired: str
    other_name: str
    stranger: str
    client: str
    encrypted: str


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("tls")
    ca, stranger = trustme.CA(), trustme.CA()

    def keep(name: str, cert: trustme.LeafCert) -> str:
        path = folder / name
        path.write_bytes(cert.private_key_and_cert_chain_pem.bytes())
        return str(path)

    ca.cert_pem.write_to_path(folder / "ca.pem")
    past = dt.datetime(2001, 1, 2, tzinfo=dt.UTC).replace(tzinfo=None)
    encrypted = folder / "encrypted.pem"
    encrypted.write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
    return Files(
        str(folder / "ca.pem"),
        keep("good", ca.issue_cert("localhost", "127.0.0.1")),
        keep("expired", ca.issue_cert("localhost", "127.0.0.1", not_after=past)),
        keep("other", ca.issue_cert("example.org")),
        keep("stranger", stranger.issue_cert("localhost", "127.0.0.1")),
        keep("client", ca.issue_cert("me@example.org")),
        str(encrypted),
    )


async def listening(certificate: str, **more: str) -> Server:
    server = Server(options=Options(tls=Tls(certificate=certificate, **more)))  # type: ignore[arg-type]
    await server.listen(port=0, secure=True)
    return server


async def test_a_good_certificate(files: Files) -> None:
    async with asyncio.timeout(PATIENCE):
        server = await listening(files.good)
        options = Options(tls=Tls(ca_file=files.ca, alpn=("http/1.1",), minimum="1.3"))
        assert server.url.startswith("wss://127.0.0.1:")
        async with connect(server.url, options=options) as ws:
            await ws.send("Hello")
            assert await ws.receive() == "Hello"
            facts = facts_of(ws.tls)
            assert facts is not None
            assert facts.version == "TLSv1.3"
            (view, *_) = dissect_certificates(facts.chain, "127.0.0.1")
            assert view.names == ("localhost", "127.0.0.1")
            assert view.problems == ()
            assert len(view.fingerprint.split(":")) == 32
        await server.close()
    assert facts_of(None) is None


@pytest.mark.parametrize(
    ("which", "sentence", "problem"),
    [
        ("expired", "it has expired", "It expired on 2001-01-02 00:00 UTC."),
        ("other_name", "it was made for another", "It is not for 127.0.0.1, but for example.org."),
        ("stranger", "it comes from an authority that this machine does not trust", ""),
    ],
)
async def test_certificates_that_are_not_accepted(files: Files, which: str, sentence: str, problem: str) -> None:
    async with asyncio.timeout(PATIENCE):
        server = await listening(getattr(files, which))
        options = Options(tls=Tls(ca_file=files.ca))
        with pytest.raises(ConnectError) as raised:
            await open_connection(server.url, options=options)
        assert str(raised.value).startswith(f"TLS: the certificate of 127.0.0.1 was not accepted: {sentence}")
        facts = await probe_tls(WsUrl.parse(server.url), options)
        assert facts.failure == str(raised.value)
        view = dissect_certificates(facts.chain, "127.0.0.1")[0]
        assert (problem in view.problems) or not problem
        async with connect(server.url, options=Options(tls=Tls(verify=False))) as ws:
            await ws.send("Hello")
        await server.close()


async def test_a_self_signed_certificate(certificate: tuple[str, str]) -> None:
    async with asyncio.timeout(PATIENCE):
        server = await listening(certificate[0], key=certificate[1])
        with pytest.raises(ConnectError, match="it is self-signed: nobody but its maker vouches for it"):
            await open_connection(server.url)
        facts = await probe_tls(WsUrl.parse(server.url), Options())
        view = dissect_certificates(facts.chain, "127.0.0.1")[0]
        assert view.self_signed
        assert "It is self-signed: nobody but its maker vouches for it." in view.problems
        await server.close()


async def test_a_client_certificate_is_asked_for(files: Files) -> None:
    async with asyncio.timeout(PATIENCE):
        server = await listening(files.good, ca_file=files.ca)
        # A server of asyncio's throws away the alert that would say so.
        with pytest.raises(ConnectError, match="Perhaps it asks for a client certificate"):
            await open_connection(server.url, options=Options(tls=Tls(ca_file=files.ca)))
        with_one = Options(tls=Tls(ca_file=files.ca, certificate=files.client))
        async with connect(server.url, options=with_one) as ws:
            await ws.send("Hello")
            assert await ws.receive() == "Hello"
        await server.close()


async def test_the_name_to_ask_for(files: Files) -> None:
    async with asyncio.timeout(PATIENCE):
        server = await listening(files.other_name)
        async with connect(server.url, options=Options(tls=Tls(ca_file=files.ca, server_name="example.org"))) as ws:
            await ws.send("Hello")
        await server.close()


async def test_http_2_that_was_agreed_on(files: Files) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.good)
    context.set_alpn_protocols(["h2"])

    async def settings(raw: Raw) -> None:
        await raw.head()
        raw.send(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")

    async with asyncio.timeout(PATIENCE), raw_server(settings, context=context) as place:
        options = Options(tls=Tls(ca_file=files.ca, alpn=("h2", "http/1.1")))
        with pytest.raises(ConnectError) as caught:
            await open_connection(f"wss://{place}/", options=options)
    assert str(caught.value) == (
        "The server did not answer in HTTP/1.1: this may be HTTP/2. HTTP/2 was agreed on by ALPN: "
        "offer http/1.1 alone, as WebSocket begins in HTTP/1.1 here."
    )


async def test_ws_to_a_tls_port(files: Files) -> None:
    async with asyncio.timeout(PATIENCE):
        server = await listening(files.good)
        with pytest.raises(ConnectError, match=r"Perhaps TLS is spoken there: try wss://\.$|wss:// is spoken there\.$"):
            await open_connection(server.url.replace("wss", "ws"))
        await server.close()


async def test_the_secrets_of_a_connection_for_wireshark(files: Files, tmp_path: Path) -> None:
    log = tmp_path / "keys"
    async with asyncio.timeout(PATIENCE):
        server = await listening(files.good)
        async with connect(server.url, options=Options(tls=Tls(ca_file=files.ca, key_log=str(log)))):
            pass
        await server.close()
    assert "CLIENT_HANDSHAKE_TRAFFIC_SECRET" in log.read_text()
    if sys.platform != "win32":
        assert log.stat().st_mode & 0o777 == 0o600


async def test_a_probe_of_what_is_not_tls() -> None:
    async with asyncio.timeout(PATIENCE):
        server = Server()
        await server.listen(port=0)
        with pytest.raises(ConnectError, match=r"^TLS with"):
            await probe_tls(WsUrl.parse(server.url.replace("ws", "wss")), Options())
        with pytest.raises(ConnectError, match="does not speak TLS"):
            await probe_tls(WsUrl.parse(server.url), Options())
        await server.close()


@pytest.mark.parametrize(
    ("tls", "sentence"),
    [
        (Tls(certificate="/nowhere/x.pem"), "The file /nowhere/x.pem does not exist."),
        (Tls(certificate=__file__), "test_tls.py has no certificate with a key in PEM form."),
        (Tls(ca_file="/nowhere/ca.pem"), "The file /nowhere/ca.pem does not exist."),
        (Tls(ca_file=__file__), "test_tls.py does not hold certificates of authorities in PEM form."),
        (Tls(minimum="1.0"), "The least version of TLS is 1.2 or 1.3, not 1.0."),
        (Tls(alpn=("",)), "An ALPN name has 1 to 255 characters of ASCII."),
        (Tls(key_log="/nowhere/log"), "The file /nowhere/log does not exist."),
    ],
)
def test_files_that_cannot_be_used(tls: Tls, sentence: str) -> None:
    with pytest.raises(TlsError) as raised:
        client_context(tls)
    assert str(raised.value) == sentence


def test_a_servers_files(files: Files) -> None:
    with pytest.raises(TlsError, match="has no certificate with a key in PEM form"):
        server_context(Tls(certificate=files.ca))
    with pytest.raises(TlsError, match="The key does not belong to the certificate"):
        server_context(Tls(certificate=files.good, key=files.client))
    with pytest.raises(TlsError, match=r"test_tls\.py does not hold certificates"):
        server_context(Tls(certificate=files.good, ca_file=__file__))
    assert server_context(Tls(certificate=files.good)).verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize(
    ("name", "host", "fits"),
    [
        ("example.org", "EXAMPLE.org.", True),
        ("*.example.org", "a.example.org", True),
        ("*.example.org", "a.b.example.org", False),
        ("*.example.org", "example.org", False),
        ("*.org", "example.org", False),
        ("127.0.0.1", "127.0.0.1", True),
    ],
)
def test_which_hosts_a_name_covers(name: str, host: str, fits: bool) -> None:
    assert covers(name, host) is fits


def test_bytes_that_are_no_certificate() -> None:
    (view,) = dissect_certificates([b"junk"], "localhost")
    assert view.problems[0].startswith("It cannot be read: ")
