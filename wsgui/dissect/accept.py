"""From Sec-WebSocket-Key to Sec-WebSocket-Accept, step by step (RFC 6455 sections 1.3 and 4.2.2)."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from typing import NamedTuple

from wsgui.protocol.handshake_rules import GUID, accept_digest, accept_value


class Step(NamedTuple):
    """One step from the key to the accept value."""

    label: str
    text: str


def accept_steps(key: str) -> list[Step]:
    """From a key to its accept value, step by step; any text is taken as the key."""
    return [
        Step("Sec-WebSocket-Key", key),
        Step("decoded", _decoded(key)),
        Step("key + GUID", key + GUID.decode()),
        Step("SHA-1", accept_digest(key).hex(" ")),
        Step("base64 of it = Sec-WebSocket-Accept", accept_value(key)),
    ]


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
