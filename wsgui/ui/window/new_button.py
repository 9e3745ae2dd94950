"""The button at the right of the tabs that opens a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QToolButton

if TYPE_CHECKING:
    from wsgui.ui.window.actions import Actions


def new_button(actions: Actions) -> QToolButton:
    """Made of the actions that open a session."""
    button = QToolButton()
    button.setText("+")
    button.setAutoRaise(True)
    button.setMinimumSize(34, 28)
    button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
    button.setToolTip("Open a new session")
    button.setAccessibleName("New session")
    menu = QMenu(button)
    for name in ("new-client", "new-server", "playground"):
        menu.addAction(actions[name])
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
