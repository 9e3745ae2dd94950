"""The colours of JSON in a text widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat

from wsgui.dissect.json_text import JsonPart, parts
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit

_TONES: Final = {
    JsonPart.NAME: "received",
    JsonPart.STRING: "good",
    JsonPart.NUMBER: "key",
    JsonPart.WORD: "sent",
    JsonPart.MARK: "dim",
}
LONGEST: Final = 20_000
"""Characters of a line up to which it is coloured: more would be felt at each key."""


@guarded
class JsonColours(QSyntaxHighlighter):
    """Colours the text of ``edit`` while it is switched on."""

    def __init__(self, edit: QPlainTextEdit) -> None:
        super().__init__(edit.document())
        self._edit = edit
        self._on = False

    @property
    def on(self) -> bool:
        """Whether it colours."""
        return self._on

    def switch(self, on: bool) -> None:
        """Begin to colour, or take the colours away."""
        if on is not self._on:
            self._on = on
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """One line; a string of JSON ends on its line."""
        if not self._on or len(text) > LONGEST:
            return
        theme = theme_of(self._edit)
        formats = {}
        for kind, tone in _TONES.items():
            formats[kind] = QTextCharFormat()
            formats[kind].setForeground(colour(getattr(theme, tone)))
        wide = not text.isascii()
        for start, end, kind in parts(text):
            if wide:  # Qt counts UTF-16 units
                start, end = (len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in (start, end))
            self.setFormat(start, end - start, formats[kind])
