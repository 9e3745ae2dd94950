"""Tool tips that show text as it is."""

from __future__ import annotations

from html import escape


def plain_tip(text: str) -> str:
    """``text`` for a tool tip. Qt guesses whether a tip is rich text, so markup that came from a peer is escaped; the
    wrapper also makes Qt break long lines."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if text else ""
