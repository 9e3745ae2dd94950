"""What ``--help`` says, as data: ``python -m tests.help_pages`` writes it (see `wsgui.commands.written_help`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wsgui.cli import window_parser
from wsgui.commands.connect import connect_parser
from wsgui.commands.exchange_parsers import export_parser, import_parser, show_parser
from wsgui.commands.serve import serve_parser
from wsgui.commands.written_help import help_page, sizes

if TYPE_CHECKING:
    from wsgui.commands.parser import HelpPage

MODULE = Path(__file__).parent.parent / "wsgui" / "commands" / "help_pages.py"
PARSERS = {
    "": window_parser,
    "serve": serve_parser,
    "connect": connect_parser,
    "show": show_parser,
    "export": export_parser,
    "import": import_parser,
}
HEAD = '''"""What parsers say. Written by a program, not by hand: ``python -m tests.help_pages``."""

from __future__ import annotations

from typing import Final

from wsgui.commands.parser import HelpPage, HelpWord

PAGES: Final[dict[str, HelpPage]] = '''


def pages() -> dict[str, HelpPage]:
    """The pages as they ought to be."""
    return {name: help_page(parser()) for name, parser in PARSERS.items()}


def main() -> None:
    """Write the module."""
    formatting = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(MODULE), "-"]
    text = HEAD + f"{pages()!r}\nMADE_OF: Final[dict[str, int]] = {dict(sorted(sizes().items()))!r}\n"
    formatted = subprocess.run(
        formatting, input=text, capture_output=True, text=True, check=True, cwd=MODULE.parents[2]
    )
    MODULE.write_text(formatted.stdout, "utf-8")


if __name__ == "__main__":
    main()
