"""Values within JSON payloads, in plain Python: what filters mean by ``json.a.b[0]``.

It follows SQLite where JSON leaves things open: of two members with one name the first counts, integers beyond 64 bits
become floats. NaN and Infinity are no JSON.
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

JSON_LIMIT: Final = 1024 * 1024
"""Longer payloads, in bytes, are not read as JSON."""

MISSING: Final = object()
"""The payload is no JSON, or has no value there."""

_LARGEST: Final = 2**63


def json_value(payload: bytes, path: tuple[str | int, ...]) -> Any:
    """The value at ``path`` (names of members and places in arrays), or `MISSING`. Never raises."""
    if len(payload) > JSON_LIMIT:
        return MISSING
    try:
        value = _DECODER.decode(payload.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return MISSING
    for step in path:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return MISSING
        elif not isinstance(value, list) or step >= len(value):
            return MISSING
        value = value[step]
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def _integer(digits: str) -> int | float:
    value = int(digits) if len(digits) <= 20 else _LARGEST
    return value if -_LARGEST <= value < _LARGEST else float(digits)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, parse_constant=_no_constant)
