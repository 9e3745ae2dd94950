from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QWidget

from wsgui.ui.statistics.groups import groups
from wsgui.ui.widgets.theme import THEMES as ALL
from wsgui.ui.widgets.theme import Theme, colour, fixed_font, palette_of, theme_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

THEMES = pytest.mark.parametrize("theme", ALL, ids=[one.name for one in ALL])

READABLE = 4.5
"""What WCAG 2 asks of text (success criterion 1.4.3)."""

ON_BOTH_GROUNDS = ("text", "dim", "header", "key", "payload", "wire", "sent", "received", "good", "warning", "error")


def luminance(name: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [part / 255 for part in QColor(name).getRgb()[:3]]  # type: ignore[index]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("name", ON_BOTH_GROUNDS)
def test_text_can_be_read_on_both_grounds(theme: Theme, name: str) -> None:
    for ground in (theme.base, theme.window):
        assert contrast(getattr(theme, name), ground) >= READABLE


@THEMES
def test_text_can_be_read_on_its_own_grounds(theme: Theme) -> None:
    pairs = [
        *[
            (ink, theme.selection)
            for ink in (theme.selection_text, theme.dim, theme.warning, theme.sent, theme.received, theme.key)
        ],
        (theme.accent_text, theme.accent),
        (theme.highlight_text, theme.highlight),
        (theme.text, theme.raised),
        *[tuple(reversed(theme.chip(opcode))) for opcode in (-2, -1, 0, 1, 2, 3, 8, 9, 10, 11)],
    ]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= READABLE, (ink, ground)


@THEMES
def test_fields_and_buttons_can_be_made_out(theme: Theme) -> None:
    """WCAG 2, success criterion 1.4.11: 3 to 1 around what is typed into or pressed, and around what has the focus."""
    for ground in (theme.base, theme.window, theme.raised):
        assert contrast(theme.edge, ground) >= 3, ground
        assert contrast(theme.received, ground) >= 3, ground
    for ground in (theme.base, theme.window):
        assert contrast(theme.accent, ground) >= 3, ground
    if theme.name.startswith("contrast"):
        assert contrast(theme.text, theme.base) >= 15
        for name in ON_BOTH_GROUNDS:
            assert contrast(getattr(theme, name), theme.base) >= 7, name


@THEMES
def test_chips_tell_kinds_of_frames_apart(theme: Theme) -> None:
    assert theme.chip(-1) == theme.http_chip
    assert theme.chip(0) == theme.chip(1) == theme.text_chip
    assert theme.chip(2) == theme.binary_chip
    assert theme.chip(9) == theme.chip(10) == theme.ping_chip
    assert theme.chip(8) == theme.close_chip
    assert theme.chip(3) == theme.chip(15) == theme.chip(-2) == theme.reserved_chip


@THEMES
def test_a_palette_tells_its_theme(theme: Theme, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setPalette(palette_of(theme))
    assert theme_of(widget) is theme
    palette = widget.palette()
    assert palette.color(QPalette.ColorRole.Base).name() == theme.base
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name() == theme.dim


@THEMES
def test_what_qt_draws_with_the_palette_can_be_read(theme: Theme) -> None:
    palette, role = palette_of(theme), QPalette.ColorRole
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for ink, ground in (
            (role.WindowText, role.Window),
            (role.Text, role.Base),
            (role.Text, role.AlternateBase),
            (role.ButtonText, role.Button),
            (role.ToolTipText, role.ToolTipBase),
            (role.PlaceholderText, role.Base),
            (role.HighlightedText, role.Highlight),
            (role.Link, role.Base),
            (role.Link, role.Window),
        ):
            pair = palette.color(group, ink).name(), palette.color(group, ground).name()
            assert contrast(*pair) >= READABLE, (group, ink, ground, pair)


@THEMES
@pytest.mark.parametrize("by", ["direction", "opcode"])
def test_curves_can_be_made_out_and_differ_by_more_than_colour(theme: Theme, by: str) -> None:
    curves = groups(by, theme)
    assert all(contrast(curve.colour, theme.base) >= 3 for curve in curves)
    assert len({curve.dashes for curve in curves}) == len(curves)


def test_colours_are_made_once() -> None:
    assert colour("#123456") is colour("#123456")
    assert colour("#123456").name() == "#123456"


def test_the_fixed_font_is_fixed(qtbot: QtBot) -> None:
    assert fixed_font().styleHint() is QFont.StyleHint.Monospace
    assert fixed_font(17).pointSizeF() == 17
