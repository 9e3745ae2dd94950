"""The Fragments tab: a message in fragments, with pings between them, sent at once or step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.frame_plan import FramePlan, RestOfPlan
from wsgui.ui.composer.frame_table import FrameTable
from wsgui.ui.composer.message_entry import MessageEntry
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.outgoing import CONTROL_LIMIT, FRAMES_LIMIT, Outgoing, cut_characters, fragment_starts
from wsgui.ui.composer.split_choice import SplitChoice
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.text_tab import cut_note
from wsgui.ui.composer.wire_lines import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class FragmentsTab(ComposeTab):
    """Compose a fragmented message (RFC 6455 section 5.4).

    While some of its frames have gone and others have not, the message is locked and only the rest can be changed.
    """

    step_requested = Signal()
    """Send the first of `frames`; the composer then calls `stepped`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan = FramePlan()
        self._problem = ""
        self._can_send = False
        self.message = MessageEntry()
        self.choice = SplitChoice()
        self.table = FrameTable(self.plan)
        self.ping_payload = QLineEdit("beat")
        self.ping_payload.setAccessibleName("Payload of the ping")
        self.ping_payload.setToolTip(f"Text in the ping to insert, up to {CONTROL_LIMIT} bytes")
        self.insert_ping = QPushButton("I&nsert ping")
        self.insert_ping.setToolTip("Put a ping after the selected frame, or after the first one")
        self.up = self._arrow("▲", "Move up", "Let the selected ping leave one frame earlier")
        self.down = self._arrow("▼", "Move down", "Let the selected ping leave one frame later")
        self.remove = QPushButton("&Remove")
        self.remove.setToolTip("Remove the selected ping")
        self.send_next = QPushButton("Sen&d next")
        self.send_next.setToolTip("Send one frame and wait")
        self.start_over = QPushButton("St&art over")
        self.start_over.setToolTip("Mark all frames as not sent")
        self.progress = QLabel()
        self.progress.setAccessibleName("Frames that have gone")
        self.note = Note()
        self.setFocusProxy(self.message.text_edit)
        self._lay_out()
        self.message.changed.connect(self._cut)
        self.message.refused.connect(lambda text: self.note.say(text, Tone.ERROR))
        self.choice.changed.connect(self._cut)
        self.choice.cursor_wanted.connect(self._cut_at_cursor)
        self.insert_ping.clicked.connect(self._insert_ping)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        self.send_next.clicked.connect(self.step_requested)
        self.start_over.clicked.connect(self._start_over)
        self.table.selectionModel().selectionChanged.connect(self._show_state)
        self._cut()

    def _arrow(self, text: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        pings = QHBoxLayout()
        pings.addWidget(self.insert_ping)
        pings.addWidget(self.ping_payload, 1)
        for widget in (self.up, self.down, self.remove):
            pings.addWidget(widget)
        steps = QHBoxLayout()
        steps.addWidget(self.send_next)
        steps.addWidget(self.start_over)
        steps.addWidget(self.progress, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 2)
        column.setSpacing(4)
        column.addWidget(self.message, 1)
        column.addWidget(self.choice)
        column.addWidget(self.table, 1)
        column.addLayout(pings)
        column.addLayout(steps)
        column.addWidget(self.note)

    @property
    def send_text(self) -> str:
        """The composer's button sends all, or what is left."""
        return "S&end rest" if self.plan.under_way else "S&end all"

    def frames(self) -> Sequence[Outgoing]:
        """The frames that have not gone; all of them when all have."""
        if self._problem:
            return ()
        return RestOfPlan(self.plan) if self.plan.under_way else self.plan

    def problem(self) -> str:
        """Sizes that cannot be read or do not fit, or too many frames."""
        return self._problem

    def sent(self) -> None:
        """All frames have gone."""
        self.plan.gone = len(self.plan)
        self._show()

    def stepped(self) -> None:
        """One more frame has gone."""
        self.plan.gone = min(self.plan.gone, len(self.plan) - 1) + 1
        self._show(min(self.plan.gone, len(self.plan) - 1))

    def connection_lost(self) -> None:
        """What has gone, has gone with the connection."""
        if self.plan.under_way:
            self.note.say(
                f"The connection ended after {self.plan.gone} of {count_of(len(self.plan), 'frame')}. "
                "The message starts anew.",
                Tone.WARNING,
            )
            self.plan.gone = 0
            self._show()

    def set_can_send(self, can_send: bool) -> None:
        """Whether there is a connection to step on."""
        self._can_send = can_send
        self._show_state()

    def _cut(self) -> None:
        self._problem = ""
        payload = self.message.payload
        opcode = int(self.message.opcode)
        fragments: Sequence[Outgoing] = ()
        try:
            fragments = self.choice.split(opcode, payload)
        except ValueError as error:
            self._problem = str(error)
        if len(fragments) > FRAMES_LIMIT:
            self._problem = f"{count_of(len(fragments), 'frame')} are too many: choose larger ones."
            fragments = ()
        if not self._problem:
            self.plan.set_fragments(fragments)
        in_text = opcode == Opcode.TEXT and not self._problem
        self.note.say(cut_note(cut_characters(payload, fragment_starts(fragments)) if in_text else []))
        self.table.frame_model.as_hex = opcode == Opcode.BINARY
        self._show(self.table.selected_row())

    def _cut_at_cursor(self) -> None:
        try:
            self.choice.add_cut(self.message.cursor_byte, len(self.message.payload))
        except ValueError as error:
            self.note.say(str(error), Tone.WARNING)

    def _insert_ping(self) -> None:
        payload = self.ping_payload.text().encode("utf-8", "replace")
        if len(payload) > CONTROL_LIMIT:
            self.note.say(
                f"A ping carries up to {CONTROL_LIMIT} bytes (RFC 6455 5.5); this one has {len(payload)}.", Tone.ERROR
            )
            return
        self._restart_if_done()
        selected = self.table.selected_row()
        before = selected + 1 if selected >= 0 else max(1, self.plan.gone)
        self._show(self.plan.insert(Outgoing(int(Opcode.PING), payload), before))

    def _move(self, by: int) -> None:
        self._restart_if_done()
        self._show(self.plan.move(self.table.selected_row(), by))

    def _remove(self) -> None:
        self._restart_if_done()
        row = self.table.selected_row()
        self.plan.remove(row)
        self._show(min(row, len(self.plan) - 1))

    def _restart_if_done(self) -> None:
        if not self.plan.under_way:
            self.plan.gone = 0

    def _start_over(self) -> None:
        if self.plan.message_open:
            self.note.say(
                "The peer still waits for the rest of the message: a new one now breaks RFC 6455 5.4.", Tone.WARNING
            )
        self.plan.gone = 0
        self._show()

    def _show(self, select: int = -1) -> None:
        self.table.show_plan(min(select, len(self.plan) - 1))
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        plan = self.plan
        row = self.table.selected_row()
        done = plan.gone == len(plan)
        free = not plan.under_way
        floor = 0 if done else plan.gone
        movable = 0 <= row < len(plan) and plan.is_control(row) and row >= floor
        self.message.setEnabled(free)
        self.choice.setEnabled(free)
        self.up.setEnabled(movable and row > floor)
        self.down.setEnabled(movable and row + 1 < len(plan))
        self.remove.setEnabled(movable)
        self.send_next.setEnabled(self._can_send and not self._problem and not done)
        self.start_over.setEnabled(plan.gone > 0)
        if not plan.gone:
            self.progress.setText("")
        elif done:
            self.progress.setText("all have gone")
        else:
            self.progress.setText(f"{plan.gone} of {len(plan)} have gone")
