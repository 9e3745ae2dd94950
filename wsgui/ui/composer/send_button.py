"""The one button that stands out."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QPushButton, QWidget

from wsgui.ui.theme import Theme, theme_of


def _style(theme: Theme) -> str:
    # Fusion would lighten the accent colour until the text on it is hard to read.
    return f"""
        QPushButton {{ background: {theme.accent}; color: {theme.accent_text}; border: 1px solid {theme.accent};
                       border-radius: 3px; padding: 3px 16px; }}
        QPushButton:focus {{ border-color: {theme.text}; }}
        QPushButton:hover {{ border-color: {theme.received}; }}
        QPushButton:pressed {{ background: {theme.selection}; color: {theme.selection_text}; }}
        QPushButton:disabled {{ background: {theme.raised}; color: {theme.dim}; border-color: {theme.border}; }}
    """


class SendButton(QPushButton):
    """A button in the theme's accent colour while it can be pressed."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme: Theme | None = None
        self._follow_theme()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_theme()

    def _follow_theme(self) -> None:
        # The parent's palette: a style sheet changes the button's own.
        theme = theme_of(self.parentWidget() or self)
        if theme is not self._theme:
            self._theme = theme
            self.setStyleSheet(_style(theme))
