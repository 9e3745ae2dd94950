"""What a person types into a line for filters: the language, or plain words to look for, as browsers take them.

``hello``, ``{"id": 7`` and ``127.0.0.1`` are words. What uses the language, right or wrong, stays a filter: who
writes ``lenght > 5`` has to hear of the mistake instead of finding nothing.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from wsgui.filter.errors import FilterError
from wsgui.filter.fields import ALIASES, FIELDS
from wsgui.filter.grammar import PATHED
from wsgui.filter.parse import parse

if TYPE_CHECKING:
    from re import Pattern

_NEAR: Final = 0.8
"""How alike a word and a field's name have to be for the field to be offered."""


def as_expression(typed: str) -> str:
    """The expression of the language that ``typed`` stands for: itself if it is one, or plain words in quotes, which
    are looked for as they are. Raises FilterError for a mistake in the language."""
    text = typed.strip()
    try:
        parse(text)
    except FilterError:
        if _language().search(text):
            raise
        text = quoted(text)
        parse(text)
    return text


def quoted(text: str) -> str:
    """Text as a literal of the language."""
    return f'"{text.translate(_ESCAPES)}"'


def near_field(word: str) -> str:
    """The field whose name is nearly ``word``, or ""."""
    return next(iter(difflib.get_close_matches(word.lower(), list(FIELDS), n=1, cutoff=_NEAR)), "")


_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"})


@cache
def _language() -> Pattern[str]:
    """Finds what is the language's own: a field with an operator, an open set, a comparison of any word, a join of
    texts in quotes."""
    names = "|".join(re.escape(name) for name in sorted([*FIELDS, *ALIASES], key=len, reverse=True))
    pathed = "|".join(map(re.escape, PATHED))
    joins = r"&&|\|\||(?:and|or)(?![\w.-])"
    return re.compile(
        rf"""
        (?<![\w.\-"'/])(?:(?:{pathed})(?:\.[\w$-]+|\[[^\]\s]*\]?)*|{names})(?![\w.\-"':/])
            \s*(?:[=!<>]=|[=<>~]|{joins}|(?:eq|ne|lt|le|gt|ge|contains|matches)(?![\w.-])|(?:not\s+)?in\s*[{{(]|\)\s*$)
        | (?<![\w.\-"'])[a-z][\w.-]*\s*(?:==|!=|<=|>=)\s*["'\w+-]
        | (?<![\w.\-"'])[a-z][\w.-]*\s*[<>]\s*[0-9]
        | (?:\A|(?<=[\s(]))(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?:{joins})
        | (?:{joins})\s*(?:not\s+|!|\()*(?:{names})\s*(?:\)|\Z|[=!<>]=|[<>~])
        """,
        re.VERBOSE | re.IGNORECASE,
    )
