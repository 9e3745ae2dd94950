"""The grammar of filters, and the parser that lark makes of it.

LALR, because it takes time in proportion to the text and no stack of Python's, however deep the parentheses. The
lexer is contextual: ``text`` is a field in one place and an opcode's name in another, and ``in`` a word after ``==``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lark import Lark

from wsgui.filter.fields import FIELDS, FieldKind

if TYPE_CHECKING:
    from lark import Token, Transformer

PATHED: Final = tuple(name for name, field in FIELDS.items() if field.kind is FieldKind.JSON)
"""The fields into whose values a path may lead: ``json.a.b[0]``."""

GRAMMAR: Final = r"""
?start: any

?any: all
    | all (_OR all)+                      -> any_of
?all: one
    | one (_AND one)+                     -> all_of
?one: NOT one                             -> negated
    | _LPAR any _RPAR
    | field                               -> has
    | STRING                              -> searched
    | field COMPARE value                 -> compare
    | field CONTAINS value                -> contains
    | field MATCHES STRING                -> matches
    | field IN _set                       -> within
    | field NOT IN _set                   -> not_within

field: WORD | JSON
value: WORD | LITERAL | STRING
_set: _LBRACE _items _RBRACE | _LPAR _items _RPAR
_items: item (_COMMA item)*
?item: value
    | value DOTS value                    -> range

_OR.3: /\|\||or(?![\w.-])/i
_AND.3: /&&|and(?![\w.-])/i
NOT.3: /!(?!=)|not(?![\w.-])/i
COMPARE.3: /[=!<>]=|[<>]|(eq|ne|lt|le|gt|ge)(?![\w.-])/i
CONTAINS.3: /contains(?![\w.-])/i
MATCHES.3: /~|matches(?![\w.-])/i
IN.3: /in(?![\w.-])/i
_LPAR: "("
_RPAR: ")"
_LBRACE: "{"
_RBRACE: "}"
_COMMA: ","
DOTS: ".."

JSON.2: /(%PATHED%)(?![\w-])(\.[\w$-]+|\[[0-9]+\]|\["([^"\\\n]|\\.)*"\])*/i
LITERAL.2: /[+-]?[0-9][\w:+-]*(\.[\w:+-]+)*|[0-9a-f]{2}(:[0-9a-f]{2})+(?![\w:])/i
WORD: /[^\W\d][\w-]*(\.[\w-]+)*/
STRING: /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'/s

%ignore /\s+/
"""


def make(transformer: Transformer[Token, Any]) -> Lark:
    """The parser; ``transformer`` has a method for each rule, called while parsing, so no tree is walked."""
    pathed = "|".join(re.escape(name) for name in sorted(PATHED, key=len, reverse=True))
    return Lark(
        GRAMMAR.replace("%PATHED%", pathed),
        parser="lalr",
        lexer="contextual",
        transformer=transformer,
        maybe_placeholders=False,
    )
