"""Joins a session with its panel, its strip and its button."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QToolButton, QWidget

from wsgui.endpoint.settings import SettingsError
from wsgui.ui.policies.panel import PolicyPanel
from wsgui.ui.policies.strip import MisbehaviourStrip

if TYPE_CHECKING:
    from wsgui.session.base import Session


class PolicyControl(QObject):
    """``pane`` shows the composer or, in its place, the panel."""

    def __init__(self, session: Session, composer: QWidget) -> None:
        super().__init__()
        self._session = session
        self._composer = composer
        self.panel = PolicyPanel(session.role)
        self.strip = MisbehaviourStrip()
        self.pane = QStackedWidget()
        self.pane.addWidget(composer)
        self.pane.addWidget(self.panel)
        self.button = QToolButton()
        self.button.setText("Policies")
        self.button.setCheckable(True)
        self.button.setProperty("toggle", True)
        self.button.setToolTip("Policies and faults of this session, in place of the composer (F4)")
        self.button.clicked.connect(lambda: self.show_panel(not self.is_open))
        self.strip.clicked.connect(lambda: self.show_panel(True))
        self.panel.closed.connect(lambda: self.show_panel(False))
        self.panel.changed.connect(self._use)
        self.look()

    @property
    def is_open(self) -> bool:
        """Whether the panel stands in the composer's place."""
        return self.pane.currentWidget() is self.panel

    def show_panel(self, yes: bool) -> None:
        """Put the panel in front, or the composer."""
        self.pane.setCurrentWidget(self.panel if yes else self._composer)
        self.button.setChecked(yes)
        if yes:
            self.panel.setFocus()
        else:
            self._composer.setFocus()

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
