"""What a literal means for the field beside it: numbers with units, names, text, bytes, times."""

from __future__ import annotations

import difflib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wsgui.filter.errors import FilterError
from wsgui.filter.fields import LARGEST, Field, FieldKind
from wsgui.filter.tree import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wsgui.filter.tree import Scalar

SIZES: Final = {"k": 1024, "M": 1024**2, "G": 1024**3}
SPANS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # the micro sign, and the Greek letter
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "min": 60 * 1_000_000_000,
    "h": 3600 * 1_000_000_000,
}

_DAY: Final = 24 * SPANS["h"]
_FARTHEST: Final = 10**18  # ns from the capture's start, 31 years: sums stay within 64 bits
_DIGITS: Final = 40  # of a number that may be worth reading

_NUMBER: Final = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?([^\W\d_]*)")
_HEX_NUMBER: Final = re.compile(r"0[xX]([0-9a-fA-F]+)")
_JSON_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_HEX_BYTES: Final = re.compile(r"0[xX]([0-9a-fA-F]*)|([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})*)")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?")
_DATE: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?)?", re.ASCII | re.IGNORECASE
)
_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|([\\\"'nrt0/])|.?)", re.DOTALL)
_CHARACTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def value_of(field: Field, text: str, position: int) -> Scalar:
    """The value that the literal ``text`` at ``position`` has for ``field``. Raises FilterError."""
    return _Literal(field, text, position).value()


def unquoted(text: str, position: int) -> str:
    """What a literal in quotes says. Raises FilterError for an unknown escape."""

    def character(match: re.Match[str]) -> str:
        long, short, simple = match.groups()
        if simple:
            return _CHARACTERS.get(simple, simple)
        number = int(long or short or "d800", 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            raise FilterError(
                f"There is no escape {match[0]} here; a backslash itself is written \\\\.",
                position + 1 + match.start(),
                len(match[0]),
                ("\\\\", '\\"', "\\n", "\\r", "\\t", "\\0", "\\u00e9"),
            )
        return chr(number)

    body = text[1:-1]
    result = _ESCAPE.sub(character, body)
    for place, letter in enumerate(body):
        if "\ud800" <= letter <= "\udfff":
            raise FilterError("This character is no Unicode text.", position + 1 + place, 1)
    return result


def suggestion(word: str, known: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """`` Did you mean ...?`` for a word that is not among those known, or "", and the words that come near."""
    near = tuple(difflib.get_close_matches(word.lower(), list(known), n=3, cutoff=0.6))
    return (f" Did you mean {' or '.join(near)}?" if near else ""), near


class _Literal:
    """One literal beside a field."""

    def __init__(self, field: Field, text: str, position: int) -> None:
        self._field = field
        self._text = text
        self._position = position

    def value(self) -> Scalar:
        field = self._field
        text = self._text
        named = field.names.get(text.lower())
        if field.kind is FieldKind.JSON:
            return self._json()
        if named is not None:
            return named.value
        if field.only_names:
            raise self._unfit()
        if field.kind is FieldKind.BOOL:
            return self._bool()
        if field.kind is FieldKind.TEXT:
            return self._quoted_text()
        if field.kind is FieldKind.BYTES:
            return self._bytes()
        if field.kind is FieldKind.TIME:
            return self._time()
        return self._number()

    def _error(self, sentence: str, expected: tuple[str, ...] = ()) -> FilterError:
        return FilterError(sentence, self._position, len(self._text), expected)

    def _unfit(self) -> FilterError:
        """The literal is of another kind, or an unknown name."""
        field = self._field
        word = self._text[0].isalpha()
        hint, near = suggestion(self._text, field.names) if word else ("", ())
        if word and field.names:
            sentence = f"There is no {_NAMED.get(field.name, field.name)} called {self._text}.{hint}"
            return self._error(sentence, near or tuple(field.names))
        return self._error(field.expectation, field.value_words)

    @property
    def _is_quoted(self) -> bool:
        return self._text[0] in "\"'"

    def _bool(self) -> bool:
        value = {"true": True, "1": True, "false": False, "0": False}.get(self._text.lower())
        if value is None:
            raise self._unfit()
        return value

    def _quoted_text(self) -> str:
        if self._is_quoted:
            return unquoted(self._text, self._position)
        if self._field.names:
            raise self._unfit()
        raise self._error(f'Text stands in quotes: "{self._text}".', (f'"{self._text}"',))

    def _bytes(self) -> bytes:
        if self._is_quoted:
            return unquoted(self._text, self._position).encode()
        match = _HEX_BYTES.fullmatch(self._text)
        if match is None:
            raise self._unfit()
        digits = match[1] if match[2] is None else match[2].replace(":", "")
        if len(digits) % 2 or not digits:
            raise self._error(f"Bytes have two hex digits each; {self._text} has {len(digits)} digits.")
        return bytes.fromhex(digits)

    def _number(self) -> int:
        field = self._field
        if match := _HEX_NUMBER.fullmatch(self._text):
            return self._bounded(int(match[1], 16) if len(match[1]) <= _DIGITS else LARGEST + 1)
        match = _NUMBER.fullmatch(self._text)
        if match is None:
            raise self._unfit()
        units = {FieldKind.SIZE: SIZES, FieldKind.SPAN: SPANS}.get(field.kind, {})
        unit = {"K": "k", "m": "M", "g": "G"}.get(match[4], match[4]) if field.kind is FieldKind.SIZE else match[4]
        if not unit:
            scale = SPANS["s"] if field.kind is FieldKind.SPAN else 1
        elif unit in units:
            scale = units[unit]
        elif units:
            known = tuple(unit for unit in units if unit.isascii())
            sentence = f"There is no unit {match[4]} here; {field.name} takes {', '.join(known)}."
            raise FilterError(sentence, self._position + match.start(4), len(match[4]), known)
        else:
            raise self._error(f"{field.name} has no units, so {match[4]} does not fit.", (match[2],))
        return self._bounded(self._scaled(match, scale))

    def _scaled(self, match: re.Match[str], scale: int) -> int:
        sign, whole, fraction, _ = match.groups()
        fraction = fraction or ""
        if len(whole) + len(fraction) > _DIGITS:
            return LARGEST + 1
        value, rest = divmod(int(whole + fraction) * scale, int(10 ** len(fraction)))
        if rest:
            what = {FieldKind.NUMBER: "", FieldKind.SIZE: " of bytes"}.get(self._field.kind, " of nanoseconds")
            raise self._error(f"{self._text} is not a whole number{what}.")
        return -value if sign == "-" else value

    def _bounded(self, value: int) -> int:
        field = self._field
        if abs(value) > LARGEST:
            raise self._error(f"This number is too large; the largest is {LARGEST}.")
        if not field.minimum <= value <= field.maximum:
            limits = (
                f"from {field.minimum} to {field.maximum}" if field.maximum < LARGEST else f"from {field.minimum} on"
            )
            raise self._error(f"{field.name} goes {limits}, so {self._text} does not fit.")
        return value

    def _json(self) -> Scalar:
        if self._is_quoted:
            return unquoted(self._text, self._position)
        word = self._text.lower()
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        match = _JSON_NUMBER.fullmatch(self._text)
        if match is None:
            if self._text[0].isalpha():
                raise self._error(f'Text stands in quotes: "{self._text}".', (f'"{self._text}"', *_CONSTANTS))
            raise self._unfit()
        if match[1] or match[2]:
            number = float(self._text)
            if number in (float("inf"), -float("inf")):
                raise self._error("This number is too large.")
            return number
        return self._bounded(int(self._text) if len(self._text) <= _DIGITS else LARGEST + 1)

    def _time(self) -> Moment:
        text = self._text[1:-1] if self._is_quoted else self._text
        if match := _CLOCK.fullmatch(text):
            hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
            if hours > 23 or minutes > 59 or seconds > 59:
                raise self._error("A clock goes from 00:00 to 23:59:59.", ("12:04:10.5",))
            return Moment("clock", ((hours * 60 + minutes) * 60 + seconds) * SPANS["s"] + _fraction(match[4]))
        if match := _DATE.fullmatch(text):
            return self._date(match)
        match = _NUMBER.fullmatch(text)
        if match is None or match[1] != "+" or match[4] not in ("", *SPANS):
            raise self._unfit()
        ns = self._scaled(match, SPANS[match[4] or "s"])
        if ns > _FARTHEST:
            raise self._error("This number is too large; captures are not that long.")
        return Moment("start", ns)

    def _date(self, match: re.Match[str]) -> Moment:
        day, clock, fraction, zone = match.groups()
        try:
            seconds = datetime.fromisoformat(f"{day}T{clock or '00:00'}{(zone or '').upper()}").timestamp()
        except (ValueError, OverflowError, OSError):
            raise self._error(f"There is no such day or time as {self._text}.") from None
        ns = int(seconds) * SPANS["s"] + _fraction(fraction)
        if abs(ns) > LARGEST:
            raise self._error(f"{self._text} is too far away; times go from 1678 to 2262.")
        return Moment("epoch", ns)


def clock_ns(start: int, of_day: int) -> int | None:
    """The clock time ``of_day`` (ns since midnight) on the day of ``start``, local time; both in ns since the epoch.

    None if the system cannot tell the day.
    """
    try:
        day = datetime.fromtimestamp(start // SPANS["s"])  # noqa: DTZ006 - the clock on the wall is meant
        seconds, ns = divmod(of_day, SPANS["s"])
        minutes, second = divmod(seconds, 60)
        moment = day.replace(hour=minutes // 60, minute=minutes % 60, second=second)
        return int(moment.timestamp()) * SPANS["s"] + ns
    except (ValueError, OverflowError, OSError):
        return None


def _fraction(digits: str | None) -> int:
    """Nanoseconds of the digits behind a second's point."""
    return int((digits or "0").ljust(9, "0"))


_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_NAMED: Final = {"close_code": "close code", "violation": "rule"}
