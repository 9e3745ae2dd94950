"""Frames joined to messages (RFC 6455 section 5.4), text checked as UTF-8 while it arrives (section 8.1)."""

from __future__ import annotations

from codecs import utf_8_decode
from typing import TYPE_CHECKING

from wsgui.protocol.frames import FIN
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.rules import violation

if TYPE_CHECKING:
    from wsgui.protocol.violations import Violation

_FEW = 16
_TEXT = int(Opcode.TEXT)


def not_utf8(error: UnicodeDecodeError, offset: int = 0) -> Violation:
    """The breach that a decoder tells of; its bytes start at byte ``offset`` of the text."""
    place = offset + error.start
    if error.reason == "unexpected end of data":
        return violation("utf8.cut", f"The text ends inside a character, at byte {place}.")
    wrong = error.object[error.start]
    return violation("utf8.invalid", f"Byte {place} of the text (0x{wrong:02x}) is not UTF-8: {error.reason}.")


def _begun_character(text: bytes, place: int) -> bytes | Violation:
    """The first bytes of a character that ``text`` ends in, if it does; or the rule that it breaks.

    ``text`` starts between characters, at byte ``place`` of its message.
    """
    if text.isascii():
        return b""
    try:
        return text[utf_8_decode(text, "strict", False)[1] :]
    except UnicodeDecodeError as error:
        return not_utf8(error, place)


class MessageAssembler:
    """Joins the fragments of one direction. Limits count bytes of payload over all fragments of a message.

    A text fragment may end inside a character (section 5.4): the bytes of it that came wait for the rest. `peek`
    looks ahead at what has come of a frame that is not whole yet: a message fails on its first bad byte, not
    when megabytes have been waited for.
    """

    __slots__ = ("_begun", "_begun_ahead", "_more", "_parts", "opcode", "peeked", "size")

    def __init__(self) -> None:
        self.opcode: int | None = None
        self.size = 0
        """Bytes of the open message that have come in whole frames."""
        self.peeked = 0
        """Bytes of the frame under way that `peek` has seen."""
        self._begun = b""
        self._begun_ahead = b""
        # A few fragments are joined with one copy. Many go into one bytearray, so that a peer who sends two bytes
        # (or none) in each does not make us keep forty for them.
        self._parts: list[bytes] = []
        self._more = bytearray()

    def start(self, opcode: int) -> None:
        """A message begins; one that was open is dropped."""
        if self.opcode is not None:
            self.drop()
        self.opcode = opcode

    def add(self, payload: bytes, final: bool, limit: int) -> str | bytes | Violation | None:
        """Take a fragment: the message if this was the last, None if more must come, or the rule it breaks.

        Call `start` before the first one; a message that broke a rule is dropped.
        """
        size = self.size + len(payload)
        text = self.opcode == _TEXT
        if size > limit:
            self.drop()
            return over_limit(size, limit)
        if final:
            if self.size == 0:
                whole = payload
            else:
                whole = b"".join((*self._parts, self._more, payload))
            self.drop()
            if not text:
                return whole
            try:
                return whole.decode()
            except UnicodeDecodeError as error:
                return not_utf8(error)
        if text and (self._begun or not payload.isascii()):
            begun = _begun_character(self._begun + payload, self.size - len(self._begun))
            if not isinstance(begun, bytes):
                self.drop()
                return begun
            self._begun = begun
        self.size = size
        if len(self._parts) < _FEW:
            self._parts.append(payload)
        else:
            self._more += payload
        return None

    def peek(self, payload: bytes) -> Violation | None:
        """Judge more of a text frame that is not whole yet; ``payload`` follows the `peeked` bytes judged before."""
        begun = self._begun_ahead if self.peeked else self._begun
        found = _begun_character(begun + payload, self.size + self.peeked - len(begun))
        self.peeked += len(payload)
        if not isinstance(found, bytes):
            return found
        self._begun_ahead = found
        return None

    def drop(self) -> None:
        """Forget the open message, if there is one."""
        self.opcode = None
        self.size = 0
        self._begun = b""
        self._parts = []
        if self._more:
            self._more = bytearray()


def over_limit(size: int, limit: int) -> Violation:
    """The breach of a message that grows to ``size`` bytes where ``limit`` are taken (1009)."""
    return violation("message.over-limit", f"The message has grown to {size} bytes; the limit is {limit} bytes.")


class TextJudge:
    """Judges the text of one direction as UTF-8 without joining it: for who looks on. Frames in order, of any kind.

    A breach is told once for a message.
    """

    __slots__ = ("_begun", "_size", "_text")

    def __init__(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Forget the open message: what comes of it next is not judged."""
        self._text = False
        self._begun = b""
        self._size = 0

    def frame(self, head: int, payload: bytes) -> Violation | None:
        """Take a frame's first byte and its payload (inflated, if it was compressed); the rule that it breaks."""
        opcode = head & 0xF
        if opcode >= 8:
            return None
        if opcode:
            self._begun = b""
            self._size = 0
            self._text = opcode == _TEXT
        if not self._text:
            return None
        begun = b""
        if self._begun or not payload.isascii():
            found = _begun_character(self._begun + payload, self._size - len(self._begun))
            if not isinstance(found, bytes):
                self._text = False
                return found
            begun = found
        self._size += len(payload)
        self._begun = begun
        if head < FIN:
            return None
        self._text = False
        if not begun:
            return None
        place = self._size - len(begun)
        return violation("utf8.cut", f"The text ends inside a character, at byte {place}.")
