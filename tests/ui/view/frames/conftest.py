from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.rules import violation
from wsgui.records import BytesSeen, ConnectionOpened, Direction, FramesSeen, HandshakeSeen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from wsgui.records import Record

SECOND = 1_000_000_000
START = 1_763_730_000 * SECOND
REQUEST = b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
RESPONSE = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
KEY = bytes.fromhex("37fa213d")


@dataclass
class Tape:
    """A capture that is being written, with a reader of it."""

    writer: CaptureWriter
    reader: CaptureReader
    times: Iterator[int] = field(default_factory=lambda: iter(range(START, START + 10**15, 1_000_000)))

    def put(self, *records: Record) -> int:
        """Write records and commit; returns how many rows there are now."""
        for record in records:
            self.writer.put(record)
        assert self.writer.flush()
        return self.writer.committed

    def frames(
        self,
        frames: Sequence[Frame],
        direction: Direction = Direction.RECEIVED,
        connection: int = 1,
        broken: Sequence[tuple[int, str, str]] = (),
    ) -> int:
        violations = [(index, violation(rule, text)) for index, rule, text in broken]
        size = sum(len(frame.wire()) for frame in frames)
        return self.put(FramesSeen(connection, next(self.times), direction, frames, violations, size))

    def opening(self, connection: int = 1) -> int:
        """A connection with its handshake: two rows."""
        return self.put(
            ConnectionOpened(connection, next(self.times), "client", "ws://a/", "1.2.3.4:5", "6.7.8.9:10"),
            HandshakeSeen(
                connection, next(self.times), Direction.SENT, b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
            ),
            HandshakeSeen(
                connection, next(self.times), Direction.RECEIVED, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
            ),
        )

    def texts(self, count: int, connection: int = 1) -> int:
        """So many texts ``0``, ``1`` ... in one read."""
        return self.frames([Frame.build(Opcode.TEXT, b"%d" % number) for number in range(count)], connection=connection)

    def conversation(self) -> int:
        """One row of each kind: 12 rows."""
        self.opening()
        self.frames([Frame.build(Opcode.TEXT, b"Hello", masking_key=KEY)], Direction.SENT)
        self.frames([Frame.build(Opcode.TEXT, b"Hello")])
        self.frames(
            [
                Frame.build(Opcode.TEXT, b"one ", fin=False),
                Frame.build(Opcode.PING, b"beat"),
                Frame.build(Opcode.CONTINUATION, b"two"),
            ]
        )
        self.frames([Frame.build(Opcode.PONG, b"beat", masking_key=KEY)], Direction.SENT)
        self.frames([Frame.build(Opcode.BINARY, bytes(4))])
        self.frames(
            [Frame.build(11, b"hi", rsv1=True)], broken=[(0, "opcode.reserved-control", "Reserved control opcode 0xB.")]
        )
        self.frames([Frame.build(Opcode.CLOSE, b"\x03\xeabye", masking_key=KEY)], Direction.SENT)
        return self.put(BytesSeen(1, next(self.times), Direction.RECEIVED, b"\x82\x7e\x01", ()))


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Tape]:
    writer = CaptureWriter(tmp_path / "tape.wscap", name="tape", interval=0)
    reader = CaptureReader(writer.path)
    yield Tape(writer, reader)
    reader.close()
    writer.close()
