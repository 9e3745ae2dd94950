"""The parser of every subcommand: what it prints goes through the one door, as it quotes what was typed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from wsgui import console

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """``argparse``'s, printing through `wsgui.console`. Options are written out: an abbreviation would change its
    meaning with the next option that begins so."""

    def __init__(self, prog: str, description: str, epilog: str | None = None, usage: str | None = None) -> None:
        super().__init__(prog=prog, usage=usage, description=description, epilog=epilog, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """One sentence, without the usage that ``--help`` shows; exit code 2."""
        console.say(f"{message[:1].lower()}{message[1:]} ({self.prog} --help says what there is)")
        raise SystemExit(2)

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        if file is None or file is not sys.stdout:
            console.complain_lines(message)
            return
        out = console.Output()
        try:
            out.write_lines(message)
            out.flush()
        except OSError:
            out.abandon()
