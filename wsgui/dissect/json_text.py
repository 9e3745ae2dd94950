"""JSON with line breaks, for reading. Only white space changes.

Numbers keep their digits, strings their escapes, objects their repeated names: ``json.loads`` and ``dumps`` would
show ``1e400`` as ``Infinity`` and lose what stands twice, and then the window would show what nobody sent.
"""

from __future__ import annotations

import json
import re
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 1024 * 1024
"""Characters up to which `indent_json` is quick enough to be called while a person waits (some 0.3 s)."""

_DEEPEST = 40
"""Levels that are indented; deeper ones stand at this one, so that ``[[[[…`` cannot grow to gigabytes."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_EMPTY = {"{": "}", "[": "]"}
_MARKS = frozenset("{}[]:,")


class Mistake(NamedTuple):
    """Why a text is no JSON: ``what`` in words without a full stop, and the place of the character where it shows."""

    what: str
    place: int


class JsonPart(Enum):
    """What a piece of JSON is."""

    NAME = auto()
    STRING = auto()
    NUMBER = auto()
    WORD = auto()
    """``true``, ``false`` or ``null``."""
    MARK = auto()
    """Brackets, colons and commas."""


def looks_like_json(text: str) -> bool:
    """Whether a person who writes this means an object or a list."""
    return text.lstrip()[:1] in ("{", "[")


def mistake_in(text: str) -> Mistake | None:
    """What keeps ``text`` from being JSON (RFC 8259), None if nothing does. ``NaN`` and ``Infinity`` are none."""
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return Mistake(_WORDS.get(error.msg, error.msg[:1].lower() + error.msg[1:]), error.pos)
    except RecursionError:
        return Mistake("it is nested too deeply", 0)
    except _NoJsonError as error:
        return Mistake(f"{error} is no value of JSON", _outside(text, str(error)))
    except ValueError:
        return None  # Python refuses to make a number of thousands of digits; the text is JSON all the same
    return None


_WORDS = {
    "Expecting value": "a value is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Extra data": "more follows behind its end",
    "Unterminated string starting at": "this string has no end",
    "Invalid control character at": "a control character is to be escaped",
    "Illegal trailing comma before end of object": "there is a comma too many",
    "Illegal trailing comma before end of array": "there is a comma too many",
}


class _NoJsonError(Exception):
    """A word that Python reads and JSON does not have."""


def _refuse(word: str) -> NoReturn:
    raise _NoJsonError(word)


def _outside(text: str, word: str) -> int:
    return next(match.start() for match in _TOKEN.finditer(text) if match[0] == word)


def minify_json(text: str) -> str:
    """``text`` without the white space that means nothing. Raises ValueError, with a sentence, if it is no JSON."""
    indent_json(text)
    return "".join(_TOKEN.findall(text))


def parts(text: str) -> Iterator[tuple[int, int, JsonPart]]:
    """(start, end, kind) of each piece of ``text``, which may be a part of JSON, or wrong."""
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece[0] == '"':
            behind = text[match.end() : match.end() + 40].lstrip()
            yield match.start(), match.end(), JsonPart.NAME if behind[:1] == ":" else JsonPart.STRING
        elif piece in _MARKS:
            yield match.start(), match.end(), JsonPart.MARK
        else:
            number = piece[0] in "-0123456789"
            yield match.start(), match.end(), JsonPart.NUMBER if number else JsonPart.WORD


def same_place(text: str, other: str, place: int) -> int:
    """Where the character at ``place`` of ``text`` stands in ``other``, the same JSON with other white space."""
    end = 0
    for mine, theirs in zip(_TOKEN.finditer(text), _TOKEN.finditer(other), strict=False):
        if place < mine.start():
            return theirs.start()
        if place < mine.end():
            return theirs.start() + place - mine.start()
        end = theirs.end()
    return end


def folds(text: str) -> dict[int, int]:
    """The lines that open an object or a list which ends on a later line, each with that line; both count from 0."""
    found: dict[int, int] = {}
    opened: list[int] = []
    line = at = 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if match[0] in _EMPTY:
            opened.append(line)
        elif match[0] in ("}", "]") and opened:
            first = opened.pop()
            if first < line:
                found[first] = line
        line += match[0].count("\n")
        at = match.end()
    return found


def indent_json(text: str) -> str:
    """``text`` with one value a line, two blanks a level. Raises ValueError, with a sentence, if it is no JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError("nested too deeply to be indented") from None
    except ValueError:
        # Python refuses to make a number of thousands of digits; the text may be JSON all the same.
        raise ValueError("a number is too long to be read") from None
    return "".join(_pieces(_TOKEN.findall(text)))


def _pieces(tokens: list[str]) -> list[str]:
    pieces: list[str] = []
    add = pieces.append
    breaks = ["\n" + "  " * level for level in range(_DEEPEST + 1)]
    depth = 0
    before = ""
    for piece in tokens:
        if piece in ("}", "]"):
            depth -= 1
            if _EMPTY.get(before) != piece:
                add(breaks[min(depth, _DEEPEST)])
        elif before in ("{", "[", ","):
            add(breaks[min(depth, _DEEPEST)])
        add(piece)
        if piece in ("{", "["):
            depth += 1
        elif piece == ":":
            add(" ")
        before = piece
    return pieces
