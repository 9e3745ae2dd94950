"""Values of binary formats as JSON text that people edit, and back, so that nothing is changed in silence.

JSON has no bytes, no whole numbers as names, no NaN. What it lacks stands in an object of one member whose name begins
with ``$``, as MongoDB's Extended JSON has it: ``{"$bytes": "dead"}``. `NOTATION` lists those of MessagePack and CBOR;
each format has a `ValueWriter`, and BSON names of its own.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.model import NotFittingError
from wsgui.dissect.json_text import mistake_in

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTATION: Final = {
    "$bytes": "bytes in hex",
    "$text": "the bytes, in hex, of a text that is no UTF-8",
    "$map": "names and values of a map in pairs, where a name is no text or stands twice",
    "$float": "NaN, Infinity or -Infinity",
    "$float32": "a number of 32 bits, where 64 are usual",
    "$float16": "a number of 16 bits (CBOR)",
    "$time": "a time with up to nine digits of a second (MessagePack)",
    "$ext": "the type and the bytes, in hex, of a value that MessagePack leaves to applications",
    "$tag": "a tag of CBOR and its value",
    "$simple": "a simple value of CBOR",
    "$undefined": "true: CBOR's undefined",
}
"""What the names mean."""

DEEPEST: Final = 100
"""Levels that are written and read: text that is nested deeper is no use to people."""

_FLOATS: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


SHORT_REALS: Final = {"$float32": ">f", "$float16": ">e"}


class Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in their order, names that stand twice too."""

    @property
    def special(self) -> tuple[str, Any] | None:
        """The name and value if it is the notation of something that JSON lacks."""
        return self[0] if len(self) == 1 and self[0][0].startswith("$") else None


class ValueWriter:
    """A subclass writes the values of its format to ``out``."""

    title: str

    def __init__(self) -> None:
        self.out = bytearray()

    def integer(self, value: int) -> None:
        """Raises ValueError with a sentence if the format has no such number."""
        raise NotImplementedError

    def real(self, value: float) -> None:
        """A number of 64 bits."""
        raise NotImplementedError

    def short_real(self, value: float, form: str) -> None:
        """A number of 32 or 16 bits, as ``form`` writes it (see `struct`). Raises OverflowError."""
        raise NotImplementedError

    def constant(self, value: bool | None) -> None:
        """True, false, null."""
        raise NotImplementedError

    def text(self, data: bytes) -> None:
        """A text, as its bytes."""
        raise NotImplementedError

    def binary(self, data: bytes) -> None:
        """Bytes."""
        raise NotImplementedError

    def array(self, count: int) -> None:
        """The head of an array of so many values."""
        raise NotImplementedError

    def map(self, count: int) -> None:
        """The head of a map of so many pairs."""
        raise NotImplementedError

    def special(self, name: str, value: Any, depth: int) -> None:
        """What only this format has."""
        del value, depth
        raise ValueError(unknown_notation(name, self.title))

    def write(self, value: Any, depth: int = 0) -> None:
        """Write a value as `read_json` gives it. Raises ValueError with a sentence."""
        if depth > DEEPEST:
            raise ValueError(f"It is nested deeper than {DEEPEST} levels.")
        if isinstance(value, Pairs):
            if value.special is not None:
                self._noted(*value.special, depth)
                return
            self.map(len(value))
            for name, one in value:
                self.text(utf8(name))
                self.write(one, depth + 1)
        elif isinstance(value, list):
            self.array(len(value))
            for one in value:
                self.write(one, depth + 1)
        elif isinstance(value, str):
            self.text(utf8(value))
        elif value is None or isinstance(value, bool):
            self.constant(value)
        elif isinstance(value, int):
            self.integer(value)
        else:
            self.real(value)

    def _noted(self, name: str, value: Any, depth: int) -> None:
        if name == "$bytes":
            self.binary(hex_bytes(name, value))
        elif name == "$text":
            self.text(hex_bytes(name, value))
        elif name == "$float":
            self.real(_FLOATS[one_of(name, value, _FLOATS)])
        elif name in SHORT_REALS:
            try:
                self.short_real(number(name, value), SHORT_REALS[name])
            except OverflowError:
                raise ValueError(f"The number behind {name} is too large.") from None
        elif name == "$map":
            pairs = value if isinstance(value, list) and not isinstance(value, Pairs) else None
            if pairs is None or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
                raise ValueError('Expected pairs behind $map, such as {"$map": [[1, "one"], [2, "two"]]}.')
            self.map(len(pairs))
            for key, one in pairs:
                self.write(key, depth + 1)
                self.write(one, depth + 1)
        else:
            self.special(name, value, depth)


