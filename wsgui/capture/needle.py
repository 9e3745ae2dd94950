"""What can be looked for in payloads: a text, bytes, or a regular expression; and where it stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

from wsgui.filter.patterns import Pattern, PatternError, compile_text, first_match

if TYPE_CHECKING:
    from collections.abc import Iterator

NeedleKind: TypeAlias = Literal["text", "hex", "regex"]
KINDS: Final[tuple[NeedleKind, ...]] = get_args(NeedleKind)

MOST_HITS: Final = 5000
"""Hits within one payload that are told of."""

EXPRESSION_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a payload that an expression looks at; texts and bytes are looked for in all of it."""

_HEX_LETTERS: Final = frozenset("0123456789abcdefABCDEF")
_BETWEEN: Final = frozenset(" \t\n\r:,-")


class NeedleError(Exception):
    """What was typed cannot be looked for. ``str()`` is one sentence, ``position`` the place in the text, from 0."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position


class Hit(NamedTuple):
    """``length`` bytes of a payload from byte ``start`` on."""

    start: int
    length: int


@dataclass(frozen=True)
class Needle:
    """Either ``data``, looked for as bytes, or ``expression``, looked for in the payload read as UTF-8."""

    text: str
    data: bytes
    expression: Pattern[str] | None
    folded: re.Pattern[bytes] | None = None
    """``data`` without regard to capital letters, where it is ASCII: three times as quick as an expression."""

    @property
    def is_plain(self) -> bool:
        """Whether the bytes alone decide, letter by letter: SQLite can look for them itself."""
        return self.expression is None and self.folded is None

    def is_in(self, payload: bytes) -> bool:
        """Whether there is a hit. Raises PatternTooSlowError."""
        if self.folded is not None:
            return self.folded.search(payload) is not None
        if self.expression is None:
            return self.data in payload
        text = payload[:EXPRESSION_LIMIT].decode("utf-8", "surrogateescape")
        match = first_match(self.expression, text)
        if match is None or match.end() > match.start():
            return match is not None
        return next(self._matches(payload), None) is not None  # the first match is empty

    def hits(self, payload: bytes, most: int = MOST_HITS) -> list[Hit]:
        """Where the hits are, from the first on, none over another. Raises PatternTooSlowError."""
        found: list[Hit] = []
        for hit in self._places(payload) if self.expression is None else self._matches(payload):
            found.append(hit)
            if len(found) >= most:
                break
        return found

    def _places(self, payload: bytes) -> Iterator[Hit]:
        size = len(self.data)
        if self.folded is not None:
            yield from (Hit(match.start(), size) for match in self.folded.finditer(payload))
            return
        place = payload.find(self.data)
        while place >= 0:
            yield Hit(place, size)
            place = payload.find(self.data, place + size)

    def _matches(self, payload: bytes) -> Iterator[Hit]:
        assert self.expression is not None  # noqa: S101 - asked before
        text = payload[:EXPRESSION_LIMIT].decode("utf-8", "surrogateescape")
        plain = text.isascii()
        at = byte = 0  # the same place in characters and in bytes
        start = 0
        while (match := first_match(self.expression, text, start)) is not None:
            first, stop = match.span()
            start = stop
            if first == stop:  # an empty match is nothing to look at
                start += 1
            elif plain:
                yield Hit(first, stop - first)
            else:
                byte += len(text[at:first].encode("utf-8", "surrogateescape"))
                length = len(text[first:stop].encode("utf-8", "surrogateescape"))
                at = first
                yield Hit(byte, length)
            if start > len(text):
                return


def parse_needle(kind: NeedleKind, text: str, *, ignore_case: bool = False) -> Needle:
    """What to look for. ``ignore_case`` matters for texts and expressions. Raises NeedleError."""
    if not text:
        raise NeedleError("Type what to look for.", 0)
    if kind == "hex":
        return Needle(text, parse_hex(text), None)
    try:
        if kind == "regex":
            return Needle(text, b"", compile_text(text, ignore_case=ignore_case))
        if ignore_case and text.isascii():
            data = text.encode()
            return Needle(text, data, None, re.compile(re.escape(data), re.IGNORECASE))
        if ignore_case:
            return Needle(text, b"", compile_text(re.escape(text), ignore_case=True))
    except PatternError as error:
        sentence = f"This expression does not work at character {error.position + 1}: {error.message}."
        raise NeedleError(sentence, error.position) from None
    return Needle(text, text.encode("utf-8", "surrogatepass"), None)


def parse_hex(text: str) -> bytes:
    """``de ad be ef``, ``0xdeadbeef``, ``de:ad``. Raises NeedleError with the place of the mistake."""
    start = len(text) - len(text.lstrip())
    if text[start : start + 2].lower() == "0x":
        start += 2
    digits = ""
    first = start  # of the byte that is being read
    for place in range(start, len(text)):
        letter = text[place]
        if letter in _HEX_LETTERS:
            if len(digits) % 2 == 0:
                first = place
            digits += letter
        elif letter in _BETWEEN:
            if len(digits) % 2:
                raise NeedleError(f"A byte has two hex digits; the one at character {first + 1} has one.", first)
        else:
            raise NeedleError(f"Character {place + 1} is no hex digit: {letter}", place)
    if len(digits) % 2:
        raise NeedleError(f"A byte has two hex digits; the one at character {first + 1} has one.", first)
    if not digits:
        raise NeedleError("Type bytes in hex, such as de ad be ef.", len(text))
    return bytes.fromhex(digits)
