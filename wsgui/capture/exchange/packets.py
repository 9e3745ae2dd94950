"""Packets made up around the bytes of a capture: pcapng blocks, IPv4 or IPv6, and TCP with exact numbers.

A capture knows the bytes of a TCP stream but not its packets. So that Wireshark can follow the stream, each connection
gets a handshake, one packet for each frame (more for a long one), numbers that fit, and an end. Checksums are right.
The format is that of the IETF's draft "PCAP Now Generic (pcapng) Capture File Format".
"""

from __future__ import annotations

import ipaddress
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINKTYPE_RAW: Final = 101
"""Packets that begin with an IPv4 or IPv6 header."""

SEGMENT: Final = 32_000
"""Bytes of payload in one packet at most."""

FIN: Final = 0x01
SYN: Final = 0x02
PSH: Final = 0x08
ACK: Final = 0x10

_COMMENT: Final = 1
_USERAPPL: Final = 4
_TSRESOL: Final = 9
_OPTION_LIMIT: Final = 60_000
_LARGEST: Final = 2**64 - 1
_WRAP: Final = 0xFFFFFFFF

_BLOCK: Final = struct.Struct("<IIIIIII")
_IPV4: Final = struct.Struct(">BBHHHBBH4s4sHHIIBBHHH")
_IPV6: Final = struct.Struct(">IHBB16s16sHHIIBBHHH")
_LENGTH: Final = struct.Struct("<I")


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def _block(kind: int, body: bytes) -> bytes:
    size = _LENGTH.pack(12 + len(body))
    return _LENGTH.pack(kind) + size + body + size


def file_start(program: str, comment: str) -> bytes:
    """Section header and the one interface: raw IP, times in nanoseconds."""
    section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
    section += _comments([comment]) if comment else b""
    section += _option(_USERAPPL, program.encode()) + _option(0, b"")
    interface = struct.pack("<HHI", LINKTYPE_RAW, 0, 0) + _option(_TSRESOL, b"\x09") + _option(0, b"")
    return _block(0x0A0D0D0A, section) + _block(1, interface)


def _comments(comments: Iterable[str]) -> bytes:
    """Each cut to what an option holds, at a character."""
    parts = []
    for comment in comments:
        text = comment.encode("utf-8", "replace")[:_OPTION_LIMIT].decode("utf-8", "ignore")
        parts.append(_option(_COMMENT, text.encode()))
    return b"".join(parts)


def _address(text: str, instead: int) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, int]:
    """Address and port of ``host:port`` or ``[host]:port``; made up where the text is none of these."""
    host, _, digits = text.rpartition(":")
    port = int(digits) if digits.isdecimal() and digits.isascii() and 0 < int(digits[:9]) <= 0xFFFF else 0
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]), port
    except ValueError:
        return ipaddress.ip_address(f"10.0.0.{instead}"), port


class PacketWay:
    """One direction of a connection: its header fields, and how far it has come.

    ``seq`` is the number of the next byte to send.
    """

    __slots__ = ("destination", "ip_sum", "ports", "seq", "source", "tcp_sum", "v4")

    def __init__(self, source: bytes, destination: bytes, ports: tuple[int, int], seq: int) -> None:
        self.source = source
        self.destination = destination
        self.ports = ports
        self.seq = seq
        self.v4 = len(source) == 4
        addresses = int.from_bytes(source + destination, "big")
        # Ones' complement sums are sums modulo 65535, however the bytes are grouped (RFC 1071).
        self.ip_sum = (addresses + 0x4500 + 0x4000 + (64 << 8 | 6)) % 0xFFFF
        self.tcp_sum = (addresses + 6 + sum(ports) + 0xFFFF) % 0xFFFF


class PacketFlow:
    """A TCP connection between a WebSocket client and server; `packet` gives blocks to write."""

    __slots__ = ("_ids", "_ways")

    def __init__(self, number: int, client: str, server: str, server_port: int) -> None:
        client_address, client_port = _address(client, 1)
        server_address, port = _address(server, 2)
        if client_address.version != server_address.version:
            client_address, server_address = (ipaddress.ip_address(f"10.0.0.{host}") for host in (1, 2))
        client_port = client_port or 0xC000 | number & 0x3FFF
        port = port or server_port
        a, b = client_address.packed, server_address.packed
        # Numbers of their own, so that a port that was used again is a connection of its own.
        start = number * 0x01000193 & 0x7FFFFFFF
        self._ways = (
            PacketWay(a, b, (client_port, port), start),
            PacketWay(b, a, (port, client_port), start ^ 0x2AAAAAAA),
        )
        self._ids = 0

    def opening(self, time_ns: int) -> bytes:
        """SYN, SYN ACK, ACK."""
        client, server = self._ways
        blocks = self.packet(time_ns, 0, b"", flags=SYN, comments=())
        client.seq = client.seq + 1 & _WRAP
        blocks += self.packet(time_ns, 1, b"", flags=SYN | ACK)
        server.seq = server.seq + 1 & _WRAP
        return blocks + self.packet(time_ns, 0, b"", flags=ACK)

    def closing(self, time_ns: int, first: int) -> bytes:
        """FIN from way ``first``, FIN of the other, and the last ACK."""
        blocks = b""
        for way in (first, 1 - first):
            blocks += self.packet(time_ns, way, b"", flags=FIN | ACK)
            self._ways[way].seq = self._ways[way].seq + 1 & _WRAP
        return blocks + self.packet(time_ns, first, b"", flags=ACK)

    def skip(self, way: int, count: int) -> None:
        """Leave out the numbers of ``count`` bytes."""
        self._ways[way].seq = self._ways[way].seq + count & _WRAP

    def packet(
        self, time_ns: int, way: int, data: bytes, *, flags: int = PSH | ACK, comments: Sequence[str] = ()
    ) -> bytes:
        """A packet of at most `SEGMENT` bytes of ``data`` in an enhanced packet block.

        ``way`` is 0 from the client and 1 from the server; ``time_ns`` is since the epoch.
        """
        here, there = self._ways[way], self._ways[1 - way]
        size = len(data)
        seq = here.seq
        ack = there.seq if flags & ACK else 0
        total = here.tcp_sum + 20 + size + seq + ack + (0x5000 | flags)
        if size:
            total += int.from_bytes(data, "big") << 8 if size & 1 else int.from_bytes(data, "big")
        checksum = 0xFFFF - total % 0xFFFF
        if here.v4:
            length = 40 + size
            self._ids = number = self._ids + 1 & 0xFFFF
            header = _IPV4.pack(
                0x45,
                0,
                length,
                number,
                0x4000,
                64,
                6,
                0xFFFF - (here.ip_sum + length + number) % 0xFFFF,
                here.source,
                here.destination,
                *here.ports,
                seq,
                ack,
                0x50,
                flags,
                0xFFFF,
                checksum,
                0,
            )
        else:
            length = 60 + size
            header = _IPV6.pack(
                0x60000000,
                20 + size,
                6,
                64,
                here.source,
                here.destination,
                *here.ports,
                seq,
                ack,
                0x50,
                flags,
                0xFFFF,
                checksum,
                0,
            )
        here.seq = seq + size & _WRAP
        options = _comments(comments) + bytes(4) if comments else b""
        pad = bytes(-length % 4)
        block = 32 + length + len(pad) + len(options)
        time_ns = min(max(time_ns, 0), _LARGEST)
        return b"".join(
            (
                _BLOCK.pack(6, block, 0, time_ns >> 32, time_ns & _WRAP, length, length),
                header,
                data,
                pad,
                options,
                _LENGTH.pack(block),
            )
        )
