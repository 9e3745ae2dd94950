"""Command lines as a person copies them: the words of POSIX shells and of Windows' cmd, and a table of options."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.endpoint.elsewhere.model import Draft

_CMD: Final = re.compile(r'\^"|\^\r?\n')
_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "E": "\x1b",
}
_ANSI: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
_PIECE: Final = re.compile(
    r"(?P<join>\\\r?\n)"
    r"|(?P<blank>[ \t]+)"
    r"|(?P<end>\r?\n|;|&&|\|\|?|&|$)"
    r"|(?P<comment>\#[^\n]*)"
    r"|'(?P<single>[^']*)'"
    r'|\$?"(?P<double>(?:[^"\\]|\\.)*)"'
    r"|\$'(?P<ansi>(?:[^'\\]|\\.)*)'"
    r"|\\(?P<escaped>.)"
    r"|(?P<plain>[^\s'\"\\;&|]+)",
    re.DOTALL,
)


class QuoteError(ValueError):
    """A command line whose quotes do not end."""


def commands(text: str) -> list[list[str]]:
    """The words of each command in ``text``. Nothing is expanded: ``$NAME`` stays as it is. Raises QuoteError."""
    return _cmd_commands(text) if _CMD.search(text) else _shell_commands(text)


def _shell_commands(text: str) -> list[list[str]]:
    """As a POSIX shell and bash cut it."""
    found: list[list[str]] = []
    words: list[str] = []
    word: str | None = None
    at = 0
    while True:
        piece = _PIECE.match(text, at)
        if piece is None:
            raise QuoteError(f"The quote at {text[at : at + 20]!r} does not end.")
        at = piece.end()
        kind = piece.lastgroup
        if kind == "comment" and word is not None:  # a # within a word is a character
            kind, word = "word", word + piece[0]
        if kind == "join":
            continue
        if kind in ("blank", "end", "comment"):
            if word is not None:
                words.append(word)
                word = None
            if kind == "end":
                if words:
                    found.append(words)
                    words = []
                if at >= len(text):
                    return found
            continue
        if kind != "word":
            word = (word or "") + _unquoted(kind, piece)


def _unquoted(kind: str | None, piece: re.Match[str]) -> str:
    if kind == "double":
        return re.sub(r'\\(\r?\n|[$`"\\])', lambda match: "" if "\n" in match[1] else match[1], piece["double"])
    if kind == "ansi":
        return _ANSI.sub(_ansi, piece["ansi"])
    return str(piece[kind]) if kind else ""


def _ansi(match: re.Match[str]) -> str:
    """One escape of ``$'…'``."""
    digits = match[1] or match[2] or match[3]
    if digits:
        number = int(digits, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if match[4]:
        return chr(int(match[4], 8) & 0xFF)
    return _ESCAPES.get(match[5], match[5])


def _cmd_commands(text: str) -> list[list[str]]:
    """As Windows' cmd hands it on, and the C library of the program cuts it."""
    out: list[str] = []
    lines: list[str] = []
    quoted = False
    at = 0
    while at < len(text):
        char = text[at]
        if char == "^" and not quoted and at + 1 < len(text):
            end = re.compile(r"\r?\n").match(text, at + 1)
            if end is not None:
                # A caret takes the end of the line away; of two, the second is a character.
                at = end.end()
                second = re.compile(r"\r?\n").match(text, at)
                if second is not None:
                    out.append("\n")
                    at = second.end()
                continue
            out.append(text[at + 1])
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        if (char in "&\n" or text.startswith("\r\n", at)) and not quoted:
            lines.append("".join(out))
            out = []
        else:
            out.append(char)
        at += 1
    lines.append("".join(out))
    return [words for words in map(_windows_words, lines) if words]


def _windows_words(line: str) -> list[str]:
    """The words of a command line as Microsoft's C library cuts them."""
    words: list[str] = []
    word: str | None = None
    quoted = False
    at = 0
    while at < len(line):
        slashes = re.compile(r"\\*").match(line, at)
        count = 0 if slashes is None else slashes.end() - at
        if count and line.startswith('"', at + count):
            word = (word or "") + "\\" * (count // 2)
            at += count
            if count % 2:
                word += '"'
                at += 1
        elif count:
            word = (word or "") + "\\" * count
            at += count
        elif line[at] == '"':
            word = word or ""
            if quoted and line.startswith('""', at):
                word += '"'
                at += 1
            else:
                quoted = not quoted
            at += 1
        elif line[at].isspace() and not quoted:
            if word is not None:
                words.append(word)
                word = None
            at += 1
        else:
            word = (word or "") + line[at]
            at += 1
    if quoted:
        raise QuoteError("A quote does not end.")
    return words if word is None else [*words, word]


@dataclass(frozen=True, slots=True)
class Flag:
    """An option of a program: its names, whether a value follows, and what it means for the endpoint.

    ``does`` None: it changes nothing of the connection (how much is printed, say), and nothing is said of it.
    """

    names: tuple[str, ...]
    takes: bool
    does: Callable[[Draft, str], object] | None


def flag(names: str, does: Callable[[Draft, str], object] | None = None, *, takes: bool = True) -> Flag:
    """A row; ``names`` with blanks between."""
    return Flag(tuple(names.split()), takes, does)


def harmless(names: str, *, takes: bool = False) -> list[Flag]:
    """Options that change nothing of the connection, each a row."""
    return [Flag((name,), takes, None) for name in names.split()]


def left_out(names: str, *, takes: bool = True) -> list[Flag]:
    """Options that are known and have no like here: each is told of."""

    def tell(name: str) -> Callable[[Draft, str], object]:
        return lambda draft, _: draft.say(f"{name} has no place in an endpoint, and was left out.")

    return [Flag((name,), takes, tell(name)) for name in names.split()]


def take_words(draft: Draft, words: Sequence[str], flags: Sequence[Flag]) -> list[str]:
    """Tell ``draft`` the options among ``words``; returns the others."""
    known = {name: row for row in flags for name in row.names}
    others: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return others + rest
        if not word.startswith("-") or word == "-":
            others.append(word)
            continue
        for name, value in _options(word, known):
            row = known.get(name)
            if row is None:
                draft.say(f"{name} is not understood, and was left out.")
                # whether a value follows is not known: what looks like an address is the address
                if value is None and rest and not rest[0].startswith("-") and "://" not in rest[0] and len(rest) > 1:
                    draft.say(f"{rest[0]!r} behind {name} was taken as its value, and left out.")
                    rest.pop(0)
                continue
            if row.takes and value is None:
                if not rest:
                    draft.say(f"{name} lacks its value.")
                    continue
                value = rest.pop(0)
            if row.does is not None:
                row.does(draft, value or "")
    return others


def _options(word: str, known: dict[str, Flag]) -> list[tuple[str, str | None]]:
    """The options in a word with their values, None for one that may follow: ``--name=value``, ``-kv``, ``-Hvalue``."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return [(name, value if equals else None)]
    if word in known:  # some programs have long names behind one dash
        return [(word, None)]
    found: list[tuple[str, str | None]] = []
    for place, letter in enumerate(word[1:], 2):
        row = known.get(f"-{letter}")
        if row is not None and row.takes:
            return [*found, (f"-{letter}", word[place:].removeprefix("=") or None)]
        found.append((f"-{letter}", None))
    return found
