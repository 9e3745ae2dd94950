"""Light, dark or as the system is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStyleFactory

from wsgui.ui.widgets.theme import DARK, LIGHT, Theme, palette_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CHOICES = ("system", "light", "dark")


class Appearance(QObject):
    """Sets the application's style and palette and follows the system while the choice is ``system``."""

    def __init__(self, application: QApplication, choice: str = "system", check_mark: str = "") -> None:
        super().__init__()
        self._check_mark = check_mark
        self._application = application
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self.choose(choice)

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
        self._application.setStyleSheet(style_sheet(theme, self._check_mark))


def style_sheet(theme: Theme, check_mark: str) -> str:
    """What Fusion draws too faintly on a dark ground, or not as a toggle: in our own colours.

    ``check_mark`` is the path of the picture in a checked box; without one the box is filled.
    """
    mark = f'image: url("{check_mark}");' if check_mark else ""
    return f"""
QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.border}; padding: 3px; }}
QSplitter::handle {{ background: {theme.border}; }}
QSplitter::handle:horizontal {{ width: 3px; }}
QSplitter::handle:vertical {{ height: 3px; }}
QMainWindow::separator {{ background: {theme.window}; width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {theme.accent}; }}
QStatusBar::item {{ border: none; }}
QHeaderView::section {{
    background: {theme.window}; color: {theme.dim}; border: none;
    border-right: 1px solid {theme.border}; border-bottom: 1px solid {theme.border}; padding: 3px 3px 3px 8px;
}}
QCheckBox::indicator, QGroupBox::indicator, QTableWidget::indicator {{
    width: 14px; height: 14px; border: 1px solid {theme.dim}; border-radius: 3px; background: {theme.base};
}}
QCheckBox::indicator:checked, QGroupBox::indicator:checked, QTableWidget::indicator:checked {{
    background: {theme.accent}; border-color: {theme.accent}; {mark}
}}
QRadioButton::indicator {{
    width: 12px; height: 12px; border: 1px solid {theme.dim}; border-radius: 7px; background: {theme.base};
}}
QRadioButton::indicator:checked {{ border: 4px solid {theme.accent}; width: 6px; height: 6px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {theme.received}; }}
QToolButton[toggle="true"] {{
    border: 1px solid {theme.border}; border-radius: 4px; padding: 3px; background: {theme.raised};
}}
QToolButton[toggle="true"]:checked {{
    background: {theme.accent}; color: {theme.accent_text}; border-color: {theme.accent};
}}
QToolButton[toggle="true"][popupMode="2"] {{ padding-right: 16px; }}
QToolButton[toggle="true"]::menu-indicator {{ subcontrol-position: right center; right: 3px; }}
QToolButton[toggle="true"]:focus {{ border-color: {theme.received}; }}
"""
