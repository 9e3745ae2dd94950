"""The head of the frame table: which columns are shown, and which give way when the window is narrow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QHeaderView, QMenu

from wsgui.ui.view.frames.cells import BITS, DELTA, KEY, LENGTH, MESSAGE, NUMBER, PAYLOAD, TITLES
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from wsgui.ui.view.frames.extras import ExtraColumn

PAYLOAD_WIDTH = 240
"""Pixels that the payload gets before the spare columns do."""

SPARE = (DELTA, MESSAGE, BITS, KEY, LENGTH)
"""What gives way, in this order: the inspector shows it too."""

KEYS: Final = ("number", "time", "delta", "direction", "opcode", "bits", "key", "length", "message", "payload")
"""What the ten columns are called in what is kept of them."""

FRAMES, MESSAGES = "frames", "messages"
"""What the table shows: each has its own choice of columns."""

_WIDEST: Final = 4000


@guarded
class FrameHeader(QHeaderView):
    """A person's choice of columns holds; those of `SPARE` that are chosen are hidden while there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._given_way: dict[int, int] = {}  # column: its width
        self._extras: tuple[ExtraColumn, ...] = ()
        self._at_end: QWidget | None = None
        self._view = FRAMES
        self._put_away: dict[str, set[str]] = {FRAMES: {"inflated", "answer"}, MESSAGES: {"bits", "key"}}
        """By what the table shows the columns that a person does not want to see."""
        self._widths: dict[str, int] = {}
        """Of columns that are not there, when they were."""
        self.menu_parts: list[Callable[[QMenu], None]] = []
        """Puts further entries into the menu."""
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setStretchLastSection(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu().popup(self.mapToGlobal(at)))

    def put_at_end(self, widget: QWidget) -> None:
        """Let something stand at the right end of the head, over the payload's title."""
        self._at_end = widget
        widget.setParent(self)
        widget.show()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What stands at the end stays there."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        if self._at_end is not None:
            width = self._at_end.sizeHint().width()
            self._at_end.setGeometry(self.width() - width - 2, 1, width, self.height() - 3)

    # --- which there are

    def key_of(self, column: int) -> str:
        """What a column is called in what is kept."""
        return KEYS[column] if column < len(KEYS) else self._extras[column - len(KEYS)].key

    def forget_extras(self) -> None:
        """The columns behind the ten are about to go."""
        for column in range(len(KEYS), len(KEYS) + len(self._extras)):
            self._widths[self.key_of(column)] = self._given_way.pop(column, 0) or self.sectionSize(column)
        self._extras = ()

    def take_extras(self, extras: Sequence[ExtraColumn], width: Callable[[ExtraColumn], int]) -> None:
        """Columns have come behind the ten: they stand in front of the payload. ``width`` is that of one which was
        never there."""
        self._extras = tuple(extras)
        for column, extra in enumerate(self._extras, len(KEYS)):
            self.moveSection(self.visualIndex(column), self.visualIndex(PAYLOAD))
            self.resizeSection(column, self._widths.get(extra.key) or width(extra))
        self._put_away_again()

    def show_view(self, messages: bool) -> None:
        """The table shows messages now, or frames: each has its own choice of columns."""
        self._view = MESSAGES if messages else FRAMES
        self._put_away_again()

    def _put_away_again(self) -> None:
        for column in list(self._given_way):
            self._show(column, True)
        for column in range(len(KEYS) + len(self._extras)):
            self._show(column, self.key_of(column) not in self._put_away[self._view])
        self.make_room(self.viewport().width())

    @property
    def _spare(self) -> tuple[int, ...]:
        extras = {extra.key: column for column, extra in enumerate(self._extras, len(KEYS))}
        first, last = ([extras[key]] if key in extras else [] for key in ("inflated", "answer"))
        return (*first, *SPARE, *last)

    # --- which are seen

    def _show(self, column: int, yes: bool) -> None:
        self._given_way.pop(column, None)
        self.setSectionHidden(column, not yes)

    def make_room(self, width: int) -> None:
        """The table is ``width`` pixels wide now."""
        others = [column for column in range(self.count()) if column != PAYLOAD]
        wanted = sum(map(self.sectionSize, others)) + sum(self._given_way.values())
        over = wanted + PAYLOAD_WIDTH - width
        for column in self._spare:
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
        (self._put_away[self._view].discard if yes else self._put_away[self._view].add)(self.key_of(column))
        self._show(column, yes)

    def menu(self) -> QMenu:
        """Which columns are shown; the number and the payload always are. It deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in range(self.count()):
            if column not in (NUMBER, PAYLOAD):
                title = TITLES[column] if column < len(TITLES) else self._extras[column - len(TITLES)].title
                action = menu.addAction(title.replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(self.is_chosen(column))
                action.toggled.connect(lambda yes, at=column: self.choose(at, yes))
        for add_entries in self.menu_parts:
            add_entries(menu)
        return menu

    def choice(self) -> QByteArray:
        """Widths of the columns and which are put away, for `restore`."""
        widths = dict(self._widths)
        for column in range(len(KEYS) + len(self._extras)):
            if column != PAYLOAD and (size := self._given_way.get(column) or self.sectionSize(column)):
                widths[self.key_of(column)] = size
        away = {view: sorted(keys) for view, keys in self._put_away.items()}
        return QByteArray(json.dumps({"widths": widths, **away}).encode())

    def restore(self, choice: QByteArray) -> None:
        """Take up what `choice` gave; anything else changes nothing."""
        try:
            kept = json.loads(bytes(choice.data()))
            widths = {str(key): int(size) for key, size in kept["widths"].items() if 0 < int(size) < _WIDEST}
            away = {view: set(map(str, kept[view])) - {"number", "payload"} for view in (FRAMES, MESSAGES)}
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return
        self._widths, self._put_away = widths, away
        for column in list(self._given_way):
            self._show(column, True)
        for column in range(len(KEYS) + len(self._extras)):
            self._show(column, True)
            if column != PAYLOAD and (size := widths.get(self.key_of(column))):
                self.resizeSection(column, size)
        self._put_away_again()
