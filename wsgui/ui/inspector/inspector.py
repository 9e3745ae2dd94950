"""The inspector: everything about the selected row, in tabs. Plain values in, no sessions.

The whole message and the handshake are not given with a row: they may be large, and most rows are only passed over.
The inspector asks for them (`message_wanted`, `handshake_wanted`) when their tab is looked at and out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QStackedLayout, QTabWidget, QWidget

from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.ui.inspector.close_view import CloseView
from wsgui.ui.inspector.details import FrameDetails
from wsgui.ui.inspector.handshake_view import HandshakeView
from wsgui.ui.inspector.hex_pane import HexPane
from wsgui.ui.inspector.message_view import MessageView
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent, QShowEvent

    from wsgui.dissect.compression import Sizes
    from wsgui.dissect.decoders.model import Context
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.violations import Violation

EMPTY = "Select a frame to see its bytes."


@guarded
class Inspector(QWidget):
    """Hex, Details, Message, Handshake of one row, Close of its connection; a sentence while no row is selected."""

    message_wanted = Signal()
    """Answer with `show_message` or `show_no_message`, at once or later; drop an answer that comes after the row
    has changed."""
    handshake_wanted = Signal()
    """Answer with `show_handshake`, at once or later."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hex = HexPane(self)
        self.details = FrameDetails(self)
        self.message = MessageView(self)
        self.handshake = HandshakeView(self)
        self.ending = CloseView(self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Inspector")
        for widget, label, tip in (
            (self.hex, "Hex", "Header bits and every byte"),
            (self.details, "Details", "Each field and each broken rule, explained"),
            (self.message, "Message", "The whole message, joined from its fragments"),
            (self.handshake, "Handshake", "The opening handshake of this connection, judged"),
            (self.ending, "Close", "Who ended this connection, how and why"),
        ):
            self.tabs.setTabToolTip(self.tabs.addTab(widget, label), tip)
        self._title = QLabel(self.tabs)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setForegroundRole(self._title.palette().ColorRole.PlaceholderText)
        self._title.setContentsMargins(8, 0, 8, 4)
        self.tabs.setCornerWidget(self._title)
        self._empty = QLabel(EMPTY, self)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setForegroundRole(self._empty.palette().ColorRole.PlaceholderText)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.tabs)
        self._stale: set[QWidget] = set()
        self._clean: bool | None = None
        self._before: int | None = None
        self._own = (0, 0)

        self.message.bytes_chosen.connect(self._show_bytes_of_message)
        self.details.field_selected.connect(self.hex.select_field)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.ending.row_requested.connect(self._keep_tab)

    @property
    def whole_width(self) -> int:
        """Pixels with which no tab hides behind arrows, whatever the Close tab says."""
        marks = self.fontMetrics().horizontalAdvance(" ⚠") if self._clean is None else 0
        return self.tabs.tabBar().sizeHint().width() + marks + 4

    def set_notes(self, notes: Sequence[str]) -> None:
        """Notes on the row that is shown next."""
        self.details.set_notes(notes)

    def show_frame(
        self,
        frame: Frame,
        violations: Sequence[Violation] = (),
        row_title: str = "",
        inflated: bytes | None = None,
        sizes: Sizes | None = None,
    ) -> None:
        """Show a frame, with what its payload inflates to if it was compressed. The message and the handshake that were
        shown are out of date from now on."""
        self._start(row_title)
        self.hex.set_frame(frame, violations, inflated)
        self.details.set_frame(frame, violations, sizes)
        self._expect(message=True)

    def show_bytes(
        self, data: bytes, title: str = "", violations: Sequence[Violation] = (), *, header: bool = False
    ) -> None:
        """Show bytes that form no frame: an HTTP head, or with ``header`` those that start with a frame header."""
        self._start(title)
        self.hex.set_bytes(data, header=header)
        self.details.set_bytes(data, violations, header=header)
        self.message.clear("These bytes belong to no message.")
        self._expect(message=False)

    def show_message(
        self,
        opcode: int,
        payload: bytes,
        fragments: Sequence[tuple[int, int]],
        finished: bool,
        truncated: bool,
        title: str = "message",
        wire_length: int | None = None,
        context: Context = NO_CONTEXT,
        own: tuple[int, int] = (0, 0),
    ) -> None:
        """Answer `message_wanted`; the arguments are those of `MessageView.set_message`, and which bytes of the
        message (first, number) the row that is shown has brought."""
        self._stale.discard(self.message)
        self._own = own
        self.message.set_message(opcode, payload, fragments, finished, truncated, title, wire_length, context)

    def show_no_message(self, why: str) -> None:
        """Answer `message_wanted` for a frame that belongs to none, such as a ping: ``why`` is a sentence."""
        self._stale.discard(self.message)
        self.message.clear(why)

    def show_handshake(self, request: bytes | None, response: bytes | None) -> None:
        """Answer `handshake_wanted`; None for a head that did not come."""
        self._stale.discard(self.handshake)
        self.handshake.set_handshake(request, response)

    def mark_close(self, clean: bool | None) -> None:
        """Say in the Close tab's title how its connection ended; None while it has not."""
        self._clean = clean
        place = self.tabs.indexOf(self.ending)
        self.tabs.setTabText(place, "Close" if clean is None else "Close ✓" if clean else "Close ⚠")
        theme = theme_of(self)
        tone = QColor() if clean is None else QColor(theme.good if clean else theme.error)
        self.tabs.tabBar().setTabTextColor(place, tone)
        self._fit_title()

    def open_close(self) -> None:
        """Bring the Close tab to the front, though no row may be selected; then the next row goes back to the tab that
        was there before, unless the person has used this one."""
        before = self.tabs.currentIndex() if self.is_empty else None
        if self.is_empty:
            self._start("")
            self._stale = {self.handshake}
        self.tabs.setCurrentWidget(self.ending)
        self._before = before

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_clean"):
            self.mark_close(self._clean)

    def clear(self) -> None:
        """No row is selected: show the sentence, and let go of every byte."""
        self._stale.clear()
        self._title.clear()
        self._stack.setCurrentWidget(self._empty)
        self.hex.clear()
        self.details.clear()
        self.message.clear()
        self.handshake.clear()

    @property
    def is_empty(self) -> bool:
        """Whether the sentence stands there instead of a row."""
        return self._stack.currentWidget() is self._empty

    @property
    def title(self) -> str:
        """The title of the row that is shown."""
        return self._title.text()

    def _show_bytes_of_message(self, start: int, count: int) -> None:
        """Select in the Hex tab what was chosen of the message, as far as the row that is shown has brought it."""
        first, length = self._own
        begin, end = max(start, first), min(start + count, first + length)
        if begin < end:
            self.hex.select_payload(begin - first, end - begin)

    def _start(self, title: str) -> None:
        if self._before is not None:
            self.tabs.setCurrentIndex(self._before)
        self._title.setText(title)
        self._fit_title()
        self._stack.setCurrentWidget(self.tabs)

    def _expect(self, *, message: bool) -> None:
        self._stale = {self.message, self.handshake} if message else {self.handshake}
        self._ask()

    def _tab_changed(self) -> None:
        self._keep_tab()
        self._ask()

    def _keep_tab(self) -> None:
        self._before = None

    def _ask(self) -> None:
        """Ask for what the visible tab lacks."""
        current = self.tabs.currentWidget()
        if self.is_empty or not self.isVisible() or current not in self._stale:
            return
        # Asked once for each row: an answer that takes its time must not be asked for again by a tab switch.
        self._stale.discard(current)
        if current is self.message:
            self.message.clear("Reading the message\u2026")
            self.message_wanted.emit()
        else:
            self.handshake_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()

    def _fit_title(self) -> None:
        """The title of the row goes before a tab does; the table shows the row too."""
        self._title.setVisible(self.tabs.tabBar().sizeHint().width() + self._title.sizeHint().width() <= self.width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
