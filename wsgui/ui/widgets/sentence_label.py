"""A label for sentences that may have a peer's words in them: it cannot be widened, and hides nothing."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

from wsgui.dissect.visible import visible
from wsgui.ui.widgets.guard import guarded

MOST: Final = 1500
"""Characters that are shown; how many more there are is said."""

_LONG_WORD: Final = re.compile(r"\S{40}(?=\S)")
_NARROW: Final = 40
"""Pixels that are enough: a sentence wraps."""


def shown(text: str) -> str:
    """``text`` with hidden characters by name, long words with places to break at, and not too much of it."""
    more = len(text) - MOST
    lines = text[:MOST].split("\n")
    wrapped = "\n".join(_LONG_WORD.sub("\\g<0>\u200b", visible(line)) for line in lines)
    return f"{wrapped}… ({more} more characters)" if more > 0 else wrapped


@guarded
class SentenceLabel(QLabel):
    """A label whose ``text()`` is what was set, and which shows `shown` of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, text: str) -> None:
        """Show a sentence."""
        self._text = text
        super().setText(shown(text))

    def clear(self) -> None:
        """Show nothing."""
        self.setText("")

    def text(self) -> str:
        """What was set."""
        return self._text

    def minimumSizeHint(self) -> QSize:
        """No word is so long that it widens the window."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), _NARROW), hint.height()) if self.wordWrap() else hint
