"""The packets made up around frames, read back with a few lines of our own; tshark's view is in tests/e2e."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings

from tests.capture.exchange.samples import (
    CONVERSATION,
    KEY,
    RECEIVED,
    REQUEST,
    RESPONSE,
    SENT,
    START,
    conversations,
    rows_of,
    write,
)
from wsgui.capture.exchange import export_capture, import_file
from wsgui.capture.exchange.packets import SEGMENT
from wsgui.capture.exchange.source import CHUNK
from wsgui.capture.schema import HTTP
from wsgui.protocol.frames import Frame
from wsgui.records import BytesSeen, ConnectionClosed, ConnectionOpened, EndedBy, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wsgui.records import Record

FIN, SYN, PSH_ACK, ACK = 1, 2, 0x18, 0x10
UP = ("127.0.0.1:5000", "127.0.0.1:8765")
DOWN = UP[::-1]


class Seen(NamedTuple):
    time_ns: int
    ends: tuple[str, str]
    seq: int
    ack: int
    flags: int
    data: bytes
    comments: list[str]


def checksum(data: bytes) -> int:
    """RFC 1071, word by word; 0xFFFF over data that holds its own checksum."""
    total = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return total


def options(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        code, size = struct.unpack_from("<HH", data)
        if not code:
            assert not size
            return
        yield code, data[4 : 4 + size]
        data = data[4 + size + -size % 4 :]


def blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        kind, size = struct.unpack_from("<II", data)
        assert struct.unpack_from("<I", data, size - 4) == (size,)
        yield kind, data[8 : size - 4]
        data = data[size:]


def packets(path: Path) -> list[Seen]:
    (section, head), (interface, about), *rest = blocks(path.read_bytes())
    assert (section, interface) == (0x0A0D0D0A, 1)
    assert struct.unpack_from("<IHH", head) == (0x1A2B3C4D, 1, 0)
    assert struct.unpack_from("<H", about) == (101,)
    assert (9, b"\x09") in options(about[8:])
    seen = []
    for kind, body in rest:
        assert kind == 6
        number, high, low, size, whole = struct.unpack_from("<IIIII", body)
        assert (number, size) == (0, whole)
        ip = body[20 : 20 + size]
        comments = [text.decode() for code, text in options(body[20 + size + -size % 4 :]) if code == 1]
        if ip[0] >> 4 == 4:
            assert checksum(ip[:20]) == 0xFFFF
            assert struct.unpack_from(">H", ip, 2) == (len(ip),)
            addresses, tcp = ip[12:20], ip[20:]
            hosts = [".".join(map(str, addresses[at : at + 4])) for at in (0, 4)]
        else:
            assert struct.unpack_from(">H", ip, 4) == (len(ip) - 40,)
            addresses, tcp = ip[8:40], ip[40:]
            hosts = [f"[{addresses[at : at + 16].hex()}]" for at in (0, 16)]
        assert checksum(addresses + struct.pack(">HH", 6, len(tcp)) + tcp) == 0xFFFF
        ports = struct.unpack_from(">HH", tcp)
        ends = (f"{hosts[0]}:{ports[0]}", f"{hosts[1]}:{ports[1]}")
        seq, ack, offset, flags = struct.unpack_from(">IIBB", tcp, 4)
        assert offset == 0x50
        seen.append(Seen(high << 32 | low, ends, seq, ack, flags, tcp[20:], comments))
    return seen


def exported(tmp_path: Path, records: Iterable[Record], ids: list[int] | None = None) -> list[Seen]:
    write(tmp_path / "in.wscap", records)
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng", ids=ids, keep_secrets=True)
    return packets(tmp_path / "out.pcapng")


def test_a_conversation(tmp_path: Path) -> None:
    seen = exported(tmp_path, CONVERSATION)
    assert [(one.ends, one.flags) for one in seen[:3]] == [(UP, SYN), (DOWN, SYN | ACK), (UP, ACK)]
    assert [(one.ends, one.data) for one in seen[3:14]] == [
        (UP, REQUEST),
        (DOWN, RESPONSE),
        (UP, Frame(0x81, 7, KEY, b"Hello").wire()),
        (DOWN, b"\x01\x04Gr\xc3\xbc"),
        (DOWN, b"\x89\x04beat"),
        (DOWN, b"\x80\x03\xc3\x9fe"),
        (UP, b"\x82\x09" + bytes(9)),
        (UP, Frame(0x8A, 7, KEY, b"beat").wire()),
        (UP, Frame(0x88, 7, KEY, b"\x03\xe8bye").wire()),
        (DOWN, b"\x88\x05\x03\xe8bye"),
        (DOWN, b"\x81"),
    ]
    assert {one.flags for one in seen[3:14]} == {PSH_ACK}
    assert [(one.ends, one.flags) for one in seen[14:]] == [(UP, FIN | ACK), (DOWN, FIN | ACK), (UP, ACK)]
    assert [one.time_ns - START for one in seen] == [0, 0, 0, 10, 20, 30, 40, 40, 50, 60, 70, 70, 80, 90, 100, 100, 100]
    assert [one.comments for one in seen if one.comments] == [
        ["RFC 6455 §5.1 mask.client-unmasked: This frame came from a client."],
        ["RFC 6455 §5.1 mask.client-unmasked: This frame came from a client.", "These bytes form no frame."],
    ]


def test_numbers_follow_the_bytes(tmp_path: Path) -> None:
    sent = {UP: 0, DOWN: 0}
    for one in exported(tmp_path, CONVERSATION):
        if one.flags & SYN:
            sent[one.ends] = one.seq
        assert one.seq == sent[one.ends]
        sent[one.ends] = one.seq + len(one.data) + bool(one.flags & (SYN | FIN))
        if one.flags & ACK:
            assert one.ack == sent[one.ends[::-1]]


def test_secrets_are_masked(tmp_path: Path) -> None:
    report = export_capture(write(tmp_path / "in.wscap"), tmp_path / "out.pcapng", kind="pcapng")
    data = (tmp_path / "out.pcapng").read_bytes()
    assert b"Bearer ***" in data
    assert not any(secret in data for secret in (b"xyz", b"s3cret", b"=abc"))
    assert report.masked["Authorization"] == 1


def opened(role: str = "client", local: str = "", remote: str = "", url: str = "ws://a/") -> ConnectionOpened:
    return ConnectionOpened(1, START, role, url, local, remote)


HELLO = FramesSeen(1, START + 5, SENT, [Frame(0x81, 7, KEY, b"Hello")])


def test_a_server_sends_the_other_way(tmp_path: Path) -> None:
    head = HandshakeSeen(1, START + 1, RECEIVED, REQUEST)
    answer = HandshakeSeen(1, START + 2, SENT, RESPONSE)
    end = ConnectionClosed(1, START + 9, 1000, "", EndedBy.LOCAL, "")
    seen = exported(tmp_path, [opened("server", *DOWN), head, answer, HELLO, end])
    assert [one.ends for one in seen] == [UP, DOWN, UP, UP, DOWN, DOWN, DOWN, UP, DOWN]


@pytest.mark.parametrize(("ended_by", "first"), [(EndedBy.PEER, DOWN), (EndedBy.LOSS, DOWN), (EndedBy.TIMEOUT, UP)])
def test_who_ends_it(tmp_path: Path, ended_by: EndedBy, first: tuple[str, str]) -> None:
    end = ConnectionClosed(1, START + 9, 1000, "", ended_by, "")
    seen = exported(tmp_path, [opened("client", *UP), HELLO, end])
    assert [(one.ends, one.flags) for one in seen[-3:]] == [(first, 0x11), (first[::-1], 0x11), (first, 0x10)]


def test_connections_end_in_the_order_of_time(tmp_path: Path) -> None:
    late = HELLO._replace(connection=2, time_ns=START + 50)
    end = ConnectionClosed(1, START + 9, 1000, "", EndedBy.LOCAL, "")
    seen = exported(tmp_path, [opened("client", *UP), HELLO, end, late])
    assert [one.time_ns for one in seen] == sorted(one.time_ns for one in seen)
    assert [one.flags for one in seen].count(SYN) == 2


def test_a_handshake_is_made_up_where_there_is_none(tmp_path: Path) -> None:
    seen = exported(tmp_path, [HELLO])
    assert [one.data[:12] for one in seen[3:5]] == [b"GET / HTTP/1", b"HTTP/1.1 101"]
    assert all(
        one.comments == ["Made up by wsgui: the capture has no opening handshake for this connection."]
        for one in seen[3:5]
    )
    assert seen[5].ends == ("10.0.0.1:49153", "10.0.0.2:80")


def test_a_chosen_frame_brings_its_handshake(tmp_path: Path) -> None:
    seen = exported(tmp_path, CONVERSATION, ids=[3])
    assert [one.data for one in seen[3:-3]] == [REQUEST, RESPONSE, Frame(0x81, 7, KEY, b"Hello").wire()]
    assert all(not one.comments for one in seen)
    seen = packets_again(tmp_path, ids=[1, 3])
    assert [one.data for one in seen[3:-3]] == [REQUEST, RESPONSE, Frame(0x81, 7, KEY, b"Hello").wire()]


def packets_again(tmp_path: Path, ids: list[int]) -> list[Seen]:
    export_capture(tmp_path / "in.wscap", tmp_path / "again.pcapng", kind="pcapng", ids=ids, keep_secrets=True)
    return packets(tmp_path / "again.pcapng")


def test_a_head_that_was_written_already_is_left_out(tmp_path: Path) -> None:
    late = HandshakeSeen(1, START + 9, RECEIVED, RESPONSE)
    seen = exported(tmp_path, [HandshakeSeen(1, START, SENT, REQUEST), HELLO, late])
    assert [one.data for one in seen[3:]] == [REQUEST, RESPONSE, Frame(0x81, 7, KEY, b"Hello").wire()]


def test_bytes_before_any_frame_need_no_handshake(tmp_path: Path) -> None:
    seen = exported(tmp_path, [BytesSeen(1, START, RECEIVED, b"\x16\x03\x01")])
    assert [one.data for one in seen[3:]] == [b"\x16\x03\x01"]
    assert seen[3].comments == ["These bytes form no frame."]


@pytest.mark.parametrize(
    ("local", "remote", "url", "ends"),
    [
        ("127.0.0.1:5", "", "ws://a:99/", ("127.0.0.1:5", "10.0.0.2:99")),
        ("", "127.0.0.1:5", "nonsense", ("10.0.0.1:49153", "127.0.0.1:5")),
        ("host:5", "unix:/x", "wss://a/", ("10.0.0.1:5", "10.0.0.2:443")),
        ("1.2.3.4:70000", "1.2.3.5:0", "ws://a/", ("1.2.3.4:49153", "1.2.3.5:80")),
        ("[::1]:5", "[fe80::2%eth0]:6", "ws://a/", (f"[{1:032x}]:5", f"[fe80{2:028x}]:6")),
        ("[::1]:5", "1.2.3.4:6", "ws://a/", ("10.0.0.1:5", "10.0.0.2:6")),
    ],
)
def test_addresses(tmp_path: Path, local: str, remote: str, url: str, ends: tuple[str, str]) -> None:
    seen = exported(tmp_path, [opened("client", local, remote, url), HELLO])
    assert seen[0].ends == ends


def test_long_frames_take_several_packets(tmp_path: Path) -> None:
    payload = bytes(range(256)) * 130
    seen = exported(tmp_path, [FramesSeen(1, START, SENT, [Frame(0x82, 16, KEY, payload)])])
    assert [len(one.data) for one in seen[5:]] == [SEGMENT, len(payload) + 8 - SEGMENT]
    assert b"".join(one.data for one in seen[5:]) == Frame(0x82, 16, KEY, payload).wire()


@pytest.mark.parametrize("key", [None, KEY])
def test_a_payload_that_is_not_held_whole(tmp_path: Path, key: bytes | None) -> None:
    payload = bytes(range(251)) * 8000
    broken = CONVERSATION[6]
    assert isinstance(broken, FramesSeen)
    frame = Frame(0x82, 64, key, payload)
    small = Frame(0x82, 64, key, bytes(CHUNK))
    records = [FramesSeen(1, START, SENT, [small, small, frame, frame], [(2, broken.violations[0][1])])]
    records.append(BytesSeen(1, START, SENT, payload))
    seen = exported(tmp_path, records)
    data = b"".join(one.data for one in seen[5:])
    assert data == small.wire() * 2 + frame.wire() * 2 + payload
    assert max(len(one.data) for one in seen) == SEGMENT
    assert len([one for one in seen[5:] if one.comments]) == 2


def test_notes_and_long_comments(tmp_path: Path) -> None:
    text = "é" * 40_000
    line = (
        '{"type":"frame","connection":1,"time_ns":-1,"direction":"sent","opcode":1,"fin":true,"rsv1":false,'
        f'"rsv2":false,"rsv3":false,"key":null,"form":7,"text":"a","notes":["{text}"]}}\n'
    )
    (tmp_path / "in.jsonl").write_text(line)
    import_file(tmp_path / "in.jsonl", tmp_path / "in.wscap")
    export_capture(tmp_path / "in.wscap", tmp_path / "out.pcapng", kind="pcapng")
    frame = packets(tmp_path / "out.pcapng")[5]
    assert frame.comments == ["é" * 30_000]
    assert frame.time_ns == 0


@settings(max_examples=30, deadline=None)
@given(conversations())
def test_any_capture_gives_packets(records: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as name:
        seen = exported(Path(name), records)
        wire = [
            Frame(flags << 4 | opcode, form, key, payload).wire() if opcode >= 0 else payload
            for _, _, _, opcode, flags, key, form, payload in rows_of(Path(name) / "in.wscap")  # type: ignore[misc]
            if opcode != HTTP
        ]
        assert wire == [one.data for one in seen if one.data and not one.data.startswith((b"GET /", b"HTTP/1.1 101"))]
