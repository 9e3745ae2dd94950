"""What a server is told to do, as plain values: a behaviour with its options, and other ones for some paths."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from wsgui.engine.behaviours.registry import all_behaviours
from wsgui.options.texts import OptionError, pairs_of, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wsgui.engine.behaviours.base import Behaviour
    from wsgui.options.model import Option

ROUTE = "/PATH=NAME KEY=VALUE"
"""How a route is written."""


class Told(NamedTuple):
    """A behaviour by its name, and the values of those options that are not as usual."""

    name: str
    values: Mapping[str, Any] = {}


class Route(NamedTuple):
    """What is done on a path, or on all that begin so if it ends in ``*``."""

    path: str
    told: Told


class Plan(NamedTuple):
    """What is done on paths that no route takes, and the routes: the first that fits counts."""

    behaviour: Told
    routes: tuple[Route, ...] = ()


def rows_of(name: str) -> Mapping[str, Option]:
    """The options of a behaviour; none if there is no such behaviour."""
    kind = all_behaviours().get(name)
    return {} if kind is None else kind.rows()


def told(name: str, pairs: Iterable[tuple[str, str]] = (), field: str = "behaviour") -> Told:
    """A behaviour with options as texts. Raises OptionError, whose name is that of the option, or ``field`` if there
    is no such behaviour."""
    if name not in all_behaviours():
        raise OptionError(field, f"There is no behaviour {name!r}; there are {', '.join(all_behaviours())}.")
    found = Told(name, read_all(rows_of(name), pairs, f"The behaviour {name}"))
    made(found).check()
    return found


def made(one: Told) -> Behaviour:
    """The behaviour itself. Raises ValueError if there is no such behaviour."""
    kind = all_behaviours().get(one.name)
    if kind is None:
        raise ValueError(f"there is no behaviour {one.name!r}; there are {', '.join(all_behaviours())}")
    behaviour = kind()
    behaviour.tell(one.values)
    return behaviour


def plan(name: str, pairs: Iterable[tuple[str, str]] = (), routes: Sequence[str] = ()) -> Plan:
    """What texts say. Raises OptionError."""
    first = told(name, pairs)
    found = [read_route(text) for text in routes]
    for place, one in enumerate(found):
        if one.path in [other.path for other in found[:place]]:
            raise OptionError("routes", f"The path {one.path} has two routes.")
    return Plan(first, tuple(found))


def split_route(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """The path, the name and the options, as texts, of a route. Words are quoted as in a shell. Raises OptionError."""
    try:
        first, *rest = shlex.split(text)
    except ValueError as error:
        why = "it is empty" if not text.strip() else f"{error}".lower()
        raise OptionError("routes", f"A route is written {ROUTE}, not {text!r}: {why}.") from None
    path, found, name = first.rpartition("=")
    if not found or not path.startswith("/"):
        raise OptionError("routes", f"A route is written {ROUTE}, not {text!r}.")
    pairs = []
    for word in rest:
        key, found, value = word.partition("=")
        if not found:
            raise OptionError("routes", f"The route {path}: an option is written KEY=VALUE, not {word!r}.")
        pairs.append((key, value))
    return path, name, pairs


def read_route(text: str) -> Route:
    """A route as it is written (`ROUTE`). Raises OptionError."""
    path, name, pairs = split_route(text)
    try:
        return Route(path, told(name, pairs))
    except OptionError as error:
        raise OptionError("routes", f"The route {path}: {error}") from None


def route_text(path: str, name: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A route as it is written."""
    return shlex.join([f"{path}={name}", *(f"{key}={value}" for key, value in pairs)])


def told_pairs(one: Told) -> list[tuple[str, str]]:
    """Its options as texts."""
    return pairs_of(rows_of(one.name), one.values)
