"""A message as its decoder understands it: a choice of decoder, and a tree whose nodes are tied to bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import TreeNode
from wsgui.dissect.decoders.values import as_filter, value_text
from wsgui.dissect.sizes import human_bytes
from wsgui.session.user_decoders import user_decoders
from wsgui.ui.inspector.decoded_model import DecodedModel
from wsgui.ui.inspector.decoding_work import DecodingWork
from wsgui.ui.inspector.picture import Picture
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QKeyEvent

    from wsgui.dissect.decoders.model import Context, Decoder, Message
    from wsgui.dissect.decoders.registry import Decoded

_OPENED = 60  # nodes that are opened at once, at most


@guarded
class DecodedTree(QTreeView):
    """The tree alone, with a menu for each node."""

    filter_requested = Signal(str)
    """A comparison of the filter language that takes messages with this value."""
    column_requested = Signal(str)
    """A field of the filter language that is to be a column of the table."""

    def __init__(self, model: DecodedModel) -> None:
        super().__init__()
        self.setModel(model)
        self._nodes = model
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setIndentation(14)
        self.setAccessibleName("Decoded message")
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.resizeSection(0, 125)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)

    def menu_of(self, node: TreeNode) -> QMenu:
        """What can be done with a node."""
        menu = QMenu(self)
        copy = menu.addAction("Copy &Value")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(value_text(node)))
        path = menu.addAction("Copy &Path")
        path.setEnabled(bool(node.path))
        path.triggered.connect(lambda: QGuiApplication.clipboard().setText(node.path))
        comparison = as_filter(node)
        narrow = menu.addAction("&Filter by This Value")
        narrow.setEnabled(bool(comparison))
        narrow.triggered.connect(lambda: self.filter_requested.emit(comparison))
        column = menu.addAction("Show as &Column")
        column.setEnabled(bool(node.path))
        column.triggered.connect(lambda: self.column_requested.emit(node.path))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            QGuiApplication.clipboard().setText(value_text(self._nodes.node(self.currentIndex())))
        else:
            super().keyPressEvent(event)

    def _open_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            menu = self.menu_of(self._nodes.node(index))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(place))


@guarded
class DecodedPane(QWidget):
    """``choice`` belongs above the pane; ``node_chosen`` tells the bytes of the node that a person has selected."""

    node_chosen = Signal(int, int)
    """First byte and number of bytes in the message."""
    decoder_chosen = Signal(str)
    """The name of a decoder, or "" for the one that fits best."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self._context: Context | None = None
        self._chosen = ""
        self._following = False  # a selection of bytes, not of a person in the tree
        self._used: Decoder | None = None
        self.choice = QComboBox()
        self.choice.setToolTip("How messages of this session are read: by the decoder that fits best, or by another")
        self.choice.setAccessibleName("Decoder")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.activated.connect(self._choose)
        self.model = DecodedModel(lambda: colour(theme_of(self).dim))
        self.tree = DecodedTree(self.model)
        self.work = DecodingWork(self)
        self.work.decoded.connect(self._show)
        self.work.progressed.connect(self._progress)
        self.note = SentenceLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(8, 2, 8, 2)
        self.note.hide()
        self.bar = QProgressBar()
        self.bar.setFormat("Decoding %p %")
        self.stop_button = QPushButton("Stop")
        self.stop_button.setToolTip("Decode no more of this message")
        self.stop_button.clicked.connect(self.work.stop)
        waiting = QHBoxLayout()
        waiting.setContentsMargins(8, 0, 8, 0)
        waiting.addWidget(self.bar, 1)
        waiting.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.picture = Picture()
        column.addWidget(self.note)
        column.addWidget(self.picture)
        column.addLayout(waiting)
        column.addWidget(self.tree, 1)
        self.tree.selectionModel().currentChanged.connect(self._selected)
        self._wait(False)
        self.clear()

    @property
    def decoder(self) -> str:
        """The decoder that a person has chosen; "" for the one that fits best."""
        return self._chosen

    @property
    def used(self) -> Decoder | None:
        """The decoder of what is shown."""
        return self._used

    def set_message(self, context: Context, message: Message) -> None:
        """Decode and show a message."""
        self._context, self._message = context, message
        user_decoders().refresh()
        self._offer()
        self._decode()

    def clear(self) -> None:
        """Show nothing, and let go of the message."""
        self.work.cancel()
        self._message = self._context = self._used = None
        self.picture.clear_picture()
        self.model.set_root(TreeNode(""))
        self._say("")
        self._wait(False)
        self.choice.hide()
        self.hide()

    def select_byte(self, byte: int) -> None:
        """Select the innermost node that has a byte; `node_chosen` stays silent."""
        index = self.model.index_at(byte)
        if index.isValid() and index != self.tree.currentIndex().siblingAtColumn(0):
            self._following = True
            try:
                self.tree.setCurrentIndex(index)
            finally:
                self._following = False
            self.tree.scrollTo(index)

    def _chosen_title(self) -> str:
        known = registry.all_decoders().get(self._chosen)
        return self._chosen if known is None else known.title  # its file has gone

    def _offer(self) -> None:
        """List the decoders that fit the message, and the one that was chosen for others."""
        if self._message is None or self._context is None:
            return
        best = registry.automatic(self._context, self._message)
        found = registry.fitting(self._context, self._message)
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItem(f"Auto: {best.title}", "")
            for decoder in found:
                self.choice.addItem(decoder.title, decoder.name)
            if self._chosen and self._chosen not in {decoder.name for decoder in found}:
                self.choice.addItem(self._chosen_title(), self._chosen)
            self.choice.setCurrentIndex(max(self.choice.findData(self._chosen), 0))
        self.choice.show()

    def _decode(self) -> None:
        if self._message is None or self._context is None:
            return
        self._used = decoder = registry.chosen(self._chosen, self._context, self._message)
        self.model.set_root(TreeNode(""))
        self._say("")
        if len(self._message.data) and not (decoder.last_resort and not self._chosen):
            self.show()
        self.picture.show_data(self._message.data if self._message.whole and not self._message.text else b"")
        self.work.start(decoder, self._context, self._message)
        self._wait(self.work.busy)

    def _show(self, found: Decoded) -> None:
        self._wait(False)
        self.model.set_root(found.root)
        used = self._used
        says_more = used is not None and (not used.last_resort or bool(self._chosen) or _has_more(found.root))
        sentences = [found.sentence, *user_decoders().problems.values()]
        if self._chosen and used is not None and used.name != self._chosen:
            title = self._chosen_title()
            sentences.insert(0, f"{title} does not fit this message; it is shown as {used.title}.")
        self._say(" ".join(filter(None, sentences)))
        says_more = says_more or bool(user_decoders().problems)
        self.setVisible(self._message is not None and bool(self._message.data) and says_more)
        self._open_first()

    def _open_first(self) -> None:
        """Open nodes from the top, level by level, as long as it stays easy to look at."""
        level = [self.model.index(row, 0) for row in range(min(self.model.rowCount(), _OPENED))]
        shown = self.model.rowCount()
        while level:
            below: list[QModelIndex] = []
            for index in level:
                count = self.model.rowCount(index)
                if not count or shown + count > _OPENED:
                    continue
                shown += count
                self.tree.expand(index)
                below += [self.model.index(row, 0, index) for row in range(count)]
            level = below

    def _choose(self, place: int) -> None:
        self._chosen = self.choice.itemData(place)
        self.decoder_chosen.emit(self._chosen)
        self._decode()

    def _selected(self, index: QModelIndex) -> None:
        if index.isValid() and not self._following:
            node = self.model.node(index)
            self.node_chosen.emit(node.start, node.stop - node.start)

    def _progress(self, done: int, total: int) -> None:
        self.bar.setValue(100 * done // max(total, 1))
        self.bar.setToolTip(f"{human_bytes(done)} of {human_bytes(total)}")

    def _wait(self, yes: bool) -> None:
        self.bar.setValue(0)
        self.bar.setVisible(yes)
        self.stop_button.setVisible(yes)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))


def _has_more(root: TreeNode) -> bool:
    """Whether the last resort noticed something that the text or the bytes alone do not tell."""
    return bool(root.text) or any(node.note or node.children for node in root.children[:1000])
