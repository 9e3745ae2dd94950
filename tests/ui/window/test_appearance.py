from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox

from tests.ui.real_window import drop_appearance
from wsgui.ui.widgets.banner import Banner
from wsgui.ui.widgets.chip import Chip
from wsgui.ui.widgets.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, THEMES, Theme, theme_of
from wsgui.ui.window.appearance import Appearance, style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, "light")
    yield made
    drop_appearance(made)


def ground(qapp: QApplication) -> str:
    return qapp.palette().color(QPalette.ColorRole.Window).name()


def test_light_and_dark(appearance: Appearance, qapp: QApplication) -> None:
    assert ground(qapp) == LIGHT.window
    appearance.choose("dark")
    assert (appearance.choice, ground(qapp)) == ("dark", DARK.window)
    appearance.choose("light")
    assert ground(qapp) == LIGHT.window


def test_system_follows_the_system(appearance: Appearance, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Qt.ColorScheme.Dark
    monkeypatch.setattr(type(qapp.styleHints()), "colorScheme", lambda _: scheme)
    appearance.choose("system")
    assert ground(qapp) == DARK.window
    scheme = Qt.ColorScheme.Light
    qapp.styleHints().colorSchemeChanged.emit(scheme)
    assert ground(qapp) == LIGHT.window
    appearance.choose("dark")
    qapp.styleHints().colorSchemeChanged.emit(scheme)
    assert ground(qapp) == DARK.window


def test_what_is_no_choice_means_system(appearance: Appearance, qapp: QApplication) -> None:
    appearance.choose("mauve")
    assert appearance.choice == "system"
    other = Appearance(qapp, "mauve")
    assert other.choice == "system"
    drop_appearance(other)


def test_high_contrast_is_chosen_or_follows_the_system(
    appearance: Appearance, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = qapp.styleHints()
    preference, scheme = Qt.ContrastPreference.HighContrast, Qt.ColorScheme.Dark
    monkeypatch.setattr(type(hints), "colorScheme", lambda _: scheme)
    monkeypatch.setattr(type(hints.accessibility()), "contrastPreference", lambda _: preference)
    appearance.choose("system")
    assert ground(qapp) == CONTRAST_DARK.window
    scheme = Qt.ColorScheme.Light
    hints.accessibility().contrastPreferenceChanged.emit(preference)
    assert ground(qapp) == CONTRAST_LIGHT.window
    appearance.choose("dark")
    assert ground(qapp) == DARK.window
    preference = Qt.ContrastPreference.NoPreference
    appearance.choose("contrast")
    assert ground(qapp) == CONTRAST_LIGHT.window
    appearance.choose("system")
    assert ground(qapp) == LIGHT.window


@pytest.mark.parametrize("theme", THEMES, ids=[one.name for one in THEMES])
def test_a_checked_box_has_the_picture_if_there_is_one(theme: Theme, tmp_path: Path, qtbot: QtBot) -> None:
    assert "url(" not in style_sheet(theme, "")
    path = tmp_path / "check.png"
    QImage(8, 8, QImage.Format.Format_ARGB32).save(str(path))
    assert f'image: url("{path.as_posix()}")' in style_sheet(theme, path.as_posix())
    box = QCheckBox("x")
    qtbot.addWidget(box)
    box.setStyleSheet(style_sheet(theme, path.as_posix()))
    box.setChecked(True)
    box.grab()  # a style sheet that Qt cannot read is a warning, and fails the test


def has(image: QImage, name: str) -> bool:
    return any(image.pixelColor(x, y).name() == name for y in range(image.height()) for x in range(image.width()))


def test_what_is_shown_takes_new_colours_at_once(appearance: Appearance, qtbot: QtBot) -> None:
    banner, chip = Banner(), Chip()
    for widget in (banner, chip):
        qtbot.addWidget(widget)
    chip.set_chip("OPEN", "good")
    banner.show_sentence("Something went wrong.")
    for choice, theme in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
        appearance.choose(choice)
        qtbot.waitUntil(lambda theme=theme: theme_of(banner) is theme)
        assert has(banner.grab().toImage(), theme.close_chip[0])
        assert has(chip.grab().toImage(), theme.text_chip[0])
