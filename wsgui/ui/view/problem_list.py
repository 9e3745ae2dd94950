"""What is wrong in a capture, as a panel shows it: rules that rows broke, and what an import could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from wsgui.capture.errors import CaptureError
from wsgui.dissect.sizes import grouped
from wsgui.dissect.visible import visible
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.sentence_label import SentenceLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from wsgui.capture.reader import CaptureReader

LISTED: Final = 5000
"""Problems that are listed."""
BATCH: Final = 500
"""Problems that are read at one look."""
LEAST_WIDTH: Final = 320
_EMPTY = "No problem so far: no row breaks a rule, and an import could read everything."


@guarded
class ProblemList(QWidget):
    """Emits ``row_chosen(id)`` for a click or Enter. ``reader()`` is asked at each `look`; ``say(sentence)`` is for a
    capture that cannot be read."""

    row_chosen = Signal(int)

    def __init__(
        self, reader: Callable[[], CaptureReader], say: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._reader, self._say = reader, say
        self._after = -1
        self.setMinimumWidth(LEAST_WIDTH)  # where docks are laid out anew, Qt gives some what is left
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Row", "Rule", "What is wrong"])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName("Problems")
        self.tree.setToolTip("A click or Enter goes to the row")
        self.hint = SentenceLabel()
        self.hint.setText(_EMPTY)
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.hint)
        self.tree.itemClicked.connect(self._chosen)
        self.tree.itemActivated.connect(self._chosen)

    def look(self) -> None:
        """List what came since the last look, while the panel is seen."""
        if not self.isVisible() or self.tree.topLevelItemCount() >= LISTED:
            return
        try:
            if self._after < 0:
                self._after = 0
                self.tree.addTopLevelItems([_item(None, "import", text) for _, text in self._reader().problems()])
            found = self._reader().violations(self._after, BATCH)
        except CaptureError as error:
            self._say(str(error))
            return
        if len(found) == BATCH:  # the last row may have broken more rules than were read
            found = [one for one in found if one[0] != found[-1][0]] or found
        if found:
            self._after = found[-1][0]
            self.tree.addTopLevelItems([_item(row, broken.rule, broken.text) for row, broken in found])
            for place in (0, 1):
                self.tree.resizeColumnToContents(place)
        count = self.tree.topLevelItemCount()
        self.hint.setText(f"The first {grouped(LISTED)} problems are listed." if count >= LISTED else _EMPTY)
        self.hint.setVisible(not count or count >= LISTED)

    def _chosen(self, item: QTreeWidgetItem, _: int) -> None:
        row = item.data(0, Qt.ItemDataRole.UserRole)
        if row is not None:
            self.row_chosen.emit(row)

    def showEvent(self, event: QShowEvent) -> None:
        """More may have come meanwhile."""
        super().showEvent(event)
        self.look()


def _item(row: int | None, rule: str, text: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem(["" if row is None else grouped(row), rule, visible(text)])
    item.setData(0, Qt.ItemDataRole.UserRole, row)
    return item
