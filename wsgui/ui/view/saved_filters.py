"""Filters kept under a name: a button beside the filter line with a menu to use, rename and delete them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QToolButton

from wsgui.filter import FilterError, parse

if TYPE_CHECKING:
    from wsgui.ui.view.filter_bar import FilterBar
    from wsgui.ui.widgets.questions import Questions
    from wsgui.ui.window.settings import Settings

KEY = "filters"
MOST = 200
NAME_LIMIT = 60


def load(settings: Settings) -> dict[str, str]:
    """Name and expression of each saved filter. What was damaged or written by hand is left out."""
    try:
        pairs = json.loads(settings.text(KEY, "[]"))
        return {str(name)[:NAME_LIMIT]: str(text) for name, text in pairs[:MOST] if name and text}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}


def keep(settings: Settings, filters: dict[str, str]) -> None:
    """Remember these, and no others."""
    settings.keep(KEY, json.dumps(list(filters.items())))
    settings.save()


class SavedFilters(QToolButton):
    """The button. The settings are read when its menu is opened, so all tabs know the same filters."""

    def __init__(self, bar: FilterBar) -> None:
        super().__init__()
        self._bar = bar
        self.settings: Settings | None = None
        self.ask: Questions | None = None
        """Both are given by the window."""
        self.setText("Saved")
        self.setToolTip("Filters kept under a name")
        self.setAccessibleName("Saved filters")
        self.setProperty("toggle", True)  # it looks like the chips beside it
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)

    def fill(self) -> None:
        """Make the menu anew."""
        menu = self._menu
        menu.clear()
        self._bar.apply()
        filters = {} if self.settings is None else load(self.settings)
        save = menu.addAction("Save This Filter…", self.save)
        save.setEnabled(bool(self._bar.in_force) and self.settings is not None)
        menu.addSeparator()
        for name, text in filters.items():
            action = menu.addAction(name.replace("&", "&&"))
            action.setToolTip(text)
            action.triggered.connect(lambda _=False, expression=text: self._bar.replace(expression))
        if not filters:
            menu.addAction("No filter is saved yet").setEnabled(False)
            return
        menu.addSeparator()
        for title, call in (("Rename", self.rename), ("Delete", self.delete)):
            among = menu.addMenu(title)
            for name in filters:
                action = among.addAction(name.replace("&", "&&"))
                action.triggered.connect(lambda _=False, one=name, call=call: call(one))

    def save(self) -> None:
        """Ask for a name, and keep the filter in use under it."""
        expression = self._bar.in_force

        def take(name: str) -> str:
            return self._put(name, expression, None)

        if self.ask is not None and expression:
            self.ask.line(self, "Save Filter", f"Name for the filter\n{expression}", "", take)

    def rename(self, name: str) -> None:
        """Ask for another name."""
        if self.ask is not None and self.settings is not None:
            expression = load(self.settings).get(name, "")
            self.ask.line(self, "Rename Filter", "New name", name, lambda new: self._put(new, expression, name))

    def delete(self, name: str) -> None:
        """Forget a filter."""
        if self.settings is not None:
            with self.settings.changing():
                keep(self.settings, {one: text for one, text in load(self.settings).items() if one != name})

    def _put(self, name: str, expression: str, before: str | None) -> str:
        name = name.strip()
        if self.settings is None:
            return "There are no settings to keep it in."
        with self.settings.changing():
            return self._put_into(self.settings, name, expression, before)

    def _put_into(self, settings: Settings, name: str, expression: str, before: str | None) -> str:
        filters = load(settings)
        if not name:
            return "Type a name."
        if len(name) > NAME_LIMIT:
            return f"A name has at most {NAME_LIMIT} characters."
        if name in filters and name != before:
            return "There is a filter of that name; delete it first or choose another name."
        if before is None and len(filters) >= MOST:
            return f"There are {MOST} saved filters already; delete one first."
        try:
            parse(expression)
        except FilterError as error:
            return f"The filter does not work: {error.sentence}"
        if before in filters:
            filters = {name if one == before else one: text for one, text in filters.items()}
        else:
            filters[name] = expression
        keep(settings, filters)
        return ""
