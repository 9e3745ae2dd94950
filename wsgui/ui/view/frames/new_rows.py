"""How many rows have come below what is seen, on a button at the foot of the table, while the table does not follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

_FOOT = 8
"""Pixels between the button and the table's lower edge."""


class NewRows(QToolButton):
    """``137 new``. A click is for whoever owns it: it brings the newest row into view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.count = 0
        self.setAccessibleName("New rows")
        self.setToolTip("Go to the newest row and follow (End)")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def show_count(self, count: int, within: QRect) -> None:
        """Say how many rows are new, at the foot of ``within``; hide for none."""
        if count != self.count:
            self.count = count
            text = f"↓ {grouped(count)} new"
            self.setText(text)
            self.setAccessibleName(f"{grouped(count)} new rows")
        if not count:
            self.hide()
            return
        theme = theme_of(self)
        style = (
            f"QToolButton {{ background: {theme.accent}; color: {theme.accent_text}; border: none;"
            " border-radius: 11px; padding: 3px 12px; font-weight: 600; }"
        )
        if self.styleSheet() != style:
            self.setStyleSheet(style)
        size = self.sizeHint()
        self.setGeometry(
            within.center().x() - size.width() // 2,
            within.bottom() - size.height() - _FOOT,
            size.width(),
            size.height(),
        )
        self.show()
