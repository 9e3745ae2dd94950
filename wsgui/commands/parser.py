"""The parser of every subcommand: what it prints goes through the one door, as it quotes what was typed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from wsgui import console

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import SupportsWrite


class _Help(argparse.HelpFormatter):
    """Keeps paragraphs of a description, and lines of an option's help, apart."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(super(_Help, self)._fill_text(part, width, indent) for part in text.split("\n\n"))

    def _split_lines(self, text: str, width: int) -> list[str]:
        return [line for part in text.split("\n") for line in super(_Help, self)._split_lines(part, width)]


class HelpWord(NamedTuple):
    """One word of a parser: its flags (none for a word by its place), what stands behind them, and its help."""

    flags: tuple[str, ...]
    nargs: int | str | None
    metavar: str | tuple[str, ...]
    help: str


class HelpPage(NamedTuple):
    """What a parser says of itself, as data; each of ``groups`` has a title."""

    prog: str
    usage: str | None
    description: str
    epilog: str | None
    groups: tuple[tuple[str, tuple[HelpWord, ...]], ...]


def choices_help(summary: str, choices: Mapping[str, str]) -> str:
    """The help of an option that takes one of several words, each with its meaning on a line of its own."""
    return "\n".join([summary, *(f"{name}: {meaning}" for name, meaning in choices.items())])


class Parser(argparse.ArgumentParser):
    """``argparse``'s, printing through `wsgui.console`. Options are written out: an abbreviation would change its
    meaning with the next option that begins so."""

    def __init__(self, prog: str, description: str, epilog: str | None = None, usage: str | None = None) -> None:
        super().__init__(prog=prog, usage=usage, description=description, epilog=epilog, allow_abbrev=False)
        self.formatter_class = _Help

    def error(self, message: str) -> NoReturn:
        """One sentence, without the usage that ``--help`` shows; exit code 2."""
        console.say(f"{message[:1].lower()}{message[1:]} ({self.prog} --help says what there is)")
        raise SystemExit(2)

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        if file is None or file is not sys.stdout:
            console.complain_lines(message)
        else:
            console.show(message)
