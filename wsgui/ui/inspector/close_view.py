"""The Close tab: how a connection ended, line by line, with the rows that the lines are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QBrush, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidgetItem, QVBoxLayout, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.explain.asking import explain_item
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of
from wsgui.ui.widgets.wrap_tree import WrapTree

if TYPE_CHECKING:
    from wsgui.session.autopsy import Autopsy

_ROW_ROLE = Qt.ItemDataRole.UserRole
_CODE = re.compile(r"\b[13]0\d\d\b")
_WRONG = ("Rule", "Perhaps because", "After the close frame")
NOTHING = "No connection has ended."


def autopsy_text(found: Autopsy) -> str:
    """All of it as lines of plain text, to be copied."""
    lines = [f"Connection #{found.connection}: {found.headline}"]
    for label, text, row in found.findings:
        lines.append(f"{label}: {text}" + ("" if row is None else f" (row {row})"))
    return "\n".join(lines)


@guarded
class CloseView(QWidget):
    """One ended connection. ``row_requested(id)`` asks for a row of the table: a click, or Enter, on a line of it."""

    row_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._autopsy: Autopsy | None = None
        self.headline = Note(keeps_room=True, shrinks=True)
        self.headline.setAccessibleName("How the connection ended")
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Copy all of this as text")
        self.copy_button.clicked.connect(self.copy)
        self.tree = WrapTree(["About", "Row", "Finding"])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setAccessibleName("Findings")
        self.tree.setToolTip("Click a line with a row's number to go to that row")
        self.tree.itemClicked.connect(lambda item, _: self._go(item))
        self.tree.itemActivated.connect(lambda item, _: self._go(item))
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 0)
        top.addWidget(self.headline, 1)
        top.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.tree, 1)
        self.clear()

    def show_autopsy(self, found: Autopsy) -> None:
        """Show how a connection ended."""
        self._autopsy = found
        mark, tone = ("✓", Tone.GOOD) if found.clean else ("⚠", Tone.ERROR)
        self.headline.say(f"{mark} Connection #{found.connection}: {found.headline}", tone)
        self.tree.clear()
        for label, text, row in found.findings:
            item = QTreeWidgetItem(self.tree, [label, "" if row is None else f"row {grouped(row)}", text])
            item.setData(0, _ROW_ROLE, row)
            explain_item(item, *(f"close:{code}" for code in _CODE.findall(text)))
            if row is not None:
                font = item.font(1)
                font.setUnderline(True)
                item.setFont(1, font)
        self.copy_button.setEnabled(True)
        self._colour()

    def clear(self, why: str = NOTHING) -> None:
        """Show no end, and ``why``."""
        self._autopsy = None
        self.headline.say(why)
        self.tree.clear()
        self.copy_button.setEnabled(False)

    @property
    def shown(self) -> Autopsy | None:
        """What is shown."""
        return self._autopsy

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        if self._autopsy is not None:
            QGuiApplication.clipboard().setText(autopsy_text(self._autopsy))

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tree"):
            self._colour()

    def _colour(self) -> None:
        theme = theme_of(self)
        for place in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(place)
            if item is not None:
                item.setForeground(0, QBrush(colour(theme.dim)))
                item.setForeground(1, QBrush(colour(theme.received)))
                item.setForeground(2, QBrush(colour(theme.warning if item.text(0) in _WRONG else theme.text)))

    def _go(self, item: QTreeWidgetItem) -> None:
        row = item.data(0, _ROW_ROLE)
        if row is not None:
            self.row_requested.emit(row)
