"""The window that compares two rows: header fields, bytes side by side, next and previous difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.compare import LARGEST
from wsgui.dissect.json_compare import MOST
from wsgui.dissect.sizes import grouped, human_bytes
from wsgui.dissect.visible import visible
from wsgui.ui.compare.view import CompareView
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from wsgui.session.comparing import Compared


_WIDEST = 420
"""Pixels of a column: a long value has a tool tip of its own in the message view."""


def json_sentence(number: int) -> str:
    """How many values differ where both sides are JSON."""
    if not number:
        return "As JSON they say the same."
    more = "at least " if number == MOST else ""
    return f"As JSON they differ in {more}{grouped(number)} {'value' if number == 1 else 'values'}, listed above."


@guarded
class CompareWindow(QWidget):
    """Emits ``messages_toggled(bool)`` when whole messages are to be compared, or the rows alone again."""

    messages_toggled = Signal(bool)

    def __init__(self, left: int, right: int, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._compared: Compared | None = None
        self.setWindowTitle(f"Row {left} and row {right}")
        self.resize(1240, 620)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = QTreeWidget()
        self.fields.setHeaderLabels(["", "Field", f"Row {left}", f"Row {right}"])
        self.fields.setRootIsDecorated(False)
        self.fields.setUniformRowHeights(True)
        self.fields.setAccessibleName("Fields of both rows")
        self.view = CompareView()
        self.note = QLabel("Comparing…")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        name_label(self.note, "What differs")
        self.messages = QCheckBox("Whole messages")
        self.messages.setToolTip("Compare the messages that the frames belong to, joined from their fragments")
        self.messages.toggled.connect(self.messages_toggled)
        self.back = QPushButton("↑ Previous")
        self.back.setToolTip("The difference before (Shift+F3)")
        self.forward = QPushButton("↓ Next")
        self.forward.setToolTip("The next difference (F3)")
        self.back.clicked.connect(lambda: self.step(backward=True))
        self.forward.clicked.connect(lambda: self.step())
        for keys, button in (("F3", self.forward), ("Shift+F3", self.back)):
            QShortcut(QKeySequence(keys), self).activated.connect(button.click)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        top = QHBoxLayout()
        top.setContentsMargins(8, 6, 8, 2)
        top.addWidget(self.note, 1)
        for widget in (self.messages, self.back, self.forward):
            top.addWidget(widget)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.fields)
        parts.addWidget(self.view)
        parts.setSizes([190, 400])
        parts.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(parts, 1)
        self.view.moved.connect(lambda _: self._count())
        self._enable()

    def show_compared(self, compared: Compared) -> None:
        """Show what was found."""
        self._compared = compared
        self.fields.clear()
        for pair in compared.fields:
            self.fields.addTopLevelItem(QTreeWidgetItem(["" if pair.same else "≠", pair.name, pair.left, pair.right]))
        for one in compared.json or ():
            self.fields.addTopLevelItem(QTreeWidgetItem(["≠", *map(visible, one)]))
        for number in range(4):
            self.fields.resizeColumnToContents(number)
            self.fields.setColumnWidth(number, min(self.fields.columnWidth(number), _WIDEST))
        self._colour()
        self.view.set_comparison(compared.bytes)
        self._count()
        self._enable()

    def say(self, sentence: str) -> None:
        """Say why there is nothing to show."""
        self.note.setText(sentence)

    def step(self, *, backward: bool = False) -> None:
        """Go to the next or the previous difference; the last and the first are followed by the other end."""
        if self._compared is None:
            return
        bytes_ = self._compared.bytes
        cell = bytes_.next_difference(self.view.cell, backward=backward)
        if cell is None and bytes_.differences:
            cell = bytes_.differences[-1 if backward else 0]
        if cell is not None:
            self.view.go_to(cell)

    def _count(self) -> None:
        if self._compared is None:
            return
        bytes_ = self._compared.bytes
        what = "messages" if self._compared.messages else "payloads"
        sizes = f"{human_bytes(len(bytes_.left))} and {human_bytes(len(bytes_.right))}"
        count = len(bytes_.differences)
        if not count:
            words = [f"The {what} are equal: {human_bytes(len(bytes_.left))}."]
        elif self.view.cell in bytes_.differences:
            at = bytes_.differences.index(self.view.cell) + 1
            words = [f"Difference {grouped(at)} of {grouped(count)} between the {what}, {sizes}."]
        else:
            words = [f"{grouped(count)} differences between the {what}, {sizes}."]
        if self._compared.json is not None and count:
            words.append(json_sentence(len(self._compared.json)))
        if bytes_.by_position:
            much = human_bytes(bytes_.by_position)
            words.append(f"{much} cannot be aligned in reasonable time and are compared position by position.")
        if self._compared.cut:
            words.append(f"Only the first {human_bytes(LARGEST)} are compared.")
        self.note.setText(" ".join(words))

    def _enable(self) -> None:
        some = self._compared is not None and bool(self._compared.bytes.differences)
        self.back.setEnabled(some)
        self.forward.setEnabled(some)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == event.Type.PaletteChange and hasattr(self, "fields"):
            self._colour()

    def _colour(self) -> None:
        ink = QBrush(colour(theme_of(self).warning))
        for number in range(self.fields.topLevelItemCount()):
            item = self.fields.topLevelItem(number)
            if item is not None and item.text(0):
                for at in range(4):
                    item.setForeground(at, ink)
