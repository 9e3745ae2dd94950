"""The ids of a live request, put into recorded answers in the place of the recorded ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from wsgui.templates.filling import MISSING
from wsgui.templates.paths import at_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.templates.filling import Path

_SCALARS: Final = (str, int, float)


def json_or_missing(message: str | bytes | None) -> Any:
    """The value of a text that is a JSON object or array, else `MISSING`."""
    if not isinstance(message, str) or message.lstrip()[:1] not in ("{", "["):
        return MISSING
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return MISSING


def without_ids(message: str | bytes, paths: Sequence[Path]) -> str | bytes:
    """What two requests have in common that differ in ids and in how their JSON is written."""
    value = json_or_missing(message)
    if value is MISSING:
        return message
    for path in paths:
        holder = at_path(value, path[:-1])
        if at_path(value, path) is not MISSING:
            holder[path[-1]] = None
    return json.dumps(value, sort_keys=True)


class Ids:
    """What of one connection is known: which recorded id stands for which live one. ``paths`` are where ids stand."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._names = {path[-1] for path in paths}
        self._live: dict[tuple[type, Any], Any] = {}

    def learn(self, recorded: str | bytes | None, live: str | bytes) -> None:
        """A live request has come in the place of a recorded one."""
        old, new = json_or_missing(recorded), json_or_missing(live)
        if old is MISSING or new is MISSING:
            return
        for path in self._paths:
            before, now = at_path(old, path), at_path(new, path)
            if isinstance(before, _SCALARS) and now is not MISSING:
                self._live[type(before), before] = now

    def put_in(self, answer: str | bytes) -> str | bytes:
        """The answer with live ids; as it was if it has none."""
        if not self._live or not isinstance(answer, str):
            return answer
        value = json_or_missing(answer)
        if value is MISSING:
            return answer
        changed = self._replaced(value)
        if changed == value:
            return answer
        separators = (", ", ": ") if ": " in answer else (",", ":")
        return json.dumps(changed, ensure_ascii=False, separators=separators)

    def _replaced(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._at(name, one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._at(place, one) for place, one in enumerate(value)]
        return value

    def _at(self, step: str | int, value: Any) -> Any:
        if step in self._names and isinstance(value, _SCALARS):
            return self._live.get((type(value), value), value)
        return self._replaced(value)
