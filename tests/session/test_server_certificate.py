from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.engine.tls import Tls, TlsError, client_context, server_context
from wsgui.session import server_certificate as module
from wsgui.session.server_certificate import server_certificate

if TYPE_CHECKING:
    from pathlib import Path


def test_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "certificates"
    first = server_certificate(folder)
    made = first.certificate.read_bytes()
    assert server_certificate(folder).certificate.read_bytes() == made
    assert first.key.stat().st_mode & 0o777 == 0o600
    assert str(first.authority) in first.advice
    server_context(Tls(certificate=str(first.certificate), key=str(first.key)))
    client_context(Tls(ca_file=str(first.authority)))


def test_made_again_when_it_is_no_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DAYS", -1)
    expired = server_certificate(tmp_path).certificate.read_bytes()
    monkeypatch.setattr(module, "_DAYS", 365)
    found = server_certificate(tmp_path)
    assert found.certificate.read_bytes() != expired
    found.certificate.write_text("junk")
    assert server_certificate(tmp_path).certificate.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    found.authority.unlink()
    assert server_certificate(tmp_path).authority.exists()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TlsError, match="A certificate for this server cannot be kept in"):
        server_certificate(tmp_path / "file" / "folder")
