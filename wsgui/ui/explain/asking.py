"""What a widget has to explain, for the mouse (Qt's What's This) and for the keyboard (what has the focus)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWhatsThis

from wsgui.ui.explain.roles import TOPICS
from wsgui.ui.explain.topics import as_html, topic_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QTreeWidgetItem, QWidget

_PROPERTY: Final = "topics"


@runtime_checkable
class Explained(Protocol):
    """A widget that knows itself what its topics are now."""

    def topics_here(self) -> Sequence[str]:
        """Keys of what is chosen in it."""
        raise NotImplementedError


def explain(widget: QWidget, *keys: str) -> None:
    """Give a widget, and what is in it, something to explain."""
    widget.setProperty(_PROPERTY, list(keys))
    widget.setWhatsThis(as_html(keys))


def explain_item(item: QTreeWidgetItem, *keys: str) -> None:
    """The same for an item of a tree."""
    for column in range(item.columnCount()):
        item.setData(column, TOPICS, list(keys))
        item.setData(column, Qt.ItemDataRole.WhatsThisRole, as_html(keys))


def topics_at(widget: QWidget | None) -> list[str]:
    """The keys of what is chosen in a widget, or of the nearest one around it that has some."""
    while widget is not None:
        keys: Sequence[str] | None = None
        if isinstance(widget, Explained):
            keys = widget.topics_here()
        elif isinstance(widget, QAbstractItemView):
            keys = widget.currentIndex().data(TOPICS)
        keys = keys or widget.property(_PROPERTY)
        found = [key for key in keys or () if topic_of(key) is not None]
        if found:
            return found
        widget = widget.parentWidget()
    return []


def tell(widget: QWidget | None) -> bool:
    """Show what a widget has to explain beside it: its topics, or else its tool tip. False if there is nothing."""
    text = as_html(topics_at(widget))
    around = widget
    while not text and around is not None and not around.isWindow():
        text = around.toolTip()
        around = around.parentWidget()
    if widget is None or not text:
        return False
    place = widget.mapToGlobal(widget.rect().center())
    if isinstance(widget, QAbstractItemView) and widget.currentIndex().isValid():
        place = widget.viewport().mapToGlobal(widget.visualRect(widget.currentIndex()).bottomLeft())
    QWhatsThis.showText(place, text, widget)
    return True


def tell_or_point() -> None:
    """Explain what has the focus; if it has nothing to say, let the person point at something."""
    if not tell(QApplication.focusWidget()):
        QWhatsThis.enterWhatsThisMode()
