"""``$NAME`` in what a person says of an endpoint: a variable of the environment, which is looked up when the
endpoint is used. Files, titles and histories have the name and never the value.

It stands for a whole password, token, cookie or subprotocol, for a word of a header's value, for the value of a
parameter in a URL's query, and for the password in a URL. ``$$NAME`` there is ``$NAME`` itself; any other dollar sign
is one.
"""

from __future__ import annotations

import copy
import os
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wsgui.endpoint.settings import OPTIONS, EndpointSettings, SettingsError
from wsgui.options.model import Shape
from wsgui.redaction import remember_secret, shown_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAME: Final = r"\$(\$*)([A-Za-z_][A-Za-z0-9_]*)"
_WHOLE: Final = re.compile(rf"\A{_NAME}\Z")
_WORD: Final = re.compile(rf"(?:(?<=[\s=,;:\"])|\A){_NAME}(?=[\s,;\"]|\Z)")


def is_variable(text: str) -> bool:
    """Whether all of a text is the name of a variable."""
    match = _WHOLE.match(text)
    return match is not None and not match[1]


def literal(text: str) -> str:
    """How a whole secret is written that stands for itself, whatever it begins with."""
    return f"${text}" if _WHOLE.match(text) else text


def literal_url(url: str) -> str:
    """How a URL is written that stands for itself."""
    return _in_url(lambda match: f"${match[0]}", url)


def without_variables(text: str, *, url: bool = False) -> str:
    """``text`` without the names of variables: what is secret in the rest stands there in plain."""
    return _in_url(_gone, text) if url else _WORD.sub(_gone, text)


def shown_typed(url: str) -> str:
    """A URL as a person typed it, for titles, lists and files: as `shown_url`, and names of variables stay."""
    bare = without_variables(url, url=True)
    return url if shown_url(bare) == bare else shown_url(url)


def literal_words(text: str) -> str:
    """How a header's value is written that stands for itself."""
    return _WORD.sub(lambda match: f"${match[0]}", text)


def with_variables(settings: EndpointSettings) -> EndpointSettings:
    """The settings with the values of all variables but those of the URL (see `url_with_variables`); the same object
    if there is none. Raises SettingsError that names a variable that is not set, and its field."""
    found: EndpointSettings | None = None
    for name, put in _PLACES.items():
        value = getattr(settings, name)
        try:
            filled = put(value, _quoted_value if OPTIONS[name].shape is Shape.PROXY else _value)
        except LookupError as error:
            raise SettingsError(name, str(error.args[0])) from None
        if filled != value:
            found = found or copy.copy(settings)
            setattr(found, name, filled)
    return found or settings


def url_with_variables(url: str) -> str:
    """The URL to connect to, percent-encoded values in the places of their names. Raises SettingsError."""
    try:
        return _in_url(_quoted_value, url)
    except LookupError as error:
        raise SettingsError("url", str(error.args[0])) from None


def variables_of(settings: EndpointSettings) -> list[str]:
    """The names of all variables that an endpoint asks for, in the order of its fields."""
    names: dict[str, None] = {}

    def note(match: re.Match[str]) -> str:
        if not match[1]:
            names[match[2]] = None
        return match[0]

    _in_url(note, settings.url)
    for name, put in _PLACES.items():
        put(getattr(settings, name), note)
    return list(names)


def spell_out(settings: EndpointSettings) -> None:
    """Let every name of a variable stand for itself: the endpoint came from somebody who is not to have the values."""

    def stand(match: re.Match[str]) -> str:
        return match[0] if match[1] else f"${match[0]}"

    settings.url = _in_url(stand, settings.url)
    for name, put in _PLACES.items():
        setattr(settings, name, put(getattr(settings, name), stand))


def _value(match: re.Match[str]) -> str:
    """What stands for a match: a variable's value, or the text with one dollar sign less. Raises LookupError."""
    name = match[2]
    if match[1]:
        return match[0][1:]
    value = os.environ.get(name)
    if value is None:
        raise LookupError(f"There is no environment variable {name}; write $${name} if ${name} itself is meant.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise LookupError(f"The environment variable {name} is not valid UTF-8.") from None
    remember_secret(value)
    return value


def _quoted_value(match: re.Match[str]) -> str:
    return _value(match) if match[1] else quote(_value(match), safe="")


def _gone(match: re.Match[str]) -> str:
    return match[0] if match[1] else ""


def _whole(text: str, take: Callable[[re.Match[str]], str]) -> str:
    return _WHOLE.sub(take, text)


def _words(text: str, take: Callable[[re.Match[str]], str]) -> str:
    return _WORD.sub(take, text)


def _in_url(take: Callable[[re.Match[str]], str], url: str) -> str:
    """``take`` of each name in a query or in front of the host."""
    head, mark, query = url.partition("?")
    scheme, slashes, rest = head.partition("://")
    who, at, place = rest.rpartition("@")
    if at:
        user, colon, password = who.partition(":")
        head = f"{scheme}{slashes}{user}{colon}{_WHOLE.sub(take, password)}@{place}"
    query, hash_mark, fragment = query.partition("#")
    pairs = [pair.partition("=") for pair in query.split("&")]
    query = "&".join(name + equals + _WHOLE.sub(take, value) for name, equals, value in pairs)
    return head + mark + query + hash_mark + fragment


def _places() -> Iterator[tuple[str, Callable[..., object]]]:
    """By field: what puts values into it."""
    for name, row in OPTIONS.items():
        if row.secret:
            yield name, _whole
        elif row.shape is Shape.PROXY:
            yield name, lambda text, take: _in_url(take, text)
        elif row.shape is Shape.NAMES:
            yield name, lambda texts, take: [_whole(text, take) for text in texts]
        elif row.shape in (Shape.HEADERS, Shape.PAIRS) and row.faces:
            yield name, lambda pairs, take: [(key, _words(value, take)) for key, value in pairs]


_PLACES: Final[dict[str, Callable[..., object]]] = dict(_places())
