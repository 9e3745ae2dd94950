"""Help > About."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import wsgui
from wsgui.resource_files import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wsgui.ui.widgets.questions import Questions

NOTICE: Final = "third-party.txt"


def about(window: QWidget, ask: Questions) -> None:
    """Tell version and licence, and those of all that it stands on."""
    ask.read(
        window,
        "About wsgui",
        f"wsgui {wsgui.__version__}\n\nA WebSocket playground: see every byte, send any byte.\n"
        "MIT licence. Qt for Python is used under the LGPL.\n\n"
        "It asks nobody for newer versions: what you installed it with brings them.",
        "&Packages that it stands on, and their licences",
        notice(),
    )


def notice() -> str:
    """The third-party notice."""
    path = resource(NOTICE)
    if path is not None:
        with suppress(OSError):
            return path.read_text(encoding="utf-8")
    return f"The file {NOTICE} is not there: this copy of wsgui is incomplete."
