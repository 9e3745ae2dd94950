"""What may stand at a place of a filter, told from the state of lark's parser: for error messages and completion."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from lark import Token, UnexpectedInput, UnexpectedToken

from wsgui.filter.build import field_named, pathed_field
from wsgui.filter.errors import FilterError
from wsgui.filter.fields import FIELDS, Field, FieldKind
from wsgui.filter.tree import FieldRef

if TYPE_CHECKING:
    from lark.parsers.lalr_interactive_parser import InteractiveParser


class Slot(Enum):
    """A place in a filter, by what fits there."""

    FIELD = auto()
    OPERATOR = auto()
    IN = auto()
    VALUE = auto()
    PATTERN = auto()
    SET = auto()
    SET_REST = auto()
    JOIN = auto()


class Expected(NamedTuple):
    """What fits at a place: the kind of place, the field beside it, and what opened last and is still open."""

    slot: Slot
    field: Field | None
    opened: Token | None


def expected(parser: InteractiveParser) -> Expected:
    """What the parser would take next. Raises FilterError if the field beside it does not exist."""
    accepts: set[str] = parser.accepts()  # type: ignore[no-untyped-call]
    stack: list[Any] = parser.parser_state.value_stack
    opened = next((item for item in reversed(stack) if isinstance(item, Token) and item.type in _OPENING), None)
    # Near an end that does not fit, LALR may have closed what was open, and then takes nothing but the right end.
    in_set = any(isinstance(item, Token) and item.type == "IN" for item in stack)
    slot = next((slot for terminal, slot in _SLOTS if terminal in accepts), Slot.SET_REST if in_set else Slot.JOIN)
    field = None
    if slot is Slot.OPERATOR:
        # The name was read but not looked up yet: that depends on what follows.
        name = stack[-1]
        field = pathed_field(name) if name.type == "JSON" else field_named(name, name.start_pos)
    elif slot not in (Slot.FIELD, Slot.JOIN):
        field = next(item.field for item in reversed(stack) if isinstance(item, FieldRef))
    return Expected(slot, field, opened)


def explain(text: str, error: UnexpectedInput) -> FilterError:
    """The error of lark as one of ours. Raises FilterError itself if there is an unknown field."""
    fits = expected(error.interactive_parser)
    token = error.token if isinstance(error, UnexpectedToken) else None
    at_end = token is not None and token.type == "$END"
    position = len(text) if at_end else int(error.pos_in_stream or 0)
    length = 0 if at_end else len(token or " ")
    if token is None:
        if text[position] in "\"'":
            return FilterError(
                f"This text has no end: a closing {text[position]} is missing.",
                position,
                len(text) - position,
                (text[position],),
            )
        if text[position] in ".[" and fits.slot is Slot.OPERATOR and fits.field and fits.field.kind is FieldKind.JSON:
            name = fits.field.name
            sentence = f'Expected a name or a place here, as in {name}.a, {name}[0] or {name}["odd name"].'
            return FilterError(sentence, position, 1, (".a", "[0]", '["odd name"]'))
        if meant := _MEANT.get(text[position]):
            return FilterError(f"Expected {meant} here, not {text[position]} alone.", position, 1, (meant,))
    elif token.type == "_RPAR" and fits.opened is None and fits.slot in (Slot.JOIN, Slot.OPERATOR):
        return FilterError("This ) closes nothing: there is no ( before it.", position, 1, _JOINS)
    if at_end and fits.opened is not None and fits.slot in (Slot.JOIN, Slot.OPERATOR, Slot.SET_REST):
        closing = _OPENING[fits.opened.type]
        place = int(fits.opened.start_pos or 0)
        return FilterError(f"This {fits.opened} is not closed: a {closing} is missing.", place, 1, (closing,))
    sentence, words = _sentence(fits)
    return FilterError(sentence, position, length, words)


def _sentence(fits: Expected) -> tuple[str, tuple[str, ...]]:
    slot, _, opened = fits
    field = fits.field or FIELDS["opcode"]  # where there is none, it is not spoken of
    closing = _OPENING[opened.type] if opened is not None else ""
    if slot is Slot.FIELD:
        return "Expected a field here, such as opcode or length.", tuple(FIELDS)
    if slot is Slot.JOIN:
        if closing:
            return 'Expected "and", "or" or ")" here.', (*_JOINS, closing)
        return 'Expected "and" or "or" here.', _JOINS
    if slot is Slot.OPERATOR:
        sentence = f'Expected an operator for {field.name} here ({" ".join(field.operators)}), "and" or "or".'
        return sentence, (*field.operators, *_JOINS)
    if slot is Slot.IN:
        return 'Expected "in" here, as in not in {1, 2}.', ("in",)
    if slot is Slot.PATTERN:
        return 'Expected a regular expression in quotes here, such as "^[0-9]+$".', ()
    if slot is Slot.SET:
        return "Expected values in braces here, such as {1, 2}.", ("{",)
    if slot is Slot.SET_REST:
        return f"Expected a comma or {closing} here.", (",", "..", closing)
    return field.expectation, field.value_words


_SLOTS = (
    ("COMPARE", Slot.OPERATOR),
    ("JSON", Slot.FIELD),
    ("LITERAL", Slot.VALUE),
    ("_LBRACE", Slot.SET),
    ("_COMMA", Slot.SET_REST),
    ("IN", Slot.IN),
    ("STRING", Slot.PATTERN),
    ("_AND", Slot.JOIN),
)
_OPENING = {"_LPAR": ")", "_LBRACE": "}"}
_JOINS = ("and", "or")
_MEANT = {"=": "==", "&": "&&", "|": "||"}
