"""Conditions on JSON payloads.

SQLite reads JSON quickly and without Python's lock, but not alike in all versions: escapes in names, the last digit of
floats, zero bytes. Payloads where that could matter go to Python (`evaluate.json_holds`); all others stay in SQLite.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from wsgui.capture.schema import FLAG_INFLATED
from wsgui.filter.json_value import JSON_LIMIT
from wsgui.filter.tree import Compare, Contains, Has, In, Matches, Range

if TYPE_CHECKING:
    from wsgui.filter.tree import Leaf, Value

_Sql: TypeAlias = tuple[str, list[object]]

_TEXT: Final = "CAST(frames.payload AS TEXT)"
_TYPE: Final = f"json_type({_TEXT}, ?)"
_VALUE: Final = f"json_extract({_TEXT}, ?)"

# SQLite misreads other names in a path. Members with such names have a backslash in the JSON, or no name at all.
_EASY_NAME: Final = re.compile(r'[^"\\\x00-\x1f]+')


def json_condition(leaf: Leaf, python: str) -> _Sql:
    """The condition and its parameters for a payload of a whole text message; 0 or 1, never an error.

    ``python`` is the call of the function that decides the same in Python.
    """
    path = "$"
    for step in leaf.ref.path:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _EASY_NAME.fullmatch(step):
            path += f'."{step}"'
        else:
            return python, []
    native, parameters = _native(leaf, path, python)
    needle = _needle(leaf)
    without = ""
    if needle is not None:
        without = " WHEN instr(frames.payload, ?) = 0 THEN 0"
        parameters.insert(0, needle)
    # CASE goes in order and stops: to ask json_type of what is no JSON would be an error.
    condition = (
        f"CASE WHEN (frames.flags & {FLAG_INFLATED}) != 0 THEN {python}"
        f" WHEN frames.length > {JSON_LIMIT} THEN 0"
        f" WHEN instr(frames.payload, x'5c') > 0 THEN {python}"
        f"{without} WHEN NOT json_valid({_TEXT}) THEN 0"
        # To SQLite the text ends at a zero byte. Asked last, because few rows come that far.
        f" ELSE ifnull({native}, 0) AND instr(frames.payload, x'00') = 0 END"
    )
    return condition, parameters


def _needle(leaf: Leaf) -> bytes | None:
    """Bytes without which JSON without escapes cannot fit: to look for them is quicker than to read it."""
    if isinstance(leaf, Contains) or (isinstance(leaf, Compare) and leaf.operator == "=="):
        return leaf.value.value.encode() if isinstance(leaf.value.value, str) else None
    return None


def _native(leaf: Leaf, path: str, python: str) -> _Sql:
    if isinstance(leaf, Has):
        return f"{_TYPE} IS NOT NULL", [path]
    if isinstance(leaf, Matches):
        return f"({_TYPE} = 'text' AND {python})", [path]
    if isinstance(leaf, Contains):
        return f"(instr(CAST({_VALUE} AS BLOB), ?) > 0 AND {_TYPE} = 'text')", [path, _needle(leaf), path]
    if isinstance(leaf, In):
        return _one_of(leaf.items, path, python)
    if leaf.operator == "==":
        return _one_of((leaf.value,), path, python)
    if leaf.operator == "!=":
        equal, parameters = _one_of((leaf.value,), path, f"NOT {python}")  # Python decides on the whole comparison
        return f"({_TYPE} IS NOT NULL AND NOT ifnull({equal}, 0))", [path, *parameters]
    return _number(f"{_VALUE} {leaf.operator} ?", [path, leaf.value.value], path, python)


def _one_of(items: tuple[Value | Range, ...], path: str, python: str) -> _Sql:
    """The value is one of several texts, constants, numbers and ranges of numbers."""
    texts: list[object] = []
    constants: list[object] = []
    numbers: list[object] = []
    ranges: list[object] = []
    for item in items:
        if isinstance(item, Range):
            ranges += [path, item.low.value, item.high.value]
        elif isinstance(item.value, str):
            texts.append(item.value)
        elif item.value is None or isinstance(item.value, bool):
            constants.append({True: "true", False: "false", None: "null"}[item.value])
        else:
            numbers.append(item.value)
    tests: list[str] = []
    parameters: list[object] = []
    if texts:
        # The type last: arrays are text to json_extract as well, but seldom the same.
        tests.append(f"({_VALUE} IN ({_marks(texts)}) AND {_TYPE} = 'text')")
        parameters += [path, *texts, path]
    if constants:
        tests.append(f"{_TYPE} IN ({_marks(constants)})")
        parameters += [path, *constants]
    if numbers or ranges:
        alternatives = [f"{_VALUE} BETWEEN ? AND ?"] * (len(ranges) // 3)
        if numbers:
            alternatives.append(f"{_VALUE} IN ({_marks(numbers)})")
            ranges += [path, *numbers]
        test, more = _number(f"({' OR '.join(alternatives)})", ranges, path, python)
        tests.append(test)
        parameters += more
    return f"({' OR '.join(tests)})", parameters


def _number(test: str, parameters: list[object], path: str, python: str) -> _Sql:
    """``test`` if the value is an integer of 64 bits; true and false look like one to SQLite, too."""
    integer = f"({test} AND {_TYPE} = 'integer')"
    condition = f"CASE typeof({_VALUE}) WHEN 'integer' THEN {integer} WHEN 'real' THEN {python} ELSE 0 END"
    return condition, [path, *parameters, path]


def _marks(values: list[object]) -> str:
    return ", ".join("?" * len(values))
