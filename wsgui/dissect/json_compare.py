"""Two JSON documents compared by what they say: white space, the order of names and the spelling of numbers and of
strings make no difference."""

from __future__ import annotations

import json
from decimal import Decimal
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 1024 * 1024
"""Bytes of a side up to which it is compared."""
MOST: Final = 500
"""Differences that are listed."""
_ALIGNED: Final = 500
"""Items of a list up to which those that were put in or taken out are looked for; longer ones go by their places."""
_SHOWN: Final = 200


class JsonDifference(NamedTuple):
    """What stands at a path on both sides; an empty text where a side has nothing there."""

    path: str
    left: str
    right: str


def json_differences(left: bytes, right: bytes) -> list[JsonDifference] | None:
    """The first `MOST` differences, in the order of the left side; None if not both sides are objects or lists."""
    if max(len(left), len(right)) > LARGEST:
        return None
    try:
        sides = [_read(side) for side in (left, right)]
        if not all(isinstance(side, dict | list) for side in sides):
            return None
        found: list[JsonDifference] = []
        for one in _between("json", *sides):
            found.append(one)
            if len(found) == MOST:
                break
    except (ValueError, RecursionError, ArithmeticError):
        return None
    return found


def _read(data: bytes) -> Any:
    return json.loads(data.decode(), parse_float=Decimal, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands more than once has a number behind it from the second time on: nothing is lost."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        key, number = name, 1
        while key in found:
            number += 1
            key = f"{name} ({number})"
        found[key] = value
    return found


def _between(path: str, left: Any, right: Any) -> Iterator[JsonDifference]:
    if isinstance(left, dict) and isinstance(right, dict):
        for name in dict.fromkeys([*left, *right]):
            inner = f"{path}.{name}" if name.isidentifier() else f"{path}[{json.dumps(name, ensure_ascii=False)}]"
            if name not in right:
                yield JsonDifference(inner, _text(left[name]), "")
            elif name not in left:
                yield JsonDifference(inner, "", _text(right[name]))
            else:
                yield from _between(inner, left[name], right[name])
    elif isinstance(left, list) and isinstance(right, list):
        yield from _between_lists(path, left, right)
    elif isinstance(left, bool) is not isinstance(right, bool) or left != right:
        yield JsonDifference(path, _text(left), _text(right))


def _between_lists(path: str, left: list[Any], right: list[Any]) -> Iterator[JsonDifference]:
    steps: list[tuple[str, int, int, int, int]] = [("replace", 0, len(left), 0, len(right))]
    if max(len(left), len(right)) <= _ALIGNED:
        mine, theirs = ([_text(one, whole=True) for one in side] for side in (left, right))
        steps = list(SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes())
    for tag, first, behind, start, end in steps:
        if tag == "equal":
            continue
        both = min(behind - first, end - start)
        for step in range(both):
            yield from _between(f"{path}[{first + step}]", left[first + step], right[start + step])
        for place in range(first + both, behind):
            yield JsonDifference(f"{path}[{place}]", _text(left[place]), "")
        for place in range(start + both, end):
            yield JsonDifference(f"{path}[{place}]", "", _text(right[place]))


def _text(value: Any, *, whole: bool = False) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_marked)
    text = text.replace('"\\u0000', "").replace('\\u0000"', "")
    return text if whole or len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _marked(number: Decimal) -> str:
    """json writes no Decimal: it goes in as a text whose quotation marks are taken off."""
    return f"\0{number}\0"
