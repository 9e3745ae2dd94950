"""Where one message ends and the next begins in a stream of bytes: standard input, and standard output.

A splitter takes the bytes as they are read, in any pieces, and costs the same for each byte however long a message is.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from wsgui.commands.encodings import InputError

LENGTH_BYTES: Final = 4
"""Of a length that stands in front of a message, big-endian."""


class Splitter(Protocol):
    """``feed`` gives the messages that are whole, ``end`` what is left when the input ends (raises InputError if that
    cannot be)."""

    def feed(self, data: bytes) -> list[bytes]: ...

    def end(self) -> list[bytes]: ...


class Separated:
    """Messages that end with ``mark``; the last one may do without. A CR before a line feed is part of the end."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._started: list[bytes] = []  # the pieces of a message whose end has not come; joined once

    def feed(self, data: bytes) -> list[bytes]:
        first, *more = data.split(self._mark)
        self._started.append(first)
        if not more:
            return []
        whole = [b"".join(self._started), *more[:-1]]
        self._started = [more[-1]]
        return [line.removesuffix(b"\r") for line in whole] if self._mark == b"\n" else whole

    def end(self) -> list[bytes]:
        rest = b"".join(self._started)
        return [rest] if rest else []


class WholeInput:
    """All of the input is one message; an empty input is none."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        self._pieces.append(data)
        return []

    def end(self) -> list[bytes]:
        whole = b"".join(self._pieces)
        return [whole] if whole else []


class Measured:
    """Each message behind its length in four bytes, big-endian."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        whole = []
        at = 0
        while len(self._buffer) - at >= LENGTH_BYTES:
            end = at + LENGTH_BYTES + int.from_bytes(self._buffer[at : at + LENGTH_BYTES], "big")
            if end > len(self._buffer):
                break
            whole.append(bytes(self._buffer[at + LENGTH_BYTES : end]))
            at = end
        del self._buffer[:at]
        return whole

    def end(self) -> list[bytes]:
        if self._buffer:
            raise InputError("ends before its length says")
        return []


class Framing(NamedTuple):
    """``unit`` is what one message is called in a sentence."""

    summary: str
    unit: str
    splitter: type[Splitter] | None = None
    mark: bytes = b""

    def make(self) -> Splitter:
        """A splitter for one stream."""
        return Separated(self.mark) if self.splitter is None else self.splitter()


FRAMINGS: Final = {
    "lines": Framing("each line is a message, without its end", "line", mark=b"\n"),
    "whole": Framing("all of it is one message", "message", WholeInput),
    "nul": Framing("messages end with a zero byte", "message", mark=b"\0"),
    "length": Framing("each message stands behind its length, four bytes, big-endian", "message", Measured),
}
