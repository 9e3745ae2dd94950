"""From a packet to its TCP segment, whatever it is wrapped in: one function for each layer, each calling the next.

A layer is a function of a packet and the place where the layer's header begins. It gives the TCP segment, or the name
of what it could not look into, for people: ``"ESP"``. Tables say which layer stands behind which number. Nothing beyond
what a packet has is read: a header that is cut is a name too.

Sources: https://www.tcpdump.org/linktypes.html, and the RFCs and standards named at the functions.
"""

from __future__ import annotations

import struct
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from wsgui.capture.exchange.ip_fragments import Fragments
from wsgui.capture.exchange.segments import Segment

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.exchange.ip_fragments import Datagram

DEEPEST: Final = 24
"""Layers within each other that are gone through."""

_NUMBERS: Final = struct.Struct(">II")
_TCP: Final = 6
_CUT: Final = "packets that are cut inside their headers"

Found: TypeAlias = "Segment | str"


class _LayeredPacket:
    """A packet on its way through the layers. ``end`` is where its bytes ended on the wire, as far as headers say:
    beyond ``len(data)`` if it was cut when it was caught. ``bounded``: the IP around this layer has said so."""

    __slots__ = ("bounded", "data", "depth", "end", "fragments", "more")

    def __init__(self, data: bytes, end: int, fragments: Fragments, *, bounded: bool = False) -> None:
        self.data = data
        self.end = end
        self.bounded = bounded
        self.depth = 0
        self.fragments = fragments
        self.more: list[Segment] = []

    def number(self, place: int, size: int = 2) -> int:
        """A big-endian number; raises IndexError if it is cut."""
        if place + size > len(self.data):
            raise IndexError
        return int.from_bytes(self.data[place : place + size], "big")

    def bound(self, end: int) -> None:
        """An IP header says that its packet ends there; one within another says nothing beyond it. What the file says
        of a packet's length is believed less: tools that cut packets do not always keep it."""
        self.end = min(self.end, end) if self.bounded else end
        self.bounded = True


Layer: TypeAlias = "Callable[[_LayeredPacket, int], Found]"

ORDINARY: Final = frozenset(("ARP", "ICMP", "IGMP", "UDP", "LLDP", "spanning tree", "fragments of IP that wait"))
"""Names of what cannot hold a WebSocket: told only where nothing else is found."""


class Layers:
    """Reads packets with `segments`. ``unread`` counts, by name, those that it could not look into."""

    def __init__(self) -> None:
        self.unread: Counter[str] = Counter()
        self._fragments = Fragments()

    def segments(self, linktype: int, data: bytes, length: int) -> list[Segment]:
        """The TCP segments in a packet: one, none, or several where fragments come together.

        ``length`` is what the packet had on the wire, in bytes.
        """
        segment = plain_segment(linktype, data, length)
        if segment is not None:
            return [segment]
        packet = _LayeredPacket(data, max(length, len(data)), self._fragments)
        layer = LINKS.get(linktype)
        found = f"link type {linktype}" if layer is None else _next(packet, layer, 0)
        segments = packet.more
        if isinstance(found, str):
            self.unread[found] += 1
        else:
            segments.append(found)
        return segments

    def rest(self) -> list[Segment]:
        """What is there of fragmented datagrams that never became whole."""
        segments: list[Segment] = []
        for datagram in self._fragments.rest():
            self.unread["IP datagrams that lack a fragment"] += 1
            segments += _pieces(datagram)
        return segments


def plain_segment(linktype: int, data: bytes, length: int) -> Segment | None:
    """The short way for what most packets are: TCP in IPv4, alone or in Ethernet. None for all others."""
    if linktype == 1:
        if data[12:14] != b"\x08\x00":
            return None
        start = 14
    elif linktype in _RAW:
        start = 0
    else:
        return None
    size = len(data)
    if size < start + 40 or data[start] >> 4 != 4 or data[start + 9] != _TCP:
        return None
    tcp = start + (data[start] & 15) * 4
    if tcp < start + 20 or size < tcp + 20 or data[start + 6] & 0x3F or data[start + 7]:
        return None
    # With segmentation left to the network card, packets may be caught before their length is set.
    end = start + (data[start + 2] << 8 | data[start + 3] or length - start)
    payload = tcp + (data[tcp + 12] >> 4) * 4
    if payload < tcp + 20 or payload > size or payload > end:
        return None
    seq, ack = _NUMBERS.unpack_from(data, tcp + 4)
    # A third of the time that the named tuple's own constructor takes.
    return tuple.__new__(
        Segment,
        (
            data[start + 12 : start + 20] + data[tcp : tcp + 4],
            seq,
            ack,
            data[tcp + 13],
            data[payload:end],
            end - size if end > size else 0,
        ),
    )


