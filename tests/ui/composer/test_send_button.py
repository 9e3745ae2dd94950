from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from wsgui.ui.composer.send_button import SendButton
from wsgui.ui.widgets.theme import DARK, LIGHT, Theme, palette_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def colours(button: SendButton) -> tuple[str, str]:
    """The edge's and the fill's colour."""
    image = button.grab().toImage()
    middle = image.height() // 2
    return image.pixelColor(0, middle).name(), image.pixelColor(4, middle).name()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_states(qtbot: QtBot, theme: Theme) -> None:
    button = SendButton("S&end")
    qtbot.addWidget(button)
    button.setPalette(palette_of(theme))
    assert colours(button) == (theme.accent, theme.accent)
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    assert colours(button) == (theme.received, theme.accent)
    button.setDown(True)
    assert colours(button) == (theme.accent, theme.selection)
    button.setDown(False)
    button.setEnabled(False)
    assert colours(button) == (theme.border, theme.raised)


def test_the_focus_is_seen(qtbot: QtBot) -> None:
    button = SendButton("S&end")
    qtbot.addWidget(button)
    button.setPalette(palette_of(LIGHT))
    button.show()
    qtbot.waitExposed(button)
    button.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert colours(button) == (LIGHT.text, LIGHT.accent)


def test_it_follows_the_theme(qtbot: QtBot) -> None:
    button = SendButton("S&end")
    qtbot.addWidget(button)
    button.setPalette(palette_of(DARK))
    dark = colours(button)
    button.setPalette(palette_of(LIGHT))
    assert colours(button) != dark
