"""Values within JSON payloads, in plain Python: what filters mean by ``json.a.b[0]``.

It follows SQLite where JSON leaves things open (`wsgui.dissect.decoders.model.json_of`).
"""

from __future__ import annotations

from typing import Any

from wsgui.dissect.decoders.model import JSON_LIMIT as JSON_LIMIT
from wsgui.dissect.decoders.model import MISSING as MISSING
from wsgui.dissect.decoders.model import json_of


def json_value(payload: bytes, path: tuple[str | int, ...]) -> Any:
    """The value at ``path`` of a payload that is JSON, or `MISSING`. Never raises."""
    return at_path(json_of(payload), path)


def at_path(value: Any, path: tuple[str | int, ...]) -> Any:
    """The value at ``path`` (names of members and places in arrays) within a value, or `MISSING`."""
    for step in path:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return MISSING
        elif not isinstance(value, list) or step >= len(value):
            return MISSING
        value = value[step]
    return value
