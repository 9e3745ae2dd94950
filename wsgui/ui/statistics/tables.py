"""The charts as tables: the same figures for whoever reads better than looks, and for screen readers and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QSplitter, QTableWidget, QTableWidgetItem

from wsgui.dissect.sizes import delta_text, grouped, human_bytes
from wsgui.ui.statistics.groups import groups
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from wsgui.capture.statistics import Figures

SECOND: Final = 1_000_000_000
SHOWN: Final = 256
"""Intervals at most, as in the charts."""
_TARGET: Final = Qt.ItemDataRole.UserRole


class FigureTables(QSplitter):
    """Emits ``time_chosen(ns)`` or ``row_chosen(id)`` for the row that Enter or a double click chose, as `Charts` does
    for clicks."""

    time_chosen = Signal(object)
    row_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._figures: Figures | None = None
        self._by = "direction"
        self.over_time = _table("Over time")
        self.by_size = _table("By size of payload")
        for table in (self.over_time, self.by_size):
            self.addWidget(table)
            table.itemActivated.connect(self._chosen)
        self.setStretchFactor(0, 2)

    def show_by(self, by: str) -> None:
        """Split what is over time by ``direction`` or ``opcode``."""
        self._by = by
        self._fill()

    def show_figures(self, figures: Figures | None) -> None:
        """Show figures; None for nothing."""
        self._figures = figures
        self._fill()

    def _fill(self) -> None:
        figures = self._figures
        if figures is None or not figures.used:
            self.over_time.setRowCount(0)
            self.by_size.setRowCount(0)
            return
        self._fill_times(figures)
        self._fill_sizes(figures)

    def _fill_times(self, figures: Figures) -> None:
        joined = -(-figures.used // SHOWN)
        starts = np.arange(0, figures.used, joined)
        seconds = figures.width_ns * joined / SECOND
        curves = groups(self._by, theme_of(self))
        titles = ["From"]
        columns: list[tuple[NDArray[Any], Callable[[Any], str]]] = []
        for what, table, text in (
            ("frames/s", figures.frames, _rate),
            ("bytes/s", figures.bytes, _bytes),
        ):
            for curve in curves:
                values = np.add.reduceat(curve.of(table)[: figures.used], starts) / seconds
                if values.any():
                    titles.append(f"{curve.name}, {what}")
                    columns.append((values, text))
        for what, worst in (("longest ping round trip", figures.slowest), ("longest gap", figures.longest)):
            spans = np.maximum.reduceat(worst.spans[: figures.used], starts)
            if (spans >= 0).any():
                titles.append(what)
                columns.append((spans, _span))
        rows = []
        for at, start in enumerate(starts):
            texts = [text(values[at]) for values, text in columns]
            if any(texts):
                begin = int(start) * figures.width_ns
                rows.append(([delta_text(begin), *texts], ("time", (figures.start_ns or 0) + begin)))
        _show(self.over_time, titles, rows)

    def _fill_sizes(self, figures: Figures) -> None:
        rows = []
        for bin_ in np.flatnonzero(figures.sizes.sum(axis=0)):
            least = "0 B" if bin_ == 0 else human_bytes(1 << (int(bin_) - 1))
            sent, received = (grouped(int(figures.sizes[way, bin_])) for way in (0, 1))
            rows.append(([least, sent, received], ("row", int(figures.size_rows[bin_]))))
        _show(self.by_size, ["Payload of at least", "↑ sent, frames", "↓ received, frames"], rows)

    def _chosen(self, item: QTableWidgetItem) -> None:
        table = item.tableWidget()
        first = None if table is None else table.item(item.row(), 0)
        if first is not None:
            kind, value = first.data(_TARGET)
            (self.time_chosen if kind == "time" else self.row_chosen).emit(value)


def _rate(value: float) -> str:
    return f"{value:.4g}" if value else ""


def _bytes(value: float) -> str:
    return human_bytes(round(value)) if value else ""


def _span(value: int) -> str:
    return delta_text(int(value)) if value >= 0 else ""


def _table(name: str) -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName(name)
    table.setToolTip(f"{name}. Enter goes to the first frame of a row.")
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.verticalHeader().hide()
    return table


def _show(table: QTableWidget, titles: list[str], rows: list[tuple[list[str], tuple[str, int]]]) -> None:
    """Fill a table; a person's place in it stays."""
    place = table.currentIndex()
    table.setColumnCount(len(titles))
    table.setHorizontalHeaderLabels(titles)
    table.setRowCount(len(rows))
    for number, (texts, target) in enumerate(rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column == 0:
                item.setData(_TARGET, target)
            table.setItem(number, column, item)
    table.resizeColumnsToContents()
    if 0 <= place.row() < len(rows):
        table.setCurrentCell(place.row(), min(place.column(), len(titles) - 1))
