"""The list of the frames of a fragmented message: which have gone, FIN, opcode, size and the payload's start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

if TYPE_CHECKING:
    from wsgui.ui.composer.frame_plan import FramePlan
    from wsgui.ui.composer.outgoing import Outgoing

_Index = QModelIndex | QPersistentModelIndex
_COLUMNS = ("#", "FIN", "Opcode", "Bytes", "Payload", "Judge")
_ROLE = Qt.ItemDataRole
_SHOWN = 40


def payload_preview(frame: Outgoing, *, as_hex: bool) -> str:
    """The start of the payload on one line, as text (control characters replaced) or as hex."""
    start = frame.payload[:_SHOWN]
    more = "…" if len(frame.payload) > _SHOWN else ""
    if as_hex:
        return start.hex(" ") + more
    text = start.decode(errors="replace").replace("\n", "␊").replace("\r", "␍").replace("\t", "␉")
    return "".join(character if character.isprintable() else "·" for character in text) + more


@guarded
class FrameTableModel(QAbstractTableModel):
    """Shows a `FramePlan`; call `plan_changed` after each change of it."""

    def __init__(self, plan: FramePlan, view: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._view = view
        self.as_hex = False
        self.comments: dict[int, str] = {}
        """What the judge says of a row; the column is there while there is something in it."""

    def plan_changed(self) -> None:
        """Show the plan as it is now."""
        self.beginResetModel()
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """One row a frame."""
        return 0 if parent.isValid() else len(self._plan)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number, FIN, opcode, bytes, payload, and what the judge says if it says something."""
        return 0 if parent.isValid() else len(_COLUMNS) - (not self.comments)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> object:
        """The columns' names."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < self.columnCount():
            if role == _ROLE.DisplayRole:
                return _COLUMNS[section]
            if role == _ROLE.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """Text of a cell; frames that have gone are dim, the next one is marked when sending step by step."""
        row = index.row()
        if not index.isValid() or row >= len(self._plan):
            return None
        plan = self._plan
        if role == _ROLE.ForegroundRole:
            theme = theme_of(self._view)
            if row < plan.gone:
                return colour(theme.dim)
            if index.column() == 5:
                return colour(theme.error)
            if index.column() == 2:
                return colour(theme.chip(plan[row].opcode)[1])
            return None
        if role not in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            return None
        return self._text(row, index.column())

    def _text(self, row: int, column: int) -> str:
        frame = self._plan[row]
        if column == 0:
            gone = self._plan.gone
            mark = "✓ " if row < gone else "▸ " if row == gone and gone else ""
            return f"{mark}{row + 1}"
        if column == 1:
            return "1" if frame.fin else "0"
        if column == 2:
            return "CONT" if frame.opcode == Opcode.CONTINUATION else opcode_name(frame.opcode)
        if column == 3:
            return str(len(frame.payload))
        if column == 5:
            return self.comments.get(row, "")
        return payload_preview(frame, as_hex=self.as_hex)


@guarded
class PlanTable(QTableView):
    """The view: one row selected at a time, the payload takes the room that is left."""

    def __init__(self, plan: FramePlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame_model = FrameTableModel(plan, self, self)
        self.setModel(self.frame_model)
        font = fixed_font(8)
        self.setFont(font)
        self.setAccessibleName("Frames of the message")
        self.setToolTip("The frames in the order in which they leave")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        row_height = QFontMetrics(font).height() + 4
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_height)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        digit = QFontMetrics(font).horizontalAdvance("0")
        for column, characters in enumerate((6, 5, 9, 8)):
            self.setColumnWidth(column, digit * characters + 8)
        self.setMinimumHeight(row_height * 3 + header.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Three rows; a layout gives it all the room there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def selected_row(self) -> int:
        """The selected row, or -1."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    def show_plan(self, select: int = -1) -> None:
        """Show the plan as it is now, with this row selected (-1: none) and in view."""
        self.frame_model.plan_changed()
        if self.frame_model.comments:
            room = QFontMetrics(self.font()).horizontalAdvance("0")
            self.setColumnWidth(4, room * (20 if self.width() > 560 else 9))
        if select >= 0:
            self.selectRow(select)
            self.scrollTo(self.frame_model.index(select, 0))
