"""From a packet to its TCP segment: link layer, IPv4 or IPv6, TCP. Reads nothing beyond what a packet has."""

from __future__ import annotations

import ipaddress
import struct
from typing import Final, NamedTuple

_TCP: Final = 6
_IPV6_OPTIONS: Final = frozenset((0, 43, 60))  # hop-by-hop, routing, destination: 8 bytes and a length each
_VLANS: Final = frozenset((0x8100, 0x88A8, 0x9100))
_IPV4: Final = 0x0800
_IPV6: Final = 0x86DD

_NUMBERS: Final = struct.Struct(">II")

FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
ACK: Final = 0x10


class Segment(NamedTuple):
    """A TCP segment. ``key`` is source and destination address, then both ports, as they stand in the packet."""

    key: bytes
    seq: int
    ack: int
    flags: int
    payload: bytes


def _ethernet(data: bytes) -> int | None:
    place = 12
    kind = int.from_bytes(data[place : place + 2], "big")
    while kind in _VLANS:
        place += 4
        kind = int.from_bytes(data[place : place + 2], "big")
    return place + 2 if kind in (_IPV4, _IPV6) else None


# Where IP begins for each link type (https://www.tcpdump.org/linktypes.html): null, Ethernet, raw IP under its three
# numbers, loop, Linux cooked 1 and 2, IPv4, IPv6.
_FIXED: Final = {0: 4, 12: 0, 14: 0, 101: 0, 108: 4, 113: 16, 228: 0, 229: 0, 276: 20}
_ETHERNET: Final = 1

LINKTYPES: Final = frozenset((*_FIXED, _ETHERNET))
"""The link types that are understood."""


def segment_of(linktype: int, data: bytes) -> Segment | None:
    """The TCP segment in a packet; None if there is none, or only a part of its headers, or an IP fragment."""
    start = _ethernet(data) if linktype == _ETHERNET else _FIXED.get(linktype)
    if start is None or len(data) < start + 40:
        return None
    version = data[start] >> 4
    if version == 4:
        tcp = start + (data[start] & 15) * 4
        # With segmentation left to the network card, packets may be caught before their length is set.
        end = start + (data[start + 2] << 8 | data[start + 3] or len(data))
        if data[start + 9] != _TCP or data[start + 6] & 0x3F or data[start + 7] or tcp < start + 20:
            return None
        addresses = data[start + 12 : start + 20]
    elif version == 6:
        kind = data[start + 6]
        tcp = start + 40
        end = tcp + (data[start + 4] << 8 | data[start + 5] or len(data))
        while kind in _IPV6_OPTIONS and tcp + 2 <= len(data):
            kind = data[tcp]
            tcp += 8 + data[tcp + 1] * 8
        if kind != _TCP:
            return None
        addresses = data[start + 8 : start + 40]
    else:
        return None
    if len(data) < tcp + 20:
        return None
    payload = tcp + (data[tcp + 12] >> 4) * 4
    if payload < tcp + 20:
        return None
    seq, ack = _NUMBERS.unpack_from(data, tcp + 4)
    # A third of the time that the named tuple's own constructor takes.
    return tuple.__new__(Segment, (addresses + data[tcp : tcp + 4], seq, ack, data[tcp + 13], data[payload:end]))


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
