"""The vocabulary keeps its numbers: they stand in capture files."""

from __future__ import annotations

from wsgui.protocol.frames import Frame
from wsgui.records import BytesSeen, ConnectionClosed, Direction, EndedBy, FramesSeen, HandshakeSeen


def test_directions_and_endings_keep_the_numbers_that_captures_hold() -> None:
    assert [(way.name, int(way)) for way in Direction] == [("SENT", 0), ("RECEIVED", 1)]
    assert [(end.name, int(end)) for end in EndedBy] == [
        ("LOCAL", 0),
        ("PEER", 1),
        ("RULE", 2),
        ("LOSS", 3),
        ("TIMEOUT", 4),
        ("HANDSHAKE", 5),
        ("HTTP", 6),
    ]


def test_a_batch_without_breaches_is_made_from_frames_alone() -> None:
    frame = Frame.build(1, b"Hello")
    record = FramesSeen(1, 1000, Direction.SENT, [frame])
    assert record.violations == ()
    assert record.wire_bytes == 0
    assert HandshakeSeen(1, 1000, Direction.SENT, b"GET").violations == ()
    assert BytesSeen(1, 1000, Direction.RECEIVED, b"\x81").violations == ()
    assert ConnectionClosed(1, 1000, 1006, "", EndedBy.LOSS, "TCP ended.").ended_by is EndedBy.LOSS
