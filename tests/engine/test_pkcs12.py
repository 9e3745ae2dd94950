"""Certificates in PKCS#12: used, and refused with a sentence."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from wsgui.engine import connect
from wsgui.engine.options import Options
from wsgui.engine.pkcs12 import is_pkcs12
from wsgui.engine.server import Server
from wsgui.engine.tls import Tls, TlsError, client_context


@pytest.fixture
def ca(tmp_path: Path) -> trustme.CA:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return authority


def bundle(leaf: trustme.LeafCert, password: str, *, key: bool = True) -> bytes:
    own = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
    private = serialization.load_pem_private_key(leaf.private_key_pem.bytes(), None)
    cipher: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        cipher = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"me", private if key else None, own, None, cipher)  # type: ignore[arg-type]


@pytest.mark.parametrize("password", ["", "pä ss"])
async def test_both_ends_show_one(ca: trustme.CA, tmp_path: Path, password: str) -> None:
    (tmp_path / "server.p12").write_bytes(bundle(ca.issue_cert("localhost", "127.0.0.1"), password))
    (tmp_path / "client.pfx").write_bytes(bundle(ca.issue_cert("me@example.org"), password))
    authority = str(tmp_path / "ca.pem")
    served = Options(tls=Tls(certificate=str(tmp_path / "server.p12"), key_password=password, ca_file=authority))
    mine = Options(tls=Tls(certificate=str(tmp_path / "client.pfx"), key_password=password, ca_file=authority))
    server = Server("echo", options=served)
    await server.listen("127.0.0.1", 0, secure=True)
    try:
        async with connect(server.url, options=mine) as ws:
            await ws.send("hi")
            assert await ws.receive() == "hi"
    finally:
        await server.close()


def test_nothing_stays_behind(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.p12").write_bytes(bundle(ca.issue_cert("x"), ""))
    seen = []
    real = ssl.SSLContext.load_cert_chain

    def look(self: ssl.SSLContext, certfile: str, *rest: object) -> None:
        path = Path(certfile)
        seen.append((path, path.stat().st_mode & 0o777, b"ENCRYPTED PRIVATE KEY" in path.read_bytes()))
        real(self, certfile, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", look)
    client_context(Tls(certificate=str(tmp_path / "a.p12")))
    [(path, mode, encrypted)] = seen
    assert (mode, encrypted) == (0o600, True)
    assert not path.parent.exists()


def test_what_cannot_be_used(ca: trustme.CA, tmp_path: Path) -> None:
    leaf = ca.issue_cert("x")
    (tmp_path / "locked.p12").write_bytes(bundle(leaf, "secret"))
    (tmp_path / "keyless.p12").write_bytes(bundle(leaf, "", key=False))
    (tmp_path / "cut.p12").write_bytes(bundle(leaf, "")[:200])
    for name, password, why in (
        ("locked.p12", "", "The password of locked.p12 is missing, or the file is damaged."),
        ("locked.p12", "wrong", "The password of locked.p12 is not right, or the file is damaged."),
        ("keyless.p12", "", "keyless.p12 holds no key."),
        ("cut.p12", "", "cut.p12"),
    ):
        with pytest.raises(TlsError, match=why):
            client_context(Tls(certificate=str(tmp_path / name), key_password=password))


@pytest.mark.parametrize("data", [b"", b"0\x82", b"-----BEGIN CERTIFICATE-----", b"0\x82\x01\x00\x02\x01\x01xxxxxxxx"])
def test_what_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert not is_pkcs12(str(tmp_path / "x"))
    assert not is_pkcs12(str(tmp_path / "nowhere"))
    assert not is_pkcs12("a\0b")
