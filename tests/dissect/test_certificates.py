from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from wsgui.dissect.certificates import CertificateView, covers, dissect_certificates

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
EC = ec.generate_private_key(ec.SECP256R1())


def name(**parts: str) -> x509.Name:
    oids = {"cn": x509.NameOID.COMMON_NAME, "o": x509.NameOID.ORGANIZATION_NAME, "c": x509.NameOID.COUNTRY_NAME}
    return x509.Name([x509.NameAttribute(oids[key], value) for key, value in parts.items()])


def made(
    subject: x509.Name,
    issuer: x509.Name,
    *extensions: x509.ExtensionType,
    key: Any = EC,
    start: dt.datetime = NOW - DAY,
    end: dt.datetime = NOW + DAY,
) -> bytes:
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), 0xABC, start, end)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    edwards = isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    return builder.sign(key, None if edwards else hashes.SHA256()).public_bytes(Encoding.DER)


def only(der: bytes, host: str = "") -> CertificateView:
    (view,) = dissect_certificates([der], host, NOW)
    return view


def names(*dns: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.DNSName(one) for one in dns])


def test_a_good_certificate() -> None:
    der = made(name(cn="a.example", o="A"), name(o="Authority"), names("a.example", "*.b.example"))
    view = only(der, "x.b.example")
    assert (view.subject, view.issuer, view.names) == ("a.example, A", "Authority", ("a.example", "*.b.example"))
    assert (view.serial, view.key, view.signature) == ("abc", "ECDSA secp256r1", "SHA256")
    assert (view.is_authority, view.self_signed, view.problems) == (False, False, ())
    assert view.pem.startswith("-----BEGIN CERTIFICATE-----\n")
    assert len(view.fingerprint) == 32 * 3 - 1


def test_what_is_wrong_with_one() -> None:
    late = made(name(cn="a"), name(cn="b"), names("a"), start=NOW + DAY, end=NOW + 2 * DAY)
    assert only(late, "a").problems == ("It is not valid before 2026-01-03 03:04 UTC.",)
    old = made(name(cn="a"), name(cn="b"), start=NOW - 2 * DAY, end=NOW - DAY)
    assert only(old, "a").problems == (
        "It expired on 2026-01-01 03:04 UTC.",
        "It is not for a, but for no name at all.",
    )
    own = made(name(c="AT"), name(c="AT"), x509.BasicConstraints(ca=True, path_length=None))
    assert only(own, "a").problems[-1] == "It is self-signed: nobody but its maker vouches for it."
    assert only(own).problems == ()  # an authority at the end of a chain signs itself
    assert (only(own).is_authority, only(own).subject) == (True, "C=AT")
    assert only(made(x509.Name([]), name(cn="b"))).subject == "no name"


@pytest.mark.parametrize(
    ("key", "words", "signature"),
    [
        (rsa.generate_private_key(65537, 2048), "RSA 2048 bits", "SHA256"),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519", "1.3.101.112"),
        (ed448.Ed448PrivateKey.generate(), "Ed448", "1.3.101.113"),
        (dsa.generate_private_key(1024), "DSAPublicKey", "SHA256"),
    ],
)
def test_kinds_of_keys(key: Any, words: str, signature: str) -> None:
    view = only(made(name(cn="a"), name(cn="b"), key=key))
    assert (view.key, view.signature) == (words, signature)


def test_only_the_servers_own_has_to_be_for_the_host() -> None:
    first, second = (made(name(cn=one), name(cn="root"), names(one)) for one in ("a", "b"))
    assert [view.problems for view in dissect_certificates([first, second], "a", NOW)][1] == ()


@pytest.mark.parametrize("der", [b"", b"junk", made(name(cn="a"), name(cn="b"))[:-9]])
def test_bytes_that_are_none(der: bytes) -> None:
    assert only(der, "a").problems[0].startswith("It cannot be read: ")


def test_a_name_of_one_label_has_no_star() -> None:
    assert not covers("*.org", "example.org")
    assert not covers("*.example.org", ".example.org")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("06082a8648ce3d040302", "06082a8648ce3d040363", "signature"),  # ecdsa-with-SHA256: an unknown one instead
        ("06072a8648ce3d0201", "06072a8648ce3d0263", "key"),  # the kind of the key
    ],
)
def test_algorithms_that_nobody_knows_hide_no_certificate(old: str, new: str, part: str) -> None:
    authority = trustme.CA()
    der = x509.load_pem_x509_certificate(authority.issue_cert("localhost").cert_chain_pems[0].bytes()).public_bytes(
        Encoding.DER
    )
    odd = der.replace(bytes.fromhex(old), bytes.fromhex(new))
    assert odd != der
    found = dissect_certificates([odd, der, b"no certificate"], "localhost")
    assert len(found) == 3
    assert found[0].names == ("localhost",)
    assert getattr(found[0], part) != getattr(found[1], part)
    assert ("1.2.840" in getattr(found[0], part)) is True
    assert found[1].key == "ECDSA secp256r1"
    assert found[2].problems[0].startswith("It cannot be read: ")
