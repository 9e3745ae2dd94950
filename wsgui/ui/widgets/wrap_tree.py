"""A tree whose last column wraps its sentences. Qt's own wrapping measures a row before it knows the column's width."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from wsgui.dissect.references import references_in
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.reference_links import open_reference

if TYPE_CHECKING:
    from wsgui.dissect.references import Reference

_MARGIN = 4


@guarded
class _WrapDelegate(QStyledItemDelegate):
    """Asks for the height that the text takes in its column."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        if index.column() != self._tree.columnCount() - 1:
            return QSize(hint.width(), hint.height() + _MARGIN)
        font = index.data(Qt.ItemDataRole.FontRole)
        metrics = QFontMetrics(font if isinstance(font, QFont) else self._tree.font())
        width = max(self._tree.columnWidth(index.column()) - 10, 60)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        box = metrics.boundingRect(QRect(0, 0, width, 10_000), flags, index.data() or " ")
        return QSize(width, box.height() + _MARGIN)


class WrapTree(QTreeWidget):
    """A tree of plain texts to read, not to edit, in ``titles`` columns; the last one takes the room and wraps."""

    def __init__(self, titles: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(len(titles))
        self.setHeaderLabels(titles)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setWordWrap(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIndentation(14)
        self.setItemDelegate(_WrapDelegate(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.itemDoubleClicked.connect(lambda item, _: self._open_first(item))
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.sectionResized.connect(self._resized)

    def references_of(self, item: QTreeWidgetItem) -> list[Reference]:
        """The sections of RFCs that a row names."""
        found = [one for column in range(self.columnCount()) for one in references_in(item.text(column))]
        return list({one.url: one for one in found}.values())

    def _open_first(self, item: QTreeWidgetItem) -> None:
        for one in self.references_of(item)[:1]:
            open_reference(one.url)

    def menu_of(self, item: QTreeWidgetItem) -> QMenu:
        """What can be done with a row: copy it, read the sections that it names. Deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        texts = [item.text(column) for column in range(self.columnCount()) if item.text(column)]
        menu.addAction("&Copy", lambda: QGuiApplication.clipboard().setText("\t".join(texts)))
        for one in self.references_of(item):
            menu.addAction(f"Read {one.name}", partial(open_reference, one.url))
        return menu

    def _menu(self, at: QPoint) -> None:
        item = self.itemAt(at) or self.currentItem()
        if item is not None:
            self.menu_of(item).popup(self.viewport().mapToGlobal(at))

    def add_group(self, title: str, value: str = "") -> QTreeWidgetItem:
        """A bold row that others go under; ``value`` stands in the column before the last."""
        texts = [""] * self.columnCount()
        texts[0] = title
        texts[-2] = value
        item = QTreeWidgetItem(self, texts)
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(0, font)
        return item

    def _resized(self, section: int, before: int, after: int) -> None:
        if section == self.columnCount() - 1 and before != after:
            self.scheduleDelayedItemsLayout()
