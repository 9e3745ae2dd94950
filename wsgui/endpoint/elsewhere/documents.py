"""JSON and YAML of other programs, read so that whatever stands in them can be asked for."""

from __future__ import annotations

import json
from typing import Any


def json_of(text: str) -> Any:
    """The value of a JSON text, None for any other text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def yaml_of(text: str) -> Any:
    """The value of a YAML text, with no objects but those of JSON; None for any other text."""
    import yaml  # where it is needed alone: the window starts sooner

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one in C
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def mapping(value: Any) -> dict[str, Any]:
    """``value`` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def string(value: Any) -> str:
    """``value`` if it is a text or a number, as a text; else an empty one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def pairs(rows: Any, name: str = "name", value: str = "value", off: str = "disabled") -> list[tuple[str, str]]:
    """Rows ``{name, value}`` as pairs, those that are switched off left out; or the members of a mapping."""
    if isinstance(rows, dict):
        return [(str(key), string(one)) for key, one in rows.items()]
    return [
        (string(row.get(name)), string(row.get(value)))
        for row in sequence(rows)
        if isinstance(row, dict) and string(row.get(name)) and not row.get(off) and row.get("enabled") is not False
    ]
