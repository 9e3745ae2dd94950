"""Packets of every kind, down to their TCP segment."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.exchange.wire import ip_packet, tcp
from wsgui.capture.exchange import ip_fragments
from wsgui.capture.exchange.layers import DEEPEST, LINKS, ORDINARY, Layers
from wsgui.capture.exchange.segments import Segment, source_of, turned


def segment_of(linktype: int, data: bytes) -> Segment | None:
    """The one segment in a packet."""
    found = Layers().segments(linktype, data, len(data))
    assert len(found) < 2
    return found[0] if found else None


def name_of(linktype: int, data: bytes) -> str:
    """What is said of a packet that nothing is found in."""
    layers = Layers()
    assert layers.segments(linktype, data, len(data)) == []
    ((name, count),) = layers.unread.items()
    assert count == 1
    return name


V4 = ip_packet("10.0.0.1", "10.0.0.2", tcp(5, 80, 7, 9, 0x18, b"data"))
ADDRESSES = bytes(range(1, 17)) + bytes(range(17, 33))


def v6(kind: int, payload: bytes, length: int | None = None) -> bytes:
    return struct.pack(">IHBB", 0x60000000, len(payload) if length is None else length, kind, 64) + ADDRESSES + payload


V6 = v6(6, tcp(5, 80, 7, 9, 0x18, b"data"))


@pytest.mark.parametrize("ip", [V4, V6])
@pytest.mark.parametrize(
    ("linktype", "before"),
    [
        (0, b"\2\0\0\0"),
        (12, b""),
        (14, b""),
        (101, b""),
        (108, b"\0\0\0\2"),
        (113, bytes(14) + b"IP"),
        (228, b""),
        (229, b""),
        (276, b"IP" + bytes(18)),
    ],
)
def test_link_types(ip: bytes, linktype: int, before: bytes) -> None:
    kind = b"\x08\x00" if ip is V4 else b"\x86\xdd"
    segment = segment_of(linktype, before.replace(b"IP", kind) + ip)
    assert segment is not None
    assert segment[1:] == (7, 9, 0x18, b"data", 0)
    assert linktype in LINKS


@pytest.mark.parametrize("tags", [b"", b"\x81\x00\x00\x01", b"\x88\xa8\x00\x01\x81\x00\x00\x02"])
def test_ethernet(tags: bytes) -> None:
    padded = bytes(12) + tags + b"\x08\x00" + V4 + bytes(6)
    segment = segment_of(1, padded)
    assert segment is not None
    assert segment.payload == b"data"
    assert segment_of(1, bytes(12) + tags + b"\x86\xdd" + V6) is not None
    assert segment_of(1, bytes(12) + tags + b"\x08\x06" + V4) is None
    assert segment_of(1, bytes(12) + tags) is None


def test_keys() -> None:
    segment, six = segment_of(101, V4), segment_of(101, V6)
    assert segment is not None
    assert six is not None
    assert source_of(segment.key) == "10.0.0.1:5"
    assert source_of(turned(segment.key)) == "10.0.0.2:80"
    assert turned(turned(segment.key)) == segment.key
    assert source_of(six.key) == "[102:304:506:708:90a:b0c:d0e:f10]:5"
    assert source_of(turned(six.key)) == "[1112:1314:1516:1718:191a:1b1c:1d1e:1f20]:80"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        V4[:39],
        ip_packet("10.0.0.1", "10.0.0.2", V4[20:], protocol=17),
        ip_packet("10.0.0.1", "10.0.0.2", V4[20:], fragment=0x2000),
        ip_packet("10.0.0.1", "10.0.0.2", V4[20:], fragment=1),
        b"\x44" + V4[1:],  # an IP header of 16 bytes
        b"\x4f" + V4[1:],  # one that leaves no room for TCP
        V4[:32] + b"\x40" + V4[33:],  # a TCP header of 16 bytes
        v6(17, V4[20:]),
        v6(44, V4[20:]),  # a fragment
        v6(6, b""),
        b"\x50" + V4[1:],
    ],
)
def test_no_segment(packet: bytes) -> None:
    assert segment_of(101, packet) is None


def test_an_unknown_link_type() -> None:
    assert segment_of(147, V4) is None


def test_ip_options_and_tcp_options() -> None:
    packet = b"\x46" + V4[1:2] + struct.pack(">H", 72) + V4[4:20] + bytes(4) + tcp(5, 80, 7, 9, 16, b"data", bytes(20))
    segment = segment_of(101, packet)
    assert segment is not None
    assert segment.payload == b"data"


def test_ipv6_options() -> None:
    segment = segment_of(101, v6(0, b"\x3c\x00" + bytes(6) + b"\x06\x01" + bytes(14) + V6[40:]))
    assert segment is not None
    assert segment.payload == b"data"
    assert segment_of(101, v6(0, b"\x00\xff" + bytes(30))) is None


def test_lengths_that_were_not_set_yet() -> None:
    four, six = segment_of(101, V4[:2] + b"\0\0" + V4[4:]), segment_of(101, v6(6, V6[40:], 0))
    assert four is not None
    assert six is not None
    assert (four.payload, six.payload) == (b"data", b"data")


@given(
    st.sampled_from([*LINKS, 999]),
    st.binary(max_size=120),
    st.sampled_from([b"", V4[:20], V6[:40], bytes(12) + b"\x81\0"]),
)
def test_any_bytes(linktype: int, data: bytes, start: bytes) -> None:
    layers = Layers()
    for segment in [*layers.segments(linktype, start + data, 10), *layers.rest()]:
        assert len(turned(segment.key)) == len(segment.key)
        assert source_of(segment.key)


V4_TYPE, V6_TYPE = b"\x08\x00", b"\x86\xdd"
MAC = bytes(range(12))
FRAME = MAC + V4_TYPE + V4


def udp(port: int, payload: bytes, source: int = 5000) -> bytes:
    head = struct.pack(">HHHH", source, port, 8 + len(payload), 0)
    return ip_packet("192.0.2.1", "192.0.2.2", head + payload, protocol=17)


def over_ip(protocol: int, payload: bytes) -> bytes:
    return ip_packet("192.0.2.1", "192.0.2.2", payload, protocol=protocol)


WRAPPED = {
    "802.1Q in SLL": (113, bytes(14) + b"\x81\x00" + b"\x00\x64\x08\x00" + V4),
    "802.1Q in SLL2": (276, b"\x81\x00" + bytes(18) + b"\x00\x64\x08\x00" + V4),
    "QinQ in SLL": (113, bytes(14) + b"\x88\xa8\x00\x01\x81\x00\x00\x02\x86\xdd" + V6),
    "802.1ah": (1, MAC + b"\x88\xe7\x00\x00\x00\x05" + FRAME),
    "802.1BR": (1, MAC + b"\x89\x3f" + bytes(6) + V4_TYPE + V4),
    "SNAP": (1, MAC + b"\x00\x52\xaa\xaa\x03\x00\x00\x00\x08\x00" + V4),
    "SNAP behind a tag": (1, MAC + b"\x81\x00\x00\x01\x00\x52\xaa\xaa\x03\x00\x00\x00\x08\x00" + V4),
    "ATM": (11, b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + V4),
    "MPLS": (1, MAC + b"\x88\x47" + b"\x00\x01\x00\x40\x00\x02\x01\x40" + V4),
    "MPLS pseudowire": (1, MAC + b"\x88\x47" + b"\x00\x02\x01\x40" + bytes(4) + FRAME),
    "MPLS pseudowire without a control word": (1, MAC + b"\x88\x48" + b"\x00\x02\x01\x40" + b"\x1a" + FRAME[1:]),
    "PPPoE": (1, MAC + b"\x88\x64" + b"\x11\x00\x00\x01\x00\x2e" + b"\x00\x21" + V4),
    "PPPoE alone": (51, b"\x11\x00\x00\x01\x00\x2e" + b"\x00\x57" + V6),
    "PPP": (9, b"\xff\x03\x00\x21" + V4),
    "PPP with a short protocol": (9, b"\x21" + V4),
    "MPLS in PPP": (9, b"\xff\x03\x02\x81" + b"\x00\x02\x01\x40" + V4),
    "PPP in HDLC": (50, b"\xff\x03\x00\x21" + V4),
    "Cisco HDLC as PPP": (50, b"\x0f\x00\x08\x00" + V4),
    "Cisco HDLC": (104, b"\x0f\x00\x08\x00" + V4),
    "PPP with a direction": (204, b"\x01\xff\x03\x00\x21" + V4),
    "pppd": (166, b"\x00\xff\x03\x00\x57" + V6),
    "GRE": (101, over_ip(47, b"\x00\x00\x08\x00" + V4)),
    "GRE with all it may have": (101, over_ip(47, b"\xb0\x00\x86\xdd" + bytes(12) + V6)),
    "Ethernet in GRE": (101, over_ip(47, b"\x20\x00\x65\x58" + bytes(4) + FRAME)),
    "PPTP": (101, over_ip(47, b"\x30\x81\x88\x0b" + bytes(12) + b"\xff\x03\x00\x21" + V4)),
    "ERSPAN I": (101, over_ip(47, b"\x00\x00\x88\xbe" + FRAME)),
    "ERSPAN II": (101, over_ip(47, b"\x10\x00\x88\xbe" + bytes(4) + bytes(8) + FRAME)),
    "ERSPAN III": (101, over_ip(47, b"\x10\x00\x22\xeb" + bytes(4) + bytes(12) + FRAME)),
    "ERSPAN III with more": (101, over_ip(47, b"\x10\x00\x22\xeb" + bytes(4) + bytes(11) + b"\x01" + bytes(8) + FRAME)),
    "VXLAN": (101, udp(4789, b"\x08\x00\x00\x00\x00\x00\x2a\x00" + FRAME)),
    "VXLAN of Linux": (101, udp(8472, b"\x08\x00\x00\x00\x00\x00\x2a\x00" + FRAME)),
    "VXLAN-GPE": (101, udp(4790, b"\x0c\x00\x00\x01\x00\x00\x2a\x00" + V4)),
    "Geneve": (101, udp(6081, b"\x01\x00\x65\x58\x00\x00\x2a\x00" + bytes(4) + FRAME)),
    "IP in Geneve": (101, udp(6081, b"\x00\x00\x08\x00\x00\x00\x2a\x00" + V4)),
    "GTP-U": (101, udp(2152, b"\x30\xff\x00\x2c\x00\x00\x00\x07" + V4)),
    "GTP-U with an extension": (
        101,
        udp(2152, b"\x34\xff\x00\x34\x00\x00\x00\x07" + b"\x00\x00\x00\x85" + b"\x01\x10\x09\x00" + V4),
    ),
    "GTP-U with a number": (101, udp(2152, b"\x32\xff\x00\x30\x00\x00\x00\x07" + b"\x00\x01\x00\x85" + V4)),
    "L2TP": (101, udp(1701, b"\x00\x02\x00\x01\x00\x02" + b"\xff\x03\x00\x21" + V4)),
    "L2TP with all it may have": (
        101,
        udp(1701, b"\x4a\x02\x00\x40\x00\x01\x00\x02" + bytes(4) + b"\x00\x03abc" + b"\x00\x21" + V4),
    ),
    "MPLS in UDP": (101, udp(6635, b"\x00\x02\x01\x40" + V4)),
    "IP in IP": (101, over_ip(4, V4)),
    "IPv6 in IP": (101, over_ip(41, V6)),
    "IP in IPv6": (101, v6(4, V4)),
    "MPLS in IP": (101, over_ip(137, b"\x00\x02\x01\x40" + V4)),
    "EtherIP": (101, over_ip(97, b"\x30\x00" + FRAME)),
    "Ethernet in IP": (101, over_ip(143, FRAME)),
    "AH": (101, over_ip(51, b"\x06\x04\x00\x00" + bytes(20) + V4[20:])),
    "AH in IPv6": (101, v6(51, b"\x06\x04\x00\x00" + bytes(20) + V4[20:])),
    "PKTAP": (258, struct.pack("<III", 108, 1, 1) + bytes(96) + FRAME),
    "PKTAP by its old number": (149, struct.pack("<III", 12, 1, 0) + b"\x1e\0\0\0" + V6),
    "PPI": (192, b"\0\0\x08\0\x01\0\0\0" + FRAME),
    "NFLOG": (239, b"\x02\0\0\x05" + b"\x05\0\x0a\0x\0\0\0" + struct.pack("<HH", 48, 9) + V4),
    "NFLOG, big-endian": (239, b"\x02\0\0\x05" + b"\0\x08\0\x01abcd" + struct.pack(">HH", 48, 9) + V4),
    "PFLOG": (117, b"\x3d" + bytes(63) + V4),
    "OpenBSD enc": (109, bytes(12) + V4),
    "three tunnels": (
        1,
        MAC + V4_TYPE + udp(4789, b"\x08" + bytes(7) + MAC + V4_TYPE + over_ip(47, b"\0\0\x08\0" + V4)),
    ),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_wrapped(name: str) -> None:
    linktype, packet = WRAPPED[name]
    segment = segment_of(linktype, packet)
    assert segment is not None
    assert segment[1:] == (7, 9, 0x18, b"data", 0)
    assert source_of(segment.key) in ("10.0.0.1:5", "192.0.2.1:5", "[102:304:506:708:90a:b0c:d0e:f10]:5")


@pytest.mark.parametrize("name", WRAPPED)
def test_wrapped_and_cut_anywhere(name: str) -> None:
    linktype, packet = WRAPPED[name]
    for size in range(len(packet)):
        layers = Layers()
        found = layers.segments(linktype, packet[:size], len(packet))
        assert [segment.payload for segment in found] in ([], [b"data"[: size - len(packet) + 4]])
        assert len(found) + layers.unread.total() == 1
        assert all(segment.missing == len(packet) - size for segment in found)


@pytest.mark.parametrize(
    ("linktype", "packet", "name"),
    [
        (147, V4, "link type 147"),
        (101, over_ip(50, bytes(40)), "ESP"),
        (101, over_ip(1, bytes(8)), "ICMP"),
        (101, over_ip(132, bytes(12)), "SCTP"),
        (101, over_ip(200, b""), "IP protocol 200"),
        (101, v6(59, b""), "IPv6 without anything in it"),
        (101, udp(53, b"dns"), "UDP"),
        (101, udp(443, b"quic"), "QUIC"),
        (101, udp(5000, b"quic", 443), "QUIC"),
        (101, udp(4500, b"\0\0\0\0ike"), "IKE"),
        (101, udp(4500, b"\0\0\0\1esp"), "ESP"),
        (101, udp(4789, bytes(8)), "UDP"),
        (101, udp(4790, b"\x0c\0\0\x04" + bytes(4)), "VXLAN-GPE protocol 4"),
        (101, udp(2152, b"\x32\x01\0\4" + bytes(8)), "GTP control"),
        (101, udp(2152, b"\x34\xff\0\x34" + bytes(4) + b"\0\0\0\x85\0" + V4), "broken GTP headers"),
        (101, udp(1701, b"\xc8\x02" + bytes(10)), "L2TP control"),
        (1, MAC + b"\x08\x06" + bytes(28), "ARP"),
        (1, MAC + b"\x88\xe5" + bytes(28), "MACsec"),
        (1, MAC + b"\x12\x34", "Ethernet type 0x1234"),
        (1, MAC + b"\x00\x26\x42\x42\x03" + bytes(35), "spanning tree"),
        (1, MAC + b"\x00\x26\xe0\xe0\x03" + bytes(35), "LLC frames"),
        (1, MAC + b"\x88\x63\x11\x09", "PPPoE control"),
        (1, MAC + b"\x88\x64\x11\xa7" + bytes(4), "PPPoE control"),
        (9, b"\xff\x03\xc0\x21\x01", "PPP control"),
        (9, b"\xff\x03\x00\x53\x01", "encrypted PPP"),
        (9, b"\xff\x03\x00\x2d\x01", "PPP protocol 0x002d"),
        (258, struct.pack("<III", 12, 1, 147) + V4, "link type 147"),
        (258, struct.pack("<III", 11, 1, 1) + V4, "packets that are cut inside their headers"),
        (192, b"\0\0\x08\0\x93\0\0\0" + V4, "link type 147"),
        (192, b"\0\0\x07\0\x01\0\0\0" + V4, "packets that are cut inside their headers"),
        (239, b"\x02\0\0\x05\x03\0\x09\0" + V4, "broken NFLOG headers"),
        (101, b"\x50" + V4[1:], "what is no IP where IP should be"),
        (101, b"\x44" + V4[1:], "broken IP headers"),
        (101, V4[:2] + b"\0\x10" + V4[4:], "broken IP headers"),
        (101, V4[:32] + b"\x40" + V4[33:], "broken TCP headers"),
        (101, V4[:39], "packets that are cut inside their headers"),
        (1, b"short", "packets that are cut inside their headers"),
    ],
)
def test_what_is_not_looked_into(linktype: int, packet: bytes, name: str) -> None:
    assert name_of(linktype, packet) == name
    assert (name in ORDINARY) is (name in {"ICMP", "UDP", "ARP", "spanning tree"})


def test_too_many_layers() -> None:
    packet = V4
    for _ in range(DEEPEST):
        packet = over_ip(4, packet)
    assert name_of(101, packet) == "packets with too many layers"


def test_a_packet_that_was_cut() -> None:
    (whole,) = Layers().segments(101, V4, 44)
    for size in (42, 40):
        (cut,) = Layers().segments(101, V4[:size], 44)
        assert cut == whole._replace(payload=b"data"[: size - 40], missing=44 - size)
    # Segmentation was left to the network card: the file knows how long it was.
    (cut,) = Layers().segments(101, (V4[:2] + b"\0\0" + V4[4:])[:42], 44)
    assert (cut.payload, cut.missing) == (b"da", 2)
    # Within a tunnel the outer IP bounds the inner one.
    (inner,) = Layers().segments(101, over_ip(4, V4[:2] + b"\0\xff" + V4[4:]), 64)
    assert (inner.payload, inner.missing) == (b"data", 0)


# --- fragments

BODY = V4[20:] + bytes(range(60))  # a TCP segment of 84 bytes


def part(at: int, size: int, *, more: bool, number: int = 9) -> bytes:
    return (
        struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, number, at // 8 | more << 13, 64, 6, 0)
        + V4[12:20]
        + BODY[at : at + size]
    )


def part_6(at: int, size: int, *, more: bool) -> bytes:
    return v6(44, struct.pack(">BBHI", 6, 0, at | more, 77) + BODY[at : at + size])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 0, 1, 2)])
@pytest.mark.parametrize("make", [part, part_6])
def test_fragments(order: tuple[int, ...], make: object) -> None:
    parts = [make(0, 32, more=True), make(32, 24, more=True), make(56, 28, more=False)]  # type: ignore[operator]
    layers = Layers()
    found = [segment for number in order for segment in layers.segments(101, parts[number], len(parts[number]))]
    assert [(segment.seq, segment.payload) for segment in found] == [(7, BODY[20:])]
    assert layers.rest() == []


def test_a_fragment_that_is_missing() -> None:
    layers = Layers()
    for packet in (part(0, 32, more=True), part(56, 28, more=False), part(32, 8, more=True, number=10)):
        assert layers.segments(101, packet, len(packet)) == []
    assert [(segment.seq, segment.payload) for segment in layers.rest()] == [(7, BODY[20:32]), (7 + 36, BODY[56:])]
    assert layers.unread["IP datagrams that lack a fragment"] == 2


@pytest.mark.parametrize(
    "packet",
    [
        part(0, 16, more=True),  # not even the TCP header
        struct.pack(">BBHHHBBH", 0x45, 0, 52, 9, 0x2000, 64, 17, 0) + V4[12:20] + BODY[:32],
        struct.pack(">BBHHHBBH", 0x45, 0, 52, 9, 0x2000, 64, 6, 0) + V4[12:20] + BODY[:12] + b"\x10" + BODY[13:32],
    ],
)
def test_fragments_that_hold_no_segment(packet: bytes) -> None:
    layers = Layers()
    layers.segments(101, packet, len(packet))
    assert layers.rest() == []


def test_a_datagram_of_fragments_that_is_no_tcp() -> None:
    layers = Layers()
    for at, size, more in ((0, 8, 1), (8, 4, 0)):
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 9, at // 8 | more << 13, 64, 17, 0)
        layers.segments(101, head + V4[12:20] + b"\x11\x51\x11\x51" + bytes(size - 4), 20 + size)
    assert dict(layers.unread) == {"fragments of IP that wait": 1, "UDP": 1}
    layers = Layers()
    for at, size, more in ((0, 8, 1), (8, 2, 0)):
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 9, at // 8 | more << 13, 64, 51, 0)
        layers.segments(101, head + V4[12:20] + b"\x06\xff" + bytes(size - 2), 20 + size)
    assert layers.unread["packets that are cut inside their headers"] == 1


def test_a_tunnel_in_fragments() -> None:
    whole = over_ip(4, part(0, 32, more=True) + bytes(4))
    second = over_ip(4, part(32, 52, more=False))
    layers = Layers()
    found = [one for packet in (whole, second) for one in layers.segments(101, packet, len(packet))]
    assert [one.payload for one in found] == [BODY[20:]]


def test_an_outer_datagram_in_fragments_with_an_inner_one() -> None:
    inner = part(0, 32, more=True)
    layers = Layers()
    packets = [part(56, 28, more=False), part(32, 24, more=True)]
    for at, size, more in ((0, 24, 1), (24, len(inner) - 24, 0)):
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 5, at // 8 | more << 13, 64, 4, 0)
        packets.append(head + b"\x01\x02\x03\x04\x05\x06\x07\x08" + inner[at : at + size])
    found = [one for packet in packets for one in layers.segments(101, packet, len(packet))]
    assert [one.payload for one in found] == [BODY[20:]]


def test_a_fragment_that_was_cut_leaves_a_hole() -> None:
    layers = Layers()
    first, last = part(0, 32, more=True), part(32, 52, more=False)
    layers.segments(101, first, len(first))
    assert layers.segments(101, last[:40], len(last)) == []
    assert [one.payload for one in layers.rest()] == [BODY[20:52]]


def test_a_datagram_that_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ip_fragments, "MOST_DATAGRAMS", 1)
    layers = Layers()
    first, second = part(0, 32, more=True), part(0, 32, more=True, number=10)
    assert layers.segments(101, first, len(first)) == []
    assert [one.payload for one in layers.segments(101, second, len(second))] == [BODY[20:32]]


def test_a_datagram_whose_inside_is_cut() -> None:
    layers = Layers()
    for at, size, more in ((0, 8, 1), (8, 1, 0)):
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 9, at // 8 | more << 13, 64, 51, 0)
        layers.segments(
            101, head + V4[12:20] + b"\x33\x00" + bytes(size - 1) if not at else head + V4[12:20] + b"3", 29
        )
    assert layers.unread["packets that are cut inside their headers"] == 1


def test_a_length_that_was_not_set_in_a_cooked_packet() -> None:
    segment = segment_of(113, bytes(14) + b"\x08\x00" + V4[:2] + b"\0\0" + V4[4:])
    assert segment is not None
    assert segment.payload == b"data"
