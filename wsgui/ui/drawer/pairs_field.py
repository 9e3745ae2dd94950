"""A table of names and values: headers, cookies, the query of a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
)

from wsgui.ui.drawer.fields import OptionField
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.endpoint.settings import EndpointSettings

Pairs = list[tuple[str, str]]


@guarded
class _Table(QTableWidget):
    pasted = Signal(str)
    delete_wanted = Signal()
    insert_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, Insert and paste mean rows; a cell that is being edited has its own line edit."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_Insert:
            self.insert_wanted.emit()
        else:
            super().keyPressEvent(event)


@guarded
class _Dots(QStyledItemDelegate):
    """Shows that there is something; what it is, is seen while it is edited."""

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        return "●" * 8 if value else ""


class PairsField(OptionField):
    """Order, case and duplicates stay as they are. ``separator`` stands between name and value in pasted lines;
    ``hidden`` values are shown as dots."""

    wide = True

    def __init__(
        self, name: str, label: str, tip: str, separator: str = ":", thing: str = "header", *, hidden: bool = False
    ) -> None:
        super().__init__(name, label, tip)
        self._separator = separator
        self.table = _Table(0, 2)
        self.table.setHorizontalHeaderLabels(["Name", "Value"])
        self.table.setFont(fixed_font())
        if hidden:
            self.table.setItemDelegateForColumn(1, _Dots(self.table))
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(84)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 190)
        header.setStretchLastSection(True)
        self.table.setAccessibleName(label.replace("&", ""))
        self.table.itemChanged.connect(self._tell)
        self.table.pasted.connect(self.paste)
        self.table.delete_wanted.connect(self.remove_selected)
        self.table.insert_wanted.connect(self.add_row)
        self.add = self._button("Add", f"Add a {thing} (Insert)", self.add_row)
        self.remove = self._button("Remove", f"Remove the selected {thing}s (Delete)", self.remove_selected)
        self.up = self._button("↑", f"Move the {thing} up", lambda: self.move_row(-1))
        self.down = self._button("↓", f"Move the {thing} down", lambda: self.move_row(1))
        self.paste_button = self._button(
            "Paste",
            f"Add the lines of the clipboard, each written name{separator}value (Ctrl+V)",
            lambda: self.paste(QGuiApplication.clipboard().text()),
        )
        self._put(self.table)
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (self.add, self.remove, self.up, self.down, self.paste_button):
            row.addWidget(button)
        row.addStretch(1)
        self.column.insertLayout(1, row)

    def _button(self, text: str, tip: str, call: Any) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        button.setProperty("toggle", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a click ends the editing of a cell, which keeps its text
        button.clicked.connect(lambda: call())
        return button

    # --- rows

    def _item(self, place: int, column: int) -> str:
        item = self.table.item(place, column)
        return "" if item is None else item.text()

    def rows(self) -> list[tuple[bool, str, str]]:
        """Every row that is not blank: whether it is switched on, name, value."""
        found = []
        for place in range(self.table.rowCount()):
            first = self.table.item(place, 0)
            on = first is None or first.checkState() == Qt.CheckState.Checked or not self._can_switch
            name, value = self._item(place, 0).strip(), self._item(place, 1)
            if name or value:
                found.append((on, name, value))
        return found

    _can_switch = False

    def _put_row(self, place: int, on: bool, name: str, value: str) -> None:
        first = QTableWidgetItem(name)
        if self._can_switch:
            first.setFlags(first.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            first.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            first.setToolTip("Switched off, it is kept and not sent")
        self.table.insertRow(place)
        self.table.setItem(place, 0, first)
        self.table.setItem(place, 1, QTableWidgetItem(value))

    def _all_rows(self) -> list[tuple[bool, str, str]]:
        found = []
        for place in range(self.table.rowCount()):
            first = self.table.item(place, 0)
            on = first is None or not self._can_switch or first.checkState() == Qt.CheckState.Checked
            found.append((on, self._item(place, 0), self._item(place, 1)))
        return found

    def _show_rows(self, rows: Sequence[tuple[bool, str, str]]) -> None:
        quiet, self._quiet = self._quiet, True
        self.table.setRowCount(0)
        for on, name, value in rows:
            self._put_row(self.table.rowCount(), on, name, value)
        self._quiet = quiet

    def add_row(self) -> None:
        """A blank row, with the cursor in its name."""
        self._quiet = True
        self._put_row(self.table.rowCount(), True, "", "")
        self._quiet = False
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.table.setFocus()
        item = self.table.item(self.table.rowCount() - 1, 0)
        assert item is not None  # noqa: S101 - just made
        self.table.editItem(item)

    def remove_selected(self) -> None:
        """Take the selected rows out."""
        chosen = {index.row() for index in self.table.selectedIndexes()} or {self.table.currentRow()} - {-1}
        if chosen:
            self._show_rows([row for place, row in enumerate(self._all_rows()) if place not in chosen])
            if self.table.rowCount():
                self.table.setCurrentCell(min(min(chosen), self.table.rowCount() - 1), 0)
            self._tell()

    def move_row(self, step: int) -> None:
        """Move the current row."""
        rows, place = self._all_rows(), self.table.currentRow()
        if 0 <= place < len(rows) and 0 <= place + step < len(rows):
            rows.insert(place + step, rows.pop(place))
            self._show_rows(rows)
            self.table.setCurrentCell(place + step, 0)
            self._tell()

    def paste(self, text: str) -> None:
        """Add a row for each line ``name: value``."""
        rows = [row for row in self._all_rows() if row[1] or row[2]]
        for line in text.splitlines():
            if line.strip():
                name, _, value = line.partition(self._separator)
                rows.append((True, name.strip(), value.strip()))
        self._show_rows(rows)
        self._tell()

    # --- as a field

    def value(self) -> Pairs:
        return [(name, value) for _, name, value in self.rows()]

    def show_value(self, value: Pairs) -> None:
        self._show_rows([(True, *pair) for pair in value])


class HeadersField(PairsField):
    """Headers, of which each can be switched off: those are kept in ``headers_off``."""

    _can_switch = True

    def __init__(self, label: str, tip: str) -> None:
        super().__init__("headers", label, tip)
        self.names = ("headers", "headers_off")

    def values(self) -> dict[str, Any]:
        rows = self.rows()
        return {
            "headers": [(name, value) for on, name, value in rows if on],
            "headers_off": [(name, value) for on, name, value in rows if not on],
        }

    def show_values(self, settings: EndpointSettings) -> None:
        on = [(True, *pair) for pair in settings.headers]
        self._show_rows([*on, *((False, *pair) for pair in settings.headers_off)])
