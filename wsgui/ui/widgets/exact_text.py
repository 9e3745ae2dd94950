"""The text of an entry of several lines, character for character."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit

PARAGRAPH: Final = "\N{PARAGRAPH SEPARATOR}"
"""What Qt ends a line with inside of a document."""


def exact_text(edit: QPlainTextEdit) -> str:
    """The text as typed; `toPlainText` would turn no-break spaces into spaces, and U+2028 into a line feed."""
    return edit.document().toRawText().replace(PARAGRAPH, "\n")
