"""Looking for what a comparison asks of payloads in the joined bytes of many reads.

What is looked for in megabytes at once are bytes without which a row cannot fit: the words of ``contains``, a piece of
an expression, the name of a member. Rows that have them are then asked one by one, unless the bytes alone decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wsgui.capture.columns import FLAG_MASKED, FLAG_RECEIVED, ROW_FLAGS
from wsgui.capture.reads import LONGEST_NUMBER
from wsgui.filter.evaluate import leaf_holds
from wsgui.filter.literals import literal_of
from wsgui.filter.patterns import found_in
from wsgui.filter.plain_row import PlainRow
from wsgui.filter.tree import Compare, Contains, Has, In, Matches, Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from wsgui.capture.columns import Marks, Numbers
    from wsgui.capture.conditions.vectors import Rows
    from wsgui.capture.reads import Reads
    from wsgui.dissect.decoders.model import Context
    from wsgui.filter.tree import Leaf

_EACH: Final = 64
"""Rows that are asked one by one before somebody may say that they are no longer wanted."""
_SLACK: Final = 1e-9
"""Numbers of JSON are compared as floats first: what is so near to a bound is looked at closely."""
_NUMBER: Final = rb"\s*:\s*(-?[0-9][0-9.eE+-]{0,%d})" % LONGEST_NUMBER


class Sift:
    """One comparison of payloads, made ready."""

    def __init__(self, leaf: Leaf, context: Callable[[int, int], Context], pause: Callable[[], None]) -> None:
        """``context(connection, direction)`` is what decoders are told of a connection; ``pause`` is called now and
        then, and may raise."""
        self._leaf = leaf
        self._context = context
        self._pause = pause
        self._needle = _words(leaf) if leaf.ref.field.name in ("payload", "text") else None
        self._literal = literal_of(leaf.expression) if self._needle is None and isinstance(leaf, Matches) else None
        self._bounds = _bounds(leaf)
        self._names = _names(leaf)[: -1 if self._bounds else None]  # the last one stands before the number

    def takes(self, reads: Reads, rows: Rows, asked: Marks) -> Marks:
        """Of the rows that are ``asked``, those that fit: frames that are no fragments and were not inflated, and what
        is no frame. ``reads`` are those of the ``rows``. Raises PatternTooSlowError, and what ``pause`` raises."""
        leaf = self._leaf
        self._pause()
        if self._needle is not None:
            found = self._by_words(reads, asked)
            return asked & ~found if isinstance(leaf, Compare) and leaf.operator == "!=" else asked & found
        if isinstance(leaf, Has) and leaf.ref.field.name in ("payload", "text"):
            return asked & (reads.stops > reads.starts)
        may = asked
        if leaf.ref.field.name in _OF_BYTES and self._literal is not None:
            may = asked & reads.with_literal(self._literal)
        elif self._names or self._bounds is not None:
            may = self._with_members(reads, asked)
        return self._one_by_one(reads, rows, may)

    # --- bytes that decide, or without which nothing fits

    def _by_words(self, reads: Reads, asked: Marks) -> Marks:
        found = np.zeros(len(reads), np.bool_)
        sizes = reads.stops - reads.starts
        exact = not isinstance(self._leaf, Contains)
        for words in self._needle or ():
            fits = sizes == len(words) if exact else sizes >= len(words)
            if words and (asked & fits).any():
                fits = fits & reads.holding(words, whole=exact)
            found |= fits
        return found

    def _with_members(self, reads: Reads, asked: Marks) -> Marks:
        """Rows that have the names of the path, and a number that may fit. In JSON with a backslash any of it may be
        written in another way."""
        odd = reads.holding(b"\\")
        found = asked & ~odd
        for word in self._names:
            if not found.any():
                break
            found &= reads.holding(word)
        if self._bounds is not None and found.any():
            found &= self._within(reads)
        return found | (asked & odd)

    def _within(self, reads: Reads) -> Marks:
        name, spans = self._bounds or (b"", ())

        def fit(values: Numbers) -> Marks:
            found: Marks = np.isnan(values)
            for low, high in spans:
                found |= (values >= low - _SLACK * abs(low)) & (values <= high + _SLACK * abs(high))
            return found

        return reads.numbers(re.compile(re.escape(name) + _NUMBER), fit)

    # --- row by row

    def _one_by_one(self, reads: Reads, rows: Rows, may: Marks) -> Marks:
        found = np.zeros(len(reads), np.bool_)
        places = np.flatnonzero(may)
        holds = self._by_expression(reads, places) if self._of_bytes() else self._by_row(reads, rows, places)
        for number, place in enumerate(places.tolist()):
            if number % _EACH == 0:
                self._pause()
            found[place] = holds(number)
        return found

    def _of_bytes(self) -> bool:
        return isinstance(self._leaf, Matches) and self._leaf.ref.field.name in _OF_BYTES

    def _by_expression(self, reads: Reads, places: Numbers) -> Callable[[int], bool]:
        assert isinstance(self._leaf, Matches)  # noqa: S101 - asked before
        expression, data = self._leaf.expression, reads.data
        starts, stops = reads.starts[places].tolist(), reads.stops[places].tolist()
        return lambda number: found_in(expression, data[starts[number] : stops[number]])

    def _by_row(self, reads: Reads, rows: Rows, places: Numbers) -> Callable[[int], bool]:
        leaf, data = self._leaf, reads.data
        starts, stops = reads.starts[places].tolist(), reads.stops[places].tolist()
        opcodes, flags = rows["opcode"][places].tolist(), rows["flags"][places].tolist()
        connections = rows["connection"][places].tolist()

        def holds(number: int) -> bool:
            start, mark = starts[number], flags[number]
            payload = data[start : stops[number]]
            key = data[start - 4 : start] if mark & FLAG_MASKED else None
            direction = int(bool(mark & FLAG_RECEIVED))
            context = self._context(connections[number], direction)
            frame = (opcodes[number], mark & ROW_FLAGS, key, 0, len(payload), None, None, payload)
            return leaf_holds(leaf, PlainRow(0, 0, 0, direction, *frame, None, (), 0, (), None, context))

        return holds


_OF_BYTES: Final = ("payload", "text")
"""Fields whose expressions are asked of the payload as it is."""


def _words(leaf: Leaf) -> list[bytes] | None:
    """The bytes that decide on a field which is the payload itself; None if others do."""
    if isinstance(leaf, Contains | Compare):
        return list(_encoded([leaf.value.value]))
    if isinstance(leaf, In):
        return list(_encoded(item.value for item in leaf.items if not isinstance(item, Range)))
    return None


def _encoded(values: Iterable[Any]) -> Iterable[bytes]:
    for value in values:
        yield value.encode() if isinstance(value, str) else value


def _names(leaf: Leaf) -> list[bytes]:
    """What stands in every payload that fits, and has no backslash: in JSON the names of the path; a text that is asked
    for."""
    names: list[bytes] = []
    if leaf.ref.field.verbatim:
        if isinstance(leaf, Contains) or (isinstance(leaf, Compare) and leaf.operator == "=="):
            names.append(str(leaf.value.value).encode())
        return [name for name in names if name]
    if leaf.ref.field.name != "json":
        return []
    names += [b'"%s"' % step.encode() for step in leaf.ref.path if isinstance(step, str)]
    if isinstance(leaf, Contains):
        names.append(str(leaf.value.value).encode())
    elif isinstance(leaf, Compare) and leaf.operator == "==" and isinstance(leaf.value.value, str):
        names.append(b'"%s"' % leaf.value.value.encode())
    return [name for name in names if name]


def _bounds(leaf: Leaf) -> tuple[bytes, list[tuple[float, float]]] | None:
    """The name before a number that is asked for, and within which bounds it is; None if no number is asked for."""
    path = leaf.ref.path
    if leaf.ref.field.name != "json" or not path or not isinstance(path[-1], str):
        return None
    name = b'"%s"' % path[-1].encode()
    infinite = float("inf")
    if isinstance(leaf, Compare) and _is_number(leaf.value.value) and leaf.operator != "!=":
        bound = _float(leaf.value.value)
        spans = {"<": (-infinite, bound), "<=": (-infinite, bound), "==": (bound, bound)}
        return name, [spans.get(leaf.operator, (bound, infinite))]
    if isinstance(leaf, In) and all(isinstance(item, Range) or _is_number(item.value) for item in leaf.items):
        items = [(item.low, item.high) if isinstance(item, Range) else (item, item) for item in leaf.items]
        return name, [(_float(low.value), _float(high.value)) for low, high in items]
    return None


def _float(value: Any) -> float:
    return float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
