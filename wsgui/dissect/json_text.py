"""JSON with line breaks, for reading. Only white space changes.

Numbers keep their digits, strings their escapes, objects their repeated names: ``json.loads`` and ``dumps`` would
show ``1e400`` as ``Infinity`` and lose what stands twice, and then the window would show what nobody sent.
"""

from __future__ import annotations

import json
import re

LARGEST = 1024 * 1024
"""Characters up to which `indent_json` is quick enough to be called while a person waits (some 0.3 s)."""

_DEEPEST = 40
"""Levels that are indented; deeper ones stand at this one, so that ``[[[[…`` cannot grow to gigabytes."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_EMPTY = {"{": "}", "[": "]"}


def indent_json(text: str) -> str:
    """``text`` with one value a line, two blanks a level. Raises ValueError, with a sentence, if it is no JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError("nested too deeply to be indented") from None
    except ValueError:
        # Python refuses to make a number of thousands of digits; the text may be JSON all the same.
        raise ValueError("a number is too long to be read") from None
    return "".join(_pieces(_TOKEN.findall(text)))


def _pieces(tokens: list[str]) -> list[str]:
    pieces: list[str] = []
    add = pieces.append
    breaks = ["\n" + "  " * level for level in range(_DEEPEST + 1)]
    depth = 0
    before = ""
    for piece in tokens:
        if piece in ("}", "]"):
            depth -= 1
            if _EMPTY.get(before) != piece:
                add(breaks[min(depth, _DEEPEST)])
        elif before in ("{", "[", ","):
            add(breaks[min(depth, _DEEPEST)])
        add(piece)
        if piece in ("{", "["):
            depth += 1
        elif piece == ":":
            add(" ")
        before = piece
    return pieces
