"""``python -m wsgui``."""

from __future__ import annotations

import sys


def main() -> None:
    """The program's entry point."""
    from wsgui.process_list import hide_words

    hide_words(sys.argv[1:])  # before anything that takes time is imported
    from wsgui.cli import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
