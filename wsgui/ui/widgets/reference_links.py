"""Sections of RFCs as links: a click opens their text in the browser, as it does not come with the program."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from wsgui.dissect.references import references_in


def linked(text: str, colour: str) -> str:
    """``text`` as HTML in which its references are links of this colour; "" if there are none."""
    pieces: list[str] = []
    at = 0
    for one in references_in(text):
        pieces.append(escape(text[at : one.start]))
        pieces.append(f'<a href="{one.url}" style="color: {colour}">{escape(text[one.start : one.end])}</a>')
        at = one.end
    if not at:
        return ""
    return "".join([*pieces, escape(text[at:])]).replace("\n", "<br>")


def open_reference(url: str) -> None:
    """Show it in the browser."""
    QDesktopServices.openUrl(QUrl(url))
