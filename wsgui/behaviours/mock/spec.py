"""A rule as a person writes it. Its fields are options: the editor's form, the keys of the file, and the docs are made
of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from wsgui.engine.behaviours.base import setting
from wsgui.options.model import Choice, Option, Shape, options_of
from wsgui.protocol.faults import frame_faults
from wsgui.protocol.states import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT, TIMER, CLOSE = "connect", "timer", "close"
EQUALS, CONTAINS, MATCHES, JSON, HAS = "equals", "contains", "matches", "json", "has"
BINARY, FILTER, ANY = "binary", "filter", "any"
ALL, SEQUENCE, RANDOM = "all", "sequence", "random"
NOTHING, CLOSES, RESETS, ENDS, MISBEHAVES = "nothing", "close", "reset", "fin", "fault"

EVENTS: Final = (CONNECT, TIMER, CLOSE)
"""Triggers that are no message."""
MESSAGES: Final[Mapping[type[str | bytes], frozenset[str]]] = {
    str: frozenset({EQUALS, CONTAINS, MATCHES, JSON, HAS, FILTER, ANY}),
    bytes: frozenset({BINARY, FILTER, ANY}),
}
"""Triggers that a text, and a binary message, can be."""
WITH_PATH: Final = (JSON, HAS)
WITH_VALUE: Final = (EQUALS, CONTAINS, MATCHES, JSON, BINARY, FILTER)


@dataclass
class RuleSpec:
    """One rule; each field is a key of its table in the file."""

    name: str = setting(Shape.TEXT, "", "Name", "What it is called in reports; empty for its number")
    on: str = setting(
        Shape.CHOICE,
        EQUALS,
        "When",
        "What it waits for",
        choices=(
            Choice(CONNECT, "A client connects"),
            Choice(EQUALS, "A text equals the value"),
            Choice(CONTAINS, "A text contains the value"),
            Choice(MATCHES, "A text matches the expression"),
            Choice(JSON, "JSON at the path equals the value"),
            Choice(HAS, "JSON has something at the path"),
            Choice(BINARY, "Binary begins with the hex digits"),
            Choice(FILTER, "A filter takes the message"),
            Choice(ANY, "Any message comes"),
            Choice(TIMER, "Each so often"),
            Choice(CLOSE, "A client closes"),
        ),
    )
    path: str = setting(Shape.TEXT, "", "JSON path", 'Where in the JSON, as user.names[0] or ["odd name"]')
    value: str = setting(
        Shape.PARAGRAPH,
        "",
        "Value",
        "The text, the regular expression, the hex digits or the filter; of JSON a text as it is, all else as JSON",
    )
    every: float = setting(
        Shape.SECONDS, 1.0, "Every", "The time from one to the next, of a timer", least=0.01, most=86400
    )
    given: list[tuple[str, str]] = setting(
        Shape.PAIRS, [], "Only while", "Variables that must have these values", sign="=", item="variable"
    )
    times: str = setting(
        Shape.TEXT, "", "Only the", "Which time of a connection: 2, or 1,3, or 2..5, or 3.. (empty: each)", "each time"
    )
    send: list[str] = setting(Shape.MESSAGES, [], "Send texts", "Templates of texts, sent in this order")
    binary: list[str] = setting(
        Shape.LINES, [], "Send binary", "Templates of hex digits, one message a line, sent after the texts"
    )
    order: str = setting(
        Shape.CHOICE,
        ALL,
        "Of these",
        "Which of the messages are sent",
        choices=(
            Choice(ALL, "All, each time"),
            Choice(SEQUENCE, "One: the next each time"),
            Choice(RANDOM, "One: any of them"),
        ),
    )
    delay: float = setting(Shape.SECONDS, 0.0, "Delay", "Before each message", "none", most=86400)
    jitter: float = setting(
        Shape.SECONDS, 0.0, "Jitter", "The delay is longer by a random part of this", "none", most=86400
    )
    set: list[tuple[str, str]] = setting(
        Shape.PAIRS, [], "Set variables", "Templates of their new values", sign="=", item="variable"
    )
    then: str = setting(
        Shape.CHOICE,
        NOTHING,
        "Then",
        "What happens behind the messages",
        choices=(
            Choice(NOTHING, "Nothing more"),
            Choice(CLOSES, "Close with the code"),
            Choice(RESETS, "Reset TCP (RST)"),
            Choice(ENDS, "End TCP (FIN) without a close frame"),
            Choice(MISBEHAVES, "Misbehave: send the fault"),
        ),
    )
    code: int = setting(Shape.COUNT, 1000, "Close code", "Of the close frame", most=65535)
    reason: str = setting(Shape.TEXT, "", "Reason", "Template of the close frame's reason")
    fault: str = setting(
        Shape.CHOICE,
        "",
        "Fault",
        "What is done wrong, of the library of faults",
        choices=(Choice("", "none"), *(Choice(one.id, one.name) for one in frame_faults(Role.SERVER))),
    )
    expect: str = setting(
        Shape.TEXT, "", "Expected", "How often it is to be hit, for verification: 2, 1.., ..3, 0 (empty: not verified)"
    )
    off: bool = setting(Shape.FLAG, False, "Switched &off", "It is skipped")


ROWS: Final[dict[str, Option]] = options_of(RuleSpec)
"""The keys of a rule."""
USUAL: Final = RuleSpec()


@dataclass
class Spec:
    """All of a file: rules in their order, variables of each connection and such as all share, whether the ``first``
    rule that fits answers or ``all`` do, and whether a message without a rule makes verification ``fail``."""

    rules: list[RuleSpec] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    answer: str = "first"
    unmatched: str = "list"


TOP: Final = {"answer": ("first", "all"), "unmatched": ("list", "fail")}
"""What the words at the top of a file may be; the first is usual."""


def said_of(rule: RuleSpec) -> dict[str, Any]:
    """Those values of a rule that are not as usual, and what it waits for."""
    return {
        one.name: getattr(rule, one.name)
        for one in fields(rule)
        if one.name == "on" or getattr(rule, one.name) != getattr(USUAL, one.name)
    }
