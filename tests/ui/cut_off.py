"""Finds labels and buttons that have less room than they need, by comparing size hints with sizes."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QScrollArea, QSizePolicy, QTabBar, QWidget

from wsgui.ui.widgets.elided_label import ElidedLabel


def cut_off(root: QWidget) -> list[str]:
    """One line for each. What elides on purpose is left out (an `ElidedLabel`, or a policy that ignores the hint), and
    so is what is scrolled to."""
    return [
        f"{type(one).__name__} {_name(one)!r}: {trouble}"
        for one in root.findChildren(QWidget)
        if one.isVisible() and (trouble := _trouble(one, root))
    ]


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
    return text or widget.accessibleName() or widget.objectName()


def _trouble(one: QWidget, root: QWidget) -> str:
    if isinstance(one, QTabBar):
        # A bar that does not show all of its tabs has arrows to scroll them.
        arrows = [button for button in one.findChildren(QAbstractButton) if button.isVisibleTo(one)]
        closing = [one.tabButton(place, side) for place in range(one.count()) for side in QTabBar.ButtonPosition]
        return "scrolls" if any(arrow not in closing for arrow in arrows) else ""
    if not isinstance(one, (QAbstractButton, QLabel, QComboBox)) or isinstance(one.parent(), (QTabBar, QLineEdit)):
        return ""
    if isinstance(one, ElidedLabel) or one.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored:
        return ""
    wanted = one.minimumSizeHint() if isinstance(one, QComboBox) else one.sizeHint()
    if isinstance(one, QLabel) and one.wordWrap():
        if one.height() < one.heightForWidth(one.width()):
            return f"{one.height()} pixels high, needs {one.heightForWidth(one.width())}"
    elif one.width() < wanted.width():
        return f"{one.width()} pixels wide, needs {wanted.width()}"
    return _outside(one, root)


def _outside(one: QWidget, root: QWidget) -> str:
    """Whether a parent shows a part of it alone."""
    parent = one.parentWidget()
    while parent is not None and parent is not root:
        if isinstance(parent.parentWidget(), QScrollArea):  # what is out of the viewport is scrolled to
            return ""
        place = QRect(one.mapTo(parent, one.rect().topLeft()), one.size())
        if not parent.rect().contains(place):
            return f"reaches out of its {type(parent).__name__}"
        parent = parent.parentWidget()
    return ""
