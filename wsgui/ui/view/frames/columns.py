"""The head of the frame table: which columns are shown, and which give way when the window is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QHeaderView, QMenu

from wsgui.ui.view.frames.cells import BITS, DELTA, KEY, LENGTH, MESSAGE, NUMBER, PAYLOAD, TITLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

PAYLOAD_WIDTH = 240
"""Pixels that the payload gets before the spare columns do."""

SPARE = (DELTA, MESSAGE, BITS, KEY, LENGTH)
"""What gives way, in this order: the inspector shows it too."""


class FrameHeader(QHeaderView):
    """A person's choice of columns holds; those of `SPARE` that are chosen are hidden while there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._given_way: dict[int, int] = {}  # column: its width
        self.menu_parts: list[Callable[[QMenu], None]] = []
        """Puts further entries into the menu."""
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setStretchLastSection(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu().popup(self.mapToGlobal(at)))

    def make_room(self, width: int) -> None:
        """The table is ``width`` pixels wide now."""
        wanted = sum(self.sectionSize(column) for column in range(PAYLOAD)) + sum(self._given_way.values())
        over = wanted + PAYLOAD_WIDTH - width
        for column in SPARE:
            if column not in self._given_way and self.isSectionHidden(column):
                continue
            size = self._given_way.get(column) or self.sectionSize(column)
            if over > 0:
                over -= size
                if column not in self._given_way:
                    self._given_way[column] = size
                    self.hideSection(column)
            elif column in self._given_way:
                del self._given_way[column]
                self.showSection(column)

    def is_chosen(self, column: int) -> bool:
        """Whether the person wants to see a column, be there room for it or not."""
        return column in self._given_way or not self.isSectionHidden(column)

    def choose(self, column: int, yes: bool) -> None:
        """Show a column or put it away."""
        self._given_way.pop(column, None)
        self.setSectionHidden(column, not yes)

    def menu(self) -> QMenu:
        """Which columns are shown; the number and the payload always are. It deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column, title in enumerate(TITLES):
            if column not in (NUMBER, PAYLOAD):
                action = menu.addAction(title)
                action.setCheckable(True)
                action.setChecked(self.is_chosen(column))
                action.toggled.connect(lambda yes, at=column: self.choose(at, yes))
        for add_entries in self.menu_parts:
            add_entries(menu)
        return menu

    def choice(self) -> QByteArray:
        """Widths and order of the columns and which are chosen, for `restore`."""
        hidden = list(self._given_way)
        for column in hidden:
            self.showSection(column)
        state = self.saveState()
        for column in hidden:
            self.hideSection(column)
        return state

    def restore(self, choice: QByteArray) -> None:
        """Take up what `choice` gave; anything else changes nothing."""
        for column in list(self._given_way):
            self.choose(column, True)
        self.restoreState(choice)
        self.make_room(self.viewport().width())
