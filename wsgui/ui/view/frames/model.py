"""The table model: a window on the capture file.

It holds no rows but a few pages of those on screen. `refresh` is called at most thirty times a second with the number
of rows that the writer has committed and of those that may be shown, and inserts all new rows with one signal. Rows
that are not committed yet are read from the writer's memory, and once more from the file when they are in it. Rows
never change once they are read, but for one thing: how many fragments a message has is known only when its last one
has come.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from wsgui.capture.contexts import Contexts
from wsgui.capture.errors import CaptureError
from wsgui.capture.message_start import message_start
from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.protocol.opcodes import Opcode
from wsgui.ui.explain.roles import TOPICS, explained
from wsgui.ui.view.frames.cells import (
    MESSAGE_TIPS,
    MESSAGE_TITLES,
    TIME,
    TIPS,
    TITLES,
    Cells,
    cells_of,
    damaged_cells,
    message_cells,
    message_line,
    plain_line,
    row_tip,
)
from wsgui.ui.view.frames.times import TITLES as TIME_TITLES
from wsgui.ui.view.frames.times import Times
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wsgui.capture.late_rows import LateRows
    from wsgui.capture.message_rows import MessagesFound
    from wsgui.capture.message_start import MessageStart
    from wsgui.capture.reader import CaptureReader, Row
    from wsgui.capture.row_set import RowSet
    from wsgui.ui.view.frames.extras import ExtraColumn

    Recent: TypeAlias = Callable[[int, int, int | None], list[Row]]
    """Gives the rows from the first number to the second that wait to be in the file; the third is when the row before
    was (ns)."""

PAGE = 64
PAGES_KEPT = 48

_Index = QModelIndex | QPersistentModelIndex
_Entry: TypeAlias = "tuple[Row | None, Cells]"


@guarded
class FrameModel(QAbstractTableModel):
    """Rows of one capture, or of one connection in it: frames, or messages by the rows of their first frames.

    Emits ``unreadable(sentence)`` when the file has damaged rows; they keep their place in the table and say what is
    wrong."""

    unreadable = Signal(str)

    def __init__(self, reader: CaptureReader, recent: Recent | None = None) -> None:
        super().__init__()
        self._reader = reader
        self._recent = recent
        self._count = 0
        self._committed = 0
        self._connection: int | None = None
        self._ids: RowSet | None = None
        self._elsewhere = False
        self._messages = False
        self._frames: RowSet | None = None
        """Of messages all frames, once one of them has several."""
        self._extras: tuple[ExtraColumn, ...] = ()
        self._times = Times()
        self._contexts = Contexts(reader)
        self._decoder = ""
        self._pages: OrderedDict[int, list[_Entry]] = OrderedDict()
        self._early: set[int] = set()
        """Pages with rows that were read from memory."""

    # --- Qt's side

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TITLES) + len(self._extras)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.ToolTipRole:
            row = self.row(index.row())
            return None if row is None or row.inflated_length is None else row_tip(row)
        if index.isValid() and role in (TOPICS, Qt.ItemDataRole.WhatsThisRole):
            return self._topics(index, role)
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        cells = self.cells(index.row())
        return None if cells is None or index.column() >= len(cells.texts) else cells.texts[index.column()]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < self.columnCount():
            if role == Qt.ItemDataRole.DisplayRole:
                return TIME_TITLES[self._times.mode] if section == TIME else self.title_of(section)
            if role == Qt.ItemDataRole.ToolTipRole:
                if section >= len(TITLES):
                    return self._extras[section - len(TITLES)].tip
                return MESSAGE_TIPS.get(section, TIPS[section]) if self._messages else TIPS[section]
            if role == Qt.ItemDataRole.WhatsThisRole:
                return explained(self._topic_of(section))
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _topic_of(self, column: int) -> str:
        return f"column:{column if column < len(TITLES) else self._extras[column - len(TITLES)].key}"

    def _topics(self, index: _Index, role: int) -> object:
        """What there is to explain in a row: its broken rules, its close code, and the column."""
        row = self.row(index.row())
        keys = [] if row is None else [f"rule:{broken.rule}" for broken in row.violations]
        if row is not None and row.opcode == Opcode.CLOSE and len(row.preview) >= 2:
            keys.append(f"close:{int.from_bytes(row.preview[:2], 'big')}")
        keys.append(self._topic_of(index.column()))
        return keys if role == TOPICS else explained(*keys)

    # --- columns

    @property
    def extras(self) -> tuple[ExtraColumn, ...]:
        """The columns behind the ten."""
        return self._extras

    def set_extras(self, extras: Sequence[ExtraColumn]) -> None:
        """Show other columns behind the ten."""
        root = QModelIndex()
        if self._extras:
            self.beginRemoveColumns(root, len(TITLES), len(TITLES) + len(self._extras) - 1)
            self._extras = ()
            self.endRemoveColumns()
        self._pages.clear()
        if extras:
            self.beginInsertColumns(root, len(TITLES), len(TITLES) + len(extras) - 1)
            self._extras = tuple(extras)
            self.endInsertColumns()

    def column_of(self, key: str) -> int | None:
        """The place of a column behind the ten; None if it is not there."""
        return next((place for place, one in enumerate(self._extras, len(TITLES)) if one.key == key), None)

    def title_of(self, section: int) -> str:
        """What a column is called, but for the times."""
        if section >= len(TITLES):
            return self._extras[section - len(TITLES)].title
        return MESSAGE_TITLES.get(section, TITLES[section]) if self._messages else TITLES[section]

    # --- rows

    def row(self, number: int) -> Row | None:
        """The row at a place of the table, or None where there is none (or the file cannot be read)."""
        entry = self._entry(number)
        return None if entry is None else entry[0]

    def cells(self, number: int) -> Cells | None:
        """The texts of the row at a place of the table."""
        entry = self._entry(number)
        return None if entry is None else entry[1]

    def place_of(self, row_id: int) -> int | None:
        """Where a capture row stands in the table, or None if it is not shown."""
        if self._ids is None:
            return row_id - 1 if 1 <= row_id <= self._count else None
        place = self._ids.place_of(row_id)
        if place is None and self._frames is not None and row_id in self._frames:
            try:
                head = self._reader.first_frame(row_id)
            except CaptureError:
                return None  # the table says that rows cannot be read
            return None if head is None else self._ids.place_of(head)
        return place

    @property
    def searchable(self) -> Sequence[int]:
        """The rows whose payloads are shown, in order: those of `ids`, and the further frames of messages."""
        if self._messages and self._ids is not None:
            return (self._ids if self._frames is None else self._frames).copy()
        return self.ids

    @property
    def ids(self) -> Sequence[int]:
        """The capture's rows that are shown, in order. It grows with the view; a new view has another."""
        return range(1, self._count + 1) if self._ids is None else self._ids

    def _entry(self, number: int) -> _Entry | None:
        if not 0 <= number < self._count:
            return None
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None or place >= len(rows):
            rows = self._load(page)
            self._pages[page] = rows
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page)
        return rows[place] if place < len(rows) else None

    def _load(self, page: int) -> list[_Entry]:
        first = page * PAGE
        last = min(first + PAGE, self._count)
        ids: Sequence[int] = range(first + 1, last + 1) if self._ids is None else self._ids[first:last]
        before = None if self._ids is None or not first else self._ids[first - 1]
        try:
            rows = self._rows(page, ids[0], ids[-1]) if self._ids is None else self._reader.rows_of(ids, before)
        except CaptureError as error:
            return self._load_singly(ids, str(error))
        if len(rows) < len(ids):
            return self._load_singly(ids, "")
        try:
            return [self._made(row) for row in rows]
        except CaptureError as error:
            return self._load_singly(ids, str(error))

    def _made(self, row: Row) -> _Entry:
        """A row with its texts. Raises CaptureError."""
        start = None
        if self._messages:
            start = message_start(self._reader, row)
            cells = message_cells(row, start, self._times, self._message_line)
        else:
            cells = cells_of(row, self._times, self._line)
        if self._extras:
            more = tuple(extra.text(row, start) for extra in self._extras)
            cells = cells._replace(texts=(*cells.texts, *more))
        return row, cells

    def _rows(self, page: int, first: int, last: int) -> list[Row]:
        """Rows of the file, and behind them those that wait to be in it."""
        if last <= self._committed or self._recent is None:
            return self._reader.rows(first, last)
        rows = self._reader.rows(first, self._committed) if first <= self._committed else []
        start = first + len(rows)
        # With the row before, whose time the first one is told from.
        recent = (
            self._recent(max(start - 1, 1), last, None) if not rows else self._recent(start, last, rows[-1].time_ns)
        )
        found = rows + [row for row in recent if row.id >= start]
        if [row.id for row in found] != list(range(first, last + 1)):
            return self._reader.rows(first, last)  # they have been committed meanwhile
        self._early.add(page)
        return found

    def _load_singly(self, ids: Sequence[int], sentence: str) -> list[_Entry]:
        """One damaged row must not hide the others of its page, and one that is gone must not move them."""
        entries: list[_Entry] = []
        for id_ in ids:
            try:
                entries.append(self._made(self._reader.row(id_)))
            except CaptureError as error:
                entries.append((None, damaged_cells(id_, str(error))))
            except LookupError:
                sentence = sentence or "The capture is damaged: it lacks rows."
                entries.append((None, damaged_cells(id_, "This row is not in the file.")))
        self.unreadable.emit(sentence)
        return entries

    # --- change

    @property
    def connection(self) -> int | None:
        """The connection that is shown alone, or None for all."""
        return self._connection

    @property
    def committed(self) -> int:
        """Rows of the capture that the model knows of, shown or not."""
        return self._committed

    def shown_ids(self) -> RowSet | None:
        """The ids of the rows that are shown now, of messages those of all their frames, as a copy; None if they are
        all."""
        shown = self._ids if self._frames is None else self._frames
        return None if shown is None else shown.copy()

    @property
    def shows_messages(self) -> bool:
        """Whether each row is a message, by its first frame."""
        return self._messages

    @property
    def found_elsewhere(self) -> bool:
        """Whether the rows come from a search, through `add_found`."""
        return self._elsewhere

    def show_found(self, connection: int | None, *, messages: bool = False) -> None:
        """Show no rows for now: a search brings them, with `add_found`, or with `add_messages` if they are to be
        ``messages``. ``connection`` is the one it is held to."""
        self.beginResetModel()
        self._elsewhere = True
        self._messages = messages
        self._frames = None
        self._connection = connection
        self._pages.clear()
        self._ids = _rows()
        self._count = 0
        self.endResetModel()

    def add_found(self, ids: RowSet) -> None:
        """More rows of the search, by their ids in ascending order."""
        if self._elsewhere and self._ids is not None and ids:
            self.beginInsertRows(QModelIndex(), self._count, self._count + len(ids) - 1)
            self._ids.extend(ids)
            self._count = len(self._ids)
            self.endInsertRows()

    def add_messages(self, found: MessagesFound) -> None:
        """More messages of the search. Some may belong between those that are shown."""
        if not self._elsewhere or self._ids is None:
            return
        several = len(found.frames) != len(found.heads) or found.late_heads or found.late_frames
        if self._frames is None and several:
            self._frames = self._ids.copy()
        if self._frames is not None:
            self._frames.merge(found.late_frames)
            self._frames.extend(found.frames)
        late = [head for head in found.late_heads if head not in self._ids]
        if late:
            self._insert(late)
        self.add_found(found.heads)

    def _insert(self, late: list[int]) -> None:
        """Put rows between others, from the end on, so that places in front stay as they are."""
        assert self._ids is not None  # noqa: S101 - of a search
        for head in sorted(late, reverse=True):
            place = bisect_left(self._ids, head)
            self.beginInsertRows(QModelIndex(), place, place)
            self._ids.merge((head,))
            self._pages.clear()  # whoever hears of a beginning may read rows
            self._count = len(self._ids)
            self.endInsertRows()

    def revise(self, late: LateRows) -> None:
        """Earlier rows of the search were asked again: show those that fit now, and no others of them."""
        if not self._elsewhere or self._messages or self._ids is None:
            return
        taken = set(late.taken)
        new = [id_ for id_ in late.taken if id_ not in self._ids]
        gone = [id_ for id_ in late.asked if id_ not in taken and id_ in self._ids]
        if new:
            self._insert(new)
        if gone:
            self._remove(gone)

    def _remove(self, gone: list[int]) -> None:
        """Take rows out, from the end on."""
        assert self._ids is not None  # noqa: S101 - of a search
        for id_ in sorted(gone, reverse=True):
            place = bisect_left(self._ids, id_)
            self.beginRemoveRows(QModelIndex(), place, place)
            self._ids.remove((id_,))
            self._pages.clear()
            self._count = len(self._ids)
            self.endRemoveRows()

    def show_connection(self, connection: int | None) -> None:
        """Show one connection's frames alone, or all; read here and now."""
        if connection == self._connection and not self._elsewhere:
            return
        self.beginResetModel()
        self._elsewhere = self._messages = False
        self._frames = None
        self._connection = connection
        self._pages.clear()
        if connection is None:
            self._ids = None
            self._count = self._committed
        else:
            self._ids = _rows(self._reader.ids(connection, 0, self._committed))
            self._count = len(self._ids)
        self.endResetModel()

    def refresh(self, committed: int, shown: int = 0) -> int:
        """Take in the rows that have been committed since, and those up to ``shown`` that wait; returns how many are
        new in this view. Searches and single connections have what is committed."""
        if committed <= self._committed and (shown <= self._count or self._ids is not None):
            return 0
        before = self._committed
        self._committed = committed = max(committed, before)
        self._forget_early()
        if self._elsewhere:
            self._forget_unfinished()
            return 0
        if self._ids is None:
            new = max(committed, shown, self._count) - self._count
            fresh = None
        else:
            fresh = self._reader.ids(self._connection, before, committed)
            new = len(fresh)
        self._forget_unfinished()
        if new:
            self.beginInsertRows(QModelIndex(), self._count, self._count + new - 1)
            if fresh is not None and self._ids is not None:
                self._ids.extend(_rows(fresh))
            self._count += new
            self.endInsertRows()
        return new

    @property
    def times(self) -> Times:
        """How the Time column is written."""
        return self._times

    @property
    def decoder(self) -> str:
        """Name of the decoder that a person has chosen for messages; empty if the best one is taken for each."""
        return self._decoder

    def set_decoder(self, name: str) -> None:
        """Tell messages by another decoder, where it fits."""
        self._decoder = name
        self._pages.clear()

    def _line(self, row: Row) -> str:
        is_message = row.opcode in (Opcode.TEXT, Opcode.BINARY)
        context = self._contexts.of(row.connection, row.direction) if is_message else NO_CONTEXT
        return plain_line(row, self._decoder, context)

    def _message_line(self, row: Row, start: MessageStart) -> str:
        return message_line(row, start, self._decoder, self._contexts.of(row.connection, row.direction))

    def set_times(self, times: Times) -> None:
        """Write the Time column in another way."""
        self._times = times
        self._pages.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, TIME, TIME)

    def forget_pages(self) -> None:
        """Read rows again when they are asked for next: notes on them have changed."""
        self._pages.clear()

    def _forget_early(self) -> None:
        """Drop pages that were read from memory and are in the file now: that has the last word."""
        for page in [page for page in self._early if page * PAGE + len(self._pages.get(page, ())) <= self._committed]:
            self._early.discard(page)
            self._pages.pop(page, None)

    def _forget_unfinished(self) -> None:
        """Drop pages with fragments whose message was not whole when they were read."""
        stale = [
            page
            for page, rows in self._pages.items()
            if any(
                row is not None
                and row.fragment is not None
                and row.fragments is None
                and (row.fragment or not row.flags & 8)
                for row, _ in rows
            )
        ]
        for page in stale:
            del self._pages[page]
            if self._messages:  # a frame more of a message is no new row
                last = min((page + 1) * PAGE, self._count) - 1
                self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, self.columnCount() - 1))


def _rows(ids: Iterable[int] = ()) -> RowSet:
    from wsgui.capture.row_set import RowSet  # it needs numpy, which a table of all rows does without

    return RowSet(ids)
