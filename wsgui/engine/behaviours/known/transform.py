"""Transformed echo."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.engine.behaviours.base import Behaviour, setting
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Choice, Shape

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

LARGEST: Final = 1024 * 1024
"""Bytes of JSON that are laid out: each line of a deep one may be longer than what stands in it."""
DEEPEST: Final = 100
_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@register
@dataclass(eq=False)
class Transform(Behaviour):
    """Upper and lower case hold for text and for the ASCII letters of binary messages. JSON keeps its numbers and
    strings as they were written; what is not JSON is answered by a sentence that says where it is not."""

    name = "transform"
    summary = "Sends every message back changed: upper case, reversed, JSON laid out."
    alone = True
    into: str = setting(
        Shape.CHOICE,
        "upper",
        "Into",
        "What becomes of a message",
        choices=(
            Choice("upper", "Upper case"),
            Choice("lower", "Lower case"),
            Choice("reverse", "Reversed"),
            Choice("json", "JSON on several lines"),
            Choice("compact", "JSON on one line"),
        ),
    )
    indent: int = setting(Shape.COUNT, 2, "Indent", "Blanks that JSON is indented by", most=16)

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        deliver(ws, [self._changed(event) for event in events if isinstance(event, str | bytes)])

    def _changed(self, message: str | bytes) -> str | bytes:
        if self.into == "upper":
            return message.upper()
        if self.into == "lower":
            return message.lower()
        if self.into == "reverse":
            return message[::-1]
        if len(message) > LARGEST:
            return f"Not laid out: over {LARGEST} bytes."
        try:
            text = message if isinstance(message, str) else message.decode()
            laid_out = _laid_out(text, self.indent if self.into == "json" else None)
        except UnicodeDecodeError as error:
            return f"Not JSON: no UTF-8 at byte {error.start}."
        except (ValueError, RecursionError) as error:
            return f"Not JSON: {error}."
        return laid_out if isinstance(message, str) else laid_out.encode()


def _laid_out(text: str, indent: int | None) -> str:
    """JSON with other white space and nothing else changed. Raises ValueError and RecursionError."""
    json.loads(text, parse_constant=_no_json, parse_int=str, parse_float=str)
    found: list[str] = []
    depth = 0
    parts = _PART.findall(text)
    for place, part in enumerate(parts):
        if part in "}]":
            depth -= 1
            if indent is not None and parts[place - 1] not in "{[":
                found.append("\n" + " " * (indent * depth))
            found.append(part)
            continue
        if indent is not None and place and parts[place - 1] in "{[,":
            found.append("\n" + " " * (indent * depth))
        found.append(": " if part == ":" and indent is not None else part)
        if part in "{[":
            depth += 1
            if depth > DEEPEST:
                raise ValueError(f"nested deeper than {DEEPEST}")
    return "".join(found)


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
