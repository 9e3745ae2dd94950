"""Which rows of a capture ask and which answer, as a picture that never changes; `answers.AnswerBook` makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.capture.columns import Numbers
    from wsgui.capture.conditions.vectors import Rows


class Answer(NamedTuple):
    """What a row is: a request or an answer; ``other`` is the row that answers it, or that it answers (0: none so far),
    ``ns`` how long the answer took (None while there is none)."""

    asks: bool
    other: int
    ns: int | None


class AnswerTable(NamedTuple):
    """Requests and answers up to row ``upto``, ascending by ``ids``: the first rows of their messages.

    ``others`` are the rows on the other side, 0 of a request that waits; ``asks`` tells requests; ``ns`` is how long
    the answer took, on both sides, -1 of what waits. ``methods`` says what a request is called, by its place in
    ``names``.
    """

    upto: int
    ids: Numbers
    others: Numbers
    asks: Numbers
    ns: Numbers
    methods: Numbers
    names: tuple[str, ...]

    def of(self, id_: int) -> Answer | None:
        """What a row asks or answers; None if it does neither, or lies beyond ``upto``."""
        place = int(np.searchsorted(self.ids, id_))
        if place >= len(self.ids) or self.ids[place] != id_:
            return None
        ns = int(self.ns[place])
        return Answer(bool(self.asks[place]), int(self.others[place]), None if ns < 0 else ns)

    def times(self, rows: Rows) -> Numbers:
        """How long each of some rows let its receiver wait (ns); -1 of what answers nothing."""
        found = np.full(rows.count, -1, np.int64)
        span = self._span(rows)
        answers = ~self.asks[span]
        found[self.ids[span][answers] - rows.first] = self.ns[span][answers]
        return found

    def waiting(self, rows: Rows) -> Numbers:
        """1 of requests without an answer, 0 of answered ones, -1 of rows that ask nothing."""
        found = np.full(rows.count, -1, np.int8)
        span = self._span(rows)
        asks = self.asks[span]
        found[self.ids[span][asks] - rows.first] = self.others[span][asks] == 0
        return found

    def _span(self, rows: Rows) -> slice:
        first, last = np.searchsorted(self.ids, (rows.first, rows.last + 1)).tolist()
        return slice(first, last)


class MethodTimes(NamedTuple):
    """Round trips of the requests that are called ``name``: how many there are and wait, and of the answered ones the
    median, the 95th percentile and the longest (ns; None if none was answered)."""

    name: str
    requests: int
    unanswered: int
    median_ns: int | None
    p95_ns: int | None
    longest_ns: int | None


def times_by_method(table: AnswerTable) -> list[MethodTimes]:
    """The round trips of each method, those with most requests first."""
    found = []
    methods, spans = table.methods[table.asks], table.ns[table.asks]
    order = np.argsort(methods, kind="stable")
    methods, spans = methods[order], spans[order]
    cuts = np.flatnonzero(methods[1:] != methods[:-1]) + 1
    starts = [0, *cuts.tolist()] if len(methods) else []
    for start, stop in zip(starts, [*starts[1:], len(methods)], strict=False):
        some = spans[start:stop]
        took = np.sort(some[some >= 0])
        count = len(took)
        figures = [int(took[min(count - 1, int(count * part))]) for part in (0.5, 0.95, 1)] if count else [None] * 3
        found.append(MethodTimes(table.names[methods[start]], len(some), len(some) - count, *figures))
    return sorted(found, key=lambda one: -one.requests)


def numbers(values: Any, kind: str = "i8") -> Numbers:
    """An array of whole numbers."""
    return np.array(values, kind)


EMPTY: Final = AnswerTable(0, numbers([]), numbers([]), numbers([], "?"), numbers([]), numbers([], "u4"), ())
"""Before anything was collected."""


class Answering(Protocol):
    """Knows the answers of one capture (`answers.AnswerBook`)."""

    def collect(self, upto: int, *, progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> AnswerTable:
        """Those up to a row. Raises SearchCancelled and CaptureError."""
