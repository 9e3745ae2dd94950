"""A decoded message as a tree for Qt: the nodes as they are, in two columns. Nothing is copied, whatever the size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from wsgui.dissect.decoders.model import TreeNode
from wsgui.dissect.sizes import grouped
from wsgui.dissect.visible import visible
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QColor

_Index = QModelIndex | QPersistentModelIndex
_TITLES = ("Name", "Value")
_SHOWN = 200
_GONE = TreeNode("")


@guarded
class DecodedModel(QAbstractItemModel):
    """``dim()`` is the colour of what is noticed, which stands behind a value."""

    def __init__(self, dim: Callable[[], QColor]) -> None:
        super().__init__()
        self._dim = dim
        self._root = TreeNode("")
        # By its id each node that Qt has asked for, with its owner and its place there. An index holds the number
        # alone: one that outlives its message finds nothing, where a pointer would crash.
        self._known: dict[int, tuple[TreeNode, TreeNode, int]] = {}

    @property
    def root(self) -> TreeNode:
        """The node of the whole message, whose parts are the top of the tree."""
        return self._root

    def set_root(self, root: TreeNode) -> None:
        """Show another message."""
        self.beginResetModel()
        self._root = root
        self._known = {}
        self.endResetModel()

    def node(self, index: _Index) -> TreeNode:
        """The node of a row."""
        if not index.isValid():
            return self._root
        known = self._known.get(index.internalId())
        return _GONE if known is None else known[0]

    def index_at(self, byte: int) -> QModelIndex:
        """The row of the innermost node that has a byte of the message; an invalid one if none has."""
        found = QModelIndex()
        node = self._root
        while True:
            row = next((row for row, part in enumerate(node.children) if part.start <= byte < part.stop), None)
            if row is None:
                return found
            found = self.index(row, 0, found)
            node = node.children[row]

    # --- Qt's side

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        owner = self.node(parent)
        if not 0 <= row < len(owner.children) or not 0 <= column < len(_TITLES):
            return QModelIndex()
        node = owner.children[row]
        self._known[id(node)] = (node, owner, row)
        return self.createIndex(row, column, id(node))

    def parent(self, index: _Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        if not index.isValid():
            return QModelIndex()
        known = self._known.get(index.internalId())
        if known is None or known[1] is self._root:
            return QModelIndex()
        owner = known[1]
        return self.createIndex(self._known[id(owner)][2], 0, id(owner))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return len(_TITLES)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 0:
                return visible(node.label[:_SHOWN])
            return visible("  · ".join(part for part in (node.text, node.note) if part))
        if role == Qt.ItemDataRole.ToolTipRole:
            count = node.stop - node.start
            place = (
                f"byte {grouped(node.start)}"
                if count == 1
                else f"{grouped(count)} bytes from byte {grouped(node.start)}"
            )
            return visible(f"{node.label[:_SHOWN]}: {place}" + (f". {node.note}" if node.note else ""))
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1 and (node.note and not node.text):
            return self._dim()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None
