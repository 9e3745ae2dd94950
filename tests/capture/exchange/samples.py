"""Captures to export, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.helpers.frames import frames, keys
from wsgui.capture.reader import CaptureReader
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
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SENT = Direction.SENT
RECEIVED = Direction.RECEIVED
KEY = b"\x37\xfa\x21\x3d"
START = 1_700_000_000_123_456_789
REQUEST = (
    b"GET /chat?token=s3cret&room=7 HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Cookie: sid=abc; theme=dark\r\nAuthorization: Bearer xyz\r\n\r\n"
)
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSet-Cookie: sid=def; Path=/\r\n\r\n"
)
UNMASKED = Violation("mask.client-unmasked", "5.1", Severity.ERROR, 1002, "This frame came from a client.")
CLOSE = b"\x03\xe8bye"

CONVERSATION: list[Record] = [
    ConnectionOpened(1, START, "client", "ws://example.org/chat?token=s3cret", "127.0.0.1:5000", "127.0.0.1:8765"),
    HandshakeSeen(1, START + 10, SENT, REQUEST),  # 1
    HandshakeSeen(1, START + 20, RECEIVED, RESPONSE),  # 2
    FramesSeen(1, START + 30, SENT, [Frame(0x81, 7, KEY, b"Hello")]),  # 3
    FramesSeen(
        1, START + 40, RECEIVED, [Frame(0x01, 7, None, "Gr\u00fc".encode()), Frame(0x89, 7, None, b"beat")]
    ),  # 4 5
    FramesSeen(1, START + 50, RECEIVED, [Frame(0x80, 7, None, "\u00dfe".encode())]),  # 6
    FramesSeen(1, START + 60, SENT, [Frame(0x82, 7, None, bytes(9))], [(0, UNMASKED)]),  # 7
    FramesSeen(1, START + 70, SENT, [Frame(0x8A, 7, KEY, b"beat"), Frame(0x88, 7, KEY, CLOSE)]),  # 8 9
    FramesSeen(1, START + 80, RECEIVED, [Frame(0x88, 7, None, CLOSE)]),  # 10
    BytesSeen(1, START + 90, RECEIVED, b"\x81", [UNMASKED]),  # 11
    ConnectionClosed(1, START + 100, 1000, "bye", EndedBy.LOCAL, "Closed."),
]


def write(path: Path, records: Iterable[Record] = CONVERSATION, *, name: str = "chat", role: str = "client") -> Path:
    """Make a capture of ``records``."""
    with CaptureWriter(path, name=name, role=role) as capture:
        for record in records:
            capture.put(record)
    return path


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """Each row's connection, time, direction, opcode, flags without violations, key, form and whole payload."""
    with CaptureReader(path) as reader:
        return [
            (
                row.connection,
                row.time_ns,
                row.direction,
                row.opcode,
                row.flags & 15,
                row.masking_key,
                row.length_form,
                reader.payload(row.id),
            )
            for row in reader.rows(1, reader.last_id())
        ]


def notes_of(path: Path) -> list[tuple[int, str]]:
    """The notes of a capture."""
    with CaptureReader(path) as reader:
        return reader.notes()


_times = st.integers(START, START + 10**12)
_texts = st.text(max_size=20)
_violations = st.builds(
    Violation, _texts, _texts, st.sampled_from(Severity), st.none() | st.integers(1000, 4999), st.text(max_size=20)
)


@st.composite
def conversations(draw: st.DrawFn) -> list[Record]:
    """Any records that a session may put: several connections, any frames, half frames, violations, odd texts."""
    records: list[Record] = []
    for connection in range(1, draw(st.integers(1, 3)) + 1):
        role = draw(st.sampled_from(["client", "server"]))
        records.append(
            ConnectionOpened(
                connection, draw(_times), role, draw(_texts), draw(_texts), draw(st.sampled_from(ADDRESSES))
            )
        )
        if draw(st.booleans()):
            records.append(
                HandshakeSeen(connection, draw(_times), SENT, draw(st.sampled_from([REQUEST, b"", RESPONSE])))
            )
        for _ in range(draw(st.integers(0, 6))):
            way = draw(st.sampled_from(Direction))
            some = draw(st.lists(frames(), max_size=3))
            broken = [(0, draw(_violations))] if some and draw(st.booleans()) else []
            records.append(FramesSeen(connection, draw(_times), way, some, broken))
            if draw(st.booleans()):
                records.append(BytesSeen(connection, draw(_times), way, draw(keys), [draw(_violations)]))
        if draw(st.booleans()):
            code = draw(st.integers(1000, 4999))
            ended_by = draw(st.sampled_from(EndedBy))
            records.append(ConnectionClosed(connection, draw(_times), code, draw(_texts), ended_by, draw(_texts)))
    return records


ADDRESSES = ["", "127.0.0.1:80", "[::1]:9000", "unix:/run/x", "10.1.2.3:99999"]
