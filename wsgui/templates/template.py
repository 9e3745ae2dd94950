"""A template: read once, filled in each time that it is sent."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from wsgui.templates.conversions import CONVERSIONS, Conversion, text_of
from wsgui.templates.errors import TemplateError, UnfilledError
from wsgui.templates.filling import MISSING, Filling
from wsgui.templates.paths import read_path
from wsgui.templates.placeholders import GIVEN, PLACEHOLDERS, environment_variable, given, variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_PART: Final = re.compile(r"\\\{\{|\{\{(.*?)\}\}|\{\{", re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d]\w*")
_ENVIRONMENT: Final = re.compile(r"[^\W\d]\w*", re.ASCII)
_STEPPED: Final = re.compile(r"[.\[]")


class _Place:
    """One place: what finds its value, and what becomes of that."""

    __slots__ = ("conversions", "find", "shown")

    def __init__(self, shown: str, find: Callable[[Filling], Any], conversions: list[tuple[Conversion, str]]) -> None:
        self.shown = shown
        self.find = find
        self.conversions = conversions

    def text(self, filling: Filling) -> str:
        value = self.find(filling)
        for one, word in self.conversions:
            if value is MISSING and not one.takes:
                break
            value = one.call(value, word)
        if value is MISSING:
            raise UnfilledError(f"There is no {self.shown} to fill in.")
        return text_of(value)


class Template:
    """``text`` is how it was written, ``names`` the variables that it needs, ``environment`` the environment variables.

    ``\\\\{{`` stands for ``{{``; braces that stand alone are text.
    """

    __slots__ = ("_parts", "environment", "fixed", "names", "text")

    def __init__(self, text: str, parts: list[str | _Place], names: set[str], environment: set[str]) -> None:
        self.text = text
        self._parts = parts
        self.names = frozenset(names)
        self.environment = frozenset(environment)
        self.fixed: str | None = None
        """What it always becomes, if nothing is to be filled in."""
        if not any(isinstance(part, _Place) for part in parts):
            self.fixed = "".join(str(part) for part in parts)

    @classmethod
    def parse(cls, text: str, *, known: Collection[str] = (), variables: Collection[str] | None = None) -> Template:
        """Read a text. ``known`` are the names of `GIVEN` that can be filled in, ``variables`` those that there are
        (None: any may be). Raises TemplateError."""
        parts: list[str | _Place] = []
        names: set[str] = set()
        environment: set[str] = set()
        end = 0
        for found in _PART.finditer(text):
            parts.append(text[end : found.start()])
            end = found.end()
            if found[0].startswith("\\"):
                parts.append("{{")
                continue
            if found[1] is None:
                raise TemplateError("{{ has no }} behind it; text is written \\{{.", found.start())
            try:
                parts.append(_place(found[1].strip(), known, variables, names, environment))
            except TemplateError as error:
                raise TemplateError(f"{{{{{_short(found[1].strip())}}}}}: {error}", found.start()) from None
        parts.append(text[end:])
        return cls(text, [part for part in parts if part != ""], names, environment)

    def fill(self, filling: Filling) -> str:
        """The text with everything filled in. Raises UnfilledError."""
        if self.fixed is not None:
            return self.fixed
        return "".join([part if isinstance(part, str) else part.text(filling) for part in self._parts])


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _place(
    text: str, known: Collection[str], variables: Collection[str] | None, names: set[str], environment: set[str]
) -> _Place:
    first, *behind = text.split("|")
    conversions = [_conversion(one) for one in behind]
    return _Place(_short(first.strip()), _finder(first.strip(), known, variables, names, environment), conversions)


def _finder(
    text: str, known: Collection[str], variables: Collection[str] | None, names: set[str], environment: set[str]
) -> Callable[[Filling], Any]:
    if not text:
        raise TemplateError("There is nothing between the braces.")
    steps = _STEPPED.search(text)
    root = text[: steps.start()].rstrip() if steps else text
    if root in GIVEN:
        if root not in known:
            raise TemplateError("Nothing has come here that it could be taken from.")
        path = read_path(text[len(root) :].removeprefix("."))
        if path and not GIVEN[root].path:
            raise TemplateError(f"There is nothing in {root}.")
        return given(root, path)
    if root == "env":
        name = text.removeprefix("env.")
        if not _ENVIRONMENT.fullmatch(name):
            raise TemplateError("An environment variable is written env.NAME.")
        environment.add(name)
        return environment_variable(name)
    try:
        word, *words = shlex.split(text)
    except ValueError as error:
        raise TemplateError(f"{error}.") from None
    if word in PLACEHOLDERS:
        return PLACEHOLDERS[word].make(words)
    name = word.removeprefix("var.")
    if words or not _NAME.fullmatch(name):
        raise TemplateError(f"There is no {word!r}; there are {', '.join(PLACEHOLDERS)}, env.NAME and variables.")
    if variables is not None and name not in variables:
        there = f"there are {', '.join(sorted(variables))}" if variables else "there are none"
        raise TemplateError(f"There is no variable {name!r}; {there}.")
    names.add(name)
    return variable(name)


def _conversion(text: str) -> tuple[Conversion, str]:
    name, _, word = text.strip().partition(" ")
    found = CONVERSIONS.get(name)
    if found is None:
        raise TemplateError(f"There is no |{name}; there are {', '.join(CONVERSIONS)}.")
    if word and not found.takes:
        raise TemplateError(f"Nothing stands behind |{name}, and {word!r} does.")
    return found, word.strip()
