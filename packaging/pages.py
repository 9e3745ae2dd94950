"""Man pages and completions, made of the parsers: what ``--help`` says, in the forms that systems look for."""

from __future__ import annotations

import argparse
import gzip
import re
from typing import TYPE_CHECKING

import shtab

from tests.help_pages import PARSERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELLS = {
    "bash": "usr/share/bash-completion/completions/wsgui",
    "zsh": "usr/share/zsh/vendor-completions/_wsgui",
    "fish": "usr/share/fish/vendor_completions.d/wsgui.fish",
}
"""By shell: where it looks for completions."""


def whole() -> argparse.ArgumentParser:
    """One parser with the subcommands as its own, as completions need it."""
    parsers = {name: make() for name, make in PARSERS.items()}
    root = parsers.pop("")
    made = argparse.ArgumentParser("wsgui", description=root.description, add_help=False)
    below = made.add_subparsers()
    for action in root._actions:
        made._add_action(action) if action.option_strings else None
    for name, parser in parsers.items():
        below._name_parser_map[name] = parser
        below._choices_actions.append(below._ChoicesPseudoAction(name, [], _plain(parser.description or "")))
    made._actions.append(made._actions.pop(made._actions.index(below)))
    return made


def write_completions(root: Path) -> None:
    """The completions of every shell, below ``root``."""
    for shell, place in SHELLS.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shtab.complete(whole(), shell), "utf-8")


def write_man_pages(root: Path, version: str, date: str) -> None:
    """``wsgui(1)`` and a page for each subcommand, below ``root``."""
    folder = root / "usr/share/man/man1"
    folder.mkdir(parents=True, exist_ok=True)
    parsers = {name: make() for name, make in PARSERS.items()}
    for name, parser in parsers.items():
        title = f"wsgui-{name}" if name else "wsgui"
        others = ", ".join(f"\\fB{f'wsgui-{one}' if one else 'wsgui'}\\fR(1)" for one in parsers if one != name)
        lines = [
            f'.TH {title.upper()} 1 "{date}" "wsgui {version}" "User Commands"',
            ".SH NAME",
            f"{title} \\- {_escaped(_plain(parser.description or ''))}",
            ".SH SYNOPSIS",
            f".B {_escaped(parser.format_usage().removeprefix('usage: ').strip().splitlines()[0])}",
            ".SH DESCRIPTION",
            *_paragraphs(parser.description or ""),
            *_options(parser),
            *([".SH NOTES", *_paragraphs(parser.epilog)] if parser.epilog else []),
            ".SH SEE ALSO",
            others,
        ]
        data = "\n".join(lines) + "\n"
        # No time in the archive: the same source gives the same bytes.
        (folder / f"{title}.1.gz").write_bytes(gzip.compress(data.encode(), 9, mtime=0))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for group in parser._action_groups:
        actions = [one for one in group._group_actions if one.help != argparse.SUPPRESS]
        if not actions:
            continue
        yield f".SH {_escaped((group.title or 'options').upper())}"
        for action in actions:
            names = ", ".join(f"\\fB{_escaped(one)}\\fR" for one in action.option_strings)
            metavar = action.metavar if isinstance(action.metavar, str) else " ".join(action.metavar or ())
            value = metavar or ("" if action.nargs == 0 else action.dest.upper())
            yield ".TP"
            yield f"{names} \\fI{_escaped(value)}\\fR".strip() if value else names or action.dest
            yield from _paragraphs(
                _plain(action.help % vars(action) if action.help and "%(" in action.help else action.help or "")
            )


def _paragraphs(text: str) -> Iterator[str]:
    for number, part in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ".PP"
        yield from (_escaped(line.strip()) for line in part.splitlines())


def _plain(text: str) -> str:
    """One line, for lists of commands."""
    return re.split(r"(?<=\.)\s", " ".join(text.split()))[0].rstrip(".") if "\n" not in text else text


def _escaped(text: str) -> str:
    """Text of roff: a dot or a quote at the beginning of a line would be a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