def _next(packet: _LayeredPacket, layer: Layer, place: int) -> Found:
    packet.depth += 1
    if packet.depth > DEEPEST:
        return "packets with too many layers"
    try:
        return layer(packet, place)
    except IndexError:
        return _CUT


# --- TCP and IP


def _tcp(packet: _LayeredPacket, place: int, addresses: bytes) -> Found:
    """RFC 9293 section 3.1."""
    data = packet.data
    if len(data) < place + 20:
        return _CUT
    payload = place + (data[place + 12] >> 4) * 4
    if payload < place + 20 or payload > packet.end:
        return "broken TCP headers"
    seq, ack = _NUMBERS.unpack_from(data, place + 4)
    missing = max(packet.end - max(len(data), payload), 0)
    return Segment(addresses + data[place : place + 4], seq, ack, data[place + 13], data[payload : packet.end], missing)


def _ip(packet: _LayeredPacket, place: int) -> Found:
    """IPv4 or IPv6, as its first four bits say."""
    version = packet.data[place] >> 4
    if version == 4:
        return _next(packet, _ipv4, place)
    if version == 6:
        return _next(packet, _ipv6, place)
    return "what is no IP where IP should be"


def _ipv4(packet: _LayeredPacket, place: int) -> Found:
    """RFC 791 section 3.1."""
    data = packet.data
    if len(data) < place + 20:
        return _CUT
    behind = place + (data[place] & 15) * 4
    total = packet.number(place + 2)
    if behind < place + 20 or data[place] >> 4 != 4 or 0 < total < behind - place:
        return "broken IP headers"
    if total:  # else segmentation is left to the network card
        packet.bound(place + total)
    protocol, addresses = data[place + 9], data[place + 12 : place + 20]
    flags = packet.number(place + 6)
    if flags & 0x3FFF:
        key = (addresses, packet.number(place + 4), protocol)
        return _fragment(packet, behind, key, (flags & 0x1FFF) * 8, more=bool(flags & 0x2000))
    return _behind_ip(packet, behind, protocol, addresses)


_LENGTHS: Final = frozenset((0, 43, 60, 135, 139, 140))
"""Headers of IPv6 that say how long they are, in units of 8 bytes behind the first: options, routing, mobility, ..."""


def _ipv6(packet: _LayeredPacket, place: int) -> Found:
    """RFC 8200 sections 3 and 4."""
    data = packet.data
    if len(data) < place + 40:
        return _CUT
    protocol, addresses = data[place + 6], data[place + 8 : place + 40]
    total = packet.number(place + 4)
    place += 40
    if total:
        packet.bound(place + total)
    while protocol in _LENGTHS:
        protocol, place = data[place], place + 8 + data[place + 1] * 8
    if protocol == 44:
        where = packet.number(place + 2)
        key = (addresses, packet.number(place + 4, 4), data[place])
        return _fragment(packet, place + 8, key, where & 0xFFF8, more=bool(where & 1))
    return _behind_ip(packet, place, protocol, addresses)


def _behind_ip(packet: _LayeredPacket, place: int, protocol: int, addresses: bytes) -> Found:
    if protocol == _TCP:
        return _tcp(packet, place, addresses)
    if protocol == 51:  # Authentication Header (RFC 4302): what is behind it is plain
        data = packet.data
        return _behind_ip(packet, place + (data[place + 1] + 2) * 4, data[place], addresses)
    layer = PROTOCOLS.get(protocol)
    if layer is None:
        return _PROTOCOL_NAMES.get(protocol, f"IP protocol {protocol}")
    return _next(packet, layer, place)


def _fragment(packet: _LayeredPacket, place: int, key: tuple[bytes, int, int], at: int, *, more: bool) -> Found:
    """A fragment of a datagram: the segment once it is whole."""
    data = packet.data[place : packet.end]
    cut = packet.end > len(packet.data)
    found: Found = "fragments of IP that wait"
    for datagram in packet.fragments.add(key, at, data, last=not more and not cut):
        if not datagram.whole:
            packet.more += _pieces(datagram)
            continue
        addresses, _, protocol = key
        inner = _LayeredPacket(datagram.pieces[0][1], len(datagram.pieces[0][1]), packet.fragments, bounded=True)
        inner.depth = packet.depth
        try:
            found = _behind_ip(inner, 0, protocol, addresses)
        except IndexError:
            found = _CUT
        packet.more += inner.more
    return found


