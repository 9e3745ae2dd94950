"""A stripe for each endpoint: tabs that lead to the same place look alike, by colour and by pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

COLOURS: Final = ("#3b82c4", "#c2410c", "#0f8a5f", "#9333ea", "#a16207", "#db2777", "#64748b")
PARTS: Final = (1, 2, 4)
"""Into how many pieces a stripe is cut; eyes that tell no colours apart count them."""


class Stripe(NamedTuple):
    """One endpoint's: its colour, and how many pieces it has."""

    colour: str
    parts: int


def stripe_of(url: str) -> Stripe | None:
    """The stripe of the place that a URL leads to, whatever its query says; None without one. A server and the clients
    of its root have the same."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if not parts.netloc:
        return None
    place = crc32(f"{parts.netloc.rpartition('@')[2].lower()}{parts.path.rstrip('/')}".encode("utf-8", "replace"))
    return Stripe(COLOURS[place % len(COLOURS)], PARTS[place // len(COLOURS) % len(PARTS)])


def paint_stripe(painter: QPainter, stripe: Stripe, height: int) -> None:
    """Paint it at the left edge."""
    painter.setBrush(QColor(stripe.colour))
    step = height / stripe.parts
    for part in range(stripe.parts):
        painter.drawRect(QRectF(0, part * step, 5, step - (2 if stripe.parts > 1 else 0)))
