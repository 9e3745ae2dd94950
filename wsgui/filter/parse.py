"""From text to a filter, or to a `FilterError` that names the place and what would fit there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from lark import UnexpectedInput

from wsgui.filter import grammar
from wsgui.filter.build import Builder
from wsgui.filter.errors import FilterError
from wsgui.filter.expectation import explain
from wsgui.filter.fields import Scope, fields_in
from wsgui.filter.tree import And, Compare, Filter, In, Node, Not, Or, Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Lark

    from wsgui.filter.tree import Leaf, Value

TEXT_LIMIT: Final = 10_000
"""Characters of a filter."""
DEPTH_LIMIT: Final = 16
"""How deep ``and``, ``or`` and ``not`` may be nested; parentheses alone do not count. SQLite's parser has room for 100
symbols that wait for their end, and each level takes three."""
LEAF_LIMIT: Final = 200
"""Comparisons in a filter: SQLite takes expressions up to a depth of 1000."""


def parse(text: str, scope: Scope = Scope.CAPTURE) -> Filter:
    """Read a filter for rows of a capture, or for what is known in another ``scope``. Raises FilterError, for a field
    that is not known there too."""
    if len(text) > TEXT_LIMIT:
        sentence = f"A filter has at most {TEXT_LIMIT} characters; this one has {len(text)}."
        raise FilterError(sentence, TEXT_LIMIT, len(text) - TEXT_LIMIT)
    try:
        root = cast(Node, parser().parse(text))
    except UnexpectedInput as error:
        raise explain(text, error) from None
    _measure(root, scope)
    return Filter(root, text)


@cache
def parser() -> Lark:
    """The parser of the language, made at its first use: that takes some 20 ms."""
    return grammar.make(Builder())


def _measure(root: Node, scope: Scope) -> None:
    """Refuse what other functions, which call themselves for each level, and SQLite would stumble over; and what is not
    known in the scope."""
    leaves = 0
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, Not):
            waiting.append((node.operand, depth + 1))
        elif isinstance(node, (And, Or)):
            waiting.extend((operand, depth + 1) for operand in reversed(node.operands))
        else:
            leaves += 1
            start, end = node.ref.span
            if depth > DEPTH_LIMIT:
                sentence = f"and, or and not may be nested {DEPTH_LIMIT} deep; here they are {depth} deep."
                raise FilterError(sentence, start, end - start)
            if leaves > LEAF_LIMIT:
                raise FilterError(f"A filter has at most {LEAF_LIMIT} comparisons.", start, end - start)
            _check_scope(node, scope)


def _check_scope(leaf: Leaf, scope: Scope) -> None:
    field = leaf.ref.field
    if field.scope > scope:
        start, end = leaf.ref.span
        where = "once it is recorded" if field.scope is Scope.ROW else "within a capture"
        sentence = f"{field.name} is not known of a frame on its way, only {where}."
        raise FilterError(sentence, start, end - start, tuple(fields_in(scope)))
    if scope is Scope.WIRE and field.ordered_from is not None:
        for value in _values(leaf):
            if isinstance(value.value, int) and value.value < field.ordered_from:
                start, end = value.span
                sentence = f"{value} is no frame, so no frame on its way fits it."
                raise FilterError(sentence, start, end - start, tuple(field.names_in(scope)))


def _values(leaf: Leaf) -> Iterator[Value]:
    if isinstance(leaf, Compare):
        yield leaf.value
    elif isinstance(leaf, In):
        for item in leaf.items:
            yield from (item.low, item.high) if isinstance(item, Range) else (item,)
