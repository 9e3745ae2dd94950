"""Where one message ends and the next begins in a stream of bytes: standard input, and standard output.

A splitter takes the bytes as they are read, in any pieces, and costs the same for each byte however long a message is.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from wsgui.commands.encodings import InputError

LENGTH_BYTES: Final = 4
"""Of a length that stands in front of a message, big-endian."""


LONGEST: Final = 512 * 1024 * 1024
"""Bytes of one message of the input. Without a bound, an input without an end (``/dev/zero``) takes all memory."""


class _Pieces:
    """A message whose end has not come; joined once."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        _check_size(self._size)

    def take(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces, self._size = [], 0
        return whole


def _check_size(size: int) -> None:
    if size > LONGEST:
        raise InputError(f"is longer than {LONGEST // 1024 // 1024} MiB")


class Splitter(Protocol):
    """``feed`` gives the messages that are whole, ``end`` what is left when the input ends. Both raise InputError for
    what cannot be; ``feed`` for a message over `LONGEST`."""

    def feed(self, data: bytes) -> list[bytes]: ...

    def end(self) -> list[bytes]: ...


class Separated:
    """Messages that end with ``mark``; the last one may do without. A CR before a line feed is part of the end."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._started = _Pieces()

    def feed(self, data: bytes) -> list[bytes]:
        first, *more = data.split(self._mark)
        self._started.add(first)
        if not more:
            return []
        whole = [self._started.take(), *more[:-1]]
        self._started.add(more[-1])
        return [line.removesuffix(b"\r") for line in whole] if self._mark == b"\n" else whole

    def end(self) -> list[bytes]:
        rest = self._started.take()
        return [rest] if rest else []


class WholeInput:
    """All of the input is one message; an empty input is none."""

    def __init__(self) -> None:
        self._all = _Pieces()

    def feed(self, data: bytes) -> list[bytes]:
        self._all.add(data)
        return []

    def end(self) -> list[bytes]:
        whole = self._all.take()
        return [whole] if whole else []


class Measured:
    """Each message behind its length in four bytes, big-endian."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        whole: list[bytes] = []
        at = 0
        while len(self._buffer) - at >= LENGTH_BYTES:
            size = int.from_bytes(self._buffer[at : at + LENGTH_BYTES], "big")
            if size > LONGEST and whole:
                break  # those in front of it go first
            _check_size(size)
            end = at + LENGTH_BYTES + size
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
