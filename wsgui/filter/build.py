"""Makes the syntax tree while lark parses, and refuses what the grammar allows but makes no sense."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from lark import Token, Transformer, v_args

from wsgui.filter.errors import FilterError
from wsgui.filter.fields import ALIASES, FIELDS, Field, FieldKind
from wsgui.filter.grammar import PATHED
from wsgui.filter.patterns import PatternError, compile_bytes, compile_text
from wsgui.filter.tree import (
    And,
    Compare,
    Contains,
    FieldRef,
    Has,
    In,
    Matches,
    Moment,
    Node,
    Not,
    Operator,
    Or,
    Range,
    Span,
    Value,
)
from wsgui.filter.values import suggestion, unquoted, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACE_LIMIT: Final = 1_000_000
"""The highest place in a JSON array; what is read as JSON has fewer."""
ITEM_LIMIT: Final = 200
"""Values and ranges of one ``in``: SQLite takes expressions up to a depth of 1000."""

_STEP: Final = re.compile(r'\.([\w$-]+)|\[([0-9]+)\]|\[("(?:[^"\\\n]|\\.)*")\]')
_OPERATORS: Final = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def field_named(name: str, position: int) -> Field:
    """The field of that name, in small or capital letters, or an alias of it. Raises FilterError."""
    known = name.lower()
    field = FIELDS.get(ALIASES.get(known, known))
    if field is None:
        hint, near = suggestion(name, [*FIELDS, *ALIASES])
        raise FilterError(f"There is no field {name}.{hint}", position, len(name), near or tuple(FIELDS))
    return field


def pathed_field(text: str) -> Field:
    """The field that a name with a path begins with."""
    known = text.lower()
    return FIELDS[max((name for name in PATHED if known.startswith(name)), key=len)]


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """A method for each rule of the grammar. All raise FilterError, which comes out of lark's ``parse`` as it is."""

    def any_of(self, *operands: Node) -> Node:
        return Or(operands)

    def all_of(self, *operands: Node) -> Node:
        return And(operands)

    def negated(self, _: Token, operand: Node) -> Node:
        return Not(operand)

    def field(self, token: Token) -> FieldRef:
        start = _start(token)
        if token.type == "JSON":
            field = pathed_field(token)
            return FieldRef(field, tuple(_path(token, len(field.name), start)), (start, start + len(token)))
        return FieldRef(field_named(token, start), (), (start, start + len(token)))

    def value(self, token: Token) -> Token:
        return token

    def range(self, low: Token, _: Token, high: Token) -> tuple[Token, Token]:
        return low, high

    def has(self, ref: FieldRef) -> Node:
        return Has(ref)

    def searched(self, token: Token) -> Node:
        words = unquoted(token, _start(token))
        if not words:
            raise FilterError("There is no text between these quotes.", *_place(token))
        # Bytes know no capital letters but those of ASCII, and text hides no byte: each is asked where it can tell.
        fields = ("payload", "inflated") if words.isascii() else ("text", "payload", "inflated")
        span = (_start(token), _start(token) + len(token))
        return Or(tuple(_looked_for(FIELDS[name], words, span) for name in fields))

    def compare(self, ref: FieldRef, operator: Token, token: Token) -> Node:
        known = _OPERATORS.get(operator.lower(), str(operator))
        _check(ref.field, known, operator)
        value = _value(ref.field, token)
        if ref.field.kind is FieldKind.JSON and known not in ("==", "!=") and not _is_number(value.value):
            raise FilterError(f"Expected a number here; {known} compares JSON numbers only.", *_place(token))
        return Compare(ref, cast(Operator, known), value)

    def contains(self, ref: FieldRef, operator: Token, token: Token) -> Node:
        _check(ref.field, "contains", operator)
        value = _value(ref.field, token)
        if not isinstance(value.value, (str, bytes)):
            raise FilterError('Expected text in quotes here, such as "error".', *_place(token))
        return Contains(ref, value)

    def matches(self, ref: FieldRef, operator: Token, token: Token) -> Node:
        _check(ref.field, "matches", operator)
        try:
            expression = (compile_bytes if ref.field.kind is FieldKind.BYTES else compile_text)(token[1:-1])
        except PatternError as error:
            position = _start(token) + 1 + min(error.position, len(token) - 2)
            sentence = f"This regular expression does not work: {error.message}."
            raise FilterError(sentence, position, _start(token) + len(token) - position) from None
        return Matches(ref, expression, str(token), (_start(token), _start(token) + len(token)))

    def within(self, ref: FieldRef, operator: Token, *items: Token | tuple[Token, Token]) -> Node:
        _check(ref.field, "in", operator)
        if len(items) > ITEM_LIMIT:
            raise FilterError(f"A set has at most {ITEM_LIMIT} values; this one has {len(items)}.", *_place(operator))
        return In(
            ref,
            tuple(_value(ref.field, item) if isinstance(item, Token) else _range(ref.field, *item) for item in items),
        )

    def not_within(self, ref: FieldRef, _: Token, operator: Token, *items: Token | tuple[Token, Token]) -> Node:
        return Not(self.within(ref, operator, *items))


def _looked_for(field: Field, words: str, span: Span) -> Matches:
    """A row whose field holds ``words``, in small or capital letters."""
    in_bytes = field.kind is FieldKind.BYTES
    pattern = "(?i)" + "".join(map(_escaped, words.encode().decode("latin-1") if in_bytes else words))
    expression = (compile_bytes if in_bytes else compile_text)(pattern)
    return Matches(FieldRef(field, (), span), expression, f'"{pattern}"', span)


def _escaped(character: str) -> str:
    """A character as it stands in an expression that finds it, and in quotes."""
    if character.isalnum() and character.isascii():
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 0x100 else character


def _start(token: Token) -> int:
    return cast(int, token.start_pos)


def _place(token: Token) -> tuple[int, int]:
    return _start(token), len(token)


def _check(field: Field, operator: str, token: Token) -> None:
    if operator not in field.operators:
        what = field.kind.value if field.ordered else field.expects
        sentence = f"{operator} does not fit {field.name}, which is {what}; use {' '.join(field.operators)}."
        raise FilterError(sentence, *_place(token), field.operators)


def _value(field: Field, token: Token) -> Value:
    start = _start(token)
    return Value(value_of(field, token, start), str(token), (start, start + len(token)))


def _range(field: Field, low_token: Token, high_token: Token) -> Range:
    low, high = _value(field, low_token), _value(field, high_token)
    first, last = low.value, high.value
    start = _start(low_token)
    length = high.span[1] - start
    if isinstance(first, Moment) and isinstance(last, Moment):
        if first.origin != last.origin:
            raise FilterError("Both ends of a range of times are written the same way.", start, length)
        first, last = first.ns, last.ns
    if not _is_number(first) or not _is_number(last):
        raise FilterError("A range goes from one number or time to another.", start, length)
    if cast(float, first) > cast(float, last):
        raise FilterError(f"This range is empty: {low} comes after {high}.", start, length)
    return Range(low, high)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _path(token: Token, begin: int, start: int) -> Sequence[str | int]:
    steps: list[str | int] = []
    for match in _STEP.finditer(token, begin):
        name, place, quoted = match.groups()
        if name:
            steps.append(name)
        elif quoted:
            steps.append(unquoted(quoted, start + match.start(3)))
        elif len(place) > 7 or int(place) > PLACE_LIMIT:
            sentence = f"Places in JSON arrays go from 0 to {PLACE_LIMIT}."
            raise FilterError(sentence, start + match.start(2), len(place))
        else:
            steps.append(int(place))
    return steps
