"""A place in a JSON document: ``user.names[0]["odd name"]``, as the filter language writes it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from wsgui.templates.errors import TemplateError
from wsgui.templates.filling import MISSING, Path

_STEP: Final = re.compile(r"\.?([^\W\d][\w$-]*)|\[(\d{1,9})\]|\[(\"(?:[^\"\\]|\\.)*\")\]|\.?(\d{1,9})(?![\w$-])")


def read_path(text: str) -> Path:
    """The steps of a path: names of members, places in arrays from 0. An empty one is the whole document. Raises
    TemplateError."""
    steps: list[str | int] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None or (place == 0 and text[0] == "."):
            raise TemplateError(f'Expected a path such as user.names[0] or ["odd name"], not {text!r}.', place)
        name, index, quoted, dotted = found.groups()
        if quoted is not None:
            try:
                steps.append(str(json.loads(quoted)))
            except ValueError:
                raise TemplateError(f"The name {quoted} is no JSON text.", place) from None
        elif name is not None:
            steps.append(name)
        else:
            steps.append(int(index or dotted))
        place = found.end()
    return tuple(steps)


def at_path(value: Any, path: Path) -> Any:
    """The value there, or `MISSING`."""
    for step in path:
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return MISSING
        elif not isinstance(value, list) or step >= len(value):
            return MISSING
        value = value[step]
    return value
