"""A rule made ready: what it waits for as a test, what it sends as templates. What cannot be used is refused here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from wsgui.behaviours.mock import spec as words
from wsgui.behaviours.mock.came import KNOWN, TooSlowError
from wsgui.behaviours.mock.ranges import Ranges, in_words, read_ranges
from wsgui.protocol.close import REASON_LIMIT, may_be_sent
from wsgui.protocol.faults import FrameFault, fault
from wsgui.templates import Template, TemplateError
from wsgui.templates.filling import MISSING
from wsgui.templates.paths import at_path, read_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from wsgui.behaviours.mock.came import Came
    from wsgui.behaviours.mock.spec import RuleSpec
    from wsgui.filter.tree import Scalar
    from wsgui.templates.filling import Path

    Test = Callable[[Came], bool]


class RuleProblem(ValueError):  # noqa: N818 - one of a person's rules
    """What is wrong with a rule, in one sentence; ``key`` is which of its values."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


class Ask(NamedTuple):
    """What a message is asked. ``test`` is None where being found in a table of `Book` is the answer. ``piece`` stands
    in every text that fits, empty if none is known; ``equal`` is a path in JSON and the value that stands there in
    every message that fits."""

    test: Test | None = None
    piece: str = ""
    equal: tuple[Path, Scalar] | None = None


@dataclass(frozen=True, slots=True)
class MockRule:
    """``number`` counts from 1. ``ask`` is what a message is asked, and how `Book` knows whether it is worth asking."""

    number: int
    spec: RuleSpec
    path: Path
    ask: Ask
    times: Ranges | None
    texts: tuple[Template, ...]
    binaries: tuple[Template, ...]
    sets: tuple[tuple[str, Template], ...]
    reason: Template
    fault: FrameFault | None
    expect: Ranges | None

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self.spec.name or f"rule {self.number}"

    @property
    def templates(self) -> tuple[Template, ...]:
        """All that it fills in."""
        return (*self.texts, *self.binaries, *(one for _, one in self.sets), self.reason)

    @property
    def when(self) -> str:
        """What it waits for, in a few words."""
        return when_words(self.spec)

    @property
    def expected(self) -> str:
        """How often it is to be hit; empty if nobody has said so."""
        return "" if self.expect is None else in_words(self.expect)


_SAID = {
    words.CONNECT: "connect",
    words.EQUALS: "text is {value}",
    words.CONTAINS: "text contains {value}",
    words.MATCHES: "text matches {value}",
    words.JSON: "{path} is {value}",
    words.HAS: "JSON has {path}",
    words.BINARY: "binary begins {value}",
    words.FILTER: "{value}",
    words.ANY: "any message",
    words.TIMER: "every {every:g} s",
    words.CLOSE: "close",
}


def when_words(spec: RuleSpec) -> str:
    """What a rule waits for, in a few words."""
    value = " ".join(spec.value.split())
    said = _SAID[spec.on].format(value=value, path=spec.path or "the whole JSON", every=spec.every)
    return said if len(said) <= 60 else said[:59] + "…"


def compiled(spec: RuleSpec, number: int, variables: Collection[str], environment: frozenset[str]) -> MockRule:
    """The rule made ready. ``variables`` are those that the file has, ``environment`` the environment variables that a
    person lets out. Raises RuleProblem."""
    rule = MockRule(
        number,
        spec,
        _made("path", lambda: read_path(spec.path) if spec.on in words.WITH_PATH else ()),
        _made("value", lambda: _ask(spec)),
        _ranges("times", spec.times),
        tuple(_template("send", one, variables) for one in spec.send),
        tuple(_binary(one, variables) for one in spec.binary),
        tuple((name, _template("set", one, variables)) for name, one in spec.set),
        _template("reason", spec.reason, variables),
        _fault(spec),
        _ranges("expect", spec.expect),
    )
    for key in ("given", "set"):
        for name, _ in getattr(spec, key):
            if name not in variables:
                raise RuleProblem(key, f"There is no variable {name!r} under [variables] or [shared].")
    for one in rule.templates:
        for name in sorted(one.environment - environment):
            raise RuleProblem(
                _key_of(rule, one),
                f"{{{{env.{name}}}}} is sent only if the option environment names {name}: who wrote the rules does not "
                "decide what leaves this machine.",
            )
    if spec.then == words.CLOSES:
        _check_close(rule)
    return rule


