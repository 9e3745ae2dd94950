"""A piece of text that stands in whatever an expression matches: what does not have it need not be asked.

It is read off the expression by a scanner that knows what it knows: of an expression with anything else in it nothing
is said. Looking for bytes in megabytes takes a hundredth of the time of matching row by row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import regex  # type: ignore[import-untyped]  # it has no stubs of its own

if TYPE_CHECKING:
    from wsgui.filter.patterns import Pattern


_FOLDED: Final = {b"i": "\u0130\u0131", b"s": "\u017f", b"k": "\u212a"}
"""The letters beyond ASCII that are equal to one of ASCII if case is ignored: i with a dot
as a capital, without one as a small letter, long s, and the sign for kelvin."""


class Literal(NamedTuple):
    """``data`` stands in every match; with ``ignore_case`` in capital or small letters of ASCII, or with one of the
    few other letters that expressions take for them (``folded``)."""

    data: bytes
    ignore_case: bool

    @property
    def folded(self) -> list[bytes]:
        """Letters beyond ASCII, in UTF-8, one of which stands in a match that does not have ``data`` itself."""
        if not self.ignore_case:
            return []
        return [letter.encode() for small, letters in _FOLDED.items() if small in self.data for letter in letters]


_TOKEN: Final = re.compile(
    r"""
      (?P<set>   \[\^?\]?(?:[^\[\]\\]|\\.)*\])
    | (?P<code>  \\x[0-9a-fA-F]{2})
    | (?P<class> \\[bBdDwWsSAZ])
    | (?P<space> \\[nrt])
    | (?P<sign>  \\[^0-9A-Za-z])
    | (?P<open>  \((?:\?(?::|=|!|<=|<!|P<\w+>|<\w+>|>))?)
    | (?P<close> \))
    | (?P<or>    \|)
    | (?P<times> (?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[?+]?)
    | (?P<any>   [.^$])
    | (?P<plain> [^\\\[\](){}|*+?.^$])
    """,
    re.VERBOSE | re.DOTALL,
)
_FLAGS: Final = re.compile(r"\(\?([aimsu]+)\)")
_SPACES: Final = {"n": "\n", "r": "\r", "t": "\t"}
_LEAST: Final = 2
"""Characters that are worth looking for."""


def literal_of(expression: Pattern[str] | Pattern[bytes]) -> Literal | None:
    """The longest piece of text that is known to stand in every match; None if none is known."""
    pattern = expression.pattern
    in_bytes = isinstance(pattern, bytes)
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    flags = _FLAGS.match(text)
    ignore_case = bool(expression.flags & regex.IGNORECASE)
    runs = _runs(text[flags.end() :] if flags else text)
    if ignore_case:  # other letters have other ways to be equal
        runs = [run for whole in runs for run in re.split(r"[^\x00-\x7f]", whole)]
    best = max(runs, key=len, default="")
    if len(best) < _LEAST:
        return None
    data = best.encode("latin-1" if in_bytes else "utf-8", "surrogatepass")
    return Literal(data.lower() if ignore_case else data, ignore_case)


def _runs(text: str) -> list[str]:
    """Characters that follow each other in every match; empty if the expression is beyond the scanner."""
    runs = [""]
    depth = place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None or (token.lastgroup == "or" and not depth):
            return []
        place = token.end()
        kind, found = token.lastgroup, token[0]
        if kind == "open":
            if found == "(" and text[place : place + 1] in ("?", "*"):
                return []  # flags in the middle, and what else there is
            depth += 1
            runs.append("")
        elif kind == "close":
            depth -= 1
        elif depth:
            continue  # what stands in a group may be one of several, or none
        elif kind == "times":
            if found[0] != "+" and not found.startswith("{1"):
                runs[-1] = runs[-1][:-1]  # perhaps the character before is not there
            runs.append("")
        elif kind in ("plain", "sign", "space", "code"):
            runs[-1] += _character(found)
        else:
            runs.append("")
    return runs


def _character(token: str) -> str:
    if len(token) == 1:
        return token
    if token[1] == "x" and len(token) == 4:
        return chr(int(token[2:], 16))
    return _SPACES.get(token[1], token[1])
