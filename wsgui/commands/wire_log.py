"""What ``wsgui connect --verbose`` tells beside the messages: both heads, control frames, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui import console
from wsgui.dissect.preview import preview
from wsgui.dissect.visible import visible
from wsgui.protocol.http_head import head_lines
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.records import BytesSeen, ConnectionOpened, Direction, FramesSeen, HandshakeSeen
from wsgui.redaction import Redactor, shown_url

if TYPE_CHECKING:
    from wsgui.records import Record

_MARKS: Final = {Direction.SENT: ">", Direction.RECEIVED: "<"}


class WireLog:
    """An observer that writes to standard error, as curl's ``--verbose`` does: ``>`` for what left, ``<`` for what
    came.

    Secrets of heads are masked unless ``keep_secrets``.
    """

    def __init__(self, *, keep_secrets: bool = False) -> None:
        self._redactor = Redactor(keep=keep_secrets)

    def __call__(self, record: Record) -> None:
        if isinstance(record, ConnectionOpened):
            self._say("*", f"{record.local} connected to {record.remote} for {shown_url(record.url)}")
        elif isinstance(record, HandshakeSeen):
            self._head(_MARKS[record.direction], record.raw)
            for violation in record.violations:
                self._say("*", f"{violation.text} {violation.reference}")
        elif isinstance(record, FramesSeen):
            for frame in record.frames:
                if frame.opcode >= Opcode.CLOSE:
                    text = preview(frame.opcode, 0x80, frame.payload, len(frame.payload))
                    self._say(_MARKS[record.direction], f"{opcode_name(frame.opcode)} {text}".rstrip())
            for _, violation in record.violations:
                self._say("*", f"{violation.text} {violation.reference}")
        elif isinstance(record, BytesSeen):
            self._say("*", f"{len(record.data)} bytes that form no frame")

    def _head(self, mark: str, raw: bytes) -> None:
        raw = self._redactor.head(raw)
        for line in head_lines(raw):
            self._say(mark, line.decode("utf-8", "backslashreplace"))
        self._say(mark, "")

    def _say(self, mark: str, text: str) -> None:
        console.complain_lines(f"{mark} {visible(text)}".rstrip() + "\n")
