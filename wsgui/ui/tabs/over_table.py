"""The place of the frame table, which options share with it while they are open: what is below keeps its height."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

TABLE_LEAST = 84
"""Pixels of the table's head and two rows; with less it gives way to what lies over it."""
OVER_LEAST = 200
"""Pixels with which what lies over it can be used."""


@guarded
class OverTable(QWidget):
    """Shows ``table``, and what `put_over` adds above it; where there is no room for both, that alone."""

    room_changed = Signal(int)
    """How many pixels high what lies over the table may be."""

    def __init__(self, table: QWidget) -> None:
        super().__init__()
        self._table = table
        self._over: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(table, 1)
        table.setMinimumHeight(TABLE_LEAST)

    def put_over(self, widget: QWidget) -> None:
        """Put a widget above the table, which comes and goes by itself."""
        self._over = widget
        self._column.insertWidget(0, widget)
        widget.installEventFilter(self)

    @property
    def covered(self) -> bool:
        """Whether the table has given way."""
        return self._table.isHidden()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies over the table comes or goes."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._share()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more room, or less."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        both = self.height() >= TABLE_LEAST + OVER_LEAST
        self._table.setVisible(self._over is None or self._over.isHidden() or both)
        self.room_changed.emit(self.height() - TABLE_LEAST if both else self.height())
