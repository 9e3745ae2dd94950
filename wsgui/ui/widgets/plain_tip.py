"""Tool tips that show text as it is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtGui import Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


might_be_rich = Qt.mightBeRichText
"""Whether Qt would take a text for rich text where it has to guess."""


def plain_tip(text: str) -> str:
    """``text`` for a tool tip. Qt guesses whether a tip is rich text, so markup that came from a peer is escaped; the
    wrapper also makes Qt break long lines."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""


def tab_tip(text: str) -> str:
    """The same for a tab, whose tip is all that screen readers have of it: without markup where none is needed."""
    return plain_tip(text) if might_be_rich(text) else text


def set_plain_tip(widget: QWidget, text: str) -> None:
    """Give a widget a tip of text as it is. Screen readers get it as the description, without the markup."""
    widget.setToolTip(plain_tip(text))
    widget.setAccessibleDescription(text)