def _pieces(datagram: Datagram) -> list[Segment]:
    """What is there of a TCP segment whose datagram lacks a fragment."""
    addresses, _, protocol = datagram.key
    place, first = datagram.pieces[0]
    if protocol != _TCP or place or len(first) < 20:
        return []
    packet = _LayeredPacket(first, len(first), Fragments())
    segment = _tcp(packet, 0, addresses)
    if isinstance(segment, str):
        return []
    header = (first[12] >> 4) * 4
    segments = [segment]
    for place, data in datagram.pieces[1:]:
        seq = segment.seq + place - header & 0xFFFFFFFF
        segments.append(Segment(segment.key, seq, segment.ack, segment.flags & ~0x07, data, 0))
    return segments


# --- Ethernet and what has its types


def _ethernet(packet: _LayeredPacket, place: int) -> Found:
    """IEEE 802.3 section 3; type or length behind two addresses."""
    kind = packet.number(place + 12)
    if kind >= 0x600:
        return _behind_type(packet, place + 14, kind)
    return _next(packet, _llc, place + 14)


def _behind_type(packet: _LayeredPacket, place: int, kind: int) -> Found:
    layer = TYPES.get(kind)
    if layer is None:
        return _TYPE_NAMES.get(kind, f"Ethernet type 0x{kind:04x}")
    return _next(packet, layer, place)


def _llc(packet: _LayeredPacket, place: int) -> Found:
    """IEEE 802.2 with SNAP (RFC 1042)."""
    if packet.number(place, 3) == 0x424203:
        return "spanning tree"
    if packet.number(place, 3) != 0xAAAA03:
        return "LLC frames"
    return _behind_type(packet, place + 8, packet.number(place + 6))


def _vlan(packet: _LayeredPacket, place: int) -> Found:
    """IEEE 802.1Q, and 802.1ad within each other: a tag, then a type (or a length)."""
    kind = packet.number(place + 2)
    if kind >= 0x600:
        return _behind_type(packet, place + 4, kind)
    return _next(packet, _llc, place + 4)


def _backbone(packet: _LayeredPacket, place: int) -> Found:
    """IEEE 802.1ah: the customer's whole frame behind a tag of four bytes."""
    return _next(packet, _ethernet, place + 4)


def _etag(packet: _LayeredPacket, place: int) -> Found:
    """IEEE 802.1BR: a tag of six bytes, then a type."""
    return _behind_type(packet, place + 8, packet.number(place + 6))


def _mpls(packet: _LayeredPacket, place: int) -> Found:
    """RFC 3032: labels up to the one with the bottom bit; what is behind says itself what it is (RFC 4928)."""
    while not packet.data[place + 2] & 1:
        place += 4
    place += 4
    first = packet.data[place] >> 4
    if first in (4, 6):
        return _next(packet, _ip, place)
    return _next(packet, _ethernet, place + 4 if first == 0 else place)  # a control word (RFC 4385)


def _pppoe(packet: _LayeredPacket, place: int) -> Found:
    """RFC 2516 section 4: six bytes, then PPP without address and control."""
    if packet.data[place + 1]:
        return "PPPoE control"
    return _next(packet, _ppp, place + 6)


def _ppp(packet: _LayeredPacket, place: int) -> Found:
    """RFC 1661 section 2, RFC 1662: address and control may be left out, and the upper byte of the protocol."""
    data = packet.data
    if data[place : place + 2] == b"\xff\x03":
        place += 2
    if data[place] & 1:
        kind, place = data[place], place + 1
    else:
        kind, place = packet.number(place), place + 2
    if kind in (0x21, 0x57):
        return _next(packet, _ip, place)
    if kind in (0x281, 0x283):
        return _next(packet, _mpls, place)
    if kind == 0x53:
        return "encrypted PPP"
    return "PPP control" if kind >= 0x8000 else f"PPP protocol 0x{kind:04x}"


# --- tunnels


