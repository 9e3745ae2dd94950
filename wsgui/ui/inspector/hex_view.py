"""The hex view: linked columns of bytes with a selection, explained byte by byte, copied in several ways.

A frame is never masked or copied whole to be shown: a frame of 16 MiB is as quick to set as one of 16 bytes. Copying
is the one thing that grows with the bytes: above `LARGE_COPY` the view does not copy, it emits
`HexView.large_copy_requested`, and whoever listens asks the person and calls `copy_as` again with ``confirmed``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBasicTimer, QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from wsgui.dissect.copyas import COPY_KINDS, copy_as
from wsgui.dissect.explain import ExplanationPart, explain_pieces, explain_plain
from wsgui.dissect.hexrows import HexBytes
from wsgui.ui.inspector.hex_area import ROW_LENGTHS, HexArea
from wsgui.ui.inspector.hex_geometry import HexColumn, HexMode
from wsgui.ui.inspector.hex_selection import Move
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import caret_moved, read_aloud

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QTimerEvent

    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

LARGE_COPY = 1024 * 1024
"""Bytes above which copying asks first."""

_SCROLL_MS = 50

_MOVES = {
    Qt.Key.Key_Left: Move.LEFT,
    Qt.Key.Key_Right: Move.RIGHT,
    Qt.Key.Key_Up: Move.UP,
    Qt.Key.Key_Down: Move.DOWN,
    Qt.Key.Key_PageUp: Move.PAGE_UP,
    Qt.Key.Key_PageDown: Move.PAGE_DOWN,
    Qt.Key.Key_Home: Move.ROW_START,
    Qt.Key.Key_End: Move.ROW_END,
}
_FAR_MOVES = {Qt.Key.Key_Home: Move.START, Qt.Key.Key_End: Move.END}


@guarded
class HexView(HexArea):
    """Bytes of a frame, or bytes that form none, to look at, select and copy."""

    selection_changed = Signal(int, int)
    """First selected offset and number of selected bytes (0: none)."""
    explained = Signal(object)
    """A list of `ExplanationPart` on the byte under the mouse, else under the cursor; empty if there is neither."""
    large_copy_requested = Signal(str, int)
    """A copy of this kind and number of bytes was asked for and has not been made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._data = b""
        self._hovered: int | None = None
        self._drag_point: QPointF | None = None
        self._scroll_timer = QBasicTimer()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName("Bytes in hex")
        self._menu = self._make_menu()
        read_aloud(self)
        self._tell()

    def set_frame(self, frame: Frame | None, violations: Iterable[Violation] = ()) -> None:
        """Show a frame, or nothing. Violations are not marked in the bytes: the header diagram marks them."""
        del violations
        self._frame = frame
        self._data = b""
        self._start(HexBytes.of_bytes(b"") if frame is None else HexBytes.of_frame(frame))

    def set_bytes(self, data: bytes) -> None:
        """Show bytes that form no frame, such as an HTTP head."""
        self._frame = None
        self._data = data
        self._start(HexBytes.of_bytes(data))

    def set_inflated(self, data: bytes) -> None:
        """Show what a compressed payload inflates to; its offsets count from its own first byte."""
        self._frame = None
        self._data = data
        self._start(HexBytes.of_bytes(data), "inflated")

    def set_message(self, data: bytes) -> None:
        """Show a message joined of its frames, which stands on no wire as it is."""
        self._frame = None
        self._data = data
        self._start(HexBytes.of_bytes(data), "message")

    def _start(self, shown: HexBytes, title: str = HexColumn.WIRE.value) -> None:
        self._wire_title = title
        self._hovered = None
        self._stop_drag()
        self._show(shown)
        self._tell()

    # Selection.

    @property
    def selection(self) -> tuple[int, int]:
        """(first offset, number of bytes)."""
        return self._selection.first, self._selection.count

    @property
    def cursor_offset(self) -> int | None:
        """Offset of the byte under the cursor."""
        return self._selection.cursor

    def set_active_column(self, column: HexColumn) -> None:
        """Work in another column; one that the mode does not show is ignored."""
        if column in self._geometry.columns and column is not self._active:
            self._active = column
            self.viewport().update()
            self._describe()

    def select(self, first: int, count: int) -> None:
        """Select bytes, as far as they are there, and scroll to them."""
        self._selection.select(first, count, self._bytes.length)
        self._moved()

    def select_all(self) -> None:
        """Select every byte, without scrolling."""
        self._selection.select(0, self._bytes.length, self._bytes.length)
        self._changed()

    def clear_selection(self) -> None:
        """Select nothing."""
        self._selection.clear()
        self._changed()

    def _moved(self) -> None:
        if self._selection.cursor is not None:
            self.scroll_to(self._selection.cursor)
        self._changed()

    def _changed(self) -> None:
        # The mouse may rest somewhere while the keys move the cursor: then the cursor's byte is meant.
        self._hovered = None
        self.viewport().update()
        self.selection_changed.emit(self._selection.first, self._selection.count)
        self._tell()

    # Copying.

    def selected_bytes(self) -> bytes:
        """The bytes that a copy takes: the selection, or everything, as the active column shows it.

        Outside the wire column that is the payload without the header, unless only header bytes are selected.
        """
        first, stop = 0, self._bytes.length
        if self._selection.count:
            first, stop = self._selection.first, self._selection.stop
        wire_text = self._active is HexColumn.TEXT and self.is_masked and self.mode is HexMode.WIRE
        if self._active is HexColumn.WIRE or wire_text:
            return self._bytes.wire(first, stop)
        return self._bytes.payload(first, stop) or self._bytes.wire(first, stop)

    def copy_as(self, kind: str, *, confirmed: bool = False) -> None:
        """Put `selected_bytes` on the clipboard as a kind of `COPY_KINDS`; asks first if they are many.

        A confirmed copy of 16 MiB takes from 60 ms (hex, text, base64) to 1 s (C array). Raises KeyError for an
        unknown kind.
        """
        count = self._selection.count or self._bytes.length
        if count > LARGE_COPY and not confirmed:
            self.large_copy_requested.emit(kind, count)
            return
        QGuiApplication.clipboard().setText(copy_as(kind, self.selected_bytes()))

    def copy(self) -> None:
        """Copy as the active column shows the bytes: text from the text column, hex from the others."""
        self.copy_as("text" if self._active is HexColumn.TEXT else "hex")

    @property
    def menu(self) -> QMenu:
        """The context menu."""
        return self._menu

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        keys = QKeySequence.StandardKey
        copy = menu.addAction("Copy")
        copy.triggered.connect(self.copy)
        for kind in COPY_KINDS.values():
            action = menu.addAction(f"Copy as {kind.label}")
            action.triggered.connect(lambda _=False, name=kind.name: self.copy_as(name))
        menu.addSeparator()
        lengths = menu.addMenu("Bytes a row")
        group = QActionGroup(menu)
        for length in (None, *ROW_LENGTHS):
            action = lengths.addAction("As many as fit" if length is None else str(length))
            action.setCheckable(True)
            action.setChecked(length == self.row_length)
            action.triggered.connect(lambda _=False, chosen=length: self.set_row_length(chosen))
            group.addAction(action)
        everything = menu.addAction("Select all")
        everything.triggered.connect(self.select_all)
        # Shown in the menu only: the keys themselves come through keyPressEvent.
        for action, key in ((copy, keys.Copy), (everything, keys.SelectAll)):
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return menu

    # Explanation.

    def _pieces(self, offset: int | None) -> list[ExplanationPart]:
        if offset is None:
            return []
        if self._frame is not None:
            pieces = explain_pieces(self._frame, offset)
        else:
            pieces = explain_plain(self._data, offset)
        return [ExplanationPart("plain", f"byte 0x{offset:02x}: "), *pieces]

    def explain(self) -> None:
        """Emit `explained` for the byte under the mouse or the cursor again."""
        self.explained.emit(self._pieces(self._selection.cursor if self._hovered is None else self._hovered))

    def _tell(self) -> None:
        self.explain()
        self._describe()

    def _describe(self) -> None:
        text = "".join(piece.text for piece in self._pieces(self._selection.cursor))
        if not text:
            text = f"{self._bytes.length} bytes, none selected"
        elif self._selection.count > 1:
            text += f", {self._selection.count} bytes selected"
        self.setAccessibleDescription(f"{self._active.value} column, {text}")
        caret_moved(self)

    # Keys.

    def event(self, event: QEvent) -> bool:
        # A window may have its own Ctrl+C and Ctrl+A: while the view has the focus they mean its bytes.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if event.matches(keys.Copy) or event.matches(keys.SelectAll):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = QKeySequence.StandardKey
        modifiers = event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        move = (_FAR_MOVES if control else _MOVES).get(Qt.Key(event.key()))
        if event.matches(keys.Copy):
            self.copy()
        elif event.matches(keys.SelectAll):
            self.select_all()
        elif event.key() == Qt.Key.Key_Escape and self._selection.count:
            self.clear_selection()
        elif move is not None and not modifiers & Qt.KeyboardModifier.AltModifier:
            extend = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._selection.move(move, self._bytes, self.visible_rows, extend=extend)
            self._moved()
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the columns first, then on to the next widget."""
        columns = self._geometry.columns
        index = columns.index(self._active) + (1 if forward else -1)
        if self._bytes.length and 0 <= index < len(columns):
            self.set_active_column(columns[index])
            return True
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() == Qt.FocusReason.TabFocusReason:
            self.set_active_column(self._geometry.columns[0])
        elif event.reason() == Qt.FocusReason.BacktabFocusReason:
            self.set_active_column(self._geometry.columns[-1])
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        offset = self.offset_at(event.position())
        if offset is None:
            self.clear_selection()
            return
        self.set_active_column(self.column_at(event.position()))
        extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._selection.go(offset, extend=extend)
        self._drag_point = event.position()
        self._moved()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_point is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_point = event.position()
            self._drag()
            # While the mouse rests above or below the rows, they go on moving under it.
            inside = self._geometry.top <= event.position().y() < self.viewport().height()
            if inside:
                self._scroll_timer.stop()
            elif not self._scroll_timer.isActive():
                self._scroll_timer.start(_SCROLL_MS, self)
        self._hover(self.offset_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._stop_drag()

    def timerEvent(self, event: QTimerEvent) -> None:
        if event.timerId() == self._scroll_timer.timerId():
            self._drag()
        else:
            super().timerEvent(event)

    def _drag(self) -> None:
        if self._drag_point is not None:
            self._selection.go(self.nearest_offset(self._drag_point), extend=True)
            self._moved()

    def _stop_drag(self) -> None:
        self._drag_point = None
        self._scroll_timer.stop()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu.popup(event.globalPos())

    def _hover(self, offset: int | None) -> None:
        if offset != self._hovered:
            self._hovered = offset
            self.explain()
