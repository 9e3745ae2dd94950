"""All rules of a file made ready, with tables in which those are looked up that a value decides: two hundred rules
cost little more than ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wsgui.behaviours.lines import FileProblem, read_text
from wsgui.behaviours.mock import spec as words
from wsgui.behaviours.mock.rule import MockRule, RuleProblem, compiled
from wsgui.behaviours.mock.rules_file import SIZE_LIMIT, Lines, read_spec
from wsgui.behaviours.mock.spec import Spec
from wsgui.templates.conversions import text_of
from wsgui.templates.filling import MISSING
from wsgui.templates.paths import at_path

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        self._asked = [(place, rule) for place, rule in enumerate(on) if rule.test is not None]
        self._on = on
        self._texts: dict[str, list[int]] = {}
        self._values: dict[Path, dict[str, list[int]]] = {}
        for place, rule in enumerate(on):
            if rule.spec.on == words.EQUALS:
                self._texts.setdefault(rule.spec.value, []).append(place)
            elif rule.spec.on == words.JSON:
                self._values.setdefault(rule.path, {}).setdefault(rule.spec.value, []).append(place)

    def fitting(self, came: Came) -> Iterator[MockRule]:
        """Rules that a message fits, in their order; the later ones are not asked before they are wanted. Raises
        TooSlowError."""
        found = self._looked_up(came)
        at, on = 0, self._on
        for place, rule in self._asked:
            while at < len(found) and found[at] < place:
                yield on[found[at]]
                at += 1
            if rule.test(came):  # type: ignore[misc]
                yield rule
        while at < len(found):
            yield on[found[at]]
            at += 1

    def _looked_up(self, came: Came) -> list[int]:
        message = came.message
        if not isinstance(message, str):
            return []
        found = self._texts.get(message, [])
        if not self._values or came.json is MISSING:
            return found
        found = list(found)
        for path, values in self._values.items():
            value = at_path(came.json, path)
            if value is not MISSING:
                found += values.get(text_of(value), ())
        return sorted(found)


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


def read_book(path: str, environment: frozenset[str]) -> Book:
    """The rules of a file. Raises FileProblem with the line."""
    return book_of(read_text(path, SIZE_LIMIT), environment)


def book_of(text: str, environment: frozenset[str]) -> Book:
    """The rules of a file's text. Raises FileProblem with the line."""
    spec = read_spec(text)
    try:
        return make_book(spec, environment)
    except RuleInFile as error:
        raise FileProblem(str(error), Lines(text).rule(error.number - 1, error.key)) from None


def no_rules() -> Book:
    """An empty book."""
    return Book(Spec(), [])
