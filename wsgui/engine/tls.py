"""TLS for ``wss://``: contexts from what a person chose, the certificates of a peer, and what is wrong with them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.engine.errors import EngineError, reason_of
from wsgui.engine.pins import pinned
from wsgui.engine.pkcs12 import Pkcs12Error, is_pkcs12, pem_of_pkcs12
from wsgui.private_files import make_private

if TYPE_CHECKING:
    from collections.abc import Sequence

MINIMUMS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
"""Versions of TLS that may be demanded at least; older ones are broken (RFC 8996)."""


class TlsError(EngineError):
    """A file or a choice of TLS that cannot be used, in one sentence."""


@dataclass(slots=True)
class Tls:
    """How an end of a connection does TLS. Files are PEM, and ``certificate`` may be PKCS#12, which
    holds the key too; empty strings stand for "as usual".

    ``verify`` False accepts any certificate of a server: traffic can then be read and changed by others.
    ``ca_file``: for a client, trust these authorities instead of the system's; for a server, ask clients for a
    certificate of these. ``certificate`` (with chain) and ``key``: what this end shows. ``server_name``: the name in
    SNI and to verify, instead of the URL's host. ``alpn``: application protocols to offer. ``minimum``: a name of
    `MINIMUMS`. ``key_log``: a file to append session secrets to, with which Wireshark reads along. ``pins``: for a
    client, fingerprints (`pins.read_fingerprint`); with any, a server is accepted by its fingerprint alone.
    """

    verify: bool = True
    ca_file: str = ""
    certificate: str = ""
    key: str = ""
    key_password: str = ""
    server_name: str = ""
    alpn: tuple[str, ...] = ()
    minimum: str = ""
    key_log: str = ""
    pins: tuple[str, ...] = ()


def client_context(tls: Tls) -> ssl.SSLContext:
    """The context of a client. Reads files: not for the window's thread. Raises TlsError."""
    try:
        context = ssl.create_default_context(cafile=tls.ca_file or None)
    except (OSError, ValueError) as error:
        raise TlsError(_file_sentence("certificates of authorities", tls.ca_file, error)) from error
    if tls.pins or not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.pins:
        context.sslobject_class = pinned(tls.pins)
    if tls.certificate:
        _load_certificate(context, tls)
    return _finish(context, tls)


def server_context(tls: Tls) -> ssl.SSLContext:
    """The context of a server; `Tls.certificate` is needed. Reads files. Raises TlsError."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    _load_certificate(context, tls)
    if tls.ca_file:
        try:
            context.load_verify_locations(tls.ca_file)
        except (OSError, ValueError) as error:
            raise TlsError(_file_sentence("certificates of authorities", tls.ca_file, error)) from error
        context.verify_mode = ssl.CERT_REQUIRED
    return _finish(context, tls)


def _finish(context: ssl.SSLContext, tls: Tls) -> ssl.SSLContext:
    if tls.minimum:
        if tls.minimum not in MINIMUMS:
            raise TlsError(f"The least version of TLS is {' or '.join(MINIMUMS)}, not {tls.minimum}.")
        context.minimum_version = MINIMUMS[tls.minimum]
    if tls.alpn:
        try:
            context.set_alpn_protocols(tls.alpn)
        except (ssl.SSLError, UnicodeEncodeError) as error:
            raise TlsError("An ALPN name has 1 to 255 characters of ASCII.") from error
    if tls.key_log:
        try:
            make_private(Path(tls.key_log))
            context.keylog_filename = tls.key_log
        except (OSError, ValueError) as error:
            raise TlsError(_file_sentence("secrets", tls.key_log, error)) from error
    return context


def _load_certificate(context: ssl.SSLContext, tls: Tls) -> None:
    # OpenSSL asks on the terminal for the password of an encrypted key unless one is given.
    password = tls.key_password
    if is_pkcs12(tls.certificate):
        try:
            with pem_of_pkcs12(tls.certificate, password) as (pem, own_password):
                context.load_cert_chain(pem, None, lambda: own_password)
        except (Pkcs12Error, ssl.SSLError) as error:
            raise TlsError(str(error)) from error
        return
    try:
        context.load_cert_chain(tls.certificate, tls.key or None, lambda: password)
    except ssl.SSLError as error:
        if "PEM" in str(error) or error.reason in ("BAD_DECRYPT", "BAD_PASSWORD_READ"):
            key = Path(tls.key or tls.certificate)
            if error.reason in ("BAD_DECRYPT", "BAD_PASSWORD_READ"):
                raise TlsError(f"The password of the key {key.name} is not right.") from error
            raise TlsError(f"{Path(tls.certificate).name} has no certificate with a key in PEM form.") from error
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsError("The key does not belong to the certificate.") from error
        raise TlsError(_file_sentence("a certificate", tls.certificate, error)) from error
    except (OSError, ValueError) as error:
        missing = getattr(error, "filename", None) or tls.certificate
        raise TlsError(_file_sentence("a certificate", str(missing), error)) from error


def _file_sentence(what: str, path: str, error: OSError | ValueError) -> str:
    name = Path(path).name or path
    if isinstance(error, FileNotFoundError):
        missing = [one for one in (path,) if one and not Path(one).exists()]
        return f"The file {missing[0] if missing else path} does not exist."
    if isinstance(error, ssl.SSLError) or not isinstance(error, OSError):
        return f"{name} does not hold {what} in PEM form."
    return f"{name} cannot be used for {what}: {reason_of(error)}."


def peer_chain(ssl_object: ssl.SSLObject | None) -> list[bytes]:
    """The certificates (DER) that the peer sent, its own first; empty if it sent none."""
    if ssl_object is None:
        return []
    chain: Sequence[bytes] = ()
    method = getattr(ssl_object, "get_unverified_chain", None)  # Python 3.13
    if method is not None:
        chain = method()
    else:
        inner = getattr(getattr(ssl_object, "_sslobj", None), "get_unverified_chain", None)
        if inner is not None:
            chain = [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner() or ()]
    if not chain:
        own = ssl_object.getpeercert(binary_form=True)
        chain = [own] if own else []
    return list(chain)
