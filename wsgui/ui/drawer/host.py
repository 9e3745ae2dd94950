"""The place of the drawer in a tab. The drawer is made when it is first needed: it has eighty widgets."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.endpoint.settings import SettingsError
from wsgui.endpoint.summary import summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.session.base import Session
    from wsgui.ui.drawer.drawer import Drawer
    from wsgui.ui.drawer.options_button import OptionsButton


class DrawerHost(QWidget):
    """Opens and shuts the drawer of ``session``, which ``make`` makes, as ``button`` says.

    Emits ``changed()`` when its settings have changed there, ``url_edited(url)`` for a query edited in the table, and
    ``browse_wanted(field)`` and ``edit_wanted(field)`` (see `Drawer`)."""

    changed = Signal()
    url_edited = Signal(str)
    browse_wanted = Signal(object)
    edit_wanted = Signal(object)

    def __init__(self, session: Session, button: OptionsButton, make: Callable[[], Drawer]) -> None:
        super().__init__()
        self._session = session
        self._button = button
        self._make = make
        self._drawer: Drawer | None = None
        self._url = ""
        self._open_now = False
        self._room = 900
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        button.toggled.connect(self._toggled)
        self.hide()

    @property
    def drawer(self) -> Drawer:
        """The drawer, made now if it was not needed before."""
        if self._drawer is None:
            self._drawer = self._make()
            self._drawer.show_url(self._url)
            self._drawer.url_edited.connect(self.url_edited)
            self._drawer.changed.connect(self._drawer_changed)
            self._drawer.browse_wanted.connect(self.browse_wanted)
            self._drawer.edit_wanted.connect(self.edit_wanted)
            self._drawer.closed.connect(lambda: self._button.setChecked(False))
            self._drawer.fit(self._room)
            self._drawer.show_open(self._open_now)
            self._column.addWidget(self._drawer)
        return self._drawer

    @property
    def made(self) -> bool:
        """Whether the drawer was needed yet."""
        return self._drawer is not None

    @property
    def trouble(self) -> str:
        """What is wrong with the options, in one sentence; empty if they can be used."""
        return "" if self._drawer is None or self._drawer.error is None else str(self._drawer.error)

    def _toggled(self, yes: bool) -> None:
        if yes:
            self.drawer.follow()
        self.setVisible(yes)
        if yes:
            self.drawer.list.setFocus()

    def turn(self) -> None:
        """Open it, or shut it."""
        self._button.toggle()

    def show_trouble(self) -> None:
        """Open the drawer at the field that is wrong."""
        self._button.setChecked(True)
        self.drawer.show_trouble()

    def show_page(self, title: str) -> None:
        """Open the drawer at a page."""
        self._button.setChecked(True)
        self.drawer.show_page(title)

    def show_url(self, url: str) -> None:
        """What stands in the address bar."""
        self._url = url
        if self._drawer is not None:
            self._drawer.show_url(url)

    def load(self, settings: EndpointSettings) -> None:
        """Give the session other settings; the drawer opens if they cannot be used."""
        if self._drawer is None:
            try:
                self._session.use_settings(copy.deepcopy(settings))
            except SettingsError:
                pass
            else:
                self.changed.emit()
                return
        self.drawer.load(settings)
        if self.trouble:
            self.show_trouble()

    def show_state(self, open_now: bool) -> None:
        """Show the summary, and what has been changed elsewhere."""
        self._open_now = open_now
        if self._drawer is not None:
            self._drawer.show_open(open_now)
            if self._drawer.isVisible():
                self._drawer.follow()
        self._button.set_summary(summary(self._session.settings))

    def _drawer_changed(self) -> None:
        self._button.set_summary(summary(self._session.settings))
        self.changed.emit()

    def fit(self, room: int) -> None:
        """How many pixels high the drawer may be."""
        self._room = room
        if self._drawer is not None:
            self._drawer.fit(room)