def _gre(packet: _LayeredPacket, place: int) -> Found:
    """RFC 2784, RFC 2890; version 1 is PPTP's (RFC 2637)."""
    flags, kind = packet.number(place), packet.number(place + 2)
    place += 4
    place += 4 * (bool(flags & 0xC000) + bool(flags & 0x2000) + bool(flags & 0x1000) + bool(flags & 0x0080))
    if kind == 0x880B:
        return _next(packet, _ppp, place)
    if kind == 0x88BE:  # ERSPAN: type I has no header of its own, type II one of eight bytes
        return _next(packet, _ethernet, place + 8 if flags & 0x1000 else place)
    if kind == 0x22EB:  # type III: twelve bytes, eight more if the last bit says so
        return _next(packet, _ethernet, place + 12 + 8 * (packet.data[place + 11] & 1))
    return _behind_type(packet, place, kind)


def _ether_ip(packet: _LayeredPacket, place: int) -> Found:
    """RFC 3378."""
    return _next(packet, _ethernet, place + 2)


def _udp(packet: _LayeredPacket, place: int) -> Found:
    """RFC 768: tunnels are known by the port that a datagram goes to."""
    source, port = packet.number(place), packet.number(place + 2)
    layer = PORTS.get(port)
    if layer is not None:
        return _next(packet, layer, place + 8)
    if 443 in (source, port):
        return "QUIC"
    return "UDP"


def _vxlan(packet: _LayeredPacket, place: int) -> Found:
    """RFC 7348 section 5."""
    return _next(packet, _ethernet, place + 8) if packet.data[place] & 0x08 else "UDP"


def _vxlan_gpe(packet: _LayeredPacket, place: int) -> Found:
    """VXLAN with a protocol in its header (draft-ietf-nvo3-vxlan-gpe)."""
    kind = packet.data[place + 3]
    layer = GPE.get(kind)
    return f"VXLAN-GPE protocol {kind}" if layer is None else _next(packet, layer, place + 8)


def _geneve(packet: _LayeredPacket, place: int) -> Found:
    """RFC 8926 section 3.4."""
    return _behind_type(packet, place + 8 + (packet.data[place] & 0x3F) * 4, packet.number(place + 2))


def _gtp(packet: _LayeredPacket, place: int) -> Found:
    """GTP-U (3GPP TS 29.281 section 5): user packets are messages of type 255."""
    data = packet.data
    flags = data[place]
    if flags >> 5 != 1 or data[place + 1] != 255:
        return "GTP control"
    behind = place + 8
    if flags & 7:
        extension = data[behind + 3]
        behind += 4
        while extension and flags & 4:
            size = data[behind] * 4
            if not size:
                return "broken GTP headers"
            extension = data[behind + size - 1]
            behind += size
    return _next(packet, _ip, behind)


def _esp_in_udp(packet: _LayeredPacket, place: int) -> Found:
    """RFC 3948: four zero bytes are IKE's, all else is ESP."""
    return "IKE" if packet.number(place, 4) == 0 else "ESP"


def _l2tp(packet: _LayeredPacket, place: int) -> Found:
    """RFC 2661 section 3.1: data messages carry PPP."""
    flags = packet.number(place)
    if flags & 0x8000 or flags & 0x0F != 2:
        return "L2TP control"
    place += 2 + 2 * bool(flags & 0x4000) + 4 + 4 * bool(flags & 0x0800)
    if flags & 0x0200:
        place += 2 + packet.number(place)
    return _next(packet, _ppp, place)


# --- link types with a header of their own


def _behind(size: int) -> Layer:
    """IP behind a header of ``size`` bytes that says nothing we need."""

    def layer(packet: _LayeredPacket, place: int) -> Found:
        return _next(packet, _ip, place + size)

    return layer


