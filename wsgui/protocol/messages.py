"""Frames joined to messages (RFC 6455 section 5.4), text checked as UTF-8 while it arrives (section 8.1)."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation

_new_decoder = codecs.getincrementaldecoder("utf-8")


def decode_text(payload: bytes) -> str | Violation:
    """The text of a whole message, or the rule that it breaks and at which byte."""
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(error)


def _not_utf8(error: UnicodeDecodeError, offset: int = 0) -> Violation:
    place = offset + error.start
    if error.reason == "unexpected end of data":
        return violation("utf8.cut", f"The text ends inside a character, at byte {place}.")
    wrong = error.object[error.start]
    return violation("utf8.invalid", f"Byte {place} of the text (0x{wrong:02x}) is not UTF-8: {error.reason}.")


class MessageAssembler:
    """Joins the fragments of one direction. Limits count bytes of payload over all fragments of a message.

    A text fragment may end inside a character (section 5.4), so the decoder lives as long as the message. `peek`
    decodes ahead what has come of a frame that is not whole yet: a message fails on its first bad byte, not
    when megabytes have been waited for.
    """

    __slots__ = ("_ahead", "_decoder", "_parts", "_size", "_text", "opcode", "peeked")

    def __init__(self) -> None:
        self.opcode: int | None = None
        self.peeked = 0
        self._size = 0
        self._parts: list[bytes] = []
        self._text: list[str] = []
        self._decoder = _new_decoder()
        self._ahead: codecs.IncrementalDecoder | None = None

    def start(self, opcode: int) -> None:
        """A message begins; one that was open is dropped."""
        self.opcode = opcode
        self._size = 0
        self._parts = []
        self._text = []
        self._decoder.reset()

    def add(self, payload: bytes, *, final: bool, limit: int) -> str | bytes | Violation | None:
        """Take a fragment: the message if this was the last, None if more must come, or the rule it breaks."""
        before = self._size
        self._size += len(payload)
        self.peeked = 0
        self._ahead = None
        result: str | bytes | Violation | None = None
        if self._size > limit:
            result = violation(
                "message.over-limit", f"The message has grown to {self._size} bytes; the limit is {limit} bytes."
            )
        elif self.opcode == Opcode.TEXT:
            held = len(self._decoder.getstate()[0])
            try:
                self._text.append(self._decoder.decode(payload, final))
            except UnicodeDecodeError as error:
                result = _not_utf8(error, before - held)
            else:
                result = "".join(self._text) if final else None
        else:
            self._parts.append(payload)
            result = b"".join(self._parts) if final else None
        if result is not None:
            self.drop()
        return result

    def is_text(self, head: int) -> bool:
        """Whether the payload of a frame with the first byte ``head`` would be text."""
        opcode = head & 0xF
        return opcode == Opcode.TEXT or (opcode == Opcode.CONTINUATION and self.opcode == Opcode.TEXT)

    def peek(self, payload: bytes) -> Violation | None:
        """Judge more of a text frame that is not whole yet; ``payload`` follows the `peeked` bytes judged before."""
        if self._ahead is None:
            self._ahead = _new_decoder()
            if self.opcode is not None:
                self._ahead.setstate(self._decoder.getstate())
        place = self._size + self.peeked - len(self._ahead.getstate()[0])
        self.peeked += len(payload)
        try:
            self._ahead.decode(payload)
        except UnicodeDecodeError as error:
            return _not_utf8(error, place)
        return None

    def whole(self) -> None:
        """The frame that was peeked at has come whole and is judged elsewhere."""
        self.peeked = 0
        self._ahead = None

    def drop(self) -> None:
        """Forget the open message, if there is one."""
        self.opcode = None
        self._size = 0
        self._parts = []
        self._text = []
        self._decoder.reset()
