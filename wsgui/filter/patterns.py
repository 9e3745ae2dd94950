"""Regular expressions that people write: compiled once, run with a limit of time on each row.

They are those of the `regex` package, which reads what Python's `re` reads and some more, and can be interrupted. The
ways that an expression such as ``(a+)+b`` can be tried explode with the length of the text; `re` would try them all,
for hours, with the interpreter's lock in its hand.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, AnyStr, Final, Protocol, cast

import regex  # type: ignore[import-untyped]  # it has no stubs of its own

if TYPE_CHECKING:
    import re

MATCH_LIMIT: Final = 1024 * 1024
"""Bytes of a payload that an expression looks at."""

ROW_SECONDS: Final = 0.5
"""How long an expression may take for one row."""

_FIRST_SECONDS: Final = 0.02


class Pattern(Protocol[AnyStr]):
    """A compiled expression of the `regex` package, as far as it is used here."""

    @property
    def pattern(self) -> AnyStr:
        """What it was compiled of."""

    @property
    def flags(self) -> int:
        """Flags of the package, those within the expression too."""

    def search(
        self, string: AnyStr, pos: int = 0, *, timeout: float | None = None, concurrent: bool | None = None
    ) -> re.Match[AnyStr] | None:
        """The first match from ``pos`` on. Raises TimeoutError."""


class PatternError(Exception):
    """What is wrong with an expression, as a part of a sentence, and where in it."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class PatternTooSlowError(Exception):
    """An expression has taken longer than `ROW_SECONDS` for one row. ``str()`` of it is one sentence."""

    def __init__(self, pattern: str | bytes) -> None:
        text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
        short = text if len(text) <= 60 else f"{text[:59]}…"
        super().__init__(
            f"The search has ended: the expression {short} takes more than {ROW_SECONDS} s for one row. "
            "A repetition within a repetition is the usual reason."
        )


def compile_text(pattern: str, *, ignore_case: bool = False) -> Pattern[str]:
    """Compile an expression for text. Raises PatternError."""
    return _compile(pattern, regex.IGNORECASE if ignore_case else 0)


def compile_bytes(pattern: str) -> Pattern[bytes]:
    """Compile an expression for bytes, written in ASCII. Raises PatternError."""
    for position, character in enumerate(pattern):
        if not character.isascii():
            raise PatternError(f"for bytes write {character} as {_escaped(character)}", position)
    return _compile(pattern.encode("ascii"), 0)


def found_in(expression: Pattern[str] | Pattern[bytes], data: bytes) -> bool:
    """Whether the expression is found in the first MiB of ``data``. Raises PatternTooSlowError."""
    start = data[:MATCH_LIMIT]
    if isinstance(expression.pattern, bytes):
        return first_match(expression, start) is not None
    return first_match(expression, start.decode("utf-8", "surrogateescape")) is not None


def first_match(expression: Pattern[AnyStr], text: AnyStr, start: int = 0) -> re.Match[AnyStr] | None:
    """The first match from character or byte ``start`` on. Raises PatternTooSlowError."""
    try:
        # Most rows take microseconds, and giving the interpreter's lock away costs more than they do.
        return expression.search(text, start, timeout=_FIRST_SECONDS, concurrent=False)
    except TimeoutError:
        pass
    try:
        return expression.search(text, start, timeout=ROW_SECONDS, concurrent=True)
    except TimeoutError:
        raise PatternTooSlowError(expression.pattern) from None


@functools.lru_cache(256, typed=True)  # that of `regex` forgets, and two patterns of one text are not equal then
def _compiled(pattern: str | bytes, flags: int) -> Pattern[str] | Pattern[bytes]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about syntax that may change its meaning one day
        return regex.compile(pattern, flags)  # type: ignore[no-any-return]


def _compile(pattern: AnyStr, flags: int) -> Pattern[AnyStr]:
    try:
        return cast("Pattern[AnyStr]", _compiled(pattern, flags))
    except regex.error as error:
        raise PatternError(error.msg, min(error.pos or 0, len(pattern))) from None
    except RecursionError:
        raise PatternError("its parentheses are too deep", 0) from None
    except Exception as error:  # noqa: BLE001 - of a compiler that people write the input of
        raise PatternError(str(error) or "it cannot be read", 0) from None


def _escaped(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