def utf8(text: str) -> bytes:
    """The bytes of a text. Raises ValueError with a sentence for half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"Half of a surrogate pair, \\u{ord(text[error.start]):04x}, is no text.") from None


def hex_bytes(name: str, value: Any) -> bytes:
    """Bytes that are written in hex. Raises ValueError with a sentence."""
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise ValueError(f'Expected two hex digits for each byte behind {name}, such as "deadbeef".') from None


def number(name: str, value: Any) -> float:
    """A number, or the word for one that JSON lacks. Raises ValueError with a sentence."""
    if isinstance(value, str):
        return _FLOATS[one_of(name, value, _FLOATS)]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"Expected a number behind {name}.")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"The number behind {name} is too large.") from None


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number within bounds. Raises ValueError with a sentence."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"Expected a whole number from {low} to {high} behind {name}.")
    return value


def one_of(name: str, value: Any, known: Any) -> str:
    """One of the texts that are known. Raises ValueError with a sentence."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"Expected one of these behind {name}: {', '.join(known)}.")
    return value


def pair(name: str, value: Any) -> list[Any]:
    """An array of two. Raises ValueError with a sentence."""
    if not isinstance(value, list) or isinstance(value, Pairs) or len(value) != 2:
        raise ValueError(f"Expected an array of two values behind {name}.")
    return value


def varint(value: int) -> bytes:
    """A number in as many bytes as it takes, seven bits in each, the lowest first."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def unknown_notation(name: str, title: str) -> str:
    """The sentence for an object of one member whose name begins with ``$`` and means nothing."""
    return f'{title} has no {name}; an object with this name alone is written as {{"$map": [[{json.dumps(name)}, …]]}}.'


def checked_json(text: str) -> bytes:
    """JSON as it stands. Raises ValueError with a sentence and the place."""
    mistake = mistake_in(text)
    if mistake is not None:
        line, column = text.count("\n", 0, mistake.place) + 1, mistake.place - text.rfind("\n", 0, mistake.place)
        raise ValueError(f"This is no JSON: {mistake.what}, in line {line} at character {column}.")
    return utf8(text)


def json_lines(text: str) -> Iterator[str]:
    """The lines that are not blank, each of which has to be JSON. Raises ValueError with a sentence and the place."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        mistake = mistake_in(line)
        if mistake is not None:
            raise ValueError(f"Line {number} is no JSON: {mistake.what}, at character {mistake.place + 1}.")
        yield line


def read_json(text: str) -> Any:
    """JSON with objects as `Pairs`. Raises ValueError with a sentence and the place."""
    checked_json(text)
    try:
        return json.loads(text, object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        raise ValueError("This is no JSON: a number in it has too many digits, or it is nested too deeply.") from None


def real_notation(value: float, name: str = "") -> Any:
    """A number as text has it; ``name`` is that of its own notation, if it has one."""
    if math.isfinite(value):
        return {name: value} if name else value
    return {name or "$float": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}


def text_notation(data: bytes) -> Any:
    """A text as text has it."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"$text": data.hex()}


def map_notation(pairs: list[tuple[Any, Any]]) -> Any:
    """A map as text has it: an object, or pairs where an object would not say the same."""
    names = [name for name, _ in pairs]
    plain = all(isinstance(name, str) for name in names) and len(set(names)) == len(names)
    if plain and (len(names) != 1 or not names[0].startswith("$")):
        return dict(pairs)
    return {"$map": [list(one) for one in pairs]}


def deep_enough(depth: int) -> None:
    """Raises NotFittingError for what is nested too deeply to be edited."""
    if depth > DEEPEST:
        raise NotFittingError(f"it is nested deeper than {DEEPEST} levels")


def as_text(value: Any) -> str:
    """JSON for editing."""
    return json.dumps(value, ensure_ascii=False, indent=2)
