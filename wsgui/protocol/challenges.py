"""What a server or a proxy asks for in WWW-Authenticate or Proxy-Authenticate (RFC 9110 section 11.6)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - what HTTP calls a token
_PART: Final = re.compile(
    rf"""[\s,]*(?:
        (?P<name>{_TOKEN})[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>{_TOKEN}))
        |(?P<scheme>{_TOKEN})(?:[ \t]+[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|\Z)))?
    )(?=[\s,]|\Z)""",
    re.VERBOSE,
)
"""A parameter, or the name of a scheme with its token68."""


class Challenge(NamedTuple):
    """One scheme, as it is written, with its parameters: names in small letters, values without quotes."""

    scheme: str
    parameters: dict[str, str]


def read_challenges(values: Iterable[str]) -> list[Challenge]:
    """The challenges in all values of a header, in their order; one value may hold several. What cannot be read ends
    its value: what stands behind it is passed over."""
    found: list[Challenge] = []
    for value in values:
        inside: dict[str, str] = {}  # parameters before any scheme belong to none
        place = 0
        while part := _PART.match(value, place):
            place = part.end()
            if scheme := part["scheme"]:
                inside = {}
                found.append(Challenge(scheme, inside))
            elif part["plain"] is not None:
                inside.setdefault(part["name"].lower(), part["plain"])
            else:
                inside.setdefault(part["name"].lower(), re.sub(r"\\(.)", r"\1", part["quoted"]))
    return found
