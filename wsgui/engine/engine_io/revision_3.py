"""What Engine.IO's third revision (``EIO=3``, with Socket.IO's fourth) writes otherwise: clients before Socket.IO 3.

python-engineio speaks the fourth alone. Packets are the same; payloads of polling have a length before each packet,
binary messages have a byte for their type, and the client pings (github.com/socketio/engine.io-protocol, v3).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MESSAGE: Final = 4
"""The type of a packet that carries a message."""
END_OF_LENGTH: Final = 0xFF


def payload_text(packets: Iterable[str | bytes]) -> str:
    """The body of a poll's answer: ``LENGTH:PACKET`` each, binary ones as ``b4`` and base64. All clients of this
    revision read it, whether they ask for that (``b64=1``) or not. Lengths are in units of UTF-16, as in JavaScript."""
    found = []
    for packet in packets:
        text = packet if isinstance(packet, str) else f"b{MESSAGE}{base64.b64encode(packet).decode()}"
        found.append(f"{_units(text)}:{text}")
    return "".join(found)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_payload(body: bytes, *, binary: bool, limit: int) -> list[str | bytes]:
    """The packets in the body of a POST: text as it stands behind its type, a binary message alone. Raises ValueError
    for a body that is none, or has more than ``limit``."""
    found: list[str | bytes] = []
    if binary:
        while body:
            packet, body = _binary_packet(body)
            found.append(packet)
            _check(found, limit)
        return found
    units = body.decode().encode("utf-16-le")
    while units:
        length, colon, units = units.partition(b":\x00")
        digits = length.decode("utf-16-le")
        if not colon or not digits.isascii() or not digits.isdigit() or len(digits) > 9:
            raise ValueError("a packet has no length")
        size = 2 * int(digits)
        text, units = units[:size], units[size:]
        if len(text) < size or not size:
            raise ValueError("a packet is cut off")
        found.append(_text_packet(text.decode("utf-16-le")))
        _check(found, limit)
    return found


def _text_packet(text: str) -> str | bytes:
    if not text.startswith(f"b{MESSAGE}"):
        return text
    return base64.b64decode(text[2:], validate=True)


def _binary_packet(body: bytes) -> tuple[str | bytes, bytes]:
    """A byte 0 for text or 1, the digits of the length a byte each, 255, and the packet."""
    end = body.find(END_OF_LENGTH)
    digits = body[1:end]
    if body[0] > 1 or not 1 < end < 11 or any(digit > 9 for digit in digits):
        raise ValueError("a packet has no length")
    size = int("".join(map(str, digits)))
    packet, rest = body[end + 1 : end + 1 + size], body[end + 1 + size :]
    if len(packet) < size or not size:
        raise ValueError("a packet is cut off")
    if body[0]:
        return message_of(packet), rest
    return packet.decode(), rest


def message_of(packet: bytes) -> bytes:
    """The message in a binary packet. Raises ValueError for a packet of another type."""
    if not packet or packet[0] != MESSAGE:
        raise ValueError("a binary packet is no message")
    return packet[1:]


def packet_of(message: bytes) -> bytes:
    """A binary message as it is sent over a WebSocket."""
    return bytes((MESSAGE,)) + message


def _check(found: list[str | bytes], limit: int) -> None:
    if len(found) > limit:
        raise ValueError(f"more than {limit} packets came in one request")
