"""The tree of saved endpoints: folders, order by drag and drop, names that are changed in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import plain_tip
from wsgui.ui.widgets.theme import theme_of
from wsgui.ui.window.session_list import dot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QContextMenuEvent, QDropEvent

    from wsgui.endpoint.saved import SavedEndpoint

_ID = Qt.ItemDataRole.UserRole
_FOLDER = Qt.ItemDataRole.UserRole + 1
_OWN_KEYS = (Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@guarded
class EndpointTree(QTreeWidget):
    """Emits what the person wants, and changes nothing by itself: ``open_wanted(id)``, ``delete_wanted()``,
    ``renamed(id, name)``, ``folder_renamed(old, new)``, ``moved(id, folder, before)`` (an id, or None for the end) and
    ``menu_wanted(point)`` (global)."""

    open_wanted = Signal(str)
    delete_wanted = Signal()
    renamed = Signal(str, str)
    folder_renamed = Signal(str, str)
    moved = Signal(str, str, object)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._quiet = False
        self._folded: set[str] = set()
        self._modified: set[str] = set()
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setAccessibleName("Saved endpoints")
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setExpandsOnDoubleClick(False)
        self.itemDoubleClicked.connect(self._double_clicked)
        self.itemChanged.connect(self._changed)
        self.itemExpanded.connect(lambda item: self._folded.discard(item.data(0, _FOLDER)))
        self.itemCollapsed.connect(lambda item: self._folded.add(item.data(0, _FOLDER)))

    # --- showing

    def show_endpoints(self, endpoints: Sequence[SavedEndpoint], folders: Iterable[str], *, all_open: bool) -> None:
        """Show endpoints in their folders; ``folders`` are shown though empty, ``all_open`` unfolds all."""
        chosen, folder = self.current_id, self.current_folder
        self._quiet = True
        self.clear()
        places: dict[str, QTreeWidgetItem] = {}
        for path in [*(one.folder for one in endpoints), *folders]:
            self._folder(path, places)
        for endpoint in endpoints:
            item = QTreeWidgetItem([endpoint.name])
            item.setData(0, _ID, endpoint.id)
            item.setData(0, _FOLDER, endpoint.folder)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsEditable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setToolTip(0, plain_tip(_tip(endpoint)))
            self._add(item, places.get(endpoint.folder))
            if endpoint.id == chosen:
                self.setCurrentItem(item)
        for path, item in places.items():
            item.setExpanded(all_open or path not in self._folded)
        if not chosen and folder in places:
            self.setCurrentItem(places[folder])
        self._quiet = False
        self._mark()

    def _folder(self, path: str, places: dict[str, QTreeWidgetItem]) -> None:
        above: QTreeWidgetItem | None = None
        parts = path.split("/") if path else []
        for depth in range(1, len(parts) + 1):
            here = "/".join(parts[:depth])
            if here not in places:
                item = QTreeWidgetItem([parts[depth - 1]])
                item.setData(0, _FOLDER, here)
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled
                    | Qt.ItemFlag.ItemIsSelectable
                    | Qt.ItemFlag.ItemIsEditable
                    | Qt.ItemFlag.ItemIsDropEnabled
                )
                item.setToolTip(0, plain_tip(f"Folder {here}"))
                self._add(item, above)
                places[here] = item
            above = places[here]

    def _add(self, item: QTreeWidgetItem, above: QTreeWidgetItem | None) -> None:
        if above is None:
            self.addTopLevelItem(item)
        else:
            above.addChild(item)

    def set_modified(self, ids: set[str]) -> None:
        """Mark the endpoints whose open sessions differ from what is kept."""
        if ids != self._modified:
            self._modified = set(ids)
            self._mark()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours for the marks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._mark()

    def _mark(self) -> None:
        quiet, self._quiet = self._quiet, True
        mark, none = dot(theme_of(self).warning), dot("transparent")
        for item in self._items():
            if item.data(0, _ID):
                item.setIcon(0, mark if item.data(0, _ID) in self._modified else none)
        self._quiet = quiet

    def _items(self) -> list[QTreeWidgetItem]:
        return self.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)

    def item_of(self, id_: str) -> QTreeWidgetItem | None:
        """The row of an endpoint."""
        return next((item for item in self._items() if item.data(0, _ID) == id_), None)

    def folder_item(self, path: str) -> QTreeWidgetItem | None:
        """The row of a folder."""
        return next((one for one in self._items() if not one.data(0, _ID) and one.data(0, _FOLDER) == path), None)

    def select_id(self, id_: str) -> None:
        """Make an endpoint the current one."""
        item = self.item_of(id_)
        if item is not None:
            self.setCurrentItem(item)

    @property
    def current_id(self) -> str:
        """The endpoint that is current; empty if a folder is, or nothing."""
        item = self.currentItem()
        return "" if item is None else str(item.data(0, _ID) or "")

    @property
    def current_folder(self) -> str:
        """The folder that is current, or that the current endpoint is in."""
        item = self.currentItem()
        return "" if item is None else str(item.data(0, _FOLDER) or "")

    # --- what the person does

    def rename_current(self) -> None:
        """Edit the current name in place."""
        item = self.currentItem()
        if item is not None:
            self.editItem(item)

    def _double_clicked(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _ID):
            self.open_wanted.emit(item.data(0, _ID))
        else:
            item.setExpanded(not item.isExpanded())

    def _changed(self, item: QTreeWidgetItem) -> None:
        if self._quiet:
            return
        if item.data(0, _ID):
            self.renamed.emit(item.data(0, _ID), item.text(0))
        else:
            old = str(item.data(0, _FOLDER))
            above = old.rpartition("/")[0]
            name = item.text(0).strip().strip("/") or old.rpartition("/")[2]
            self.folder_renamed.emit(old, f"{above}/{name}" if above else name)

    def event(self, event: QEvent) -> bool:
        """While the tree has the focus, keys that the window has its own use for mean its rows."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete deletes, F2 renames, Alt with an arrow moves."""
        key = event.key()
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (item := self.currentItem()) is not None:
            self._double_clicked(item)
        elif key == Qt.Key.Key_F2:
            self.rename_current()
        elif key == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_current(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def move_current(self, step: int) -> None:
        """Move the current endpoint one place up or down in its folder."""
        item = self.currentItem()
        if item is None or not item.data(0, _ID):
            return
        ids = self._ids_beside(item)
        place = ids.index(item.data(0, _ID)) + step
        if 0 <= place < len(ids):
            before = ids[place] if step < 0 else ids[place + 1] if place + 1 < len(ids) else None
            self.moved.emit(item.data(0, _ID), item.data(0, _FOLDER), before)

    def _ids_beside(self, item: QTreeWidgetItem) -> list[str]:
        above = item.parent() or self.invisibleRootItem()
        rows = [above.child(place) for place in range(above.childCount())]
        return [str(row.data(0, _ID)) for row in rows if row is not None and row.data(0, _ID)]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the row under the mouse, or of the current one for the keyboard."""
        self.menu_wanted.emit(event.globalPos())

    def dropEvent(self, event: QDropEvent) -> None:
        """Say where it was dropped; the rows are made afresh by whoever hears it."""
        item = self.currentItem()
        if event.source() is self and item is not None and item.data(0, _ID):
            place = self.place_of_drop(self.itemAt(event.position().toPoint()), self.dropIndicatorPosition())
            event.setDropAction(Qt.DropAction.CopyAction)  # after a move, Qt would take the row out
            event.accept()
            self.setState(QAbstractItemView.State.NoState)
            id_ = item.data(0, _ID)
            # The rows are made afresh then: not while Qt is still in the drag.
            QTimer.singleShot(0, self, lambda: self.moved.emit(id_, *place))

    def place_of_drop(
        self, target: QTreeWidgetItem | None, where: QAbstractItemView.DropIndicatorPosition
    ) -> tuple[str, str | None]:
        """The folder, and the endpoint to stand in front of (None: the end)."""
        positions = QAbstractItemView.DropIndicatorPosition
        if target is None or where == positions.OnViewport:
            return "", None
        folder = str(target.data(0, _FOLDER) or "")
        if not target.data(0, _ID):
            return (folder, None) if where == positions.OnItem else (folder.rpartition("/")[0], None)
        ids = self._ids_beside(target)
        place = ids.index(target.data(0, _ID)) + (where == positions.BelowItem)
        return folder, ids[place] if place < len(ids) else None


def _tip(endpoint: SavedEndpoint) -> str:
    settings = endpoint.settings
    kind = ENDPOINT_KINDS[settings.kind]
    return "\n".join(one for one in (endpoint.name, f"{kind.title}: {kind.place(settings)}", settings.notes) if one)
