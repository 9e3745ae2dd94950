"""From Sec-WebSocket-Key to Sec-WebSocket-Accept, step by step (RFC 6455 sections 1.3 and 4.2.2)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha1
from typing import NamedTuple

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What is put behind the key before it is hashed (RFC 6455 section 1.3)."""


class Step(NamedTuple):
    """One step from the key to the accept value."""

    label: str
    text: str


def accept_value(key: str) -> str:
    """The value of Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2)."""
    return b64encode(_digest(key)).decode("ascii")


def accept_steps(key: str) -> list[Step]:
    """From a key to its accept value, step by step; any text is taken as the key."""
    return [
        Step("Sec-WebSocket-Key", key),
        Step("decoded", _decoded(key)),
        Step("key + GUID", key + GUID),
        Step("SHA-1", _digest(key).hex(" ")),
        Step("base64 of it = Sec-WebSocket-Accept", accept_value(key)),
    ]


def _digest(key: str) -> bytes:
    # SHA-1 is what the RFC asks for; it protects nothing here.
    return sha1((key + GUID).encode("latin-1", "replace"), usedforsecurity=False).digest()


def decode_key(key: str) -> bytes | None:
    """The bytes that a key stands for; None if it is not base64."""
    try:
        return b64decode(key.encode("latin-1", "replace"), validate=True)
    except Base64Error:
        return None


def _decoded(key: str) -> str:
    data = decode_key(key)
    if data is None:
        return "not base64"
    return f"{data.hex(' ')} ({len(data)} {'byte' if len(data) == 1 else 'bytes'})".strip()
