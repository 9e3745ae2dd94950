"""Light, dark or as the system is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStyleFactory

from wsgui.ui.theme import DARK, LIGHT, palette_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CHOICES = ("system", "light", "dark")


class Appearance(QObject):
    """Sets the application's style and palette and follows the system while the choice is ``system``."""

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__()
        self._application = application
        self._choice = choice
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Change it at once; what is not a choice means ``system``."""
        self._choice = choice if choice in CHOICES else "system"
        self._apply()

    def _apply(self) -> None:
        if self._choice == "system":
            dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            dark = self._choice == "dark"
        theme = DARK if dark else LIGHT
        self._application.setPalette(palette_of(theme))
        self._application.setStyleSheet(
            f"QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.border}; }}"
            f"QSplitter::handle {{ background: {theme.border}; }}"
            f"QStatusBar::item {{ border: none; }}"
        )
