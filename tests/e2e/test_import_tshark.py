"""A conversation in each layer, order and loss: what we find in captures made here is what tshark finds."""

from __future__ import annotations

import shutil
import struct
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import rows_of
from tests.capture.exchange.wire import RST, Talk, enhanced, interface, ip_packet, section
from tests.e2e.wireshark import tshark
from wsgui.capture.exchange import import_file
from wsgui.capture.reader import CaptureReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed (apt install tshark)"),
]

IPV4 = b"\x08\x00"
MAC = bytes.fromhex("020000000002020000000001")
ETHERNET = MAC + IPV4


def udp(port: int, payload: bytes) -> bytes:
    head = struct.pack(">HHHH", 5000, port, 8 + len(payload), 0)
    return ip_packet("192.0.2.1", "192.0.2.2", head + payload, protocol=17)


def over(protocol: int, payload: bytes) -> bytes:
    return ip_packet("192.0.2.1", "192.0.2.2", payload, protocol=protocol)


def fragments(packet: bytes) -> list[bytes]:
    """IP fragments of 64 bytes, the last one first."""
    number = sum(packet) & 0xFFFF
    parts = []
    for start in range(20, len(packet), 64):
        data = packet[start : start + 64]
        more = start + 64 < len(packet)
        head = struct.pack(">BBHHH", 0x45, 0, 20 + len(data), number, (start - 20) // 8 | more << 13)
        parts.append(head + packet[8:20] + data)
    return parts[::-1]


def gtp(packet: bytes) -> bytes:
    return udp(2152, b"\x30\xff" + struct.pack(">H", len(packet)) + b"\0\0\0\7" + packet)


def pppoe(packet: bytes) -> bytes:
    return MAC + b"\x88\x64\x11\0\0\1" + struct.pack(">H", len(packet) + 2) + b"\x00\x21" + packet


def nflog(packet: bytes) -> bytes:
    return b"\x02\0\0\5" + struct.pack("<HH", len(packet) + 4, 9) + packet


LAYERS: dict[str, tuple[int, Callable[[bytes], bytes | list[bytes]]]] = {
    "raw": (101, lambda ip: ip),
    "fragments": (101, fragments),
    "Ethernet": (1, lambda ip: ETHERNET + ip),
    "802.1Q": (1, lambda ip: MAC + b"\x81\x00\x00\x05" + IPV4 + ip),
    "QinQ": (1, lambda ip: MAC + b"\x88\xa8\x00\x05\x81\x00\x00\x06" + IPV4 + ip),
    "SNAP": (1, lambda ip: MAC + struct.pack(">H", 8 + len(ip)) + b"\xaa\xaa\x03\0\0\0" + IPV4 + ip),
    "PPPoE": (1, pppoe),
    "MPLS": (1, lambda ip: MAC + b"\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40" + ip),
    "null": (0, lambda ip: b"\2\0\0\0" + ip),
    "loop": (108, lambda ip: b"\0\0\0\2" + ip),
    "PPP": (9, lambda ip: b"\xff\x03\x00\x21" + ip),
    "Cisco HDLC": (104, lambda ip: b"\x0f\x00" + IPV4 + ip),
    "SLL": (113, lambda ip: b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0" + IPV4 + ip),
    "802.1Q in SLL": (113, lambda ip: b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x81\x00\0\5" + IPV4 + ip),
    "SLL2": (276, lambda ip: IPV4 + b"\0\0\0\0\0\3\0\1\0\6\2\0\0\0\0\1\0\0" + ip),
    "802.1Q in SLL2": (276, lambda ip: b"\x81\0\0\0\0\0\0\3\0\1\0\6\2\0\0\0\0\1\0\0\0\5" + IPV4 + ip),
    "GRE": (101, lambda ip: over(47, b"\x20\0" + IPV4 + b"\0\0\0\1" + ip)),
    "ERSPAN": (101, lambda ip: over(47, b"\x10\0\x88\xbe\0\0\0\1\x10\1\0\1\0\0\0\1" + ETHERNET + ip)),
    "VXLAN": (101, lambda ip: udp(4789, b"\x08\0\0\0\0\0\x2a\0" + ETHERNET + ip)),
    "Geneve": (101, lambda ip: udp(6081, b"\0\0\x65\x58\0\0\x2a\0" + ETHERNET + ip)),
    "GTP-U": (101, gtp),
    "IP in IP": (101, lambda ip: over(4, ip)),
    "AH": (101, lambda ip: ip[:9] + b"\x33" + ip[10:20] + b"\6\4\0\0" + bytes(20) + ip[20:]),
    "NFLOG": (239, nflog),
    "PKTAP": (258, lambda ip: struct.pack("<III", 108, 1, 1) + bytes(96) + ETHERNET + ip),
}


def ah_length(ip: bytes) -> bytes:
    """An IP header says how long the packet is with all that was put in."""
    return ip[:2] + struct.pack(">H", len(ip)) + ip[4:]


def conversation(talk: Talk) -> list[bytes]:
    packets = [*talk.opening(), *talk.handshake()]
    for number in range(4):
        packets.append(talk.packet(1, b"\x81\x08server %d" % number))
        packets.append(talk.packet(0, b"\x81\x88\0\0\0\0client %d" % number))
        packets.append(talk.packet(1))
    return [*packets, *talk.closing()]


def moved(packets: list[bytes], source: int, target: int) -> list[bytes]:
    rest = packets[:source] + packets[source + 1 :]
    return [*rest[:target], packets[source], *rest[target:]]


def stray_reset(packets: list[bytes]) -> list[bytes]:
    stray = Talk(("10.0.0.1", 0)).packet(1, b"", RST, seq=77)
    stray = stray[:20] + packets[1][20:24] + stray[24:]
    return [*packets[:8], stray, *packets[8:]]


ORDERS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "twice": lambda packets: [packet for packet in packets for _ in (0, 1)],
    "a frame before the one before": lambda packets: moved(packets, 8, 5),
    "server's later than the client's": lambda packets: moved(packets, 5, 9),
    "a server's frame lost": lambda packets: packets[:8] + packets[9:],
    "a client's frame lost": lambda packets: packets[:9] + packets[10:],
    "no SYN": lambda packets: packets[3:],
    "no end": lambda packets: packets[:-3],
    "a stray RST": stray_reset,
}


def file_of(cases: dict[str, tuple[int, list[bytes]]]) -> bytes:
    linktypes = sorted({linktype for linktype, _ in cases.values()})
    blocks = [section(), *map(interface, linktypes)]
    time = 1_700_000_000_000_000
    for linktype, packets in cases.values():
        for packet in packets:
            time += 1000
            blocks.append(enhanced(packet, time, linktypes.index(linktype)))
    return b"".join(blocks)


LOST = {"a server's frame lost": "server 1", "a client's frame lost": "client 1"}


def tsharks(path: Path, ports: dict[int, str], *, wait: bool) -> dict[str, list[str]]:
    """The texts that tshark finds in each conversation; with ``wait`` it puts segments in order and stops at holes."""
    found: dict[str, list[str]] = defaultdict(list)
    fields = ["-T", "fields", "-e", "tcp.port", "-e", "websocket.payload.text"]
    order = ["-o", f"tcp.reassemble_out_of_order:{str(wait).upper()}"]
    for line in tshark(path, *order, "-Y", "websocket", *fields).splitlines():
        both, _, texts = line.partition("\t")
        found[ports[max(map(int, both.split(",")))]] += texts.split(",") if texts else []
    return found


def test_each_layer_order_and_loss(tmp_path: Path) -> None:
    cases: dict[str, tuple[int, list[bytes]]] = {}
    ports: dict[int, str] = {}
    for port, name in enumerate((*LAYERS, *ORDERS), 41_000):
        ports[port] = name
        packets = conversation(Talk(("10.0.0.1", port)))
        if name in ORDERS:
            cases[name] = (101, ORDERS[name](packets))
            continue
        linktype, wrap = LAYERS[name]
        wrapped: list[bytes] = []
        for packet in packets:
            outer = wrap(packet)
            wrapped += outer if isinstance(outer, list) else [ah_length(outer) if name == "AH" else outer]
        cases[name] = (linktype, wrapped)
    path = tmp_path / "made.pcapng"
    path.write_bytes(file_of(cases))

    report = import_file(path, tmp_path / "out.wscap")
    with CaptureReader(report.target) as reader:
        names = {row.id: ports[int(row.local.rpartition(":")[2])] for row in reader.connections()}
    ours: dict[str, list[str]] = defaultdict(list)
    holes: dict[str, int] = defaultdict(int)
    for row in rows_of(report.target):
        if row[3] == 1:
            ours[names[row[0]]].append(row[7].decode())
        holes[names[row[0]]] += row[3] == -3

    theirs = dict(tsharks(path, ports, wait=True))
    theirs |= {name: found for name, found in tsharks(path, ports, wait=False).items() if name in LOST}
    whole = [f"{who} {number}" for number in range(4) for who in ("server", "client")]
    for name in cases:
        right = sorted(text for text in whole if text != LOST.get(name))
        assert sorted(ours[name]) == right, name
        assert sorted(theirs[name]) == right, name
        assert holes[name] == (name in LOST), name
    assert report.problem_count == len(LOST)
