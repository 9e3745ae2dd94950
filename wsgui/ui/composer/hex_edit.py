"""A small hex editor: type digits, insert or overwrite, select, undo. Painted by hand, so 16 MiB cost what 16 B do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from wsgui.ui.composer.hex_buffer import HexBuffer
from wsgui.ui.composer.hex_layout import HexLayout, hex_row
from wsgui.ui.composer.parse import ParseError, parse_hex
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import Reading, caret_moved, read_aloud
from wsgui.ui.widgets.theme import colour, fixed_font, theme_of

_MARGIN = 4


@guarded
class HexEdit(QAbstractScrollArea):
    """Bytes to edit. Insert mode at first; the Insert key changes to overwrite and back."""

    changed = Signal()
    """The bytes are not the same any more."""
    moved = Signal()
    """The cursor, the selection or the mode changed."""
    refused = Signal(str)
    """What was pasted is not hex: one sentence; the bytes stay as they were."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buffer = HexBuffer()
        self.setFont(fixed_font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Bytes as hex")
        read_aloud(self)
        self.setToolTip(
            "Type hex digits. Insert switches between inserting and overwriting; "
            "paste takes hex; select with Shift and the arrow keys."
        )
        self._layout_bytes()
        self.setMinimumHeight(self._row_height * 3 + 2 * _MARGIN + 2)

    @property
    def layout_now(self) -> HexLayout:
        """How the bytes stand at the present width."""
        return self._hex_layout

    def sizeHint(self) -> QSize:
        """Eight bytes a row and three rows; a layout gives it all the room there is."""
        width = int(HexLayout(4, 8).columns * self._column) + 2 * _MARGIN + 24
        return QSize(width, self.minimumHeight())

    # What others do with the bytes.

    def data(self) -> bytes:
        """All bytes."""
        return self.buffer.data

    def set_data(self, data: bytes) -> None:
        """Replace all bytes; undo brings the old ones back."""
        self.buffer.replace_all(data)
        self._edited()

    def insert(self, data: bytes) -> None:
        """Put bytes in place of the selection, or at the cursor."""
        self.buffer.insert(data)
        self._edited()

    def copy(self) -> None:
        """Put the selected bytes, as hex, on the clipboard."""
        selected = self.buffer.selected
        if selected:
            QGuiApplication.clipboard().setText(selected.hex(" "))

    def paste(self) -> None:
        """Insert the clipboard's text, read as hex; `refused` says why not."""
        try:
            self.insert(parse_hex(QGuiApplication.clipboard().text()))
        except ParseError as error:
            self.refused.emit(error.text)

    # Keys.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits, moves and the usual editing keys; anything else is left to the window."""
        if not (self._edit_command(event) or self._move_command(event) or self._digit(event)):
            event.ignore()

    def _digit(self, event: QKeyEvent) -> bool:
        text = event.text()
        plain = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ) == Qt.KeyboardModifier(0)
        if not plain or len(text) != 1 or text not in "0123456789abcdefABCDEF":
            return False
        self.buffer.type_digit(int(text, 16))
        self._edited()
        return True

    def _edit_command(self, event: QKeyEvent) -> bool:
        buffer = self.buffer
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self.copy()
            if buffer.selected:
                buffer.delete()
                self._edited()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            buffer.select_all()
            self._moved()
        elif event.matches(QKeySequence.StandardKey.Undo):
            if buffer.undo():
                self._edited()
        elif event.matches(QKeySequence.StandardKey.Redo):
            if buffer.redo():
                self._edited()
        elif event.key() == Qt.Key.Key_Backspace:
            buffer.backspace()
            self._edited()
        elif event.key() == Qt.Key.Key_Delete:
            buffer.delete()
            self._edited()
        elif event.key() == Qt.Key.Key_Insert and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            buffer.overwrite = not buffer.overwrite
            self._moved()
        else:
            return False
        return True

    def _move_command(self, event: QKeyEvent) -> bool:
        per_row = self._hex_layout.per_row
        cursor = self.buffer.cursor
        row_start = cursor - cursor % per_row
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        page = per_row * max(1, self._visible_rows() - 1)
        targets = {
            Qt.Key.Key_Left: cursor if self.buffer.half else cursor - 1,
            Qt.Key.Key_Right: cursor + 1,
            Qt.Key.Key_Up: cursor - per_row if cursor >= per_row else cursor,
            Qt.Key.Key_Down: cursor + per_row,
            Qt.Key.Key_PageUp: max(cursor % per_row, cursor - page),
            Qt.Key.Key_PageDown: cursor + page,
            Qt.Key.Key_Home: 0 if control else row_start,
            Qt.Key.Key_End: len(self.buffer) if control else row_start + per_row - 1,
        }
        target = targets.get(Qt.Key(event.key()))
        if target is None or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        self.buffer.move(target, select=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self._moved()
        return True

    # The mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the cursor where the click was; with Shift, select up to there."""
        if event.button() == Qt.MouseButton.LeftButton:
            select = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.buffer.move(self.offset_at(event.position()), select=select)
            self._moved()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.buffer.move(self.offset_at(event.position()), select=True)
            self._moved()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The selection stands; the click is not for what lies behind."""
        event.accept()

    def offset_at(self, place: QPointF) -> int:
        """The byte offset nearest to a place in the viewport."""
        row = self.verticalScrollBar().value() + int((place.y() - _MARGIN) // self._row_height)
        column = (place.x() - _MARGIN) / self._column + self.horizontalScrollBar().value()
        index = self._hex_layout.index_at(column)
        return max(0, min(len(self.buffer), row * self._hex_layout.per_row + index))

    # Layout and painting.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer bytes a row."""
        super().resizeEvent(event)
        self._layout_bytes()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_hex_layout"):
            self._layout_bytes()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cursor."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cursor."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _edited(self) -> None:
        self._layout_bytes()
        self._moved()
        self.changed.emit()

    def _moved(self) -> None:
        row = self.buffer.cursor // self._hex_layout.per_row
        bar = self.verticalScrollBar()
        first = bar.value()
        if row < first:
            bar.setValue(row)
        elif row >= first + self._visible_rows():
            bar.setValue(row - self._visible_rows() + 1)
        self.viewport().update()
        self._describe()
        self.moved.emit()

    def _describe(self) -> None:
        begin, end = self.buffer.selection
        words = f"byte {self.buffer.cursor} of {len(self.buffer)}"
        words += f", {end - begin} bytes selected" if end > begin else ""
        self.setAccessibleDescription(f"{words}, {'overwriting' if self.buffer.overwrite else 'inserting'}")
        caret_moved(self)

    def reading(self) -> Reading:
        """The rows on screen, with the cursor, for screen readers."""
        layout, lines, places, caret = self._hex_layout, [], [], (-1, 0)
        first = self.verticalScrollBar().value()
        for row in range(first, min(first + self._visible_rows(), layout.rows(len(self.buffer)))):
            start = row * layout.per_row
            digits, characters = hex_row(layout, self.buffer.slice(start, start + layout.per_row))
            text = f"{start:0{layout.offset_digits}x}".ljust(layout.hex_column(0)) + digits
            if start <= self.buffer.cursor < start + layout.per_row:
                at = layout.hex_column(self.buffer.cursor - start) + self.buffer.half
                caret, text = (row - first, at), text.ljust(at)
            lines.append(text.ljust(layout.character_column(0)) + characters)
            top = _MARGIN + (row - first) * self._row_height
            left = _MARGIN - self.horizontalScrollBar().value() * self._column
            places.append(QRectF(left, top, len(lines[-1]) * self._column, self._row_height))
        return Reading(lines, places, *caret, editable=True)

    def _visible_rows(self) -> int:
        return max(1, (self.viewport().height() - 2 * _MARGIN) // self._row_height)

    def _layout_bytes(self) -> None:
        metrics = self.fontMetrics()
        self._row_height = metrics.height()
        self._column = metrics.horizontalAdvance("0" * 32) / 32
        columns = int((self.viewport().width() - 2 * _MARGIN) / self._column)
        self._hex_layout = HexLayout.fitting(columns, len(self.buffer))
        bar = self.verticalScrollBar()
        bar.setPageStep(self._visible_rows())
        bar.setRange(0, max(0, self._hex_layout.rows(len(self.buffer)) - self._visible_rows()))
        across = self.horizontalScrollBar()
        across.setPageStep(max(1, columns))
        across.setRange(0, max(0, self._hex_layout.columns - columns))
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows that can be seen."""
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.translate(_MARGIN - self.horizontalScrollBar().value() * self._column, _MARGIN)
        first = self.verticalScrollBar().value()
        last = min(first + self._visible_rows() + 1, self._hex_layout.rows(len(self.buffer)))
        for row in range(first, last):
            self._paint_row(painter, row, (row - first) * self._row_height)
        painter.end()

    def _paint_row(self, painter: QPainter, row: int, top: int) -> None:
        theme = theme_of(self)
        layout = self._hex_layout
        start = row * layout.per_row
        data = self.buffer.slice(start, start + layout.per_row)
        self._paint_selection(painter, start, len(data), top)
        baseline = top + self.fontMetrics().ascent()
        digits, characters = hex_row(layout, data)
        for column, text, name in (
            (0, f"{start:0{layout.offset_digits}x}", theme.dim),
            (layout.hex_column(0), digits, theme.payload),
            (layout.character_column(0), characters, theme.text),
        ):
            painter.setPen(colour(name))
            painter.drawText(QPointF(column * self._column, baseline), text)
        if start <= self.buffer.cursor < start + layout.per_row:
            self._paint_cursor(painter, self.buffer.cursor - start, len(data), top)

    def _paint_selection(self, painter: QPainter, start: int, size: int, top: int) -> None:
        begin, end = self.buffer.selection
        begin, end = max(begin - start, 0), min(end - start, size)
        if begin >= end:
            return
        layout, wide, fill = self._hex_layout, self._column, colour(theme_of(self).selection)
        left, right = layout.hex_column(begin), layout.hex_column(end - 1) + 2
        painter.fillRect(QRectF(left * wide, top, (right - left) * wide, self._row_height), fill)
        left, right = layout.character_column(begin), layout.character_column(end)
        painter.fillRect(QRectF(left * wide, top, (right - left) * wide, self._row_height), fill)

    def _paint_cursor(self, painter: QPainter, index: int, size: int, top: int) -> None:
        if not self.hasFocus():
            return
        ink = colour(theme_of(self).accent)
        left = (self._hex_layout.hex_column(index) + self.buffer.half) * self._column
        if self.buffer.overwrite and index < size:
            painter.fillRect(QRectF(left, top + self._row_height - 2, self._column * (2 - self.buffer.half), 2), ink)
        else:
            painter.fillRect(QRectF(left - 1, top, 2, self._row_height), ink)
        left = self._hex_layout.character_column(index) * self._column
        painter.fillRect(QRectF(left, top + self._row_height - 2, self._column, 2), ink)
