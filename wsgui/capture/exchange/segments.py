"""A TCP segment as a packet had it, and who it went from and to; `layers` finds it in the packet."""

from __future__ import annotations

import ipaddress
from typing import Final, NamedTuple

FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
ACK: Final = 0x10


class Segment(NamedTuple):
    """A TCP segment. ``key`` is source and destination address, then both ports, as they stand in the packet.

    ``missing`` bytes at the end of its payload were on the wire and not caught, as a snaplen does it."""

    key: bytes
    seq: int
    ack: int
    flags: int
    payload: bytes
    missing: int = 0


def turned(key: bytes) -> bytes:
    """The key of the other direction."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]


def source_of(key: bytes) -> str:
    """The address and port that a segment with this key came from."""
    half = (len(key) - 4) // 2
    address = ipaddress.ip_address(key[:half])
    port = int.from_bytes(key[-4:-2], "big")
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
