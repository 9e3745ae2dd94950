"""How messages are printed: one row a format, for ``wsgui connect --output``."""

from __future__ import annotations

from binascii import b2a_base64
from json.encoder import encode_basestring_ascii as quote
from typing import TYPE_CHECKING, ClassVar, Final

from wsgui.commands.framings import LENGTH_BYTES
from wsgui.dissect.sizes import clock_text
from wsgui.protocol.opcodes import Opcode
from wsgui.records import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.console import Output

_ARROWS: Final = {Direction.SENT: "-> ", Direction.RECEIVED: "<- "}
_NAMES: Final = {Direction.SENT: "sent", Direction.RECEIVED: "received"}


class Printer:
    """Text as it is and binary as hex digits, a message a line; ``times`` and ``directions`` stand in front."""

    summary: ClassVar[str] = "text as it is, binary as hex digits, a message a line"
    bytes_as_they_are: ClassVar[bool] = False
    """Whether the output may steer a terminal, and so does not go to one."""
    prefixed: ClassVar[bool] = True
    """Whether times and directions can stand in front of a message."""

    def __init__(self, out: Output, *, times: bool = False, directions: bool = False) -> None:
        self.out = out
        self.times = times
        self.directions = directions

    def show(self, direction: Direction, messages: Sequence[str | bytes], time_ns: int) -> None:
        """Print the messages of one read or write. Raises OSError."""
        prefix = f"{clock_text(time_ns)} " if self.times else ""
        if self.directions:
            prefix += _ARROWS[direction]
        texts = [one if isinstance(one, str) else one.hex() for one in messages]
        self.out.write_messages([prefix + text for text in texts] if prefix else texts)

    def note(self, text: str) -> bool:
        """A line of our own among the messages. False if it has no place there."""
        self.out.write_messages([text])
        return True


class JsonPrinter(Printer):
    """The words are those of the JSON Lines that captures are exported to."""

    summary = "JSON Lines with time, direction, kind, and text or base64"

    def show(self, direction: Direction, messages: Sequence[str | bytes], time_ns: int) -> None:
        for one in messages:
            if isinstance(one, str):
                opcode, length, data = Opcode.TEXT, len(one.encode()), f'"text":{quote(one)}'
            else:
                opcode, length, data = Opcode.BINARY, len(one), f'"base64":"{b2a_base64(one, newline=False).decode()}"'
            self.out.write_json(
                f'{{"type":"message","time_ns":{time_ns},"direction":"{_NAMES[direction]}","opcode":{int(opcode)},'
                f'"length":{length},{data}}}'
            )

    def note(self, text: str) -> bool:
        return False


class RawPrinter(Printer):
    summary = "the bytes of the messages, one behind the other (not to a terminal)"
    bytes_as_they_are = True
    prefixed = False

    def show(self, direction: Direction, messages: Sequence[str | bytes], time_ns: int) -> None:
        for one in messages:
            self.out.write_bytes(self.framed(one.encode() if isinstance(one, str) else one))

    def framed(self, payload: bytes) -> bytes:
        """The bytes that stand for one message."""
        return payload

    def note(self, text: str) -> bool:
        return False


class NulPrinter(RawPrinter):
    summary = "the bytes of each message and a zero byte (not to a terminal)"

    def framed(self, payload: bytes) -> bytes:
        return payload + b"\0"


class LengthPrinter(RawPrinter):
    summary = "the bytes of each message behind its length, four bytes, big-endian (not to a terminal)"

    def framed(self, payload: bytes) -> bytes:
        return len(payload).to_bytes(LENGTH_BYTES, "big") + payload


PRINTERS: Final[dict[str, type[Printer]]] = {
    "text": Printer,
    "json": JsonPrinter,
    "raw": RawPrinter,
    "nul": NulPrinter,
    "length": LengthPrinter,
}
