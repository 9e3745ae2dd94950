"""Help > About."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wsgui

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wsgui.ui.widgets.questions import Questions


def about(window: QWidget, ask: Questions) -> None:
    """Tell version and licence."""
    ask.tell(
        window,
        "About wsgui",
        f"wsgui {wsgui.__version__}\n\nA WebSocket playground: see every byte, send any byte.\n"
        "MIT licence. Qt for Python is used under the LGPL.",
    )
