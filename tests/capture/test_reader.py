from __future__ import annotations

import sqlite3
from array import array
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from wsgui.capture import reader as reader_module
from wsgui.capture import schema
from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader, ConnectionRow, JoinedMessage, Part, Row
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.violations import Severity, Violation
from wsgui.records import (
    BytesSeen,
    ConnectionClosed,
    ConnectionOpened,
    Direction,
    EndedBy,
    FramesSeen,
    HandshakeSeen,
    How,
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENT = Direction.SENT
RECEIVED = Direction.RECEIVED
KEY = b"\x37\xfa\x21\x3d"
UNMASKED = Violation("mask.client-unmasked", "5.1", Severity.ERROR, 1002, "The client did not mask.")
UNUSUAL = Violation("length.not-minimal", "5.2", Severity.NOTE, None, "A longer form than needed.")
BAD_HEAD = Violation("http.version", "4.1", Severity.WARNING, None, "HTTP/1.0.")
REQUEST = b"GET /chat HTTP/1.1\r\n\r\n"
RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"

CONVERSATION: list[Record] = [
    ConnectionOpened(1, 100, "client", "ws://a/chat", "127.0.0.1:5", "127.0.0.1:80"),
    HandshakeSeen(1, 110, SENT, REQUEST),  # 1
    HandshakeSeen(1, 120, RECEIVED, RESPONSE, [BAD_HEAD]),  # 2
    FramesSeen(1, 130, SENT, [Frame(0x81, 7, KEY, b"Hello")]),  # 3
    FramesSeen(1, 140, SENT, [Frame(0x01, 7, KEY, b"ab"), Frame(0x89, 7, KEY, b"beat")]),  # 4 5
    ConnectionOpened(2, 145, "server", "ws://b/", "127.0.0.1:80", "127.0.0.1:9"),
    HandshakeSeen(2, 150, RECEIVED, b"GET / HTTP/1.0\r\n\r\n"),  # 6
    FramesSeen(1, 160, RECEIVED, [Frame(0xC2, 16, None, bytes(300))], [(0, UNUSUAL)]),  # 7
    FramesSeen(1, 170, SENT, [Frame(0x00, 64, KEY, b"c" * 5000), Frame(0x80, 7, None, b"d")], [(1, UNMASKED)]),  # 8 9
    FramesSeen(1, 180, RECEIVED, [Frame(0x80, 7, None, b"lost"), Frame(0x02, 7, None, b"")]),  # 10 11
    BytesSeen(1, 190, RECEIVED, b"\x81", [UNUSUAL, UNMASKED]),  # 12
    BytesSeen(2, 190, SENT, b"?"),  # 13
    FramesSeen(1, 200, RECEIVED, [Frame(0x00, 7, None, b"xyz")]),  # 14
    ConnectionClosed(1, 210, 1006, "gone \ud800", EndedBy.LOSS, "TCP went away."),
]


@pytest.fixture
def reader(path: Path) -> Iterator[CaptureReader]:
    with CaptureWriter(path, name="echo", role="client") as capture:
        for record in CONVERSATION:
            capture.put(record)
    with CaptureReader(path) as reader:
        yield reader


def test_meta(reader: CaptureReader) -> None:
    meta = reader.meta()
    assert int(meta.pop("created")) > 1_600_000_000 * 10**9
    assert meta.pop("program").startswith("wsgui ")
    assert meta == {"format": "4", "name": "echo", "role": "client"}


def test_the_first_line_of_each_request(reader: CaptureReader) -> None:
    assert reader.request_lines() == {1: b"GET /chat HTTP/1.1", 2: b"GET / HTTP/1.0"}


def test_rows(reader: CaptureReader) -> None:
    assert reader.last_id() == 14
    assert reader.rows(1, 5) == [
        Row(1, 1, 110, None, SENT, -1, 0, None, 0, len(REQUEST), None, None, None, REQUEST, ()),
        Row(2, 1, 120, 10, RECEIVED, -1, 16, None, 0, len(RESPONSE), None, None, None, RESPONSE, (BAD_HEAD,)),
        Row(3, 1, 130, 10, SENT, 1, 8, KEY, 7, 5, 1, 0, None, b"Hello", ()),
        Row(4, 1, 140, 10, SENT, 1, 0, KEY, 7, 2, 2, 0, 3, b"ab", ()),
        Row(5, 1, 140, 0, SENT, 9, 8, KEY, 7, 4, None, None, None, b"beat", ()),
    ]
    assert reader.rows(7, 9) == [
        Row(7, 1, 160, 10, RECEIVED, 2, 12 | 16, None, 16, 300, 1, 0, None, bytes(256), (UNUSUAL,)),
        Row(8, 1, 170, 10, SENT, 0, 0, KEY, 64, 5000, 2, 1, 3, b"c" * 256, ()),
        Row(9, 1, 170, 0, SENT, 0, 8 | 16, None, 7, 1, 2, 2, 3, b"d", (UNMASKED,)),
    ]
    assert reader.rows(12, 99) == [
        Row(12, 1, 190, 10, RECEIVED, -2, 16, None, 0, 1, None, None, None, b"\x81", (UNUSUAL, UNMASKED)),
        Row(13, 2, 190, 0, SENT, -2, 0, None, 0, 1, None, None, None, b"?", ()),
        Row(14, 1, 200, 10, RECEIVED, 0, 0, None, 7, 3, 2, 1, None, b"xyz", ()),  # not finished: no total
    ]
    assert isinstance(reader.row(1).direction, Direction)
    assert reader.rows(15, 20) == []
    assert reader.rows(-5, 0) == []
    assert [row.id for row in reader.rows(-5, 2)] == [1, 2]


def test_row(reader: CaptureReader) -> None:
    assert reader.row(3) == reader.rows(1, 3)[2]
    for id_ in (0, -1, 15, 2**62):
        with pytest.raises(LookupError):
            reader.row(id_)


def test_rows_of(reader: CaptureReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "_IDS_A_QUERY", 2)
    rows = reader.rows_of([3, 7, 9])
    assert [(row.id, row.delta_ns) for row in rows] == [(3, None), (7, 30), (9, 10)]
    assert rows[1].violations == (UNUSUAL,)
    rows = reader.rows_of(array("q", [9, 3]), before_id=1)
    assert [(row.id, row.delta_ns) for row in rows] == [(9, 60), (3, -40)]
    assert [row.id for row in reader.rows_of([99, 3, 100])] == [3]
    assert reader.rows_of([]) == []
    assert [row.delta_ns for row in reader.rows_of([3], before_id=99)] == [None]


def test_frame(reader: CaptureReader) -> None:
    assert reader.frame(3) == Frame(0x81, 7, KEY, b"Hello")
    assert reader.frame(7) == Frame(0xC2, 16, None, bytes(300))  # the mark of violations is not a bit of the wire
    assert reader.frame(9).wire() == b"\x80\x01d"
    for id_ in (1, 12, 99):
        with pytest.raises(LookupError):
            reader.frame(id_)


def test_payload(reader: CaptureReader) -> None:
    assert reader.payload(1) == REQUEST
    assert reader.payload(8) == b"c" * 5000
    assert reader.payload(11) == b""
    with pytest.raises(LookupError):
        reader.payload(99)


def test_payload_slice(reader: CaptureReader) -> None:
    assert reader.payload_slice(3, 0, 100) == b"Hello"
    assert reader.payload_slice(3, 1, 3) == b"ell"
    assert reader.payload_slice(3, -1, 3) == b"Hel"
    assert reader.payload_slice(3, 5, 3) == b""
    assert reader.payload_slice(3, 0, 0) == b""
    assert reader.payload_slice(3, 0, -1) == b""
    assert reader.payload_slice(11, 0, 9) == b""
    with pytest.raises(LookupError):
        reader.payload_slice(99, 0, 1)


def test_a_fragmented_message(reader: CaptureReader) -> None:
    view = JoinedMessage(
        1, SENT, 2, 1, 0, b"ab" + b"c" * 5000 + b"d", [Part(4, 0, 2), Part(8, 2, 5000), Part(9, 5002, 1)], True, False
    )._replace(wire_length=5003)
    for id_ in (4, 8, 9):
        assert reader.message_of(id_) == view
    assert reader.message_of(4, limit=5003) == view


def test_a_message_beyond_the_limit(reader: CaptureReader) -> None:
    view = reader.message_of(4, limit=12)
    assert view.truncated
    assert view.payload == b"ab" + b"c" * 10
    assert view.parts == [Part(4, 0, 2), Part(8, 2, 10)]
    view = reader.message_of(4, limit=5002)
    assert view.truncated
    assert view.parts == [Part(4, 0, 2), Part(8, 2, 5000)]
    assert reader.message_of(11, limit=0)[5:9] == (b"", [Part(11, 0, 0)], False, True)


def test_a_message_of_too_many_parts(reader: CaptureReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "_MOST_PARTS", 2)
    view = reader.message_of(4)
    assert view.truncated
    assert view.parts == [Part(4, 0, 2), Part(8, 2, 5000)]


def test_messages_of_one_frame(reader: CaptureReader) -> None:
    assert reader.message_of(3) == JoinedMessage(
        1, SENT, 1, 1, 8, b"Hello", [Part(3, 0, 5)], True, False, wire_length=5
    )
    # a control frame, and a continuation of nothing
    assert reader.message_of(5) == JoinedMessage(
        1, SENT, None, 9, 8, b"beat", [Part(5, 0, 4)], True, False, wire_length=4
    )
    assert reader.message_of(10) == JoinedMessage(
        1, RECEIVED, None, 0, 8, b"lost", [Part(10, 0, 4)], True, False, wire_length=4
    )
    assert reader.message_of(7).flags == 12 | 16
    for id_ in (1, 12, 99):
        with pytest.raises(LookupError):
            reader.message_of(id_)


def test_an_unfinished_message(reader: CaptureReader) -> None:
    view = JoinedMessage(1, RECEIVED, 2, 2, 0, b"xyz", [Part(11, 0, 0), Part(14, 0, 3)], False, False, wire_length=3)
    assert reader.message_of(11) == reader.message_of(14) == view


def test_an_unfinished_message_of_one_fragment(path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(FramesSeen(1, 1, SENT, [Frame(0x01, 7, None, b"ab")]))
    with CaptureReader(path) as reader:
        assert reader.message_of(1) == JoinedMessage(
            1, SENT, 1, 1, 0, b"ab", [Part(1, 0, 2)], False, False, wire_length=2
        )


def test_connections(reader: CaptureReader) -> None:
    assert reader.connections() == [
        ConnectionRow(
            1,
            100,
            "client",
            "ws://a/chat",
            "127.0.0.1:5",
            "127.0.0.1:80",
            210,
            1006,
            "gone \\ud800",
            EndedBy.LOSS,
            "TCP went away.",
        ),
        ConnectionRow(2, 145, "server", "ws://b/", "127.0.0.1:80", "127.0.0.1:9", *[None] * 5),
    ]


def test_handshake(reader: CaptureReader) -> None:
    assert reader.handshake(1) == (REQUEST, RESPONSE)
    assert reader.handshake(2) == (b"GET / HTTP/1.0\r\n\r\n", None)
    assert reader.handshake(3) == (None, None)


def test_violations(reader: CaptureReader) -> None:
    every = [(2, BAD_HEAD), (7, UNUSUAL), (9, UNMASKED), (12, UNUSUAL), (12, UNMASKED)]
    assert reader.violations(0) == every
    assert reader.violations(7) == every[2:]
    assert reader.violations(12) == []
    assert reader.violation_count() == 5
    assert reader.notes() == []


@pytest.mark.parametrize("step", [1, 3, 100])
def test_ids(reader: CaptureReader, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    monkeypatch.setattr(reader_module, "_IDS_A_STEP", step)
    assert reader.ids(None, 0, 3) == array("q", [1, 2, 3])
    assert reader.ids(None, 12, 99) == array("q", [13, 14])
    assert reader.ids(None, 20, 99) == array("q")
    assert reader.ids(2, 0, 99) == array("q", [6, 13])
    assert reader.ids(2, 6, 12) == array("q")
    assert reader.ids(1, 10, 12) == array("q", [11, 12])
    assert reader.ids(7, 0, 99) == array("q")


def test_what_a_reader_sees_grows_with_each_commit(path: Path) -> None:
    with CaptureWriter(path) as capture, CaptureReader(path) as reader:
        assert reader.last_id() == 0
        assert reader.rows(1, 50) == []
        assert reader.ids(None, 0, 50) == array("q")
        fragments = [Frame(0x01, 7, None, b"a"), Frame(0x00, 7, None, b"b"), Frame(0x80, 7, None, b"c")]
        for fragment in fragments:
            capture.put(FramesSeen(1, 1, SENT, [fragment]))
            assert capture.flush()
            assert reader.last_id() == capture.committed
        assert [row.fragments for row in reader.rows(1, 3)] == [3, 3, 3]
        assert reader.message_of(1).payload == b"abc"


def test_after_close_a_sentence(reader: CaptureReader) -> None:
    reader.close()
    reader.close()
    with pytest.raises(CaptureError, match=r"^test\.wscap cannot be read: .+\.$"):
        reader.last_id()


def test_what_was_inflated(path: Path) -> None:
    frames = [Frame(0x41, 7, None, b"\xf2\x48\xcd"), Frame(0x80, 7, None, b"\xc9\xc9\x07\x00")]
    with CaptureWriter(path) as capture:
        capture.put(
            FramesSeen(1, 1, SENT, [Frame(0x81, 7, None, b"plain"), *frames], inflated=[(1, b"Hel"), (2, b"lo")])
        )
        capture.put(FramesSeen(1, 2, SENT, [Frame(0xC2, 16, None, bytes(200))], inflated=[(0, b"x" * 6000)]))
        capture.put(FramesSeen(1, 3, SENT, [Frame(0x41, 7, None, b"\xf2\x48"), frames[1]], inflated=[(0, b"He")]))
    with CaptureReader(path) as reader:
        rows = reader.rows(1, 9)
        assert [row.flags for row in rows] == [8, 4 | 32, 8 | 32, 12 | 32, 4 | 32, 8]
        assert [row.inflated_length for row in rows] == [None, 3, 2, 6000, 2, None]
        assert [row.preview for row in rows[:3]] == [b"plain", b"Hel", b"lo"]
        assert rows[3].preview == b"x" * 256
        assert [row.length for row in rows[1:4]] == [3, 4, 200]
        assert reader.payload(2) == b"\xf2\x48\xcd"
        assert [reader.inflated(id_) for id_ in (1, 2, 3)] == [None, b"Hel", b"lo"]
        assert reader.inflated_slice(4, 5998, 99) == b"xx"
        with pytest.raises(LookupError):
            reader.inflated_slice(1, 0, 1)
        view = reader.message_of(3)
        assert view == JoinedMessage(
            1, SENT, 2, 1, 4 | 32, b"Hello", [Part(2, 0, 3), Part(3, 3, 2)], True, False, True, 7
        )
        assert reader.message_sizes(1) == (5, None, 1)
        assert reader.message_sizes(2) == reader.message_sizes(3) == (sum(len(f.payload) for f in frames), 5, 2)
        assert reader.message_sizes(4) == (200, 6000, 1)
        assert reader.message_sizes(5)[1:] == (None, 2)
        half = reader.message_of(5)  # one fragment could not be inflated: the message is shown as it was on the wire
        assert (half.payload, half.inflated) == (b"\xf2\x48" + frames[1].payload, False)


def test_a_capture_of_version_1(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        for statement in schema._VERSION_1.values():
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
        database.execute("INSERT INTO frames VALUES (1, 1, 2, 0, 1, 12, NULL, 7, 1, 1, 0, x'00')")
        database.execute(
            "INSERT INTO connections VALUES (1, 1, 'client', 'ws://a/', '', '', 3, 1000, '', 1, 'The peer closed.')"
        )
        database.commit()
    before = path.read_bytes()
    with CaptureReader(path) as reader:
        assert reader.row(1).inflated_length is None
        assert reader.inflated(1) is None
        assert reader.connections()[0].text == "The peer closed."
        assert reader.connections()[0].how is None
    assert path.read_bytes() == before


def test_how_tcp_ended(path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(ConnectionOpened(1, 1, "client", "ws://a/", "", ""))
        capture.put(ConnectionClosed(1, 3, 1006, "", EndedBy.LOSS, "TCP ended.", How.RESET))
    with CaptureReader(path) as reader:
        assert reader.connections()[0].how == "reset"


def test_a_capture_that_was_written_anew(path: Path, tmp_path: Path) -> None:
    with CaptureWriter(path) as capture:
        capture.put(ConnectionOpened(1, 100, "server", "ws://a/chat", "127.0.0.1:80", "127.0.0.1:5"))
        capture.put(HandshakeSeen(1, 110, RECEIVED, REQUEST))
        capture.put(HandshakeSeen(1, 120, SENT, RESPONSE))
    other = tmp_path / "other.wscap"
    with CaptureWriter(other) as capture:
        capture.put(ConnectionOpened(1, 100, "client", "ws://a/chat", "127.0.0.1:5", "127.0.0.1:80"))
    with CaptureReader(path) as reader:
        assert reader.handshake(1) == (REQUEST, RESPONSE)
        assert reader.first_message(1) == b""
        reader.reopen(other)
        assert (reader.path, reader.last_id(), reader.role(1)) == (other, 0, "client")
