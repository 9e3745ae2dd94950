"""Packets and packet files, built byte by byte."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.capture.exchange.samples import REQUEST, RESPONSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIN, SYN, RST, ACK = 1, 2, 4, 0x10
CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 80)
RAW = 101


def ipv4(host: str) -> bytes:
    return bytes(map(int, host.split(".")))


def tcp(source: int, destination: int, seq: int, ack: int, flags: int, data: bytes, options: bytes = b"") -> bytes:
    offset = (20 + len(options)) // 4 << 4
    return (
        struct.pack(">HHIIBBHHH", source, destination, seq % 2**32, ack % 2**32, offset, flags, 0, 0, 0)
        + options
        + data
    )


def ip_packet(source: str, destination: str, payload: bytes, *, fragment: int = 0, protocol: int = 6) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, fragment, 64, protocol, 0)
    return head + ipv4(source) + ipv4(destination) + payload


class Talk:
    """Packets (raw IPv4) of one TCP connection, with numbers that follow the bytes."""

    def __init__(self, client: tuple[str, int] = CLIENT, server: tuple[str, int] = SERVER, seq: int = 1000) -> None:
        self.ends = (client, server)
        self.seq = [seq, seq + 5000]

    def packet(self, way: int, data: bytes = b"", flags: int = ACK, *, seq: int | None = None) -> bytes:
        (host, port), (other_host, other_port) = self.ends[way], self.ends[1 - way]
        number = self.seq[way] if seq is None else seq
        segment = tcp(port, other_port, number, self.seq[1 - way], flags, data)
        if seq is None:
            self.seq[way] += len(data) + bool(flags & (SYN | FIN))
        return ip_packet(host, other_host, segment)

    def opening(self) -> list[bytes]:
        return [self.packet(0, flags=SYN), self.packet(1, flags=SYN | ACK), self.packet(0)]

    def handshake(self, request: bytes = REQUEST, response: bytes = RESPONSE) -> list[bytes]:
        return [self.packet(0, request), self.packet(1, response)]

    def closing(self) -> list[bytes]:
        return [self.packet(0, flags=FIN | ACK), self.packet(1, flags=FIN | ACK), self.packet(0)]


def pcap(packets: Iterable[bytes], *, linktype: int = RAW, order: str = "<", magic: int = 0xA1B2C3D4) -> bytes:
    """A classic file; packet n at second n + 1 and 7 units of its fraction."""
    parts = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65535, linktype)]
    for number, data in enumerate(packets, 1):
        parts.append(struct.pack(f"{order}IIII", number, 7, len(data), len(data)) + data)
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + size + body + size


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(linktype: int = RAW, options: bytes = b"", snaplen: int = 0, order: str = "<") -> bytes:
    return block(1, struct.pack(f"{order}HHI", linktype, 0, snaplen) + options, order)


def enhanced(data: bytes, time: int = 0, number: int = 0, order: str = "<", caught: int | None = None) -> bytes:
    caught = len(data) if caught is None else caught
    head = struct.pack(f"{order}IIIII", number, time >> 32, time & 0xFFFFFFFF, caught, len(data))
    return block(6, head + data, order)


def pcapng(packets: Sequence[bytes], order: str = "<") -> bytes:
    """Packet n at microsecond n."""
    blocks = [enhanced(data, number, order=order) for number, data in enumerate(packets, 1)]
    return section(order) + interface(order=order) + b"".join(blocks)
