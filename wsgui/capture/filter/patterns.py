"""Regular expressions of filters: compiled once, refused when they could run for hours.

Python's `re` tries one way after the other and cannot be stopped from outside, and it holds the interpreter's lock,
so the window would stand still meanwhile. The number of ways explodes when a repetition repeats a repetition, as in
``(a+)+``. Such expressions are refused; written with a possessive ``++`` inside they are harmless and allowed.
"""

from __future__ import annotations

import re
import warnings
from typing import AnyStr, Final

MATCH_LIMIT: Final = 1024 * 1024
"""Bytes of a payload that an expression looks at."""

_MANY: Final = 32  # {2,5} is no repetition to worry about, {2,500} is

_BOUNDS: Final = re.compile(r"\{(\d*)(,?)(\d*)\}")


class PatternError(Exception):
    """What is wrong with an expression, as a part of a sentence, and where in it."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def compile_text(pattern: str) -> re.Pattern[str]:
    """Compile an expression for text. Raises PatternError."""
    _refuse_explosions(pattern)
    return _compile(pattern)


def compile_bytes(pattern: str) -> re.Pattern[bytes]:
    """Compile an expression for bytes, written in ASCII. Raises PatternError."""
    for position, character in enumerate(pattern):
        if not character.isascii():
            raise PatternError(f"for bytes write {character} as {_escaped(character)}", position)
    _refuse_explosions(pattern)
    return _compile(pattern.encode("ascii"))


def found_in(expression: re.Pattern[str] | re.Pattern[bytes], data: bytes) -> bool:
    """Whether the expression is found in the first MiB of ``data``."""
    start = data[:MATCH_LIMIT]
    if isinstance(expression.pattern, bytes):
        return expression.search(start) is not None
    return expression.search(start.decode("utf-8", "surrogateescape")) is not None


def _compile(pattern: AnyStr) -> re.Pattern[AnyStr]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about syntax that may change its meaning one day
            return re.compile(pattern)
    except re.error as error:
        raise PatternError(error.msg, error.pos or 0) from None
    except RecursionError:
        raise PatternError("its parentheses are too deep", 0) from None
    except (ValueError, OverflowError) as error:
        raise PatternError(str(error), 0) from None


def _escaped(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def _refuse_explosions(pattern: str) -> None:
    groups: list[tuple[bool, bool]] = []  # whether the groups around here are atomic, and whether they repeat so far
    repeats = False  # within the innermost group
    inner = False  # within the item just read
    place = 0
    while place < len(pattern):
        character = pattern[place]
        inner, before = False, inner
        if character == "\\":
            place += 2
        elif character == "[":
            place = _behind_class(pattern, place)
        elif character == "(":
            groups.append((pattern.startswith("(?>", place), repeats))
            repeats = False
            place += 1
        elif character == ")" and groups:
            atomic, outer = groups.pop()
            inner = repeats and not atomic
            repeats = outer or inner
            place += 1
        elif length := _repetition(pattern, place):
            place += length
            if pattern.startswith("+", place):
                place += 1  # possessive: nothing is tried twice
            elif before:
                text = "a repetition of a repetition may run for hours; write the inner + or * as ++ or *+"
                raise PatternError(text, place - length)
            else:
                repeats = True
                place += pattern.startswith("?", place)
        else:
            place += 1


def _repetition(pattern: str, place: int) -> int:
    """Length of the quantifier at ``place`` if it may repeat often, else 0."""
    if pattern[place] in "*+":
        return 1
    bounds = _BOUNDS.match(pattern, place)
    if bounds is None:
        return 0
    least, comma, most = bounds.groups()
    often = comma and (not most or len(most) > 2 or int(most) > _MANY) and least != most
    return len(bounds[0]) if often else 0


def _behind_class(pattern: str, place: int) -> int:
    """The place behind the character class that begins at ``place``."""
    place += 1
    place += pattern.startswith("^", place)
    place += pattern.startswith("]", place)
    while place < len(pattern) and pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place + 1
