"""Sec-WebSocket-Extensions: read and written (RFC 6455 section 9.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_BLANK = re.compile(r"[ \t,]*")
_NAME = re.compile(rf"({_WORD})[ \t]*")
_PARAMETER = re.compile(rf";[ \t]*({_WORD})[ \t]*(?:=[ \t]*(?:({_WORD})|\"((?:[^\"\\]|\\.)*)\")[ \t]*)?")


class Extension(NamedTuple):
    """One extension with its parameters in order; a parameter without a value has None."""

    name: str
    parameters: tuple[tuple[str, str | None], ...] = ()

    def __str__(self) -> str:
        parts = [self.name, *(name if value is None else f"{name}={value}" for name, value in self.parameters)]
        return "; ".join(parts)


class ExtensionError(ValueError):
    """A header that does not follow the grammar; the message is one sentence that names the place."""


def parse_extensions(header: str) -> list[Extension]:
    """The extensions of a header's value (several headers joined by commas), in order.

    Raises ExtensionError. A quoted value must be a token once its quotes are taken off (section 9.1).
    """
    found: list[Extension] = []
    position = _after(_BLANK, header, 0)
    while position < len(header):
        name = _NAME.match(header, position)
        if name is None:
            raise ExtensionError(
                f"Sec-WebSocket-Extensions: an extension's name is expected at character {position + 1}."
            )
        position = name.end()
        parameters: list[tuple[str, str | None]] = []
        while (parameter := _PARAMETER.match(header, position)) is not None:
            value = parameter[2]
            if parameter[3] is not None:
                value = re.sub(r"\\(.)", r"\1", parameter[3])
                if not re.fullmatch(_WORD, value):
                    raise ExtensionError(f"Sec-WebSocket-Extensions: the value of {parameter[1]} is not a token.")
            parameters.append((parameter[1], value))
            position = parameter.end()
        if position < len(header) and header[position] != ",":
            raise ExtensionError(
                f"Sec-WebSocket-Extensions: {header[position]!r} cannot stand at character {position + 1}."
            )
        found.append(Extension(name[1], tuple(parameters)))
        position = _after(_BLANK, header, position)
    return found


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return position if found is None else found.end()
