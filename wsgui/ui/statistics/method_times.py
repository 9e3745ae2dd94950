"""Round trips by method, in a window of their own: joined when it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wsgui.capture.answer_table import times_by_method
from wsgui.dissect.preview import one_line
from wsgui.dissect.sizes import delta_text, grouped
from wsgui.session.answer_finder import AnswerFinder

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.capture.answer_table import AnswerTable
    from wsgui.engine.tasks import TaskOwner

_TITLES = ("Method", "Requests", "Unanswered", "Median", "95 %", "Longest")
_MOST = 1000
"""Methods that are listed."""


class MethodTimesDialog(QDialog):
    """Of the whole capture up to row ``upto``, whatever the filter."""

    def __init__(self, path: Path, tasks: TaskOwner, upto: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Round Trips by Method")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 360)
        self._upto = upto
        self._finder = AnswerFinder(path, tasks, self._show, self._failed)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Join no more requests and answers; the figures so far stay")
        self.stop.clicked.connect(self._stopped)
        self.list = QTreeWidget()
        self.list.setAccessibleName("Round trips by method")
        self.list.setRootIsDecorated(False)
        self.list.setHeaderLabels(_TITLES)
        self.list.header().resizeSection(0, 220)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Close these figures")
        buttons.rejected.connect(self.reject)
        top = QHBoxLayout()
        top.addWidget(self.note, 1)
        top.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.finished.connect(lambda _: self._finder.stop())
        self.note.setText("Joining requests and answers…" if upto else "No rows yet.")
        self.stop.setVisible(upto > 0)
        self._finder.grow(upto)

    def _show(self, table: AnswerTable) -> None:
        done = table.upto >= self._upto
        self.stop.setVisible(not done)
        methods = times_by_method(table)
        self.note.setText(
            f"{grouped(sum(one.requests for one in methods))} requests and pings in {grouped(table.upto)} rows"
            + ("" if done else f" · {100 * table.upto // self._upto} %")
        )
        self.list.clear()
        for one in methods[:_MOST]:
            spans = ["—" if span is None else delta_text(span) for span in one[3:]]
            name = one_line(one.name, False) or "others"
            item = QTreeWidgetItem([name, grouped(one.requests), grouped(one.unanswered), *spans])
            for place in range(1, len(_TITLES)):
                item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight)
            self.list.addTopLevelItem(item)

    def _stopped(self) -> None:
        self._finder.stop()
        self.stop.hide()

    def _failed(self, sentence: str) -> None:
        self.stop.hide()
        self.note.setText(sentence)
