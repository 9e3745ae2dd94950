"""The containers: pcap and pcapng."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.exchange.wire import block, enhanced, interface, option, pcap, pcapng, section
from wsgui.capture.exchange import pcap_file
from wsgui.capture.exchange.pcap_file import PACKET_LIMIT, PacketFile, is_packet_file

SECOND = 1_000_000_000


def read(data: bytes) -> tuple[list[tuple[int, int, int, bytes]], list[tuple[int, str]]]:
    problems: list[tuple[int, str]] = []
    packets = [tuple(packet[:4]) for packet in PacketFile(io.BytesIO(data), lambda *problem: problems.append(problem))]
    return packets, problems  # type: ignore[return-value]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("magic", "unit"), [(0xA1B2C3D4, 1000), (0xA1B23C4D, 1)])
def test_pcap(order: str, magic: int, unit: int) -> None:
    data = pcap([b"ab", b""], order=order, magic=magic, linktype=0xF000_0001)
    assert is_packet_file(data)
    assert read(data) == ([(24, SECOND + 7 * unit, 1, b"ab"), (42, 2 * SECOND + 7 * unit, 1, b"")], [])


@pytest.mark.parametrize(
    ("cut", "packets", "problems"),
    [
        (0, 0, []),
        (3, 0, []),
        (20, 0, [(0, "The file ends inside its header.")]),
        (24, 0, []),
        (30, 0, [(24, "The file ends inside the header of a packet.")]),
        (41, 0, [(24, "The file ends inside a packet.")]),
        (42, 1, []),
    ],
)
def test_a_pcap_that_ends_early(cut: int, packets: int, problems: list[tuple[int, str]]) -> None:
    found, told = read(pcap([b"ab", b"cd"])[:cut])
    assert (len(found), told) == (packets, problems)


def test_a_pcap_with_a_length_that_cannot_be() -> None:
    data = pcap([b"ab"]) + struct.pack("<IIII", 1, 1, PACKET_LIMIT + 1, 1) + b"rest"
    assert read(data)[1] == [(42, f"A packet claims to have {PACKET_LIMIT + 1} bytes; nothing behind it can be found.")]


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng(order: str) -> None:
    data = pcapng([b"abc", b""], order)
    assert is_packet_file(data)
    assert read(data) == ([(48, 1000, 101, b"abc"), (84, 2000, 101, b"")], [])


@pytest.mark.parametrize(
    ("options", "ticks", "time_ns"),
    [
        (b"", 5, 5000),
        (option(9, b"\x09"), 5, 5),
        (option(9, b"\x00"), 5, 5 * SECOND),
        (option(9, b"\x8a"), 1024, SECOND),
        (option(9, b"\xff"), 1 << 60, 0),
        (option(9, b""), 5, 5000),
        (option(14, struct.pack("<q", 100)), 5, 100 * SECOND + 5000),
        (option(14, struct.pack("<q", -(2**63))), 5, -(2**62) + 5000),
        (option(14, b"1"), 5, 5000),
        (option(2, b"eth0") + option(9, b"\x09") + option(0, b""), 5, 5),
        (option(9, b"\x00"), 2**64 - 1, 2**63 - 1),
        (struct.pack("<HH", 2, 60000), 5, 5000),
    ],
)
def test_times(options: bytes, ticks: int, time_ns: int) -> None:
    for size in (1, 9):  # short packets take the long way at the end of the file
        packets, problems = read(section() + interface(options=options) + enhanced(b"x" * size, ticks))
        assert ([packet[1] for packet in packets], problems) == ([time_ns], [])


def test_several_interfaces_and_sections() -> None:
    data = section() + interface(1) + interface(113, option(9, b"\x09")) + enhanced(b"a", 1, 1) + enhanced(b"b", 1, 0)
    data += section(">") + interface(228, order=">") + enhanced(b"c", 3, order=">")
    packets, problems = read(data)
    assert [packet[1:] for packet in packets] == [(1, 113, b"a"), (1000, 1, b"b"), (3000, 228, b"c")]
    assert problems == []


def test_other_packet_blocks() -> None:
    old = block(2, struct.pack("<HHIIII", 0, 0, 0, 9, 3, 3) + b"old")
    simple = block(3, struct.pack("<I", 6) + b"simple")
    names = block(4, b"whatever")
    data = section() + interface(snaplen=4) + old + simple + names + enhanced(b"new")
    packets, problems = read(data)
    assert [packet[1:] for packet in packets] == [(9000, 101, b"old"), (0, 101, b"simp"), (0, 101, b"new")]
    assert problems == []
    assert read(section() + interface() + simple)[0][0][3] == b"simple"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (enhanced(b"a", number=7), "A packet names an interface that the file does not describe."),
        (enhanced(b"abcd", caught=5), "A block is broken: it claims more bytes than it has."),
        (block(6, b"short"), "A block is broken: it is too short."),
        (block(1, b""), "A block is broken: it is too short."),
        (block(3, b""), "A block is broken: it is too short."),
        (block(2, b"1234"), "A block is broken: it is too short."),
    ],
)
def test_a_broken_block_is_left_out(bad: bytes, why: str) -> None:
    packets, problems = read(section() + interface() + bad + enhanced(b"good"))
    assert [packet[3] for packet in packets] == [b"good"]
    assert problems == [(48, why)]


def test_a_packet_before_any_interface() -> None:
    for bad in (enhanced(b"abcdefgh"), block(3, struct.pack("<I", 1) + b"a")):
        packets, problems = read(section() + bad + interface() + enhanced(b"good"))
        assert [packet[3] for packet in packets] == [b"good"]
        assert problems == [(28, "A packet names an interface that the file does not describe.")]


@pytest.mark.parametrize("size", [0, 8, 13, 44, PACKET_LIMIT + 4, 0xFFFFFFFF])
def test_a_broken_length(size: int) -> None:
    bad = bytearray(enhanced(b"abcdefgh"))
    bad[4:8] = struct.pack("<I", size)
    packets, problems = read(section() + interface() + bytes(bad) + enhanced(b"good"))
    assert [packet[3] for packet in packets] == [b"good"]
    assert problems == [(48, "A block's length is broken.")]


def test_a_length_beyond_the_end() -> None:
    bad = struct.pack("<II", 6, 4096)
    packets, problems = read(section() + interface() + bad + enhanced(b"good"))
    assert [packet[3] for packet in packets] == [b"good"]
    assert problems == [(48, "The file ends inside a block.")]


def test_a_byte_that_was_lost() -> None:
    bad = enhanced(b"abcdefgh")
    packets, problems = read(section() + interface() + bad[:30] + bad[31:] + enhanced(b"good"))
    assert [packet[3] for packet in packets] == [b"good"]
    assert problems == [(48, "A block's length is broken.")]


def test_nothing_behind_a_broken_length() -> None:
    for rest in (bytes(40), bytes(40) + struct.pack("<II", 6, 40), b"\6\0\0\0" * 20):
        bad = struct.pack("<III", 6, 13, 0)
        assert read(section() + interface() + bad + rest) == ([], [(48, "A block's length is broken.")])


@pytest.mark.parametrize(
    ("cut", "problem"),
    [
        (5, (0, "The file ends inside the header of a block.")),
        (20, (0, "The file ends inside a block.")),
        (50, (48, "The file ends inside the header of a block.")),
        (80, (48, "The file ends inside a block.")),
    ],
)
def test_a_pcapng_that_ends_early(cut: int, problem: tuple[int, str]) -> None:
    assert read(pcapng([b"abc"])[:cut])[1] == [problem]


def test_an_unknown_byte_order() -> None:
    data = bytearray(pcapng([b"abcd"]))
    data[8:12] = b"????"
    assert [packet[3] for packet in read(bytes(data))[0]] == [b"abcd"]


@pytest.mark.parametrize("size", [1, 5, 40, 100])
@pytest.mark.parametrize("data", [pcap([b"abc", bytes(90)]), pcapng([b"abc", bytes(90), b"d"]) + section()[:9]])
def test_reads_of_any_size(monkeypatch: pytest.MonkeyPatch, size: int, data: bytes) -> None:
    expected = read(data)
    monkeypatch.setattr(pcap_file, "READ", size)
    assert read(data) == expected


def test_reads_are_told() -> None:
    offsets: list[int] = []
    list(PacketFile(io.BytesIO(pcap([b"a"])), lambda *_: None, offsets.append))
    assert offsets == [0, 41]


_pieces = st.sampled_from(
    [
        section(),
        section(">"),
        interface(),
        enhanced(b"abc"),
        enhanced(b"abc", number=3),
        block(3, b"\1\0\0\0a"),
        b"\6\0\0\0",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(_pieces | st.binary(max_size=9), max_size=8).map(b"".join)))
def test_any_bytes(data: bytes) -> None:
    for text in (data, section() + data, pcap([b"x"]) + data):
        if is_packet_file(text):
            packets, problems = read(text)
            assert all(0 <= offset < len(text) for offset, _ in problems)
            assert sum(len(packet[3]) for packet in packets) < len(text)


def test_how_long_a_packet_was_on_the_wire() -> None:
    classic = pcap([])[:24] + struct.pack("<IIII", 1, 1, 2, 9) + b"ab" + struct.pack("<IIII", 1, 1, 2, 0) + b"ab"
    newer = section() + interface(snaplen=2) + enhanced(b"ab", caught=2) + block(3, struct.pack("<I", 9) + b"ab\0\0")
    newer += block(2, struct.pack("<HHIIII", 0, 0, 0, 1, 2, 9) + b"ab")
    for data, lengths in ((classic, [9, 2]), (newer, [2, 9, 9])):
        packets = list(PacketFile(io.BytesIO(data), lambda *_: None))
        assert [(packet.data, packet.length) for packet in packets] == [(b"ab", length) for length in lengths]
