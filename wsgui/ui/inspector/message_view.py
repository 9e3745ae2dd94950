"""The Message tab: a whole message joined from its fragments, as its decoder's tree beside its text or bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.compression import compression_line
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Message, NotFittingError
from wsgui.dissect.hexrows import HexBytes, printable
from wsgui.dissect.json_text import LARGEST, looks_like_json, same_place
from wsgui.dissect.message import PART_CHARACTERS, character_at, message_summary, part_count, text_part
from wsgui.dissect.sizes import grouped
from wsgui.ui.inspector.decoded_pane import DecodedPane
from wsgui.ui.inspector.fragment_list import FragmentList
from wsgui.ui.inspector.hex_view import HexView
from wsgui.ui.inspector.part_bar import PartBar
from wsgui.ui.inspector.text_hits import dump_spans, mark, text_spans
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.json_edit import JsonEdit
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.capture.needle import Needle
    from wsgui.dissect.decoders.model import Context

_SUMMARY_ROWS = 64
_LONG_WORD = 2000
_TEXT = 1
_JSON_TIP = "Show JSON with one value a line; only white space changes"
_TOO_LARGE_TIP = f"The text has over {grouped(LARGEST)} characters: to indent them would stop the window"


@guarded
class MessageView(QWidget):
    """One message. The text widget never holds more than `PART_CHARACTERS` characters.

    What is selected in the tree is selected in the text and in the bytes, and the other way round; ``bytes_chosen``
    tells others of it.
    """

    bytes_chosen = Signal(int, int)
    """First byte and number of bytes of what was chosen in the tree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._payload = b""
        self._is_text = False
        self._message: Message | None = None
        self._following = False  # the cursor follows the tree or the bytes, and does not lead them
        self._whole = ""
        self._shown = ""
        self._summary = QLabel(self)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._summary.setWordWrap(True)
        self._hint = QLabel(self)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._hint.hide()
        self.json_toggle = QCheckBox("Indent", self)
        self.json_toggle.setChecked(True)
        self.json_toggle.setToolTip("Show JSON with one value a line; the bytes stay as they are")
        self.wrap_toggle = QCheckBox("Wrap", self)
        self.wrap_toggle.setToolTip("Break long lines at the edge")
        self.wrap_toggle.setChecked(True)
        self.copy_button = QPushButton("Copy", self)
        self.copy_button.setToolTip("Copy the whole message as it came, not only the part that is shown")
        self.text = JsonEdit(self)
        self.text.setReadOnly(True)
        self.text.setUndoRedoEnabled(False)
        self.text.setFont(fixed_font())
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setAccessibleName("Text of the message")
        self.bytes_toggle = QCheckBox("Bytes", self)
        self.bytes_toggle.setToolTip("Show the whole message as bytes, tied to the tree")
        self.bytes = HexView(self)
        self.bytes.setAccessibleName("Bytes of the message")
        self.decoded = DecodedPane(self)
        self.parts = PartBar(self)
        self.fragments = FragmentList(self)

        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 0)
        for widget in (
            self.decoded.choice,
            self.json_toggle,
            self.wrap_toggle,
            self.bytes_toggle,
            self.copy_button,
        ):
            top.addWidget(widget)
        top.addStretch(1)
        under = QVBoxLayout()
        under.setContentsMargins(8, 4, 8, 0)
        under.addWidget(self._summary)
        under.addWidget(self._hint)
        under.addWidget(self.parts)
        self._sides = QStackedWidget(self)
        self._sides.addWidget(self.text)
        self._sides.addWidget(self.bytes)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        for place, (pane, share) in enumerate(((self.decoded, 5), (self._sides, 6), (self.fragments, 3))):
            splitter.addWidget(pane)
            splitter.setStretchFactor(place, share)
        splitter.setSizes([470, 520, 270])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(under)
        column.addLayout(top)
        column.addWidget(splitter, 1)

        self._needle: Needle | None = None
        self.json_toggle.toggled.connect(self._render)
        self.wrap_toggle.toggled.connect(self._wrap)
        self.copy_button.clicked.connect(self.copy)
        self.parts.part_changed.connect(self._show_part)
        self.fragments.fragment_chosen.connect(self.go_to_byte)
        self.bytes_toggle.toggled.connect(self._show_side)
        self.bytes.selection_changed.connect(self._bytes_selected)
        self.text.cursorPositionChanged.connect(self._cursor_moved)
        self.decoded.node_chosen.connect(self._node_chosen)
        self.clear("No message is open.")

    def set_message(
        self,
        opcode: int,
        payload: bytes,
        fragments: Sequence[tuple[int, int]],
        finished: bool,
        truncated: bool,
        title: str = "message",
        wire_length: int | None = None,
        context: Context = NO_CONTEXT,
    ) -> None:
        """Show a message.

        ``opcode`` is that of its first frame; ``payload`` its bytes, unmasked and inflated; ``fragments`` the (first
        byte, number of bytes) in ``payload`` that each frame brought; ``finished`` whether the final frame came;
        ``truncated`` whether ``payload`` is only the beginning; ``title`` names it (``message 3``);
        ``wire_length`` is how many bytes of payload crossed the wire, if it was compressed; ``context`` what decoders
        are told of its connection.
        """
        self._payload = payload
        self._is_text = opcode == _TEXT
        # A text is decoded once; a binary message is only looked at where it is shown.
        self._whole = payload.decode(errors="replace") if self._is_text else ""
        summary = message_summary(title, opcode, payload, len(fragments), finished=finished, truncated=truncated)
        if wire_length is not None:
            summary += f" · {compression_line(wire_length, len(payload))}"
        self._summary.setText(summary)
        with QSignalBlocker(self.fragments):
            self.fragments.set_fragments(list(fragments))
        self.fragments.setVisible(len(fragments) > 1)
        self.copy_button.setEnabled(True)
        small = len(self._whole) <= LARGEST
        self.json_toggle.setEnabled(self._is_text and small)
        self.json_toggle.setToolTip(_JSON_TIP if small else _TOO_LARGE_TIP)
        self.json_toggle.setVisible(self._is_text)
        self._message = Message(payload, text=self._is_text, whole=finished and not truncated)
        self.bytes_toggle.setEnabled(True)
        self._render()
        self.bytes.set_message(payload)
        self.decoded.set_message(context, self._message)

    def clear(self, why: str = "") -> None:
        """Show no message, and ``why``."""
        self._payload = b""
        self._whole = self._shown = ""
        self._is_text = False
        self._summary.setText(why)
        self._say("")
        self.text.clear()
        self.bytes.set_message(b"")
        self.bytes_toggle.setEnabled(False)
        self.decoded.clear()
        self._message = None
        self.parts.set_parts(1)
        self.fragments.set_fragments([])
        self.fragments.hide()
        self.json_toggle.setEnabled(False)
        self.copy_button.setEnabled(False)

    @property
    def summary(self) -> str:
        """The line above the text."""
        return self._summary.text()

    @property
    def hint(self) -> str:
        """The line under it: why there is no JSON, or where to see more; empty if there is nothing to say."""
        return self._hint.text()

    def copy(self) -> None:
        """Copy the whole message as it came: text as text, bytes as hex."""
        QGuiApplication.clipboard().setText(self._whole if self._is_text else self._payload.hex(" "))

    def go_to_byte(self, byte: int) -> None:
        """Show the part that holds a byte of the payload, with the text cursor there.

        Binary summaries go by rows.
        """
        if self._is_text:
            part, at = divmod(self._in_shown(character_at(self._payload, byte)), PART_CHARACTERS)
            self.parts.go(part)
            self._put_cursor(_units(text_part(self._shown, part)[:at]))
        elif byte // 16 < _SUMMARY_ROWS:
            block = self.text.document().findBlockByNumber(byte // 16)
            self._put_cursor(block.position())

    def _in_shown(self, character: int) -> int:
        return character if self._shown is self._whole else same_place(self._whole, self._shown, character)

    def set_needle(self, needle: Needle | None) -> None:
        """Mark what a search looks for, wherever it is shown, from now on."""
        self._needle = needle
        self._mark_hits()

    def _mark_hits(self) -> None:
        shown = text_part(self._shown, self.parts.part)
        if self._is_text or not self._needle:
            spans = text_spans(self._needle, shown)
        else:
            spans = dump_spans(self._needle, self._payload[: _SUMMARY_ROWS * 16])
        mark(self.text, spans)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_needle"):
            self._mark_hits()

    def _put_cursor(self, at: int, upto: int | None = None) -> None:
        """Put the cursor there, and select up to another place."""
        last = self.text.document().characterCount() - 1
        cursor = self.text.textCursor()
        if upto is not None:
            cursor.setPosition(min(upto, last))
        mode = QTextCursor.MoveMode.MoveAnchor if upto is None else QTextCursor.MoveMode.KeepAnchor
        cursor.setPosition(min(at, last), mode)
        self._following = True
        try:
            self.text.setTextCursor(cursor)
        finally:
            self._following = False
        self.text.centerCursor()

    # --- what is selected in one of tree, text and bytes

    def select_byte(self, byte: int) -> None:
        """Select the part of the tree that has a byte of the message."""
        self.decoded.select_byte(byte)

    def _node_chosen(self, start: int, count: int) -> None:
        self._following = True
        try:
            self.bytes.select(start, count)
        finally:
            self._following = False
        self._select_text(start, count)
        self.bytes_chosen.emit(start, count)

    def _select_text(self, start: int, count: int) -> None:
        """Select bytes in the text; as many of them as stand in its part."""
        if not self._is_text:
            self.go_to_byte(start)
            return
        part, first = divmod(self._in_shown(character_at(self._payload, start)), PART_CHARACTERS)
        last = self._in_shown(max(character_at(self._payload, start + count) - 1, 0)) + 1 if count else 0
        behind = min(max(last - part * PART_CHARACTERS, first), PART_CHARACTERS)
        self.parts.go(part)
        shown = text_part(self._shown, part)
        self._put_cursor(_units(shown[:first]), _units(shown[:behind]))

    def _bytes_selected(self, first: int, count: int) -> None:
        if count and not self._following:
            self.decoded.select_byte(first)
            self._select_text(first, count)

    def _cursor_moved(self) -> None:
        """A person has clicked into the text: the tree goes there."""
        if self._following or not self._is_text or not self.text.hasFocus():
            return
        shown = text_part(self._shown, self.parts.part)
        units = self.text.textCursor().selectionStart()
        at = self.parts.part * PART_CHARACTERS + len(_characters(shown, units))
        if self._shown is not self._whole:
            at = same_place(self._shown, self._whole, at)
        self.decoded.select_byte(len(self._whole[:at].encode("utf-8", "surrogatepass")))

    def _show_side(self, as_bytes: bool) -> None:
        self._sides.setCurrentWidget(self.bytes if as_bytes else self.text)
        self.parts.setVisible(not as_bytes and part_count(len(self._shown)) > 1)
        self.wrap_toggle.setEnabled(not as_bytes)

    def _render(self) -> None:
        self._say("")
        if self._is_text:
            self._shown = self._whole
            if self._message is not None and self.json_toggle.isChecked() and self.json_toggle.isEnabled():
                json = registry.all_decoders()["json"]
                try:
                    self._shown = registry.pretty(json, self._message)
                except NotFittingError as error:
                    if looks_like_json(self._whole):  # any other text is one, and nothing is wrong with it
                        self._say(f"Shown as it came: no {json.title}: {error}.")
        else:
            self._shown = self._hex_summary()
        self.parts.set_parts(part_count(len(self._shown)))
        self._show_part(0)

    def _hex_summary(self) -> str:
        layout = HexBytes.of_bytes(self._payload)
        if not layout.length:
            return ""
        lines = [
            f"{row.offset:08x}  {row.wire.hex(' '):<47}  {printable(row.wire)}" for row in layout.rows(0, _SUMMARY_ROWS)
        ]
        left = layout.length - _SUMMARY_ROWS * 16
        more = f"{grouped(left)} more bytes. " if left > 0 else ""
        self._say(f"{more}The Hex tab shows every byte of each frame.")
        return "\n".join(lines)

    def _show_part(self, part: int) -> None:
        shown = text_part(self._shown, part)
        # Qt looks for word breaks in vain through a word of 64 Ki characters: 80 ms instead of 8.
        longest = max(map(len, shown.split()), default=0)
        modes = QTextOption.WrapMode
        self.text.setWordWrapMode(modes.WrapAnywhere if longest > _LONG_WORD else modes.WrapAtWordBoundaryOrAnywhere)
        self.text.setPlainText(shown)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self._mark_hits()

    def _wrap(self, on: bool) -> None:
        mode = QPlainTextEdit.LineWrapMode
        self.text.setLineWrapMode(mode.WidgetWidth if on else mode.NoWrap)

    def _say(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setVisible(bool(text))


def _units(text: str) -> int:
    """A place in a text widget: Qt counts UTF-16 units, and takes CR LF for one line break."""
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2


def _characters(text: str, units: int) -> str:
    """The part of a text that stands before a place in a text widget."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _units(text[:middle]) <= units:
            low = middle
        else:
            high = middle - 1
    return text[:low]
