"""How a filter may go on at the cursor: fields, operators that fit the field, names of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lark import UnexpectedInput

from wsgui.filter.errors import FilterError
from wsgui.filter.expectation import Expected, Slot, expected
from wsgui.filter.fields import FieldKind, Scope, fields_in
from wsgui.filter.parse import TEXT_LIMIT, parser

if TYPE_CHECKING:
    from collections.abc import Iterator


class Completion(NamedTuple):
    """``text`` may stand in place of the characters ``start`` to ``end`` of the filter; ``help`` says what it is."""

    text: str
    start: int
    end: int
    help: str


_HELP: Final = {
    "==": "Is equal to.",
    "!=": "Is there, and is not equal to.",
    "<": "Is less than.",
    "<=": "Is at most.",
    ">": "Is more than.",
    ">=": "Is at least.",
    "in": "Is one of several values: in {1, 2, 5..9}.",
    "contains": "Has this text or these bytes somewhere.",
    "matches": "A regular expression is found in it.",
    "and": "Both sides hold.",
    "or": "One side holds, or both.",
    "not": "What follows does not hold.",
    "not in": "Is none of several values: not in {1, 2, 5..9}.",
    "{": "Begins a set of values.",
    "}": "Ends the set.",
    ")": "Closes a parenthesis.",
    "(": "Opens a parenthesis.",
    ",": "One more value follows.",
    "..": "Up to this value, included.",
    "true": "It is so.",
    "false": "It is not so.",
}


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_.-"


def _is_sign(character: str) -> bool:
    return character in "=!<>"


def complete(text: str, cursor: int, scope: Scope = Scope.CAPTURE) -> list[Completion]:
    """What may stand at the cursor (0 to ``len(text)``), as far as words are known, in the order in which to show it;
    of fields and values those that are known in the ``scope``.

    The word that the cursor is in or behind is replaced; a part of it before the cursor narrows the choice. Empty if
    nothing is known to fit: within quotes, behind a mistake, where a number of one's own belongs.
    """
    cursor = min(max(cursor, 0), len(text))
    if len(text) > TEXT_LIMIT:
        return []
    start = cursor
    end = cursor
    for characters in (_is_word, _is_sign):
        while start > 0 and characters(text[start - 1]):
            start -= 1
        if start < cursor:
            break
    if start < cursor and _is_word(text[start]):
        while end < len(text) and _is_word(text[end]):
            end += 1
    word = text[start:cursor].lower()
    try:
        state = parser().parse_interactive(text[:start])
        state.exhaust_lexer()
        fits = expected(state)
    except (UnexpectedInput, FilterError):
        return []
    found = [Completion(known, start, end, text_) for known, text_ in _choices(fits, scope) if known.startswith(word)]
    return [] if [completion.text for completion in found] == [text[start:end]] else found


def _choices(fits: Expected, scope: Scope) -> Iterator[tuple[str, str]]:
    slot, field, opened = fits
    if slot is Slot.FIELD:
        yield from ((entry.name, entry.help) for entry in fields_in(scope).values())
        words: tuple[str, ...] = ("not", "(")
    elif slot is Slot.OPERATOR and field is not None:
        words = field.operators
        if "in" in words:
            words = (*words, "not in")
        words = (*words, *_JOINS)
    elif slot is Slot.VALUE and field is not None:
        known = field.names_in(scope)
        yield from ((name, known[name].help) for name in known)
        words = field.value_words if field.kind is FieldKind.BOOL else ()
    else:
        words = _WORDS.get(slot, ())
    yield from ((word, _HELP[word]) for word in words)
    if opened is not None and slot in (Slot.OPERATOR, Slot.JOIN, Slot.SET_REST):
        closing = "}" if opened.type == "_LBRACE" else ")"
        yield closing, "Ends the set." if slot is Slot.SET_REST else _HELP[closing]


_JOINS: Final = ("and", "or")
_WORDS: Final = {
    Slot.IN: ("in",),
    Slot.SET: ("{",),
    Slot.SET_REST: (",", ".."),
    Slot.JOIN: _JOINS,
}
