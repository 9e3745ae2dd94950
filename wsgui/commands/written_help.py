"""What ``--help`` says, written down: the parsers are made of tables for which the engine is needed, and take 200 ms.

``python -m tests.help_pages`` writes `help_pages`, and a test holds that it says what the parsers would. A page counts
while the tables that it was made of have the sizes that they had then; else, as while somebody adds a row, the parser
itself is made.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from wsgui.commands.parser import HelpPage, HelpWord, Parser

if TYPE_CHECKING:
    import argparse

TABLES: Final = ("capture/formats.py", "endpoint/policies.py", "endpoint/settings.py")
FOLDERS: Final = ("engine/behaviours/known", "behaviours/known")
"""Tables with a file for each row."""


def sizes() -> dict[str, int]:
    """The files that the pages are made of, by their path in the package, with their sizes in bytes."""
    root = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib takes as long as all the rest
    found = {name: os.stat(os.path.join(root, name)).st_size for name in TABLES}  # noqa: PTH116, PTH118
    for folder in FOLDERS:
        with os.scandir(os.path.join(root, folder)) as files:  # noqa: PTH118
            found |= {f"{folder}/{one.name}": one.stat().st_size for one in files if one.name.endswith(".py")}
    return found


def written(command: str) -> HelpPage | None:
    """The page of a subcommand (empty for the window), if it is as its tables have it."""
    from wsgui.commands.help_pages import MADE_OF, PAGES

    try:
        return PAGES[command] if sizes() == MADE_OF else None
    except OSError:  # in a zip, say
        return None


def help_parser(page: HelpPage) -> Parser:
    """A parser that says ``page`` as the one does of which it was made, and knows nothing else."""
    parser = Parser(page.prog, page.description, page.epilog, page.usage)
    groups = {group.title: group for group in parser._action_groups}
    for title, words in page.groups:
        group = groups[title] if title in groups else parser.add_argument_group(title)
        for word in words:
            if word.flags == ("-h", "--help"):
                continue
            form: dict[str, Any] = {"nargs": word.nargs, "metavar": word.metavar}
            if word.nargs == 0:
                form = {"action": "store_true"}
            group.add_argument(*word.flags or ["what"], help=word.help.replace("%", "%%"), **form)
    return parser


def help_page(parser: Parser) -> HelpPage:
    """What a parser says of itself."""
    formatter = parser._get_formatter()

    def word_of(action: argparse.Action) -> HelpWord:
        kind = "optional" if action.option_strings else "positional"
        default = getattr(formatter, f"_get_default_metavar_for_{kind}")(action)
        metavar = "" if action.nargs == 0 else action.metavar or formatter._metavar_formatter(action, default)(1)[0]
        return HelpWord(tuple(action.option_strings), action.nargs, metavar, formatter._expand_help(action))

    groups = [(group.title or "", group._group_actions) for group in parser._action_groups]
    return HelpPage(
        parser.prog,
        parser.usage,
        parser.description or "",
        parser.epilog,
        tuple((title, tuple(map(word_of, actions))) for title, actions in groups if actions),
    )
