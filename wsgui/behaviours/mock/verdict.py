"""What was seen of each rule, and whether that is what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.behaviours.mock.book import Book


class RuleSeen(NamedTuple):
    """One rule: ``expected`` in words (empty: not verified), how often it was hit, and whether that is right."""

    name: str
    when: str
    expected: str
    seen: int
    right: bool


class Unmatched(NamedTuple):
    """A message that no rule answered: of which connection, whether it is text, and how it begins."""

    connection: int
    text: bool
    start: str
    length: int


class RulesReport(NamedTuple):
    """``revision`` changes whenever something else does. ``unmatched`` are the latest, of ``strays`` in all;
    ``strict`` is whether one is wrong. ``problem`` is what is wrong with the file or with what a rule wanted to send,
    in a sentence."""

    revision: int
    file: str
    rules: Sequence[RuleSeen]
    unmatched: Sequence[Unmatched]
    strays: int
    strict: bool
    problem: str

    @property
    def verified(self) -> bool:
        """Whether something is expected at all."""
        return self.strict or any(one.expected for one in self.rules)

    @property
    def right(self) -> bool:
        """Whether all is as expected."""
        return all(one.right for one in self.rules) and not (self.strict and self.strays)


def rules_seen(book: Book, hits: Sequence[int]) -> list[RuleSeen]:
    """What was seen of each rule; ``hits`` are how often, in their order."""
    return [
        RuleSeen(rule.name, rule.when, rule.expected, count, rule.expect is None or count in rule.expect)
        for rule, count in zip(book.rules, hits, strict=True)
    ]


def as_table(report: RulesReport) -> list[str]:
    """Lines of a table for a terminal: what was expected and what was seen."""
    head = ("rule", "when", "expected", "seen", "")
    rows = [
        (visible(one.name), visible(one.when), one.expected or "—", _times(one.seen), "ok" if one.right else "WRONG")
        for one in report.rules
    ]
    if report.strict or report.strays:
        wrong = report.strict and report.strays > 0
        expected = "never" if report.strict else "—"
        rows.append(("no rule", "any other message", expected, _times(report.strays), "WRONG" if wrong else "ok"))
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, (*widths, 0), strict=True)).rstrip()
             for row in (head, *rows)]  # fmt: skip
    lines += [f"no rule for #{one.connection}: {visible(one.start)}" for one in report.unmatched[-10:]]
    return lines


def _times(number: int) -> str:
    return f"{number}x"
