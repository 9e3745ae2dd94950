"""All rules of a file made ready, with tables that say which of them a message can fit: two hundred rules cost little
more than ten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wsgui.behaviours.lines import FileProblem, read_text
from wsgui.behaviours.mock import spec as words
from wsgui.behaviours.mock.rule import MockRule, RuleProblem, compiled
from wsgui.behaviours.mock.rules_file import SIZE_LIMIT, Lines, read_spec
from wsgui.behaviours.mock.spec import Spec
from wsgui.templates.conversions import text_of
from wsgui.templates.filling import MISSING
from wsgui.templates.paths import at_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wsgui.behaviours.mock.came import Came
    from wsgui.templates.filling import Path


class Book:
    """``rules`` in their order; ``connects``, ``timers`` and ``closes`` are those that wait for no message."""

    def __init__(self, spec: Spec, rules: list[MockRule]) -> None:
        self.spec = spec
        self.rules = rules
        on = [rule for rule in rules if not rule.spec.off]
        self.connects = [rule for rule in on if rule.spec.on == words.CONNECT]
        self.timers = [rule for rule in on if rule.spec.on == words.TIMER]
        self.closes = [rule for rule in on if rule.spec.on == words.CLOSE]
        self._on = on
        self._tables = {message: _Tables(on, message) for message in (str, bytes)}

    def fitting(self, came: Came) -> Iterator[MockRule]:
        """Rules that a message fits, in their order; the later ones are not asked before they are wanted. Raises
        TooSlowError."""
        if came.message is None:
            return
        on = self._on
        for place in self._tables[type(came.message)].places(came):
            rule = on[place]
            if rule.ask.test is None or rule.ask.test(came):
                yield rule


class _Tables:
    """For messages of one type: the rules, by their places, that are worth asking."""

    def __init__(self, rules: list[MockRule], message: type[str | bytes]) -> None:
        self._always: list[int] = []
        self._texts: dict[str, list[int]] = {}
        self._pieces: list[tuple[str, int]] = []
        self._values: dict[Path, dict[str, list[int]]] = {}
        self._members: dict[str | int, list[int]] = {}
        self._filters: dict[Path, dict[object, list[int]]] = {}
        for place, rule in enumerate(rules):
            if rule.spec.on not in words.MESSAGES[message]:
                continue
            value = rule.spec.value
            if rule.spec.on == words.EQUALS:
                self._texts.setdefault(value, []).append(place)
            elif rule.spec.on == words.JSON:
                self._values.setdefault(rule.path, {}).setdefault(value, []).append(place)
            elif rule.spec.on == words.HAS and rule.path:
                self._members.setdefault(rule.path[0], []).append(place)
            elif rule.ask.piece:
                self._pieces.append((rule.ask.piece, place))
            elif rule.ask.equal is not None:
                path, wanted = rule.ask.equal
                self._filters.setdefault(path, {}).setdefault(wanted, []).append(place)
            else:
                self._always.append(place)

    def places(self, came: Came) -> list[int]:
        """Of the rules that a message can fit, in their order."""
        message = came.message
        if not isinstance(message, str):
            return self._always
        found = [*self._always, *self._texts.get(message, ())]
        found += [place for piece, place in self._pieces if piece in message]
        if self._values or self._members:
            found += self._of_json(came.json)
        if self._filters:
            for path, wanted in self._filters.items():
                value = at_path(came.filtered, path)
                # Numbers and their equals of another type are one key; the filter itself has the last word.
                if isinstance(value, str | int | float | None):
                    found += wanted.get(value, ())
        return sorted(found)

    def _of_json(self, json: Any) -> Iterator[int]:
        for path, values in self._values.items():
            value = at_path(json, path)
            if value is not MISSING:
                yield from values.get(text_of(value), ())
        if isinstance(json, dict):
            for member in self._members.keys() & json.keys():
                yield from self._members[member]
        elif isinstance(json, list):
            for member, places in self._members.items():
                if not isinstance(member, str):
                    yield from places


def make_book(spec: Spec, environment: frozenset[str]) -> Book:
    """All rules made ready. Raises RuleInFile."""
    variables = {*spec.variables, *spec.shared}
    rules = []
    for number, one in enumerate(spec.rules, 1):
        try:
            rules.append(compiled(one, number, variables, environment))
        except RuleProblem as error:
            raise RuleInFile(number, error.key, str(error)) from None
    return Book(spec, rules)


class RuleInFile(ValueError):  # noqa: N818 - one of a person's file
    """A rule that cannot be used: its number from 1, which of its values, and a sentence."""

    def __init__(self, number: int, key: str, sentence: str) -> None:
        super().__init__(f"Rule {number}, {key}: {sentence}")
        self.number = number
        self.key = key


def read_book(path: str, environment: frozenset[str], shared: Mapping[str, object] | None = None) -> Book:
    """The rules of a file. Raises FileProblem with the line."""
    return book_of(read_text(path, SIZE_LIMIT), environment, shared)


def book_of(text: str, environment: frozenset[str], shared: Mapping[str, object] | None = None) -> Book:
    """The rules of a file's text. ``shared`` are variables that there are besides those of the file. Raises FileProblem
    with the line."""
    spec = read_spec(text)
    spec.shared = {**(shared or {}), **spec.shared}
    try:
        return make_book(spec, environment)
    except RuleInFile as error:
        raise FileProblem(str(error), Lines(text).rule(error.number - 1, error.key)) from None


def no_rules() -> Book:
    """An empty book."""
    return Book(Spec(), [])
