"""What a client does to connect again: when the next attempt is due, how the earlier ones went, and a way to stop."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from wsgui.ui.widgets.sentence_label import SentenceLabel
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.session.reconnect import Attempt

SHOWN = 200
"""The latest attempts that are listed."""


class ReconnectBar(QWidget):
    """`show_attempts` is called at each tick, and shows nothing while there is nothing to say. Emits
    ``stop_requested()``."""

    stop_requested = Signal()

    def __init__(self, now_ns: Callable[[], int] = time.time_ns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now_ns = now_ns
        self._shown: tuple[int, int | None] = (0, None)
        self._away = 0
        self.label = SentenceLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setAccessibleName("Connecting again")
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Do not connect again")
        self.stop.setAccessibleName("Stop connecting again")
        self.stop.clicked.connect(self.stop_requested)
        self.more = QToolButton()
        self.more.setCheckable(True)
        self.more.setProperty("toggle", True)
        self.more.setAccessibleName("List the attempts")
        self.more.setToolTip("List the attempts to connect again")
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Put this away")
        self.close_button.setAccessibleName("Put the attempts away")
        self.close_button.clicked.connect(self._put_away)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["#", "Time", "Outcome"])
        self.table.setAccessibleName("Attempts to connect again")
        self.table.setFont(fixed_font())
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.setFixedHeight(116)
        self.table.hide()
        self.more.toggled.connect(self.table.setVisible)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        for widget in (self.more, self.stop, self.close_button):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 6, 4)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.table)
        self.hide()

    def show_attempts(self, attempts: Sequence[Attempt], waiting_until_ns: int | None) -> None:
        """Show how it stands; ``waiting_until_ns`` is when the next attempt is due (ns since the epoch)."""
        count = len(attempts)
        if count < self._away:
            self._away = 0  # a person has pressed Connect
        if not count and waiting_until_ns is None:
            self._shown = (0, None)
            self.hide()
            return
        waiting = waiting_until_ns is not None
        if waiting_until_ns is not None:
            left = max(0.0, (waiting_until_ns - self._now_ns()) / 1e9)
            text = f"The next attempt to connect begins in {left:.1f} s."
        else:
            text = f"The last attempt: {attempts[-1].outcome}"
        if text != self.label.text():
            self.label.setText(text)
        if self._shown[0] != count or self.table.rowCount() != min(count, SHOWN):
            self._fill(attempts[-SHOWN:])
            self.more.setText(f"Attempts: {count}")
            self.more.setAccessibleName(f"List the attempts, {count} so far")
        self._shown = (count, waiting_until_ns)
        self.more.setVisible(bool(count))
        self.stop.setVisible(waiting)
        self.close_button.setVisible(not waiting)
        self.setVisible(waiting or count > self._away)

    def _fill(self, attempts: Sequence[Attempt]) -> None:
        self.table.setRowCount(len(attempts))
        for place, attempt in enumerate(attempts):
            when = datetime.fromtimestamp(attempt.time_ns / 1e9).astimezone()
            clock = f"{when:%H:%M:%S}.{when.microsecond // 1000:03d}"
            for column, text in enumerate((str(attempt.number), clock, attempt.outcome)):
                self.table.setItem(place, column, QTableWidgetItem(text))
        self.table.scrollToBottom()

    def _put_away(self) -> None:
        self._away = self._shown[0]
        self.hide()
