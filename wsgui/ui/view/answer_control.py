"""Requests and their answers in one tab: a column that links them, a menu entry and an action that go across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QToolButton

from wsgui.dissect.sizes import delta_text, grouped
from wsgui.session.answer_finder import AnswerFinder
from wsgui.ui.view.frames.extras import ExtraColumn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from wsgui.capture.answer_table import Answer, AnswerTable
    from wsgui.capture.message_start import MessageStart
    from wsgui.capture.reader import Row
    from wsgui.engine.tasks import TaskOwner
    from wsgui.ui.view.frames.model import FrameModel
    from wsgui.ui.view.frames.table import FrameTable

KEY = "answer"
_LONG = 100_000
"""Rows from which on it is said how far joining has come."""


class AnswerControl(QObject):
    """Of one tab. Nothing is decoded while the column is hidden.

    ``go(row)`` selects a row by its number, ``say(sentence)`` is for what did not work; ``note`` and ``stop_button``
    are laid out by whoever has room for them."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        parts: tuple[FrameModel, FrameTable],
        go: Callable[[int], None],
        say: Callable[[str], None],
        *,
        live: bool,
    ) -> None:
        super().__init__()
        self._model, self._table = parts
        self._go, self._say = go, say
        self._answers: AnswerTable | None = None
        self._finder = AnswerFinder(path, tasks, self._joined, say, live=live)
        self.column = ExtraColumn(
            KEY,
            "Answer",
            "How long the answer took, and the row that it answers (←); of a request the row of its answer (→)",
            "00.0 ms ← 0000",
            self._text,
        )
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setForegroundRole(self.note.palette().ColorRole.PlaceholderText)
        self.note.hide()
        self.stop_button = QToolButton()
        self.stop_button.setText("Stop Joining")
        self.stop_button.setToolTip("Look for no more answers; those that were found stay")
        self.stop_button.clicked.connect(self._stopped)
        self.stop_button.hide()
        self._table.menu_parts.append(self._add)

    def tick(self, committed: int) -> None:
        """The capture has so many rows: join what is new, if the column is seen."""
        place = self._model.column_of(KEY)
        if place is not None and not self._table.columns.isSectionHidden(place):
            self._finder.grow(committed)
            self._tell()

    def cross(self) -> None:
        """Go from a request to its answer, or back."""
        row = self._model.row(self._table.currentIndex().row())
        answer = None if row is None else self._of(row)
        if answer is not None and answer.other:
            self._go(answer.other)
        elif answer is not None:
            self._say("This request has no answer so far.")
        elif self._answers is None:
            self._say("Requests and answers are joined while the column Answer is shown: right-click the table's head.")
        else:
            self._say("This row neither asks nor answers, as far as its decoder knows.")

    def close(self) -> None:
        """Stop for good."""
        self._finder.stop()

    def _of(self, row: Row) -> Answer | None:
        return None if self._answers is None else self._answers.of(row.id)

    def _text(self, row: Row, _: MessageStart | None) -> str:
        answers = self._answers
        if answers is None or row.id > answers.upto:
            return "…" if self._finder.busy else ""
        answer = answers.of(row.id)
        if answer is None:
            return ""
        if answer.asks:
            return f"→ {grouped(answer.other)}" if answer.other else "unanswered"
        return f"{delta_text(answer.ns or 0)} ← {grouped(answer.other)}"

    def _joined(self, answers: AnswerTable) -> None:
        self._answers = answers
        self._model.forget_pages()
        self._table.viewport().update()
        self._tell()

    def _stopped(self) -> None:
        self._finder.stop()
        self._model.forget_pages()
        self._table.viewport().update()
        self._tell()

    def _tell(self) -> None:
        done = 0 if self._answers is None else self._answers.upto
        left = self._finder.wanted - done
        long = self._finder.busy and left > _LONG
        if long:
            self.note.setText(f"Joining answers: {100 * done // self._finder.wanted} %")
        self.note.setVisible(long)
        self.stop_button.setVisible(long)

    def _add(self, menu: QMenu, row: Row) -> None:
        answer = self._of(row)
        if answer is not None:
            label = "Go to &Answer" if answer.asks else "Go to Re&quest"
            action = menu.addAction(
                f"{label} (Row {grouped(answer.other)})" if answer.other else f"{label} (None So Far)"
            )
            action.setEnabled(bool(answer.other))
            action.triggered.connect(lambda: self._go(answer.other))