def _made(key: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except RuleProblem:
        raise
    except (TemplateError, ValueError) as error:
        raise RuleProblem(key, str(error)) from None


def _ranges(key: str, text: str) -> Ranges | None:
    found: Ranges | None = _made(key, lambda: read_ranges(text)) if text.strip() else None
    return found


def _template(key: str, text: str, variables: Collection[str]) -> Template:
    found: Template = _made(key, lambda: Template.parse(text, known=KNOWN, variables=variables))
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise RuleProblem(key, "A text has half of a surrogate pair, which is no UTF-8.")
    return found


def _binary(text: str, variables: Collection[str]) -> Template:
    found = _template("binary", text, variables)
    if found.fixed is not None:
        _made("binary", lambda: read_hex(found.fixed or ""))
    return found


def read_hex(text: str) -> bytes:
    """Bytes as hex digits, with blanks or colons between them. Raises ValueError with a sentence."""
    try:
        return bytes.fromhex(text.replace(":", " "))
    except ValueError:
        raise ValueError(f"Expected pairs of hex digits, such as 00 ff, not {text[:60]!r}.") from None


def _fault(spec: RuleSpec) -> FrameFault | None:
    if spec.then != words.MISBEHAVES:
        return None
    if not spec.fault:
        raise RuleProblem("fault", "Which fault? Its id stands in fault.")
    found = fault(spec.fault)
    assert isinstance(found, FrameFault)  # noqa: S101 - the choices of the row are such
    return found


def _check_close(rule: MockRule) -> None:
    spec = rule.spec
    if spec.code and not may_be_sent(spec.code):
        raise RuleProblem("code", f"{spec.code} is no code that a close frame may have; the faults send such.")
    if rule.reason.fixed is not None and len(rule.reason.fixed.encode()) > REASON_LIMIT:
        raise RuleProblem("reason", f"A reason has at most {REASON_LIMIT} bytes of UTF-8.")
    if spec.reason and not spec.code:
        raise RuleProblem("reason", "A reason needs a close code before it.")


def _key_of(rule: MockRule, template: Template) -> str:
    if template in rule.texts:
        return "send"
    if template in rule.binaries:
        return "binary"
    return "reason" if template is rule.reason else "set"


def _ask(spec: RuleSpec) -> Ask:
    if spec.on in words.WITH_VALUE and spec.on not in (words.EQUALS, words.JSON) and not spec.value.strip():
        raise RuleProblem("value", "There is no value to look for.")
    make = _ASKS.get(spec.on)
    return Ask() if make is None else make(spec)


def _matches(spec: RuleSpec) -> Ask:
    from wsgui.filter.literals import literal_of
    from wsgui.filter.patterns import PatternError, PatternTooSlowError, compile_text, first_match  # and all of filters

    try:
        expression = compile_text(spec.value)
    except PatternError as error:
        raise RuleProblem(
            "value", f"No regular expression: {error.message} at character {error.position + 1}."
        ) from None

    def test(came: Came) -> bool:
        if not isinstance(came.message, str):
            return False
        try:
            found = first_match(expression, came.message)
        except PatternTooSlowError as error:
            raise TooSlowError(str(error)) from None
        if found is not None:
            came.match = found
        return found is not None

    literal = literal_of(expression)
    if literal is None or literal.ignore_case:
        return Ask(test)
    return Ask(test, piece=literal.data.decode("utf-8", "surrogatepass"))


def _has(spec: RuleSpec) -> Ask:
    path = _made("path", lambda: read_path(spec.path))
    return Ask(lambda came: came.json is not MISSING and at_path(came.json, path) is not MISSING)


def _begins(spec: RuleSpec) -> Ask:
    start = read_hex(spec.value)
    return Ask(lambda came: isinstance(came.message, bytes) and came.message.startswith(start))


def _filter(spec: RuleSpec) -> Ask:
    from wsgui.behaviours.mock.message_filter import message_filter

    test, equal = message_filter(spec.value)
    return Ask(test, equal=equal)


_ASKS: dict[str, Callable[[RuleSpec], Ask]] = {
    words.CONTAINS: lambda spec: Ask(piece=spec.value),
    words.MATCHES: _matches,
    words.HAS: _has,
    words.BINARY: _begins,
    words.FILTER: _filter,
}
"""Those triggers that are no plain comparison; `Book` has tables for the others."""
