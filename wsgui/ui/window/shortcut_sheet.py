"""Help > Keyboard Shortcuts: every shortcut, made of the table of actions, to read, search and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wsgui.ui.widgets.tinted_label import TintedLabel
from wsgui.ui.window.actions import ACTIONS, LOCAL_KEYS, ActionRow, native

if TYPE_CHECKING:
    from wsgui.ui.window.keymap import Keymap

_ROW = Qt.ItemDataRole.UserRole


class ShortcutSheet(QDialog):
    """Emits ``changed()`` when an action has got other keys."""

    changed = Signal()

    def __init__(self, parent: QWidget, keymap: Keymap) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self.setWindowTitle("Keyboard Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = parent.window().size()
        self.resize(min(720, room.width() - 40), min(600, room.height() - 60))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Words of an action, or keys")
        self.search.setAccessibleName("Search shortcuts")
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Shortcuts")
        self.tree.setHeaderLabels(["Action", "Keys", "What it does"])
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.keys = QKeySequenceEdit()
        self.keys.setMaximumSequenceLength(1)
        self.keys.setClearButtonEnabled(True)
        self.keys.setAccessibleName("New keys")
        label = QLabel("&New keys")
        label.setBuddy(self.keys)
        self.assign = QPushButton("A&ssign")
        self.clear = QPushButton("&Clear")
        self.clear.setToolTip("The chosen action has no keys any more")
        self.reset = QPushButton("&Reset")
        self.reset.setToolTip("The chosen action has the keys again that it came with")
        self.reset_all = QPushButton("Reset &All")
        self.reset_all.setToolTip("Every action has the keys again that it came with")
        self.said = TintedLabel("dim")
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())
        for button in (self.assign, self.clear, self.reset, self.reset_all):
            button.setAutoDefault(False)
        self._lay_out(label)
        self.search.textChanged.connect(lambda _: self._filter())
        self.tree.currentItemChanged.connect(lambda *_: self._chosen())
        self.keys.keySequenceChanged.connect(lambda _: self._judge())
        self.assign.clicked.connect(self._assign)
        self.clear.clicked.connect(self._clear)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._reset_all)
        self._fill()
        self._chosen()

    def _lay_out(self, label: QLabel) -> None:
        line = QHBoxLayout()
        line.addWidget(label)
        line.addWidget(self.keys, 1)
        for button in (self.assign, self.clear, self.reset, self.reset_all):
            line.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(line)
        column.addWidget(self.said)
        column.addWidget(buttons)

    @property
    def row(self) -> ActionRow | None:
        """The action that is chosen; None for a menu, and for keys that cannot be changed."""
        item = self.tree.currentItem()
        name = item.data(0, _ROW) if item is not None else None
        return next((row for row in ACTIONS if row.name == name), None)

    def choose(self, name: str) -> None:
        """Choose an action by its name."""
        for item in self._items():
            if item.data(0, _ROW) == name:
                self.tree.setCurrentItem(item)

    @property
    def listed(self) -> list[tuple[str, str]]:
        """(text, keys) of the lines that are shown."""
        return [(item.text(0), item.text(1)) for item in self._items() if not item.isHidden()]

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for group in _children(self.tree.invisibleRootItem()) for item in _children(group)]

    def _fill(self) -> None:
        groups: dict[str, QTreeWidgetItem] = {}

        def group(title: str) -> QTreeWidgetItem:
            if title not in groups:
                groups[title] = QTreeWidgetItem(self.tree, [title])
                groups[title].setFlags(Qt.ItemFlag.ItemIsEnabled)
            return groups[title]

        for row in ACTIONS:
            item = QTreeWidgetItem(group(row.menu.replace("&", "").replace("/", " > ")), [row.plain_text, "", row.tip])
            item.setToolTip(2, row.tip)
            item.setData(0, _ROW, row.name)
        for local in LOCAL_KEYS:
            QTreeWidgetItem(group("In their places"), [local.text, native(local.keys), "These keys stay as they are"])
        self.tree.expandAll()
        self._show_keys()

    def _show_keys(self) -> None:
        now = self._keymap.all()
        for item in self._items():
            name = item.data(0, _ROW)
            if name is not None:
                item.setText(1, native(now[name]))
                font = item.font(1)
                row = next(row for row in ACTIONS if row.name == name)
                font.setBold(now[name] != row.shortcut)
                item.setFont(1, font)

    def _filter(self) -> None:
        words = self.search.text().casefold().split()
        for item in self._items():
            text = " ".join(item.text(column) for column in range(3)).casefold()
            item.setHidden(not all(word in text for word in words))
        for group in _children(self.tree.invisibleRootItem()):
            group.setHidden(all(one.isHidden() for one in _children(group)))

    def _chosen(self) -> None:
        row = self.row
        for widget in (self.keys, self.clear, self.reset):
            widget.setEnabled(row is not None)
        self.keys.setKeySequence(QKeySequence(self._keymap.all()[row.name]) if row else QKeySequence())
        self._judge()

    def _judge(self) -> None:
        row, keys = self.row, self.keys.keySequence().toString()
        self.assign.setEnabled(False)
        self.said.set_tone("dim")
        if row is None:
            self.said.setText("Choose an action to give it other keys; those in bold are yours.")
            return
        owner = self._keymap.owner(keys)
        if not keys:
            self.said.setText("Press the keys in the field.")
        elif owner is not None and owner.name == row.name:
            self.said.setText(f"{row.plain_text} has {native(keys)}.")
        elif problem := self._keymap.problem(keys):
            self.said.set_tone("error")
            self.said.setText(problem)
        else:
            self.assign.setEnabled(True)
            if owner is not None:
                self.said.set_tone("warning")
                self.said.setText(f"{native(keys)} belongs to {owner.plain_text}, which loses it by Assign.")
            else:
                self.said.setText(f"{native(keys)} is free.")

    def _assign(self) -> None:
        row = self.row
        if row is not None:
            self._told(row, self._keymap.give(row, self.keys.keySequence().toString()))

    def _clear(self) -> None:
        row = self.row
        if row is not None:
            self._told(row, self._keymap.give(row, ""))

    def _reset(self) -> None:
        row = self.row
        if row is not None:
            self._told(row, self._keymap.reset(row))

    def _reset_all(self) -> None:
        self._keymap.reset_all()
        self._told(None, None)

    def _told(self, row: ActionRow | None, loser: ActionRow | None) -> None:
        self._show_keys()
        self._chosen()
        if row is None:
            self.said.setText("Every action has the keys that it came with.")
        elif loser is not None:
            self.said.set_tone("warning")
            self.said.setText(f"{loser.plain_text} has no keys any more.")
        elif not self._keymap.all()[row.name]:
            self.said.setText(f"{row.plain_text} has no keys.")
        self.changed.emit()


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [one for place in range(item.childCount()) if (one := item.child(place)) is not None]
