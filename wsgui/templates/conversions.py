"""What becomes of a value before it is filled in: ``{{json.name|json}}``."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from wsgui.templates.filling import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable


def text_of(value: Any) -> str:
    """A value as it is filled in: texts as they are, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bytes_of(value: Any) -> bytes:
    return value if isinstance(value, bytes) else text_of(value).encode("utf-8", "surrogatepass")


class Conversion(NamedTuple):
    """``call(value, word)``; ``word`` is what stands behind its name, which only one that ``takes`` a word has."""

    help: str
    call: Callable[[Any, str], Any]
    takes: bool = False


CONVERSIONS: Final[dict[str, Conversion]] = {
    "json": Conversion("as JSON: a text with its quotes", lambda value, _: json.dumps(_decoded(value))),
    "upper": Conversion("in capital letters", lambda value, _: text_of(value).upper()),
    "lower": Conversion("in small letters", lambda value, _: text_of(value).lower()),
    "hex": Conversion("its bytes as hex digits", lambda value, _: _bytes_of(value).hex()),
    "base64": Conversion("its bytes in base64", lambda value, _: base64.b64encode(_bytes_of(value)).decode()),
    "url": Conversion("percent-encoded", lambda value, _: quote(_bytes_of(value), safe="")),
    "length": Conversion("how many characters or bytes it has", lambda value, _: len(value if _sized(value) else "")),
    "or": Conversion("the word behind it where there is nothing", lambda value, word: _or(value, word), takes=True),
}
"""By name."""


def _or(value: Any, word: str) -> Any:
    return word if value is MISSING else value


def _sized(value: Any) -> bool:
    return isinstance(value, str | bytes | list | dict)


def _decoded(value: Any) -> Any:
    return text_of(value) if isinstance(value, bytes) else value
