"""Numbers, sizes, times and switches as people write them."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_SIZE: Final = re.compile(r"(\d{1,15})\s*([kmg]?)(?:i?b)?", re.IGNORECASE)
_SPAN: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|m|min|h)?", re.IGNORECASE)
_SPANS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_FLAGS: Final = {
    "on": True,
    "yes": True,
    "true": True,
    "1": True,
    "off": False,
    "no": False,
    "false": False,
    "0": False,
}


class QuantityError(ValueError):
    """Something that is no such quantity, in one sentence."""


def read_flag(text: str) -> bool:
    """``on`` or ``off`` (also yes, no, true, false, 1, 0). Raises QuantityError."""
    found = _FLAGS.get(text.strip().lower())
    if found is None:
        raise QuantityError(f"Expected on or off, not {text!r}.")
    return found


def read_number(text: str, least: int, most: int) -> int:
    """A whole number in a range. Raises QuantityError."""
    text = text.strip()
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII) or not least <= int(text) <= most:
        raise QuantityError(f"Expected a number from {least} to {most}, not {text!r}.")
    return int(text)


def read_bytes(text: str, least: int = 0) -> int:
    """A number of bytes: ``65536``, ``64k``, ``1M``. Raises QuantityError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise QuantityError(f"Expected a number of bytes, such as 65536, 64k or 1M, not {text!r}.")
    size = int(found[1]) * _UNITS[found[2].lower()]
    if not least <= size < 2**62:
        raise QuantityError(f"Expected at least {least}, not {text!r}." if size < least else f"{text!r} is too large.")
    return size


def read_seconds(text: str) -> float:
    """A span of time in seconds: ``0.5``, ``500ms``, ``2 s``, ``1 min``. Raises QuantityError."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise QuantityError(f"Expected a time, such as 500ms or 2s, not {text!r}.")
    return float(found[1]) * _SPANS[(found[2] or "s").lower()]
