"""What server and script tell each other: one line of JSON for each thing, binary messages in base64."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

KEY: Final = "b64"


def line_of(*words: Any) -> bytes:
    """Words as a line."""
    return json.dumps(words, default=_binary, separators=(",", ":")).encode() + b"\n"


def words_of(line: bytes) -> list[Any]:
    """The words of a line. Raises ValueError."""
    found = json.loads(line, object_hook=_object)
    if not isinstance(found, list) or not found:
        raise ValueError("a line is a list of words")
    return found


def _binary(value: Any) -> dict[str, str]:
    return {KEY: base64.b64encode(value).decode()}


def _object(value: dict[str, Any]) -> Any:
    return base64.b64decode(value[KEY]) if list(value) == [KEY] else value
