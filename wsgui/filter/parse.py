"""From text to a filter, or to a `FilterError` that names the place and what would fit there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from lark import UnexpectedInput

from wsgui.filter import grammar
from wsgui.filter.build import Builder
from wsgui.filter.errors import FilterError
from wsgui.filter.expectation import explain
from wsgui.filter.tree import And, Filter, Node, Not, Or

if TYPE_CHECKING:
    from lark import Lark

TEXT_LIMIT: Final = 10_000
"""Characters of a filter."""
DEPTH_LIMIT: Final = 16
"""How deep ``and``, ``or`` and ``not`` may be nested; parentheses alone do not count. SQLite's parser has room for 100
symbols that wait for their end, and each level takes three."""
LEAF_LIMIT: Final = 200
"""Comparisons in a filter: SQLite takes expressions up to a depth of 1000."""


def parse(text: str) -> Filter:
    """Read a filter. Raises FilterError."""
    if len(text) > TEXT_LIMIT:
        sentence = f"A filter has at most {TEXT_LIMIT} characters; this one has {len(text)}."
        raise FilterError(sentence, TEXT_LIMIT, len(text) - TEXT_LIMIT)
    try:
        root = cast(Node, parser().parse(text))
    except UnexpectedInput as error:
        raise explain(text, error) from None
    _measure(root)
    return Filter(root, text)


@cache
def parser() -> Lark:
    """The parser of the language, made at its first use: that takes some 20 ms."""
    return grammar.make(Builder())


def _measure(root: Node) -> None:
    """Refuse what other functions, which call themselves for each level, and SQLite would stumble over."""
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
