"""A line of plain text in one of the theme's colours, which follows when the theme changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget

from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import theme_of


@guarded
class TintedLabel(QLabel):
    """``tone`` is the name of a colour of `Theme`: ``dim``, ``error``, ``good``, ``warning``. Text is wrapped."""

    def __init__(self, tone: str, text: str = "", parent: QWidget | None = None) -> None:
        self._tone = tone
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._colour()

    def set_tone(self, tone: str) -> None:
        """Another colour."""
        self._tone = tone
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            self._colour()

    def _colour(self) -> None:
        style = f"color: {getattr(theme_of(self), self._tone)}"
        if self.styleSheet() != style:
            self.setStyleSheet(style)
