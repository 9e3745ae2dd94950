"""Joins a session with its panel, its strip and its button."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from wsgui.endpoint.settings import SettingsError
from wsgui.ui.panels.table import COMPOSER, POLICIES
from wsgui.ui.policies.panel import PolicyPanel
from wsgui.ui.policies.strip import MisbehaviourStrip

if TYPE_CHECKING:
    from wsgui.session.base import Session
    from wsgui.ui.panels.docks import PanelDocks


class PolicyControl(QObject):
    """``panel`` is shown by the panels of the window, which `use` gives."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._panels: PanelDocks | None = None
        self.panel = PolicyPanel(session.role)
        self.strip = MisbehaviourStrip()
        self.button = QToolButton()
        self.button.setText("Policies")
        self.button.setCheckable(True)
        self.button.setProperty("toggle", True)
        self.button.setToolTip("Policies and faults of this session (F4)")
        self.button.clicked.connect(lambda: self.show_panel(not self.is_open))
        self.strip.clicked.connect(lambda: self.show_panel(True))
        self.panel.closed.connect(lambda: self.show_panel(False))
        self.panel.changed.connect(self._use)
        self.look()

    def use(self, panels: PanelDocks) -> None:
        """Take the panels of the window."""
        self._panels = panels
        self.show_open()

    @property
    def is_open(self) -> bool:
        """Whether the panel is seen."""
        return self._panels is not None and self._panels.is_shown(POLICIES)

    def show_open(self) -> None:
        """The button shows whether the panel is seen."""
        self.button.setChecked(self.is_open)

    def show_panel(self, yes: bool) -> None:
        """Show the panel, or go back to the composer."""
        if self._panels is None:
            return
        if yes:
            self._panels.show(POLICIES)
            self.panel.setFocus()
        else:
            self._panels.hide(POLICIES)
            if self._panels.is_shown(COMPOSER):
                self._panels.go_to(COMPOSER)
        self.show_open()

    def toggle(self) -> None:
        """As the button."""
        self.show_panel(not self.is_open)

    def look(self) -> None:
        """Show what holds now."""
        self.panel.set_policies(self._session.settings.policies)
        self.strip.show_misbehaviour(self._session.misbehaviour)

    def _use(self, pairs: list[tuple[str, str]]) -> None:
        try:
            self._session.use_settings(replace(self._session.settings, policies=pairs))
        except SettingsError as error:
            self.panel.say(str(error))
        self.strip.show_misbehaviour(self._session.misbehaviour)
