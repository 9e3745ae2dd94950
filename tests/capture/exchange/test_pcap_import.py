"""WebSockets found in packets: streams put together, frames judged, what is missing told."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.capture.exchange.samples import (
    KEY,
    RECEIVED,
    REQUEST,
    RESPONSE,
    SENT,
    notes_of,
    rows_of,
    write,
)
from tests.capture.exchange.wire import ACK, CLIENT, FIN, RST, SERVER, SYN, Talk, interface, pcap, pcapng, section
from tests.helpers.chunks import cuts, split
from wsgui.capture.exchange import export_capture, flow, frame_way, import_file, pcap_import
from wsgui.capture.reader import CaptureReader
from wsgui.capture.views import ConnectionRow
from wsgui.protocol.frames import Frame, wire_of
from wsgui.records import EndedBy

if TYPE_CHECKING:
    from wsgui.capture.exchange.report import ImportReport

SECOND = 1_000_000_000
HELLO = Frame(0x81, 7, KEY, b"Hello")
WORLD = Frame(0x82, 7, None, b"\0World")
CLOSE = Frame(0x88, 7, KEY, b"\x03\xe8bye")
CLOSED = Frame(0x88, 7, None, b"\x03\xe8bye")


def imported(folder: Path, data: bytes) -> ImportReport:
    (folder / "in.pcap").write_bytes(data)
    return import_file(folder / "in.pcap", folder / "out.wscap", overwrite=True)


def frames(folder: Path) -> list[tuple[object, ...]]:
    """Direction, opcode, key and payload of each row, without the handshake."""
    return [(row[2], row[3], row[5], row[7]) for row in rows_of(folder / "out.wscap") if row[3] != -1]


def connections(folder: Path) -> list[ConnectionRow]:
    with CaptureReader(folder / "out.wscap") as reader:
        return reader.connections()


def rules(folder: Path) -> list[tuple[int, str]]:
    with CaptureReader(folder / "out.wscap") as reader:
        return [(frame, violation.rule) for frame, violation in reader.violations(0)]


def texts(report: ImportReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def conversation_packets() -> list[bytes]:
    talk = Talk()
    return [
        *talk.opening(),
        *talk.handshake(),
        talk.packet(0, HELLO.wire()),
        talk.packet(1, WORLD.wire()),
        talk.packet(0, CLOSE.wire()),
        talk.packet(1, CLOSED.wire()),
        *talk.closing(),
    ]


@pytest.mark.parametrize("file", [pcap, pcapng])
def test_a_conversation(tmp_path: Path, file: object) -> None:
    report = imported(tmp_path, file(conversation_packets()))  # type: ignore[operator]
    assert report.complete
    assert (report.frames, report.connections) == (6, 1)
    assert frames(tmp_path) == [
        (SENT, 1, KEY, b"Hello"),
        (RECEIVED, 2, None, b"\0World"),
        (SENT, 8, KEY, CLOSE.payload),
        (RECEIVED, 8, None, CLOSE.payload),
    ]
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")[:2]] == [REQUEST, RESPONSE]
    unit = 1000 if file is pcapng else SECOND
    (row,) = connections(tmp_path)
    assert row._replace(opened_ns=0, closed_ns=0) == ConnectionRow(
        1,
        0,
        "client",
        "ws://example.org/chat?token=s3cret&room=7",
        "10.0.0.1:40000",
        "10.0.0.2:80",
        0,
        1000,
        "bye",
        EndedBy.LOCAL,
        "The client closed first: 1000 normal closure.",
        "fin",
    )
    assert (row.opened_ns // unit, (row.closed_ns or 0) // unit) == (1, 11)
    assert rules(tmp_path) == []


def test_what_wsgui_exported(tmp_path: Path) -> None:
    export_capture(write(tmp_path / "in.wscap"), tmp_path / "in.pcapng", kind="pcapng", keep_secrets=True)
    assert import_file(tmp_path / "in.pcapng", tmp_path / "out.wscap").complete
    assert rows_of(tmp_path / "out.wscap")[:-1] == rows_of(tmp_path / "in.wscap")[:-1]
    assert frames(tmp_path)[-1] == (RECEIVED, -2, None, b"\x81")
    assert rules(tmp_path)[0] == (7, "mask.client-unmasked")


@settings(max_examples=40, deadline=None)
@given(cuts, cuts, st.randoms(), st.booleans())
def test_segments_of_any_size_in_any_order(up: list[int], down: list[int], random: object, syn: bool) -> None:
    sent = [HELLO, Frame(0x82, 16, KEY, bytes(300)), Frame(0x89, 7, KEY, b""), CLOSE]
    received = [WORLD, Frame(0x01, 7, None, b"a"), Frame(0x80, 64, None, b"b" * 30000), CLOSED]
    talk = Talk(seq=2**32 - 40)
    packets = [*talk.opening(), *talk.handshake()][0 if syn else 3 :]
    later = [talk.packet(0, part) for part in split(wire_of(sent), up) if part]
    later += [talk.packet(1, part) for part in split(wire_of(received), down) if part]
    later += random.sample(later, len(later) // 2)  # type: ignore[attr-defined]  # caught twice
    random.shuffle(later)  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as name:
        report = imported(Path(name), pcap([*packets, *later]))
        assert report.complete
        found = frames(Path(name))
        for way, expected in ((SENT, sent), (RECEIVED, received)):
            assert [row[1:] for row in found if row[0] is way] == [
                (frame.opcode, frame.masking_key, frame.payload) for frame in expected
            ]


def test_the_handshake_in_small_pieces(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, REQUEST[at : at + 1]) for at in range(3)]
    assert imported(tmp_path, pcap([*talk.opening(), *packets])).connections == 0
    talk = Talk()
    packets = talk.opening()
    packets += [talk.packet(0, REQUEST[at : at + 1]) for at in range(len(REQUEST))]
    packets += [talk.packet(1, RESPONSE[at : at + 9]) for at in range(0, len(RESPONSE), 9)]
    packets.append(talk.packet(1, WORLD.wire()))
    assert imported(tmp_path, pcap(packets)).complete
    assert frames(tmp_path) == [(RECEIVED, 2, None, b"\0World")]


def test_frames_in_the_packets_of_the_handshake(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), *talk.handshake(REQUEST + HELLO.wire(), RESPONSE + WORLD.wire())]
    assert imported(tmp_path, pcap(packets)).complete
    assert [row[3] for row in rows_of(tmp_path / "out.wscap")] == [-1, -1, 1, 2]


def test_frames_before_the_answer_wait(tmp_path: Path) -> None:
    talk = Talk()
    packets = [talk.packet(0, REQUEST), talk.packet(0, HELLO.wire()), talk.packet(1, RESPONSE)]
    imported(tmp_path, pcap(packets))
    assert frames(tmp_path) == [(SENT, 1, KEY, b"Hello")]


def test_informational_answers(tmp_path: Path) -> None:
    talk = Talk()
    hint = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    imported(tmp_path, pcap([*talk.handshake(REQUEST, hint + RESPONSE), talk.packet(1, WORLD.wire())]))
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")] == [REQUEST, hint, RESPONSE, WORLD.payload]


def test_a_refusal_and_another_try(tmp_path: Path) -> None:
    talk = Talk()
    refusal = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"
    packets = [*talk.opening(), *talk.handshake(REQUEST, refusal), talk.packet(0), *talk.handshake()]
    report = imported(tmp_path, pcap([*packets, talk.packet(0, HELLO.wire())]))
    assert report.connections == 2
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")] == [REQUEST, refusal, REQUEST, RESPONSE, b"Hello"]
    first, second = connections(tmp_path)
    assert (first.code, first.ended_by, second.ended_by) == (1006, EndedBy.HANDSHAKE, None)


@pytest.mark.parametrize("answer", [b"\x15\x03\x01\x00\x02\x02\x28\r\n\r\n", b"x" * 20_000])
def test_an_answer_that_is_no_http(tmp_path: Path, answer: bytes) -> None:
    talk = Talk()
    imported(tmp_path, pcap([*talk.opening(), *talk.handshake(REQUEST, answer)]))
    assert connections(tmp_path)[0].ended_by is EndedBy.HANDSHAKE


def test_ordinary_http_before_it(tmp_path: Path) -> None:
    talk = Talk()
    page = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    packets = [*talk.opening(), *talk.handshake(*page), *talk.handshake(), talk.packet(0, HELLO.wire())]
    assert imported(tmp_path, pcap(packets)).connections == 1
    assert frames(tmp_path) == [(SENT, 1, KEY, b"Hello")]


@pytest.mark.parametrize("first", [b"\x16\x03\x01", b"POST / HTTP/1.1\r\n\r\n", b"GET " + b"x" * 20_000])
def test_what_is_no_websocket(tmp_path: Path, first: bytes) -> None:
    talk = Talk()
    report = imported(tmp_path, pcap([*talk.opening(), talk.packet(0, first), talk.packet(1, b"x")]))
    more = {
        b"\x16": " There is 1 connection with TLS on port 80.",
        b"P": " There is 1 connection with something else on port 80.",
    }.get(first[:1], "")
    assert texts(report) == [f"No opening handshake of a WebSocket is in its 5 packets.{more} wss cannot be read."]


OTHER = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
ANSWERED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
FRONT = "In front of it stand {} bytes that answer an earlier request."


@pytest.mark.parametrize(
    ("asked", "answered", "front"),
    [
        ([OTHER + REQUEST], [ANSWERED + RESPONSE], 40),
        ([OTHER, REQUEST], [ANSWERED, RESPONSE], 40),
        ([OTHER, REQUEST], [CHUNKED + RESPONSE[:120], RESPONSE[120:]], 59),
        ([OTHER, OTHER + REQUEST[:30], REQUEST[30:]], [CHUNKED, ANSWERED, RESPONSE], 99),
        ([OTHER + REQUEST[:30], REQUEST[30:]], [ANSWERED + RESPONSE], 40),
        ([b"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\n", b"ok" + REQUEST], [ANSWERED, RESPONSE], 40),
        ([OTHER, REQUEST], [ANSWERED[38:] + RESPONSE], 2),
        ([b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + REQUEST], [RESPONSE], 0),
        ([b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12) + REQUEST], [RESPONSE], 0),
    ],
)
@pytest.mark.parametrize("opened", [True, False])
def test_requests_and_other_things_in_front(
    tmp_path: Path, asked: list[bytes], answered: list[bytes], front: int, opened: bool
) -> None:
    talk = Talk()
    opening = talk.opening()
    packets = [*(talk.packet(0, part) for part in asked), *(talk.packet(1, part) for part in answered)]
    packets += [talk.packet(0, HELLO.wire()), talk.packet(1, WORLD.wire())]
    report = imported(tmp_path, pcap([*opening, *packets] if opened else packets))
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")] == [REQUEST, RESPONSE, b"Hello", b"\0World"]
    assert texts(report) == []
    assert notes_of(tmp_path / "out.wscap") == ([(2, FRONT.format(front))] if front else [])


def test_a_refusal_behind_an_answer_to_another_request(tmp_path: Path) -> None:
    talk = Talk()
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    packets = [talk.packet(0, OTHER), talk.packet(0, REQUEST), talk.packet(1, refusal), talk.packet(0, flags=FIN | ACK)]
    imported(tmp_path, pcap(packets))
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")] == [REQUEST, refusal]
    assert [(end.code, end.ended_by) for end in connections(tmp_path)] == [(1006, EndedBy.HANDSHAKE)]


def test_frames_behind_an_answer_whose_request_is_not_understood(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), talk.packet(1, RESPONSE), talk.packet(0, HELLO.wire()), talk.packet(1, WORLD.wire())]
    report = imported(tmp_path, pcap(packets))
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")][1:] == [RESPONSE, b"Hello", b"\0World"]
    assert [problem.text for problem in report.problems] == [
        "Connection 1: the request was not captured; that it is a WebSocket is a guess."
    ]


def test_a_host_that_is_missing(tmp_path: Path) -> None:
    talk = Talk()
    imported(tmp_path, pcap(talk.handshake(b"GET /a HTTP/1.1\nUpgrade: WebSocket\n\n", RESPONSE)))
    assert connections(tmp_path)[0].url == "ws://10.0.0.2:80/a"
    talk = Talk()
    imported(tmp_path, pcap(talk.handshake(b"GET ws://b/a HTTP/1.1\nUpgrade: WebSocket\n\n", RESPONSE)))
    assert connections(tmp_path)[0].url == "ws://b/a"


def test_a_server_that_closes(tmp_path: Path) -> None:
    talk = Talk()
    bare = Frame(0x88, 7, None, b"")
    packets = [*talk.handshake(), talk.packet(1, bare.wire()), talk.packet(0, CLOSE.wire()), *talk.closing()]
    imported(tmp_path, pcap(packets))
    (row,) = connections(tmp_path)
    assert (row.code, row.reason, row.ended_by, row.how) == (1005, "", EndedBy.PEER, "fin")


@pytest.mark.parametrize("way", [0, 1])
def test_a_reset_inside_a_frame(tmp_path: Path, way: int) -> None:
    talk = Talk()
    imported(tmp_path, pcap([*talk.handshake(), talk.packet(0, HELLO.wire()[:5]), talk.packet(way, flags=RST)]))
    (row,) = connections(tmp_path)
    assert (row.code, row.ended_by, row.how) == (1006, EndedBy.LOSS, "reset")
    assert frames(tmp_path) == [(SENT, -2, None, HELLO.wire()[:5])]
    assert rules(tmp_path) == [(3, "frame.cut")]


def test_a_file_that_ends_inside_a_frame(tmp_path: Path) -> None:
    talk = Talk()
    imported(tmp_path, pcap([*talk.handshake(), talk.packet(0, HELLO.wire()[:5])]))
    assert connections(tmp_path)[0].closed_ns is None
    assert frames(tmp_path) == [(SENT, -2, None, HELLO.wire()[:5])]
    assert rules(tmp_path) == []


def test_a_frame_that_is_longer_than_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_way, "FRAME_LIMIT", 1000)
    talk = Talk()
    head = b"\x82\x7e" + struct.pack(">H", 1500)
    packets = [*talk.handshake(), talk.packet(1, head + bytes(700)), talk.packet(0, HELLO.wire())]
    packets += [talk.packet(1, bytes(700)), talk.packet(1, bytes(100) + WORLD.wire())]
    report = imported(tmp_path, pcap([*packets, *talk.closing()]))
    text = "800 bytes of a frame's payload are left out: 1000 are kept at most"
    assert frames(tmp_path) == [
        (RECEIVED, -2, None, head + bytes(700)),
        (SENT, 1, KEY, b"Hello"),
        (RECEIVED, -3, None, f"{text}.".encode()),
        (RECEIVED, 2, None, b"\0World"),
    ]
    assert [problem.text for problem in report.problems] == [f"{text} (connection 1, from the server)."]
    assert rules(tmp_path) == []


def test_a_length_that_cannot_be(tmp_path: Path) -> None:
    talk = Talk()
    head = b"\x82\xff" + struct.pack(">Q", 2**63) + KEY
    packets = [
        *talk.handshake(),
        talk.packet(0, head[:11]),
        talk.packet(0, head[11:] + b"xyz"),
        talk.packet(0, b"more"),
    ]
    report = imported(tmp_path, pcap([*packets, *talk.closing()]))
    assert frames(tmp_path)[0] == (SENT, -2, None, head[:11])
    assert rules(tmp_path) == [(3, "length.top-bit")]
    assert len(report.problems) == 1
    assert report.problems[0].text.startswith("10 bytes of a frame's payload are left out")


def test_compressed_messages_are_judged_by_what_was_negotiated(tmp_path: Path) -> None:
    for extension, expected in (
        (b"", ["rsv.not-negotiated"]),
        (b"Sec-WebSocket-Extensions: permessage-deflate\r\n", []),
    ):
        talk = Talk()
        request, response = (head[:-2] + extension + b"\r\n" for head in (REQUEST, RESPONSE))
        imported(tmp_path, pcap([*talk.handshake(request, response), talk.packet(1, b"\xc1\x01\0")]))
        assert [rule for _, rule in rules(tmp_path)] == expected


def test_a_close_code_is_an_answer(tmp_path: Path) -> None:
    talk = Talk()
    going = Frame(0x88, 7, None, b"\x03\xf3"), Frame(0x88, 7, KEY, b"\x03\xf3")  # 1011, which only servers send
    imported(tmp_path, pcap([*talk.handshake(), talk.packet(1, going[0].wire()), talk.packet(0, going[1].wire())]))
    assert rules(tmp_path) == []


def test_a_port_that_was_used_again(tmp_path: Path) -> None:
    first, second = Talk(), Talk(seq=77)
    packets = [*first.opening(), *first.handshake(), first.packet(0, HELLO.wire())]
    packets += [second.packet(0, flags=SYN, seq=5), *second.opening(), second.packet(0, flags=SYN, seq=77)]
    packets += second.handshake()
    imported(tmp_path, pcap([*packets, second.packet(1, WORLD.wire())]))
    assert [row.ended_by for row in connections(tmp_path)] == [EndedBy.LOSS, None]
    assert [row[1] for row in frames(tmp_path)] == [1, 2]


def test_bytes_that_are_missing(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(0, HELLO.wire()[:4])]
    talk.seq[0] += 10
    packets += [talk.packet(0, HELLO.wire()), talk.packet(1, WORLD.wire())]
    assert texts(imported(tmp_path, pcap(packets))) == ["10 bytes were not captured from the client of connection 1."]
    expected = [
        (SENT, -2, None, HELLO.wire()[:4]),
        (SENT, -3, None, b"10 bytes were not captured. Where frames go on behind them is a guess."),
        (SENT, 1, KEY, b"Hello"),
        (RECEIVED, 2, None, b"\0World"),
    ]
    assert frames(tmp_path) == expected
    with CaptureReader(tmp_path / "out.wscap") as reader:
        assert reader.problems() == [(None, "10 bytes were not captured from the client of connection 1.")]
    imported(tmp_path, pcap([*packets, talk.packet(1, flags=RST)]))
    assert frames(tmp_path) == expected
    assert connections(tmp_path)[0].how == "reset"


def test_too_much_behind_a_hole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PENDING_SEGMENTS", 2)
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(1, b"\x81")]
    talk.seq[1] += 1
    packets += [talk.packet(1, WORLD.wire()) for _ in range(3)]
    packets += [talk.packet(0, HELLO.wire()), talk.packet(1, b"\x05", seq=talk.seq[1] - 25)]
    report = imported(tmp_path, pcap(packets))
    assert [problem.text for problem in report.problems] == [
        "1 byte was not captured from the server of connection 1.",
        "1 byte of connection 1 came after they were given up.",
    ]
    assert [row[1:] for row in frames(tmp_path)] == [
        (-2, None, b"\x81"),
        (-3, None, b"1 byte was not captured. Where frames go on behind them is a guess."),
        *[(2, None, b"\0World")] * 3,
        (1, KEY, b"Hello"),
    ]


def test_a_hole_before_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PENDING_SEGMENTS", 2)
    talk = Talk()
    packets = talk.opening()
    talk.seq[0] += 5
    packets += [talk.packet(0, b"x") for _ in range(4)]
    assert len(imported(tmp_path, pcap(packets)).problems) == 1


def test_only_so_many_connections_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "FOLLOWED", 2)
    talks = [Talk((CLIENT[0], port)) for port in range(1, 5)]
    idle = [Talk((CLIENT[0], port)).packet(0, flags=SYN) for port in range(10, 13)]
    packets = [*idle]
    for talk in talks[:3]:
        packets += talk.handshake()
    packets += [talk.packet(0, HELLO.wire()) for talk in talks[:3]]
    report = imported(tmp_path, pcap(packets))
    assert [problem.text for problem in report.problems] == [
        "More than 2 connections are open: the oldest is not followed from here on.",
        "11 bytes behind where connection 1 was followed to are left out.",
    ]
    assert [row[0] for row in rows_of(tmp_path / "out.wscap") if row[3] == 1] == [2, 3]


def test_only_so_many_bytes_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcap_import, "HELD_BYTES", 1000)
    first, second = Talk((CLIENT[0], 1)), Talk((CLIENT[0], 2))
    packets = [*first.handshake(), *second.handshake()]
    wire = Frame(0x82, 16, KEY, bytes(1500)).wire()
    for at in (0, 600):
        packets += [first.packet(0, wire[at : at + 600]), second.packet(0, wire[at : at + 600])]
    packets += [first.packet(0, wire[1200:] + HELLO.wire()), second.packet(0, wire[1200:])]
    assert imported(tmp_path, pcap(packets)).complete
    rows = rows_of(tmp_path / "out.wscap")
    for connection in (1, 2):
        assert b"".join(row[7] for row in rows if row[0] == connection and row[3] == -2) == wire
    assert rows[-2][7] == b"Hello"


def test_a_connection_to_itself(tmp_path: Path) -> None:
    talk = Talk(CLIENT, CLIENT)
    assert imported(tmp_path, pcap([*talk.opening(), *talk.handshake(), *talk.closing()])).frames <= 2


def test_a_server_that_speaks_first(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.opening(), talk.packet(1, b"220 mail\r\n"), *talk.closing()]
    assert imported(tmp_path, pcap(packets)).frames == 0


def test_a_server_that_interrupts_the_request(tmp_path: Path) -> None:
    talk = Talk()
    packets = [
        *talk.opening(),  # so it is known that this is no rest of another answer
        talk.packet(0, REQUEST[:50]),
        talk.packet(1, b"?"),
        talk.packet(0, REQUEST[50:]),
        talk.packet(1, RESPONSE),
    ]
    imported(tmp_path, pcap(packets))
    assert [row[7] for row in rows_of(tmp_path / "out.wscap")] == [REQUEST, b"?" + RESPONSE]
    assert rules(tmp_path) == [(2, "http.malformed")]


def test_an_end_in_one_direction(tmp_path: Path) -> None:
    talk = Talk()
    packets = [*talk.handshake(), talk.packet(0, CLOSE.wire(), FIN | ACK), talk.packet(1, CLOSED.wire())]
    imported(tmp_path, pcap(packets))
    assert connections(tmp_path)[0].closed_ns is None
    imported(tmp_path, pcap([*packets, talk.packet(1, flags=FIN | ACK)]))
    assert connections(tmp_path)[0].code == 1000


def test_other_packets(tmp_path: Path) -> None:
    packets = conversation_packets()
    report = imported(tmp_path, section() + interface(147) + pcapng(packets)[48:])
    assert texts(report) == [
        "12 packets of link type 147 are not understood.",
        "No opening handshake of a WebSocket is in its 12 packets. wss cannot be read.",
    ]
    report = imported(tmp_path, pcap([b"no ip", *packets]))
    assert report.frames == 6


def test_ipv6(tmp_path: Path) -> None:
    head = b"\x60\0\0\0"
    packets = []
    for packet in conversation_packets():
        addresses = bytes(15) + packet[15:16] + bytes(15) + packet[19:20]
        packets.append(head + struct.pack(">HBB", len(packet) - 20, 6, 64) + addresses + packet[20:])
    assert imported(tmp_path, pcap(packets)).frames == 6
    assert (connections(tmp_path)[0].local, connections(tmp_path)[0].remote) == ("[::1]:40000", "[::2]:80")


PACKETS = [
    *conversation_packets(),
    *Talk(SERVER, CLIENT).opening(),
    Talk().packet(0, flags=RST),
    Talk().packet(1, b"x" * 50, seq=5),
    Talk().packet(0, REQUEST),
    Talk().packet(1, RESPONSE),
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PACKETS) | st.binary(max_size=80), max_size=20), st.booleans())
def test_any_packets(packets: list[bytes], new: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        report = imported(Path(name), (pcapng if new else pcap)(packets))
        assert report.frames == len(rows_of(report.target))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bytes_changed(data: st.DataObject) -> None:
    text = bytearray(data.draw(st.sampled_from([pcap, pcapng]))(conversation_packets()))
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(4, len(text) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as name:
        report = imported(Path(name), bytes(text))
        assert report.frames == len(rows_of(report.target))
