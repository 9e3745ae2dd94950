"""Colours and fonts of the window: light, dark, and both with high contrast.

There is no global theme: the palette is the theme. A widget that paints its own colours asks `theme_of(self)`, which
reads its palette, so a switch of the system's colour scheme reaches every widget with Qt's own PaletteChange.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours as ``#rrggbb``. Text colours keep a contrast of 4.5 to 1 or more on ``base`` and ``window``, those
    of the frame table on ``selection`` too. ``border`` divides; ``edge`` is around what can be typed into or pressed,
    with a contrast of 3 to 1 or more (WCAG 2, success criterion 1.4.11)."""

    name: str
    window: str
    base: str
    raised: str
    border: str
    edge: str
    text: str
    dim: str
    accent: str
    accent_text: str
    selection: str
    selection_text: str
    header: str
    key: str
    payload: str
    wire: str
    highlight: str
    highlight_text: str
    sent: str
    received: str
    good: str
    warning: str
    error: str
    http_chip: tuple[str, str]
    text_chip: tuple[str, str]
    binary_chip: tuple[str, str]
    ping_chip: tuple[str, str]
    close_chip: tuple[str, str]
    reserved_chip: tuple[str, str]

    def chip(self, opcode: int) -> tuple[str, str]:
        """(background, text) of an opcode's label; -1 is HTTP, -2 bytes that form no frame."""
        if opcode == -1:
            return self.http_chip
        if opcode in (0, 1):
            return self.text_chip
        if opcode == 2:
            return self.binary_chip
        if opcode in (9, 10):
            return self.ping_chip
        if opcode == 8:
            return self.close_chip
        return self.reserved_chip


DARK = Theme(
    name="dark",
    window="#262a30",
    base="#1d2024",
    raised="#31363d",
    border="#3d434b",
    edge="#78818c",
    text="#e3e6ea",
    dim="#9aa3ad",
    accent="#2d7ba8",
    accent_text="#ffffff",
    selection="#1e3b50",
    selection_text="#ffffff",
    header="#f0a35e",
    key="#b9a6ff",
    payload="#7fdcae",
    wire="#e3e6ea",
    highlight="#8a6420",
    highlight_text="#fff3d6",
    sent="#f0a35e",
    received="#5cc3ea",
    good="#4fc48a",
    warning="#f0a94a",
    error="#ff7b7b",
    http_chip=("#2b3b4f", "#a9cbf2"),
    text_chip=("#1f4a37", "#8ff0c0"),
    binary_chip=("#3d3068", "#cdbfff"),
    ping_chip=("#544518", "#ffe08a"),
    close_chip=("#5d2730", "#ffb3bc"),
    reserved_chip=("#5d2730", "#ffb3bc"),
)

LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    raised="#e6e9ed",
    border="#c9ced6",
    edge="#7a838e",
    text="#1c2126",
    dim="#5b6570",
    accent="#1f6f9c",
    accent_text="#ffffff",
    selection="#cfe6f5",
    selection_text="#10222e",
    header="#9a4d00",
    key="#5a3fc0",
    payload="#0b6b43",
    wire="#1c2126",
    highlight="#ffd98a",
    highlight_text="#3a2600",
    sent="#9a4d00",
    received="#0b6a94",
    good="#127a47",
    warning="#8f5200",
    error="#b3202c",
    http_chip=("#dbe8f7", "#1d4673"),
    text_chip=("#d3f0e0", "#0b5837"),
    binary_chip=("#e4ddfb", "#452d9c"),
    ping_chip=("#fbedc0", "#6b4e00"),
    close_chip=("#fbd9dc", "#8f1420"),
    reserved_chip=("#fbd9dc", "#8f1420"),
)


CONTRAST_DARK = replace(
    DARK,
    name="contrast dark",
    window="#000000",
    base="#000000",
    raised="#1a1a1a",
    border="#8c8c8c",
    edge="#ffffff",
    text="#ffffff",
    dim="#d6d6d6",
    accent="#ffd800",
    accent_text="#000000",
    selection="#00306b",
    received="#7fd8ff",
    sent="#ffbe7d",
    header="#ffbe7d",
    error="#ff9c9c",
)

CONTRAST_LIGHT = replace(
    LIGHT,
    name="contrast light",
    window="#ffffff",
    base="#ffffff",
    raised="#f0f0f0",
    border="#5a5a5a",
    edge="#000000",
    text="#000000",
    dim="#333333",
    accent="#003c8f",
    accent_text="#ffffff",
    selection="#bcdcff",
    selection_text="#000000",
    received="#00456b",
    sent="#6e3500",
    header="#6e3500",
    good="#00522c",
    payload="#00522c",
    key="#3a2396",
    warning="#663a00",
    error="#8c0010",
)

THEMES = (DARK, LIGHT, CONTRAST_DARK, CONTRAST_LIGHT)
_BY_GROUND = {(theme.window, theme.base): theme for theme in THEMES}


def theme_of(widget: QWidget) -> Theme:
    """The theme that a widget's palette belongs to."""
    palette = widget.palette()
    window = palette.color(QPalette.ColorRole.Window)
    known = _BY_GROUND.get((window.name(), palette.color(QPalette.ColorRole.Base).name()))
    return known or (DARK if window.lightness() < 128 else LIGHT)


@lru_cache(maxsize=256)
def colour(name: str) -> QColor:
    """A QColor made once; do not change it."""
    return QColor(name)


def palette_of(theme: Theme) -> QPalette:
    """The application palette for a theme (made for the Fusion style)."""
    palette = QPalette()
    role = QPalette.ColorRole
    for which, value in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.base),
        (role.AlternateBase, theme.raised),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.dim),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.error),
        (role.Link, theme.received),
        (role.Highlight, theme.selection),
        (role.HighlightedText, theme.selection_text),
        (role.Accent, theme.accent),
        (role.Light, theme.border),
        (role.Midlight, theme.raised),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
    ):
        palette.setColor(which, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, which, QColor(theme.dim))
    palette.setColor(disabled, role.Base, QColor(theme.window))  # a field that takes nothing is seen to
    return palette


def fixed_font(point_size: float = 0) -> QFont:
    """The system's fixed-width font, at the given size in points or the system's own."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    if point_size:
        font.setPointSizeF(point_size)
    return font
