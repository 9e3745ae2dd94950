"""The fragments of a message as a list that makes a row's text only when it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from wsgui.dissect.message import fragment_line
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence


@guarded
class FragmentModel(QAbstractListModel):
    """A row for each (first byte, number of bytes)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fragments: Sequence[tuple[int, int]] = ()

    def set_fragments(self, fragments: Sequence[tuple[int, int]]) -> None:
        """Show these; a message of a hundred thousand fragments costs no more than one of two."""
        self.beginResetModel()
        self._fragments = fragments
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._fragments)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        start, length = self._fragments[index.row()]
        return fragment_line(index.row() + 1, start, length)

    def start_of(self, row: int) -> int:
        """First byte of a fragment."""
        return self._fragments[row][0]


class FragmentList(QListView):
    """A list of fragments; choosing one (click, arrow keys) tells where in the payload it starts."""

    fragment_chosen = Signal(int)
    """First byte of the fragment in the message's payload."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = FragmentModel(self)
        self.setModel(self._model)
        self.setUniformItemSizes(True)
        # All at once, the places of 100 000 rows take 200 ms.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(500)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Fragments of the message")
        self.selectionModel().currentChanged.connect(self._chosen)

    def set_fragments(self, fragments: Sequence[tuple[int, int]]) -> None:
        """List these fragments: (first byte, number of bytes) each."""
        self._model.set_fragments(fragments)

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.fragment_chosen.emit(self._model.start_of(index.row()))
