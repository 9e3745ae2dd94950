from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.records import ConnectionOpened, Direction, FramesSeen, MessageNoted

if TYPE_CHECKING:
    from pathlib import Path


def test_a_note_stands_beside_the_row_that_ended_its_message(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "x.wscap", name="x", role="server")
    writer.put(ConnectionOpened(1, 1, "server", "/", "a", "b"))
    frames = [
        Frame.build(Opcode.TEXT, b"one"),
        Frame.build(Opcode.TEXT, b"tw", fin=False),
        Frame.build(Opcode.PING, b""),
        Frame.build(Opcode.CONTINUATION, b"o"),
    ]
    writer.put(FramesSeen(1, 2, Direction.RECEIVED, frames))
    writer.put(FramesSeen(1, 3, Direction.SENT, [Frame.build(Opcode.PONG, b"")]))
    writer.put(MessageNoted(1, 4, 1, ("wrong", "and more")))
    writer.put(MessageNoted(1, 4, 2, ("there is no third",)))
    writer.put(MessageNoted(2, 4, 0, ("another connection",)))
    writer.close()
    with CaptureReader(tmp_path / "x.wscap") as reader:
        assert reader.notes() == [(4, "wrong"), (4, "and more")]
