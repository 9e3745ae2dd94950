"""The certificate that our server shows for wss:// on this machine: made once, with an authority to trust."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.engine.tls import TlsError
from wsgui.session.folders import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.x509 import Certificate

NAMES: Final = ("localhost", "127.0.0.1", "::1")
_DAYS: Final = 365


class ServerCertificate(NamedTuple):
    """Three PEM files: ``authority`` is what a client has to trust, ``certificate`` (with its chain) and ``key`` are
    what the server shows."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def advice(self) -> str:
        """How to make a client trust the server."""
        return (
            f"wsgui made a certificate for {', '.join(NAMES)}. To trust it, give a client the authority "
            f"{self.authority} (wsgui connect --ca FILE, curl --cacert FILE, NODE_EXTRA_CA_CERTS=FILE), or add that "
            "file to the authorities of your browser or system. The authority's own key was thrown away: it vouches "
            "for this certificate alone."
        )


def certificate_folder() -> Path:
    """Where they are kept; a temporary folder if the user's cannot be written to. Raises OSError if there is none."""
    return data_folder("certificates")


def server_certificate(folder: Path) -> ServerCertificate:
    """The certificate for this machine, made on first use and when it has expired.

    Writes and reads files, makes keys: not for the window's thread. Raises TlsError with one sentence.
    """
    found = ServerCertificate(folder / "wsgui authority.pem", folder / "server.pem", folder / "server.key")
    try:
        if not _is_good(found):
            _make(found)
    except OSError as error:
        raise TlsError(
            f"A certificate for this server cannot be kept in {folder}: {error.strerror or error}."
        ) from error
    return found


def _is_good(found: ServerCertificate) -> bool:
    from cryptography import x509

    try:
        certificate: Certificate = x509.load_pem_x509_certificate(found.certificate.read_bytes())
        if not found.authority.is_file() or not found.key.is_file():
            return False
    except (FileNotFoundError, ValueError):
        return False
    now = dt.datetime.now(dt.UTC)
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc


def _make(found: ServerCertificate) -> None:
    import trustme

    authority = trustme.CA(organization_name="wsgui", organization_unit_name="for tests on this machine")
    # The authority's key is not kept: nobody can make another certificate that those who trust it believe.
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=_DAYS)
    own = authority.issue_cert(*NAMES, common_name="localhost", not_after=until.replace(tzinfo=None))
    found.key.parent.mkdir(parents=True, exist_ok=True)
    chain = b"".join(blob.bytes() for blob in own.cert_chain_pems)
    _write(found.key, own.private_key_pem.bytes())
    _write(found.certificate, chain)
    _write(found.authority, authority.cert_pem.bytes())


def _write(path: Path, data: bytes) -> None:
    """For this user's eyes only, from the first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
