"""The frame table: follows the newest row until the person scrolls away or looks at a row that would leave the view
and then says how many rows are new. It can be paused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from wsgui.ui.view.frames.cells import TITLES
from wsgui.ui.view.frames.columns import FrameHeader
from wsgui.ui.view.frames.delegate import MARGIN, FrameDelegate
from wsgui.ui.view.frames.new_rows import NewRows
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

    from wsgui.capture.reader import Row
    from wsgui.ui.view.frames.extras import ExtraColumn
    from wsgui.ui.view.frames.model import FrameModel

MOST_COPIED = 10_000
"""Rows that are copied at once; of more, the current one is."""

_SAMPLES = (
    "00000000 ★",
    "00:00:00.000000",
    "-000.0 ms",
    "Dir",
    "BINARY",
    "FIN RSV1",
    "00 00 00 00",
    "000 000 000",
    "m000 ┌ 00/00",
)


@guarded
class FrameTable(QTableView):
    """Emits ``row_selected(place)`` when the current row changes, by mouse or keyboard (-1 for none)."""

    row_selected = Signal(int)
    follow_changed = Signal(bool)
    compose_requested = Signal(int)
    """A row is to be put into the composer."""

    def __init__(self, model: FrameModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames = model
        self._follow = True
        self._paused = False
        self._holds = False
        """Whether the person looks at the current row: following ends before it leaves the view."""
        self._seen = 0
        """Rows from the top that were in view once."""
        self.can_compose = True
        """Whether there is a composer that a row can be put into."""
        self.menu_parts: list[Callable[[QMenu, Row], None]] = []
        """Each puts further entries into the menu of a row, in this order."""
        self.setModel(model)
        delegate = self._painter = FrameDelegate(self)
        self.setItemDelegate(delegate)
        self.setAccessibleName("Frames")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(delegate.metrics.height() + 6)
        self.columns = columns = FrameHeader(self)
        self.setHorizontalHeader(columns)
        for column, sample in enumerate(_SAMPLES):
            width = max(
                delegate.metrics.horizontalAdvance(sample),
                columns.fontMetrics().horizontalAdvance(TITLES[column]) + 8,
            )
            columns.resizeSection(column, width + 2 * MARGIN)
        self.new_rows = NewRows(self)
        self.new_rows.clicked.connect(lambda: self.set_follow(True))
        model.modelReset.connect(self.call_seen)
        model.rowsInserted.connect(lambda *_: None if self._follow else self._show_new())
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().actionTriggered.connect(lambda _: self._scrolled_by_hand())

    # --- columns

    def set_extras(self, extras: Sequence[ExtraColumn]) -> None:
        """Show other columns behind the ten; they stand in front of the payload."""
        self.columns.forget_extras()
        self._frames.set_extras(extras)

        def width(extra: ExtraColumn) -> int:
            title = self.columns.fontMetrics().horizontalAdvance(extra.title) + 8
            return max(self._painter.metrics.horizontalAdvance(extra.sample), title) + 2 * MARGIN

        self.columns.take_extras(extras, width)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows in view by hand: 4 ms for forty, where style and delegate asked cell by cell took 20."""
        header = self.horizontalHeader()
        view = self.viewport().rect()
        spans = [
            (column, left, header.sectionSize(column))
            for column in range(header.count())
            if not header.isSectionHidden(column)
            and (left := header.sectionViewportPosition(column)) < view.right()
            and left + header.sectionSize(column) > 0
        ]
        first = self.rowAt(0)
        if first < 0:
            return
        theme = theme_of(self)
        height = self.verticalHeader().defaultSectionSize()
        top = self.rowViewportPosition(first)
        current = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        selected = [(one.top(), one.bottom()) for one in self.selectionModel().selection().toList()]
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(first, min(self._frames.rowCount(), first + (view.height() - top) // height + 1)):
            chosen = any(low <= place <= high for low, high in selected)
            if chosen:
                painter.fillRect(0, top, view.width(), height, colour(theme.selection))
            if place == current and self.hasFocus():
                painter.fillRect(0, top, 3, height, colour(theme.accent))
            cells = self._frames.cells(place)
            if cells is not None:
                self._painter.paint_row(painter, cells, spans, top, height, theme, selected=chosen)
            top += height

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow table keeps room for the payload."""
        super().resizeEvent(event)
        self.columns.make_room(self.viewport().width())
        self._show_new()

    # --- following

    @property
    def follow(self) -> bool:
        """Whether the view keeps to the newest row."""
        return self._follow

    def set_follow(self, yes: bool) -> None:
        """Keep to the newest row from now on, or stay where it is."""
        if yes:
            self._holds = False
            self.scrollToBottom()
        if yes != self._follow:
            self._follow = yes
            self.follow_changed.emit(yes)
        self._show_new()

    def keep_to_end(self) -> None:
        """Rows have come: bring them into view, if it follows. A row that the person looks at is not pushed out of
        it: then following ends."""
        if not self._follow:
            return
        current = self.currentIndex().row()
        if self._holds and 0 <= current < self._frames.rowCount() - self._rows_in_view:
            self.set_follow(False)
        else:
            self.scrollToBottom()
            self._show_new()

    def show_newest(self) -> None:
        """Bring the end into view, as terminals do for what is typed; held still, it stays."""
        if not self._paused:
            self.set_follow(True)

    @property
    def _rows_in_view(self) -> int:
        return max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize())

    def _show_new(self) -> None:
        """Say how many rows have come below those that were in view."""
        rows = self._frames.rowCount()
        if self._follow:
            self._seen = rows
        else:
            self._seen = min(rows, max(self._seen, max(0, self.rowAt(0)) + self._rows_in_view))
        new = rows - self._seen
        if new or self.new_rows.count:
            self.new_rows.show_count(new, self.viewport().geometry())

    def call_seen(self) -> None:
        """The rows that are there are not new: they stood there before, and are shown for another reason."""
        self._seen = self._frames.rowCount()
        self._show_new()

    @property
    def paused(self) -> bool:
        """Whether new rows are held back; recording goes on."""
        return self._paused

    def set_paused(self, yes: bool) -> None:
        """Hold new rows back, or show them again."""
        self._paused = yes

    def refresh(self, committed: int, shown: int = 0) -> int:
        """Show what is committed, and up to ``shown`` what waits, unless paused; returns how many rows are new."""
        if self._paused:
            return 0
        new = self._frames.refresh(committed, shown)
        if new:
            self.keep_to_end()
        return new

    def _scrolled(self, value: int) -> None:
        if value == self.verticalScrollBar().maximum() and not self._follow and self.verticalScrollBar().isSliderDown():
            self.set_follow(True)
        elif self.new_rows.count:
            self._show_new()

    def _scrolled_by_hand(self) -> None:
        bar = self.verticalScrollBar()
        self.set_follow(bar.sliderPosition() >= bar.maximum())

    def wheelEvent(self, event: object) -> None:
        super().wheelEvent(event)  # type: ignore[arg-type]
        self._scrolled_by_hand()

    # --- selection

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a row that is not the last one is for looking at it: the view stays there."""
        super().mousePressEvent(event)
        place = self.currentIndex().row()
        self._holds = place >= 0
        if 0 <= place < self._frames.rowCount() - 1:
            self.set_follow(False)

    def currentChanged(self, current: QModelIndex | object, previous: QModelIndex | object) -> None:
        super().currentChanged(current, previous)  # type: ignore[arg-type]
        self.row_selected.emit(current.row() if isinstance(current, QModelIndex) and current.isValid() else -1)

    def select_place(self, place: int) -> None:
        """Make the row at ``place`` the current one and show it."""
        index = self._frames.index(place, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def selected_places(self, most: int) -> list[int]:
        """The places of the selected rows, ascending; empty if they are more than ``most``."""
        ranges = [(one.top(), one.bottom()) for one in self.selectionModel().selection().toList()]
        if sum(high - low + 1 for low, high in ranges) > most:
            return []
        return sorted({place for low, high in ranges for place in range(low, high + 1)})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of a table; Home, End and Ctrl+C act on rows. Moving away from the end stops following."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return
        last = self._frames.rowCount() - 1
        if event.key() == Qt.Key.Key_End and last >= 0:
            self.select_place(last)
            self.set_follow(True)
            return
        if event.key() == Qt.Key.Key_Home and last >= 0:
            self.set_follow(False)
            self.select_place(0)
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self.set_follow(False)
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self._holds = True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the row under the mouse."""
        self.row_menu().popup(event.globalPos())

    def row_menu(self) -> QMenu:
        """The menu of the current row; it deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        place = self.currentIndex().row()
        row = self._frames.row(place)
        if self.can_compose:
            compose = menu.addAction("Edit and Send Again", lambda: self.compose_requested.emit(place))
            compose.setEnabled(row is not None and row.opcode >= 0)
        copy = menu.addAction("Copy Row", QKeySequence(QKeySequence.StandardKey.Copy), self._copy)
        copy.setEnabled(row is not None)
        if row is not None:
            for add_entries in self.menu_parts:
                add_entries(menu, row)
        return menu

    def _copy(self) -> None:
        places = self.selected_places(MOST_COPIED) or [self.currentIndex().row()]
        rows = [cells for place in places if (cells := self._frames.cells(place)) is not None]
        if rows:
            QGuiApplication.clipboard().setText("\n".join("\t".join(cells.texts) for cells in rows))
