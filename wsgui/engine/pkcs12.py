"""Certificates with their keys in one file of PKCS#12 (RFC 7292), as browsers and Windows export them.

As far as Python reaches it, OpenSSL reads certificates for TLS from PEM files alone. So what is inside is written to a
PEM file for the moment of reading: in a folder of this user's only, and with the key encrypted by a password that
nobody else ever has.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.engine.errors import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a file that are read."""


class Pkcs12Error(Exception):
    """A file that cannot be used, in one sentence."""


def is_pkcs12(path: str) -> bool:
    """Whether a file begins as PKCS#12 does: a DER sequence that holds the version 3. False if it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(16)
    except (OSError, ValueError):
        return False
    if len(head) < 8 or head[0] != 0x30:
        return False
    # The length takes no further byte below 128, else as many as its low bits say; BER may leave it open (0x80).
    start = 2 + (head[1] & 0x7F if head[1] & 0x80 else 0)
    return head[start : start + 3] == b"\x02\x01\x03"


@contextmanager
def pem_of_pkcs12(path: str, password: str) -> Iterator[tuple[str, str]]:
    """The path of a PEM file with certificate, chain and key, and the password of that key; gone behind the block.

    Reads and writes files: not for the window's thread. Raises Pkcs12Error.
    """
    own_password = secrets.token_hex(16)
    text = _pem(path, password, own_password)
    name = Path(path).name
    try:
        with tempfile.TemporaryDirectory(prefix="wsgui-") as folder:  # 0700
            pem = Path(folder) / "certificate.pem"
            with os.fdopen(os.open(pem, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(text)
            yield str(pem), own_password
    except OSError as error:
        raise Pkcs12Error(f"{name} cannot be used: {reason_of(error)}.") from error


def _pem(path: str, password: str, own_password: str) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    name = Path(path).name
    try:
        with Path(path).open("rb") as file:
            data = file.read(LIMIT)
        bundle = pkcs12.load_pkcs12(data, password.encode() if password else None)
        if bundle.key is None or bundle.cert is None:
            raise Pkcs12Error(f"{name} holds no {'key' if bundle.key is None else 'certificate'}.")
        chain = [one.certificate.public_bytes(serialization.Encoding.PEM) for one in bundle.additional_certs]
        own = bundle.cert.certificate.public_bytes(serialization.Encoding.PEM)
        key = bundle.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(own_password.encode()),
        )
    except OSError as error:
        raise Pkcs12Error(f"{name} cannot be read: {reason_of(error)}.") from error
    except UnsupportedAlgorithm as error:
        raise Pkcs12Error(f"{name} is encrypted in a way that is not supported.") from error
    except (ValueError, TypeError) as error:
        if "password" in str(error).lower() or "mac" in str(error).lower():
            what = "is not right" if password else "is missing"
            raise Pkcs12Error(f"The password of {name} {what}, or the file is damaged.") from error
        raise Pkcs12Error(f"{name} is no PKCS#12 file that can be read.") from error
    return b"".join([own, *chain, key])
