"""The parser of every subcommand: what it prints goes through the one door, as it quotes what was typed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wsgui import console

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """``argparse``'s, printing through `wsgui.console`. Options are written out: an abbreviation would change its
    meaning with the next option that begins so."""

    def __init__(self, prog: str, description: str, epilog: str | None = None) -> None:
        super().__init__(prog=prog, description=description, epilog=epilog, allow_abbrev=False)

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