def _cooked(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_LINUX_SLL: 16 bytes, the last two a type."""
    return _behind_type(packet, place + 16, packet.number(place + 14))


def _cooked_2(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_LINUX_SLL2: 20 bytes, the first two a type."""
    return _behind_type(packet, place + 20, packet.number(place))


def _hdlc(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_C_HDLC: address, control, type."""
    return _behind_type(packet, place + 4, packet.number(place + 2))


def _ppp_hdlc(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_PPP_HDLC: PPP, or Cisco's framing with the address 0F or 8F."""
    return _next(packet, _hdlc if packet.data[place] in (0x0F, 0x8F) else _ppp, place)


def _ppp_direction(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_PPP_WITH_DIR and LINKTYPE_PPP_PPPD: a byte for the direction in front."""
    return _next(packet, _ppp, place + 1)


def _pktap(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_PKTAP of macOS: the header's length and the link type of what is in it, little-endian."""
    data = packet.data
    size = int.from_bytes(data[place : place + 4], "little")
    linktype = int.from_bytes(data[place + 8 : place + 12], "little")
    layer = LINKS.get(linktype)
    if len(data) < place + 12 or size < 12:
        return _CUT
    return f"link type {linktype}" if layer is None else _next(packet, layer, place + size)


def _ppi(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_PPI: version, flags, length, and the link type of what is in it, little-endian."""
    data = packet.data
    size = int.from_bytes(data[place + 2 : place + 4], "little")
    linktype = int.from_bytes(data[place + 4 : place + 8], "little")
    layer = LINKS.get(linktype)
    if len(data) < place + 8 or size < 8:
        return _CUT
    return f"link type {linktype}" if layer is None else _next(packet, layer, place + size)


def _nflog(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_NFLOG: four bytes, then values with length and type in the order of the machine that caught them."""
    place += 4
    while True:
        a, b, c, d = packet.data[place], packet.data[place + 1], packet.data[place + 2], packet.data[place + 3]
        size, kind = (a | b << 8, c | d << 8) if not d & 0x7F else (a << 8 | b, c << 8 | d)
        if size < 4:
            return "broken NFLOG headers"
        if kind & 0x7FFF == 9:
            packet.end = place + size
            return _next(packet, _ip, place + 4)
        place += size + -size % 4


def _pflog(packet: _LayeredPacket, place: int) -> Found:
    """LINKTYPE_PFLOG: the first byte is the header's length without what fills it up to four bytes."""
    return _next(packet, _ip, place + (packet.data[place] + 3 & ~3))


_RAW: Final = frozenset((12, 14, 101, 228, 229))
"""IPv4 or IPv6 and nothing else, under all its numbers."""

LINKS: Final[dict[int, Layer]] = {
    0: _behind(4),  # BSD null
    1: _ethernet,
    9: _ppp,
    11: _llc,  # ATM, RFC 1483
    50: _ppp_hdlc,
    51: _pppoe,
    104: _hdlc,
    108: _behind(4),  # OpenBSD loop
    109: _behind(12),  # OpenBSD enc
    113: _cooked,
    117: _pflog,
    149: _pktap,  # as macOS wrote it before it had a number
    166: _ppp_direction,
    192: _ppi,
    204: _ppp_direction,
    239: _nflog,
    258: _pktap,
    276: _cooked_2,
    **dict.fromkeys(_RAW, _ip),
}
"""What a packet begins with, by link type."""

TYPES: Final[dict[int, Layer]] = {
    0x0800: _ip,
    0x86DD: _ip,
    0x6558: _ethernet,
    0x8100: _vlan,
    0x88A8: _vlan,
    0x9100: _vlan,
    0x9200: _vlan,
    0x8847: _mpls,
    0x8848: _mpls,
    0x8864: _pppoe,
    0x880B: _ppp,
    0x88E7: _backbone,
    0x893F: _etag,
}
"""Layers by Ethernet type."""

_TYPE_NAMES: Final = {
    0x0806: "ARP",
    0x8035: "ARP",
    0x8863: "PPPoE control",
    0x88CC: "LLDP",
    0x88E5: "MACsec",
    0x888E: "EAPOL",
}

PROTOCOLS: Final[dict[int, Layer]] = {
    4: _ip,
    17: _udp,
    41: _ip,
    47: _gre,
    97: _ether_ip,
    137: _mpls,
    143: _ethernet,
}
"""Layers by IP protocol, besides TCP."""

_PROTOCOL_NAMES: Final = {
    1: "ICMP",
    2: "IGMP",
    50: "ESP",
    58: "ICMP",
    59: "IPv6 without anything in it",
    115: "L2TPv3",
    132: "SCTP",
}

PORTS: Final[dict[int, Layer]] = {
    1701: _l2tp,
    2152: _gtp,
    4500: _esp_in_udp,
    4789: _vxlan,
    4790: _vxlan_gpe,
    6081: _geneve,
    6635: _mpls,
    8472: _vxlan,
}
"""Tunnels by the UDP port that their datagrams go to."""

GPE: Final[dict[int, Layer]] = {1: _ip, 2: _ip, 3: _ethernet, 5: _mpls}
"""Layers by VXLAN-GPE's protocol."""
