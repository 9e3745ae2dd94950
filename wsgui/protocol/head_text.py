"""The bytes of HTTP heads and the texts that people type and read, both ways (RFC 9110 section 5.5).

What a person types leaves as UTF-8, byte for byte, or is refused with a sentence: nothing is put in its place.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
_SURROGATE = re.compile("[\ud800-\udfff]")


class HeaderError(ValueError):
    """A header that cannot be sent as it is; the message is one sentence."""


def is_token(text: str) -> bool:
    """Whether ``text`` is an HTTP token (RFC 9110 section 5.6.2), as subprotocol and header names must be."""
    return _TOKEN.match(text) is not None


def wrong_character(text: str, *, lines: bool = False) -> str:
    """What ``text`` has in it that no line of a head, address or name can hold, as in "has ... in it"; empty if
    nothing. ``lines`` allows line breaks and zero bytes, for texts of several lines.

    Half of a surrogate pair is what Python makes of a byte of the command line that is not UTF-8.
    """
    if _SURROGATE.search(text):
        return "a character that is not Unicode"
    if not lines and ("\r" in text or "\n" in text):
        return "a line break"
    if not lines and "\x00" in text:
        return "a zero byte"
    return ""


def check_header(name: str, value: str) -> None:
    """Raises HeaderError for a name that is no token, and for a value that would end its line or is not Unicode."""
    if not is_token(name):
        raise HeaderError(f"{name!r} cannot be the name of a header.")
    if wrong := wrong_character(value):
        raise HeaderError(f"The value of the header {name} has {wrong} in it.")


def merged(lines: Sequence[tuple[str, str]], headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Our own header ``lines`` with a person's ``headers`` behind them.

    One of ``headers`` that has the name of a line takes its place, with its own case: so a person can say another Host
    or Sec-WebSocket-Version, or take a line out by giving it an empty value.
    """
    found = list(lines)
    places = {name.lower(): place for place, (name, _) in enumerate(found)}
    taken_out = set()
    for name, value in headers:
        place = places.pop(name.lower(), None)
        if place is None:
            found.append((name, value))
        elif value:
            found[place] = (name, value)
        else:
            taken_out.add(place)
    return [line for place, line in enumerate(found) if place not in taken_out]


def head_bytes(start: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """A whole head in UTF-8, its blank line included. Raises HeaderError (see `check_header`)."""
    lines = [start]
    for name, value in headers:
        check_header(name, value)
        lines.append(f"{name}: {value}")
    lines += ["", ""]
    return "\r\n".join(lines).encode()


def head_text(data: bytes) -> str:
    """Bytes of a head for people: UTF-8 where they are that, as Latin-1 otherwise, which gives each byte a character
    (RFC 9110 section 5.5 calls such bytes opaque)."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def basic(user: str, password: str) -> str:
    """The credentials of HTTP Basic, in UTF-8 (RFC 7617 section 2.1). Raises HeaderError: a user name with a colon,
    and what is not Unicode."""
    if ":" in user:
        raise HeaderError("A user name of Basic has no colon (RFC 7617).")
    for what, text in (("user name", user), ("password", password)):
        if wrong := wrong_character(text):
            raise HeaderError(f"The {what} has {wrong} in it.")
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
