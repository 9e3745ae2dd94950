"""What an endpoint gives templates to fill in: its variables, by environment.

A variable has a name and may have another value in each environment: ``host`` is the usual one and ``host@staging``
the one that counts while the endpoint's environment is ``staging``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wsgui.endpoint.settings import EndpointSettings, Pairs, SettingsError
from wsgui.templates import GIVEN, PLACEHOLDERS, Template, TemplateError

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = re.compile(r"[^\W\d]\w*")


def values_of(settings: EndpointSettings) -> dict[str, str]:
    """The variables by name, with the values of the environment that was chosen."""
    usual: dict[str, str] = {}
    special: dict[str, str] = {}
    for name, value in settings.variables:
        plain, at, environment = name.partition("@")
        if not at:
            usual[plain] = value
        elif environment == settings.environment:
            special[plain] = value
    return usual | special


def environments_of(settings: EndpointSettings) -> list[str]:
    """The environments that some variable has a value for, in their order."""
    return list(dict.fromkeys(name.partition("@")[2] for name, _ in settings.variables if "@" in name))


def joined(before: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]]) -> Pairs:
    """Variables with others in place of those that have their names: a plain name takes the place of all its values."""
    names = {name for name, _ in more}
    return [one for one in before if one[0] not in names and one[0].partition("@")[0] not in names] + list(more)


def check_templates(settings: EndpointSettings) -> None:
    """Raises SettingsError for variables that cannot be used, and for messages on connect that cannot be filled in."""
    for name, _ in settings.variables:
        plain, at, environment = name.partition("@")
        if not _NAME.fullmatch(plain) or (at and not environment.strip()):
            raise SettingsError("variables", f"A variable is called name or name@environment, not {name!r}.")
        if plain in GIVEN or plain in PLACEHOLDERS or plain == "env":
            raise SettingsError("variables", f"A variable cannot be called {plain}: {{{{{plain}}}}} is something else.")
    there = environments_of(settings)
    if settings.environment and settings.environment not in there:
        known = f"there are {', '.join(there)}" if there else "no variable has a value for one, as name@staging=value"
        raise SettingsError("environment", f"There is no environment {settings.environment!r}: {known}.")
    if settings.templates:
        for text in settings.on_connect:
            try:
                Template.parse(text)
            except TemplateError as error:
                raise SettingsError("on_connect", str(error)) from None
