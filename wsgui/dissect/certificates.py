"""Certificates for showing: subject, issuer, names, validity, key, fingerprint (RFC 5280)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Sequence


# A chain is a peer's: one certificate that cannot be read hides no other.
_UNREADABLE: Final = (
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    x509.DuplicateExtension,
    x509.AttributeNotFound,
)


class CertificateView(NamedTuple):
    """One certificate. Times are UTC. ``problems`` are sentences about what is wrong with it by itself, at the time
    asked for; whether it is trusted is the system's word."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: dt.datetime
    not_after: dt.datetime
    serial: str
    key: str
    signature: str
    fingerprint: str
    is_authority: bool
    self_signed: bool
    problems: tuple[str, ...]
    pem: str


def dissect_certificates(chain: Sequence[bytes], host: str, now: dt.datetime | None = None) -> list[CertificateView]:
    """The certificates (DER) of a chain, the server's own first. What cannot be read is shown as such."""
    now = now or dt.datetime.now(dt.UTC)
    return [_view(der, host if place == 0 else "", now) for place, der in enumerate(chain)]


def _view(der: bytes, host: str, now: dt.datetime) -> CertificateView:
    try:
        certificate = x509.load_der_x509_certificate(der)
        subject, issuer = _name(certificate.subject), _name(certificate.issuer)
        names = _names(certificate)
        problems = []
        if now < certificate.not_valid_before_utc:
            problems.append(f"It is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC.")
        if now >= certificate.not_valid_after_utc:
            problems.append(f"It expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC.")
        if host and not any(covers(name, host) for name in names):
            shown = ", ".join(names) if names else "no name at all"
            problems.append(f"It is not for {host}, but for {shown}.")
        itself = certificate.subject == certificate.issuer
        if host and itself:
            problems.append("It is self-signed: nobody but its maker vouches for it.")
        return CertificateView(
            subject,
            issuer,
            names,
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
            f"{certificate.serial_number:x}",
            _key(certificate),
            _signature(certificate),
            certificate.fingerprint(hashes.SHA256()).hex(":"),
            _is_authority(certificate),
            itself,
            tuple(problems),
            certificate.public_bytes(Encoding.PEM).decode("ascii"),
        )
    except (ValueError, TypeError, *_UNREADABLE) as error:
        epoch = dt.datetime.fromtimestamp(0, dt.UTC)
        sentence = f"It cannot be read: {str(error).rstrip('.') or type(error).__name__}."
        return CertificateView("", "", (), epoch, epoch, "", "", "", "", False, False, (sentence,), "")


def covers(name: str, host: str) -> bool:
    """Whether a name of a certificate stands for ``host`` (RFC 6125 section 6.4.3: ``*`` is one label, the first)."""
    name, host = name.lower().rstrip("."), host.lower().rstrip(".")
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:] and "." in name[2:] and not host.startswith(".")
    return name == host


def _name(name: x509.Name) -> str:
    """The common name, or the whole name where there is none."""
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    organization = name.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    parts = [str(one[0].value) for one in (common, organization) if one]
    return ", ".join(parts) or name.rfc4514_string() or "no name"


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (
        *found.get_values_for_type(x509.DNSName),
        *(str(address) for address in found.get_values_for_type(x509.IPAddress)),
    )


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _key(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return f"of a kind that is not known ({certificate.public_key_algorithm_oid.dotted_string})"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ECDSA {key.curve.name}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    return "Ed448" if isinstance(key, ed448.Ed448PublicKey) else type(key).__name__


def _signature(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    return algorithm.name.upper() if algorithm is not None else certificate.signature_algorithm_oid.dotted_string
