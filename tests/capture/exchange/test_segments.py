from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.exchange.wire import ip_packet, tcp
from wsgui.capture.exchange.segments import LINKTYPES, segment_of, source_of, turned

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
        (113, bytes(16)),
        (228, b""),
        (229, b""),
        (276, bytes(20)),
    ],
)
def test_link_types(ip: bytes, linktype: int, before: bytes) -> None:
    segment = segment_of(linktype, before + ip)
    assert segment is not None
    assert segment[1:] == (7, 9, 0x18, b"data")
    assert linktype in LINKTYPES


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
    st.sampled_from([*LINKTYPES, 999]),
    st.binary(max_size=120),
    st.sampled_from([b"", V4[:20], V6[:40], bytes(12) + b"\x81\0"]),
)
def test_any_bytes(linktype: int, data: bytes, start: bytes) -> None:
    segment = segment_of(linktype, start + data)
    assert segment is None or (len(turned(segment.key)) == len(segment.key) and source_of(segment.key))
