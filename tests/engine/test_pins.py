"""A certificate that is trusted by its fingerprint."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.patience import PATIENCE
from wsgui.engine import ConnectError, Options, Server, connect, open_connection
from wsgui.engine.errors import HandshakeError
from wsgui.engine.pins import fingerprint_of, read_fingerprint
from wsgui.engine.redirects import redirected
from wsgui.engine.tls import Tls
from wsgui.engine.tls_probe import facts_of, probe_tls
from wsgui.protocol.url import WsUrl

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = "e3:b0:c4:42:98:fc:1c:14:9a:fb:f4:c8:99:6f:b9:24:27:ae:41:e4:64:9b:93:4c:a4:95:99:1b:78:52:b8:55"
OTHER = EMPTY.replace("e3", "00")


@pytest.mark.parametrize(
    "spelled",
    [
        EMPTY,
        EMPTY.upper(),
        EMPTY.replace(":", ""),
        f"  SHA256:{EMPTY.replace(':', ' ')} ",
        f"sha256 Fingerprint={EMPTY.upper()}",  # openssl x509 -fingerprint -sha256
        f"SHA-256: {EMPTY}",
    ],
)
def test_spellings_of_a_fingerprint(spelled: str) -> None:
    assert fingerprint_of(b"") == EMPTY
    assert read_fingerprint(spelled) == EMPTY


@pytest.mark.parametrize(
    "spelled", ["", "ab:cd", EMPTY[:-1], f"{EMPTY}:00", EMPTY.replace("e3", "g3"), f"sha1:{EMPTY}"]
)
def test_what_is_no_fingerprint(spelled: str) -> None:
    with pytest.raises(ValueError, match="A SHA-256 fingerprint has 64 hex digits, as in ab:cd"):
        read_fingerprint(spelled)


async def shown_by(folder: Path) -> tuple[Server, str]:
    """A server with a certificate of an authority that nobody trusts and for another name, and its fingerprint."""
    path = folder / "cert.pem"
    path.write_bytes(trustme.CA().issue_cert("example.org").private_key_and_cert_chain_pem.bytes())
    server = Server(options=Options(tls=Tls(certificate=str(path))))
    await server.listen(port=0, secure=True)
    facts = await probe_tls(WsUrl.parse(server.url), Options())
    assert facts.failure
    return server, fingerprint_of(facts.chain[0])


async def test_it_alone_is_what_counts(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        server, fingerprint = await shown_by(tmp_path)
        for verify in (True, False):
            options = Options(tls=Tls(verify=verify, pins=(OTHER, fingerprint)))
            async with connect(server.url, options=options) as ws:
                await ws.send("Hello")
                assert await ws.receive() == "Hello"
                facts = facts_of(ws.tls)
                assert facts is not None
                assert fingerprint_of(facts.chain[0]) == fingerprint
        await server.close()


async def test_another_certificate_hears_nothing_of_us(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE):
        server, fingerprint = await shown_by(tmp_path)
        connections = len(server.connections)
        for verify in (True, False):
            with pytest.raises(ConnectError) as raised:
                await open_connection(server.url, options=Options(tls=Tls(verify=verify, pins=(OTHER,))))
            assert str(raised.value) == (
                "TLS: the certificate of 127.0.0.1 was not accepted: it is another than the one that is trusted for "
                f"this endpoint (SHA-256 {fingerprint} was shown)."
            )
        assert len(server.connections) == connections
        facts = await probe_tls(WsUrl.parse(server.url), Options(tls=Tls(pins=(OTHER,))))
        assert facts.failure == str(raised.value)
        assert fingerprint_of(facts.chain[0]) == fingerprint
        await server.close()


def test_it_stays_with_its_endpoint() -> None:
    options = Options(tls=Tls(pins=(OTHER,)))
    here = WsUrl.parse("wss://a.example/")
    for place, pins in (("/b", (OTHER,)), ("wss://b.example/", ())):
        error = HandshakeError("", status=302, headers=[("Location", place)])
        assert redirected(here, options, error)[1] == replace(options, tls=replace(options.tls, pins=pins))
