"""Reads a JSON document of any size piece by piece, so that what stands before a broken place can still be used.

It looks for the ends of values only; what is in the small ones that are asked for is left to Python's own parser.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

READ: Final = 64 * 1024
"""Bytes that are read at a time."""

KEY_LIMIT: Final = 64 * 1024

_BLANK: Final = re.compile(rb"[ \t\r\n]*")
_IN_STRING: Final = re.compile(rb'["\\]')
_OUTSIDE: Final = re.compile(rb'["{}\[\]]')
_SCALAR_END: Final = re.compile(rb"[ \t\r\n,\]}]")
_ANY: Final = re.compile(rb"(?s:.)")


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
            self._place = _BLANK.match(self._buffer, self._place).end()  # type: ignore[union-attr]  # always matches
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
        pattern = _SCALAR_END
        if first in b'{["':
            pattern = _OUTSIDE
        elif first in b",:]}":
            raise BrokenJsonError(self.offset, f"a value is expected, not {chr(first)!a}")
        while True:
            match = pattern.search(self._buffer, self._place)
            if match is None:
                piece = self._buffer[start:]
                if len(piece) <= room:
                    pieces.append(piece)
                room -= len(piece)
                if not self._read():
                    if pattern is _SCALAR_END:
                        break
                    raise BrokenJsonError(self.offset, "the file ends here, inside a value")
                start = 0
                continue
            self._place = match.end()
            if pattern is _SCALAR_END:
                self._place -= 1
                break
            character = match[0]
            if pattern is _IN_STRING:
                if character == b"\\":
                    # The character behind it may be in the next read.
                    pattern = _ANY
                    continue
                pattern = _OUTSIDE
            elif pattern is _ANY or character == b'"':
                pattern = _IN_STRING
                continue
            elif character in b"{[":
                depth += 1
            else:
                depth -= 1
            if depth <= 0:
                break
        piece = self._buffer[start : self._place]
        return None if len(piece) > room else b"".join((*pieces, piece))
