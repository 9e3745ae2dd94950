"""What a filter says of one row, in plain Python. It defines what the SQL of `wsgui.capture.conditions` has to mean."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from wsgui.filter.fields import FieldKind
from wsgui.filter.json_value import MISSING, at_path, json_value
from wsgui.filter.patterns import found_in
from wsgui.filter.tree import And, Compare, Contains, Has, In, Matches, Moment, Not, Or, Range
from wsgui.filter.values import clock_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.filter.plain_row import PlainRow
    from wsgui.filter.tree import Filter, Leaf, Node, Value

_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(filter: Filter, row: PlainRow) -> bool:  # noqa: A002 - the word of the language
    """Whether the filter takes the row. Raises PatternTooSlowError, nothing else."""
    return _holds(filter.root, row)


def json_holds(leaf: Leaf, payload: bytes) -> bool:
    """Whether a comparison of a ``json`` field takes a payload that is a whole text message."""
    return _value_holds(leaf, json_value(payload, leaf.ref.path))


def texts_hold(leaf: Leaf, texts: tuple[str, ...]) -> bool:
    """Whether a comparison of a field that is text takes a row where the field has these, at least one. Raises
    PatternTooSlowError."""
    return _text_holds(leaf, texts)


def leaf_holds(leaf: Leaf, row: PlainRow) -> bool:
    """Whether one comparison takes the row."""
    return _holds(leaf, row)


def _value_holds(leaf: Leaf, value: Any) -> bool:
    if value is MISSING:
        return False
    if isinstance(leaf, Has):
        return True
    if isinstance(leaf, Compare):
        if leaf.operator in _ORDER:
            return _is_number(value) and _ORDER[leaf.operator](value, leaf.value.value)
        return _same(value, leaf.value.value) == (leaf.operator == "==")
    if isinstance(leaf, In):
        return any(_is_item(value, item) for item in leaf.items)
    if not isinstance(value, str):
        return False
    if isinstance(leaf, Contains):
        return str(leaf.value.value) in value
    return found_in(leaf.expression, value.encode("utf-8", "surrogatepass"))


def _holds(node: Node, row: PlainRow) -> bool:
    if isinstance(node, And):
        return all(_holds(operand, row) for operand in node.operands)
    if isinstance(node, Or):
        return any(_holds(operand, row) for operand in node.operands)
    if isinstance(node, Not):
        return not _holds(node.operand, row)
    rows = [row]
    if node.ref.field.in_message and row.whole is not None:
        rows.append(row.whole.as_row(row.connection, row.direction, row.context))
    found = [fits for one in rows if (fits := _fits(node, one)) is not None]
    every = all if is_unequal(node) else any  # with != both the fragment and its message have to differ
    return bool(found) and every(found)


def whole_holds(leaf: Leaf, whole: PlainRow) -> bool:
    """Whether a comparison takes a whole message (`Whole.as_row`); for ``!=`` also if the message does not have the
    field and a fragment may, because then that alone decides. Raises PatternTooSlowError."""
    fits = _fits(leaf, whole)
    return leaf.ref.field.in_fragments and is_unequal(leaf) if fits is None else fits


def is_unequal(leaf: Leaf) -> bool:
    """Whether it is a comparison with ``!=``."""
    return isinstance(leaf, Compare) and leaf.operator == "!="


def _fits(node: Leaf, row: PlainRow) -> bool | None:
    """Whether one comparison takes one row by itself; None if the row does not have the field."""
    field = node.ref.field
    value = field.value(row)
    if field.kind is FieldKind.JSON:
        value = at_path(value, node.ref.path)
        return None if value is MISSING else _value_holds(node, value)
    if value is None:
        return None
    if field.kind is FieldKind.TEXT:
        return _text_holds(node, value if isinstance(value, tuple) else (value.decode("utf-8", "surrogateescape"),))
    if isinstance(node, Has):
        return bool(value) if field.kind in (FieldKind.BOOL, FieldKind.BYTES) else True
    if isinstance(node, Matches):
        return found_in(node.expression, value)
    if isinstance(node, Contains):
        return bool(_resolved(node.value, row) in value)
    if isinstance(node, In):
        return any(_is_in(value, item, row) for item in node.items)
    other = _resolved(node.value, row)
    if other is None:
        return False
    if node.operator in _ORDER:
        in_order = field.ordered_from is None or value >= field.ordered_from
        return in_order and _ORDER[node.operator](value, other)
    return bool(value == other) == (node.operator == "==")


def _text_holds(leaf: Leaf, texts: tuple[str, ...]) -> bool:
    """One of several texts has to fit; for ``!=`` all."""
    if isinstance(leaf, Has):
        return any(texts)
    if isinstance(leaf, Compare):
        return (leaf.value.value in texts) == (leaf.operator == "==")
    if isinstance(leaf, In):
        return any(_is_item(text, item) for item in leaf.items for text in texts)
    if isinstance(leaf, Contains):
        return any(str(leaf.value.value) in text for text in texts)
    return any(found_in(leaf.expression, text.encode("utf-8", "surrogateescape")) for text in texts)


def _resolved(value: Value, row: PlainRow) -> Any:
    moment = value.value
    if not isinstance(moment, Moment):
        return moment
    if moment.origin == "clock":
        return clock_ns(row.start, moment.ns)
    return moment.ns + (row.start if moment.origin == "start" else 0)


def _is_in(value: Any, item: Value | Range, row: PlainRow) -> bool:
    if isinstance(item, Range):
        low, high = _resolved(item.low, row), _resolved(item.high, row)
        return low is not None and high is not None and bool(low <= value <= high)
    return bool(value == _resolved(item, row))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(value: object, other: object) -> bool:
    """Equal, and of one JSON type: true is not 1."""
    if isinstance(value, bool) or isinstance(other, bool) or value is None or other is None:
        return value is other
    return value == other


def _is_item(value: Any, item: Value | Range) -> bool:
    if isinstance(item, Range):
        low: Any = item.low.value
        high: Any = item.high.value
        return _is_number(value) and bool(low <= value <= high)
    return _same(value, item.value)
