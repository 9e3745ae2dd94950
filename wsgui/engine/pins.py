"""Certificates that are trusted because of their fingerprint, whoever vouches for them.

A fingerprint is the SHA-256 of a certificate (DER), as browsers and ``openssl x509 -fingerprint -sha256`` show it.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX: Final = re.compile(r"(?i)\s*(?:sha-?256(?:\s+fingerprint)?\s*[:=]?)?\s*")
_OCTETS: Final = re.compile(r"(?i)[0-9a-f]{2}(?:[: ]?[0-9a-f]{2}){31}")


class PinError(ssl.SSLCertVerificationError):
    """The server showed another certificate than those that are trusted for this endpoint."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(f"another certificate: {fingerprint}")
        self.verify_code = 0
        self.verify_message = (
            f"it is another than the one that is trusted for this endpoint (SHA-256 {fingerprint} was shown)"
        )


def fingerprint_of(certificate: bytes) -> str:
    """The fingerprint of a certificate (DER): 32 octets in small hex digits, with colons between them."""
    return _text(hashlib.sha256(certificate).digest())


def read_fingerprint(text: str) -> str:
    """A fingerprint as `fingerprint_of` writes it, from any usual spelling of it: with colons, blanks or neither, in
    any case, ``SHA256:`` in front. Raises ValueError with a sentence."""
    octets = text[_PREFIX.match(text).end() :].strip()  # type: ignore[union-attr]
    if not _OCTETS.fullmatch(octets):
        raise ValueError(f"A SHA-256 fingerprint has 64 hex digits, as in ab:cd:…: {text!r} is none.")
    return _text(bytes.fromhex(octets.replace(":", "")))


def pinned(pins: Iterable[str]) -> type[ssl.SSLObject]:
    """What a context has to make its TLS objects of so that a server's certificate is accepted if its fingerprint is
    one of ``pins``, and no other one. It is looked at before a byte of the application leaves."""
    trusted = frozenset(pins)

    class PinnedObject(ssl.SSLObject):
        """TLS with a server whose certificate is known."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = fingerprint_of(self.getpeercert(binary_form=True) or b"")
            if shown not in trusted:
                raise PinError(shown)

    return PinnedObject


def _text(digest: bytes) -> str:
    return digest.hex(":")
