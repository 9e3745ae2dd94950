"""Reads a JSON document of any size piece by piece, so that what stands before a broken place can still be used.

It looks for the ends of values only; what is in the small ones that are asked for is left to Python's own parser.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

READ: Final = 64 * 1024
"""Bytes that are read at a time."""

KEY_LIMIT: Final = 64 * 1024

_BLANK: Final = re.compile(rb"[ \t\r\n]*")
# Up to the next character that matters, strings and all; the group is empty if that is not in the buffer. Possessive,
# so that a string that does not end in the buffer is looked at only once.
_OUTSIDE: Final = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(["{}\[\]])?', re.DOTALL)
_IN_STRING: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+(["\\])?', re.DOTALL)
_BEHIND_BACKSLASH: Final = re.compile(rb"(.)?", re.DOTALL)
_QUOTE: Final = ord('"')
_SCALAR: Final = re.compile(rb"[^ \t\r\n,\]}]*+([ \t\r\n,\]}])?")


class BrokenJsonError(ValueError):
    """The document is no JSON from ``offset`` (bytes) on, or ends there."""

    def __init__(self, offset: int, text: str) -> None:
        super().__init__(text)
        self.offset = offset


class JsonStream:
    """A place in a JSON document. `members` and `items` walk into it, `value` takes what is there, `skip` passes it.

    ``on_read(offset)`` is called before each read. Every method raises BrokenJsonError where the document is broken,
    and OSError.
    """

    def __init__(self, file: BinaryIO, offset: int, on_read: Callable[[int], None]) -> None:
        self._file = file
        self._base = offset
        self._buffer = b""
        self._place = 0
        self._on_read = on_read

    @property
    def offset(self) -> int:
        """How many bytes of the document stand before this place."""
        return self._base + self._place

    def kind(self) -> str:
        """The first character of the value that is next; raises at the end of the document."""
        return chr(self._peek())

    def members(self) -> Iterator[str]:
        """The names in the object that is next. Take each value before asking on; one that is not taken is passed."""
        yield from self._walk("{", "}", named=True)

    def items(self) -> Iterator[str]:
        """The same for an array; the names are empty."""
        yield from self._walk("[", "]", named=False)

    def value(self, limit: int) -> Any:
        """The value that is next. One of more than ``limit`` bytes, or that is no JSON, is passed: ValueError."""
        start = self.offset
        text = self._scan(limit)
        if text is None:
            raise ValueError(f"it has more than {limit} bytes")
        try:
            return json.loads(text)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        except ValueError as error:
            raise ValueError(f"{str(error).partition(':')[0]} near byte {start}") from None

    def skip(self) -> None:
        """Pass the value that is next."""
        self._scan(0)

    def _walk(self, start: str, end: str, *, named: bool) -> Iterator[str]:
        self._expect(start)
        if self.kind() == end:
            self._place += 1
            return
        while True:
            name = ""
            if named:
                name = self._name()
                self._expect(":")
            self._peek()
            before = self.offset
            yield name
            if self.offset == before:
                self.skip()
            if self.kind() == end:
                self._place += 1
                return
            self._expect(",")

    def _name(self) -> str:
        if self.kind() != '"':
            raise BrokenJsonError(self.offset, f"a name in quotes is expected, not {self.kind()!a}")
        try:
            return str(self.value(KEY_LIMIT))
        except BrokenJsonError:
            raise
        except ValueError:
            return ""  # a name of no use to anybody

    def _expect(self, character: str) -> None:
        found = self.kind()
        if found != character:
            raise BrokenJsonError(self.offset, f"{character!a} is expected, not {found!a}")
        self._place += 1

    def _peek(self) -> int:
        while True:
            self._place = _match(_BLANK, self._buffer, self._place).end()
            if self._place < len(self._buffer):
                return self._buffer[self._place]
            if not self._read():
                raise BrokenJsonError(self.offset, "the file ends here")

    def _read(self) -> bool:
        """Put the next bytes of the file in place of the buffer, which has been used up."""
        self._base += len(self._buffer)
        self._place = 0
        self._on_read(self._base)
        self._file.seek(self._base)
        self._buffer = self._file.read(READ)
        return bool(self._buffer)

    def _scan(self, limit: int) -> bytes | None:
        """Pass a value and return its text; None if that has more than ``limit`` bytes."""
        first = self._peek()
        pieces: list[bytes] = []
        room = limit
        start = self._place
        depth = 0
        if first in b"{[":
            pattern = _OUTSIDE
        elif first == _QUOTE:
            pattern = _IN_STRING
            self._place += 1
        elif first in b",:]}":
            raise BrokenJsonError(self.offset, f"a value is expected, not {chr(first)!a}")
        else:
            pattern = _SCALAR
        while True:
            match = _match(pattern, self._buffer, self._place)
            self._place = match.end()
            found = match[1]
            if found is None:
                piece = self._buffer[start:]
                if len(piece) <= room:
                    pieces.append(piece)
                room -= len(piece)
                start = 0
                if self._read():
                    continue
                if pattern is _SCALAR:
                    break
                raise BrokenJsonError(self.offset, "the file ends here, inside a value")
            if pattern is _SCALAR:
                self._place -= 1
                break
            if pattern is _BEHIND_BACKSLASH or (found == b'"' and pattern is _OUTSIDE):
                pattern = _IN_STRING
                continue
            if found == b"\\":
                pattern = _BEHIND_BACKSLASH  # which is in the next read
                continue
            if found in b"{[":
                depth += 1
            elif found in b"}]":
                depth -= 1
            if depth == 0:
                break
            pattern = _OUTSIDE
        piece = self._buffer[start : self._place]
        return None if len(piece) > room else b"".join((*pieces, piece))


def _match(pattern: re.Pattern[bytes], buffer: bytes, place: int) -> re.Match[bytes]:
    """For patterns that match anything."""
    return cast("re.Match[bytes]", pattern.match(buffer, place))
