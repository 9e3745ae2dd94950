"""Light, dark, high contrast, or as the system is set; and the one style of everything that Qt draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QStyleFactory

from wsgui.resource_files import resource
from wsgui.ui.widgets.theme import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, Theme, palette_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

CHOICES = ("system", "light", "dark", "contrast")


class Appearance(QObject):
    """Sets the application's style and palette and follows the system while the choice is ``system``."""

    def __init__(self, application: QApplication, choice: str = "system", check_mark: str = "") -> None:
        super().__init__()
        self._check_mark = check_mark
        self._application = application
        self._applied: Theme | None = None
        application.setStyle(QStyleFactory.create("Fusion"))
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._apply)
        hints.accessibility().contrastPreferenceChanged.connect(self._apply)
        self.choose(choice)

    @property
    def choice(self) -> str:
        """One of `CHOICES`."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Change it at once; what is not a choice means ``system``."""
        self._choice = choice if choice in CHOICES else "system"
        self._apply()

    def _apply(self) -> None:
        hints = self._application.styleHints()
        dark = hints.colorScheme() == Qt.ColorScheme.Dark
        strong = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        if self._choice in ("light", "dark"):
            dark, strong = self._choice == "dark", False
        elif self._choice == "contrast":
            strong = True
        theme = (CONTRAST_DARK if dark else CONTRAST_LIGHT) if strong else (DARK if dark else LIGHT)
        if theme is self._applied:  # a style sheet that is set anew makes every widget look through it again
            return
        self._applied = theme
        self._application.setPalette(palette_of(theme))
        self._application.setStyleSheet(style_sheet(theme, self._check_mark))


def _pictures(check_mark: str) -> Callable[..., str]:
    """What says in a style sheet where a picture of ours is: nothing where there is none, as Qt would warn of it."""

    def picture(name: str, key: str = "image") -> str:
        found = resource(f"icons/{name}.svg") if check_mark else None
        return f'{key}: url("{found.as_posix()}");' if found else ""

    return picture


def style_sheet(theme: Theme, check_mark: str) -> str:
    """What Fusion draws too faintly, in colours of its own, or not as a toggle: in ours.

    ``check_mark`` is the path of the picture in a checked box; without one the box is filled.
    """
    width = 2 if theme.edge == theme.text else 1
    picture = _pictures(check_mark)
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
QPushButton {{
    border: {width}px solid {theme.edge}; border-radius: 4px; padding: 2px 10px; background: {theme.raised};
}}
QPushButton:hover {{ border-color: {theme.accent}; }}
QPushButton:pressed, QPushButton:checked {{ background: {theme.selection}; color: {theme.selection_text}; }}
QPushButton:default {{ border-color: {theme.accent}; }}
QPushButton:focus {{ border: 2px solid {theme.received}; padding: {width}px {8 + width}px; }}
QPushButton:disabled {{ color: {theme.dim}; border-color: {theme.border}; background: {theme.window}; }}
QPushButton:flat {{ border: 1px solid transparent; background: transparent; }}
QPushButton:flat:hover {{ background: {theme.raised}; }}
QPushButton:flat:focus {{ border: 1px solid {theme.received}; }}
QPushButton::menu-indicator {{ {picture("down")} width: 12px; subcontrol-position: right center; right: 4px; }}
QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {{
    border: {width}px solid {theme.edge}; border-radius: 3px;
    background: {theme.base}; color: {theme.text};
    selection-background-color: {theme.selection}; selection-color: {theme.selection_text};
}}
QLineEdit, QAbstractSpinBox, QComboBox {{ padding: 1px 4px; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {{
    border: {width}px solid {theme.received};
}}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{
    background: {theme.window}; color: {theme.dim}; border-color: {theme.border};
}}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ {picture("down")} width: 12px; height: 12px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 16px; background: transparent; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {theme.raised}; }}
QAbstractSpinBox::up-arrow {{ {picture("up")} width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ {picture("down")} width: 10px; height: 10px; }}
QTabBar::close-button {{ {picture("close")} subcontrol-position: right; border-radius: 3px; }}
QTabBar::close-button:hover {{ background: {theme.border}; }}
QToolButton:focus {{ border: 1px solid {theme.received}; border-radius: 3px; }}
QAbstractItemView:focus {{ border: 1px solid {theme.received}; }}
QTabBar:focus {{ outline: none; }}
* {{ {picture("close", "lineedit-clear-button-icon")} {picture("question", "messagebox-question-icon")}
    {picture("information", "messagebox-information-icon")} dialogbuttonbox-buttons-have-icons: 0; }}
QCheckBox::indicator, QGroupBox::indicator, QTableWidget::indicator {{
    width: 14px; height: 14px; border: 1px solid {theme.edge}; border-radius: 3px; background: {theme.base};
}}
QCheckBox::indicator:checked, QGroupBox::indicator:checked, QTableWidget::indicator:checked {{
    background: {theme.accent}; border-color: {theme.accent}; {mark}
}}
QRadioButton::indicator {{
    width: 12px; height: 12px; border: 1px solid {theme.edge}; border-radius: 7px; background: {theme.base};
}}
QRadioButton::indicator:checked {{ border: 4px solid {theme.accent}; width: 6px; height: 6px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {theme.received}; }}
QToolButton[toggle="true"] {{
    border: 1px solid {theme.edge}; border-radius: 4px; padding: 3px; background: {theme.raised};
}}
QToolButton[toggle="true"]:checked {{
    background: {theme.accent}; color: {theme.accent_text}; border-color: {theme.accent};
}}
QToolButton[toggle="true"][popupMode="2"] {{ padding-right: 16px; }}
QToolButton[toggle="true"]::menu-indicator {{ subcontrol-position: right center; right: 3px; }}
QToolButton[toggle="true"]:focus {{ border-color: {theme.received}; }}
"""
