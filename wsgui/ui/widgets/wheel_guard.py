"""Keeps a wheel that scrolls the panel from changing the values under the mouse: here each change holds at once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget

from wsgui.ui.widgets.guard import guarded


@guarded
class WheelGuard(QObject):
    """Of the boxes in ``root``, only the one with the keyboard takes the wheel."""

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        boxes: list[QWidget] = [*root.findChildren(QComboBox), *root.findChildren(QAbstractSpinBox)]
        for box in boxes:
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel alone gives no focus
            box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the wheel on to what scrolls."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
