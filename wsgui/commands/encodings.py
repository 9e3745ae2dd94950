"""How one message is written where a person or a program writes it: as text, as bytes, in hex or in base64."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class InputError(ValueError):
    """What was given is not what it should be; ``str()`` completes a sentence that begins with the place."""


class Encoding(NamedTuple):
    """``decode`` makes a message of bytes: str for a text message, bytes for a binary one. Raises InputError."""

    summary: str
    decode: Callable[[bytes], str | bytes]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InputError("is not UTF-8") from None


def _hex(data: bytes) -> bytes:
    try:
        return bytes.fromhex(data.decode("ascii"))
    except ValueError:
        raise InputError("is not pairs of hex digits") from None


def _base64(data: bytes) -> bytes:
    packed = b"".join(data.split()).translate(bytes.maketrans(b"-_", b"+/"))
    if b"=" not in packed:  # many leave the padding out
        packed += b"=" * (-len(packed) % 4)
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error:
        raise InputError("is not base64") from None


ENCODINGS: Final = {
    "text": Encoding("a text message, UTF-8", _text),
    "binary": Encoding("a binary message of these bytes", bytes),
    "hex": Encoding("a binary message, written as hex digits", _hex),
    "base64": Encoding("a binary message, written in base64 (either alphabet)", _base64),
}
