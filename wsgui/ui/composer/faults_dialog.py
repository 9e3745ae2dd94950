"""The library of ready-made faults as a list to search in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wsgui.protocol.faults import frame_faults, matches
from wsgui.protocol.rules import RULES
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

    from wsgui.protocol.faults.model import Fault
    from wsgui.protocol.states import Role

_ID = int(Qt.ItemDataRole.UserRole)


@guarded
class FaultsDialog(QDialog):
    """Shows the faults that ``sender`` can commit on an open connection, or those of ``faults``; opened with ``open``,
    never run in a loop of its own."""

    chosen = Signal(object)
    """A `FrameFault`, or another `Fault` of those given, to put into the editor."""

    def __init__(self, sender: Role, parent: QWidget | None = None, faults: Sequence[Fault] | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Ready-made faults")
        self.resize(720, 480)
        self._faults: dict[str, Fault] = {one.id: one for one in (faults or frame_faults(sender))}
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search: name, rule, section, close code")
        self.search.setAccessibleName("Search the faults")
        self.search.setToolTip("Words that a fault's name, rule, section, reaction or explanation holds")
        self.search.setClearButtonEnabled(True)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Faults")
        self.list.setHeaderLabels(["Fault", "Rule", "Section", "Expected reaction"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        self.explanation = Note(keeps_room=True)
        self.explanation.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)
        self.explanation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.use = QPushButton("&Put into the editor")
        self.use.setDefault(True)
        self.use.setToolTip("Fill the Raw tab with this fault; nothing is sent yet")
        self.buttons.addButton(self.use, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.explanation)
        column.addWidget(self.buttons)
        self.search.textChanged.connect(self._fill)
        self.list.currentItemChanged.connect(self._show_current)
        self.list.itemDoubleClicked.connect(lambda *_: self._use())
        self.use.clicked.connect(self._use)
        self.buttons.rejected.connect(self.reject)
        self._fill("")

    @property
    def current(self) -> Fault | None:
        """The selected fault."""
        item = self.list.currentItem()
        return None if item is None else self._faults[item.data(0, _ID)]

    def shown(self) -> list[str]:
        """The names in the list, in order."""
        return [self.list.topLevelItem(row).text(0) for row in range(self.list.topLevelItemCount())]  # type: ignore[union-attr]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the search line into the list; Enter chooses in both."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (self.search.hasFocus() or self.list.hasFocus()):
            self._use()
            return
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
            return
        super().keyPressEvent(event)

    def _fill(self, words: str) -> None:
        before = self.current
        self.list.clear()
        for one in self._faults.values():
            if not matches(one, words):
                continue
            item = QTreeWidgetItem([one.name, one.rule, one.reference.removeprefix("RFC 6455 "), one.reaction.text])
            item.setData(0, _ID, one.id)
            self.list.addTopLevelItem(item)
            if before is not None and one.id == before.id:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self._show_current()

    def _show_current(self) -> None:
        one = self.current
        self.use.setEnabled(one is not None)
        self.explanation.say("No fault has these words." if one is None else in_words(one), Tone.TEXT)

    def _use(self) -> None:
        one = self.current
        if one is not None:
            self.accept()
            self.chosen.emit(one)


def in_words(one: Fault) -> str:
    """What a fault is about, in three sentences."""
    demand = RULES[one.rule].demand
    return f"{one.explanation} The rule: {demand} ({one.reference}) To be expected: {one.reaction.text}."
