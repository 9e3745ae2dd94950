"""A row of widgets some of which go where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QWidget

from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent


@guarded
class NarrowRow(QWidget):
    """``goes`` are the widgets that go, in groups; the first group goes first. What they say or do is to be found
    elsewhere too. Made before the row has its layout."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.goes: list[Sequence[QWidget]] = []
        super().__init__(parent)

    def _needed(self, without: int) -> int:
        """Pixels of width with so many of the groups left out."""
        layout = self.layout()
        if layout is None:
            return 0
        going = [one for group in self.goes for one in group]
        left_out = [one for group in self.goes[:without] for one in group]
        width = 0
        for place in range(layout.count()):
            item = layout.itemAt(place)
            one = None if item is None else item.widget()
            if one is not None and one not in left_out and (one in going or not one.isHidden()):
                width += (one.minimumWidth() or one.minimumSizeHint().width()) + layout.spacing()
        margins = layout.contentsMargins()
        return width + margins.left() + margins.right()

    def minimumSizeHint(self) -> QSize:
        """Without what goes."""
        return QSize(self._needed(len(self.goes)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less of it fits."""
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """Something in it came, went, or has another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        without = next(
            (count for count in range(len(self.goes)) if self.width() >= self._needed(count)), len(self.goes)
        )
        for place, group in enumerate(self.goes):
            for one in group:
                one.setVisible(place >= without)
