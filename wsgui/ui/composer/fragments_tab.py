"""The Fragments tab: a message in fragments, in any order and with anything between them, sent at once or in steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from wsgui.dissect.outlook import remarks
from wsgui.protocol.connection import Connection
from wsgui.protocol.frames import wire_of
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.outlook import outlook
from wsgui.protocol.states import Role
from wsgui.ui.composer.edited_plan import EditedPlan
from wsgui.ui.composer.frame_plan import RestOfPlan
from wsgui.ui.composer.frame_table import PlanTable
from wsgui.ui.composer.insertion import Insertion
from wsgui.ui.composer.message_entry import MessageEntry
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.outgoing import FRAMES_LIMIT, Outgoing, cut_characters, fragment_starts
from wsgui.ui.composer.split_choice import SplitChoice
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.text_tab import cut_note
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.dissect.outlook import Remark

_JUDGED_FRAMES = 300
_JUDGED_BYTES = 1024 * 1024
"""What the judge looks at after each change; more would be felt while typing."""


class FragmentsTab(ComposeTab):
    """Compose a fragmented message (RFC 6455 section 5.4).

    While some of its frames have gone and others have not, the message is locked and only the rest can be changed.
    """

    step_requested = Signal()
    """Send the first of `frames`; the composer then calls `stepped`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.peer: Callable[[], Connection | None] = lambda: None
        self.plan = EditedPlan()
        self._problem = ""
        self._can_send = False
        self._mask: bool | None = None
        self.message = MessageEntry()
        self.choice = SplitChoice()
        self.table = PlanTable(self.plan)
        self.insertion = Insertion()
        self.up = self._arrow("▲", "Move up", "Let the selected frame leave one frame earlier")
        self.down = self._arrow("▼", "Move down", "Let the selected frame leave one frame later")
        self.remove = QPushButton("Re&move")
        self.remove.setToolTip("Remove the selected frame; without the last one the message never ends")
        self.send_next = QPushButton("Sen&d next")
        self.send_next.setToolTip("Send one frame and wait")
        self.start_over = QPushButton("St&art over")
        self.start_over.setToolTip("Mark all frames as not sent")
        self.progress = QLabel()
        name_label(self.progress, "Frames that have gone")
        self.note = Note(shrinks=True)
        self.verdict = Note(shrinks=True)
        self.setFocusProxy(self.message.text_edit)
        self._lay_out()
        self.message.changed.connect(self._cut)
        self.message.refused.connect(lambda text: self.note.say(text, Tone.ERROR))
        self.choice.changed.connect(self._cut)
        self.choice.cursor_wanted.connect(self._cut_at_cursor)
        self.insertion.button.clicked.connect(self._insert)
        self.insertion.payload.returnPressed.connect(self._insert)
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
        pings.setSpacing(4)
        pings.addWidget(self.insertion, 1)
        for widget in (self.up, self.down, self.remove):
            pings.addWidget(widget)
        steps = self.message.top_row
        steps.setSpacing(4)
        self.progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        steps.addWidget(self.progress, 1)
        steps.addWidget(self.send_next)
        steps.addWidget(self.start_over)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 2)
        column.setSpacing(4)
        column.addWidget(self.message, 1)
        column.addWidget(self.choice)
        column.addWidget(self.table, 3)
        column.addLayout(pings)
        column.addWidget(self.verdict)
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

    def _insert(self) -> None:
        try:
            frame = self.insertion.frame()
        except ValueError as error:
            self.note.say(str(error), Tone.ERROR)
            return
        self._restart_if_done()
        selected = self.table.selected_row()
        before = selected + 1 if selected >= 0 else max(1, self.plan.gone)
        self._show(self.plan.insert(frame, before))

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

    def judge_now(self) -> None:
        """Ask the peer of this moment again."""
        before = self.table.frame_model.comments
        self._judge()
        if self.table.frame_model.comments != before:
            self.table.show_plan(self.table.selected_row())

    def _judge(self) -> None:
        """Ask what a peer would say to the frames that have not gone, and note it at each."""
        plan = self.plan
        first = plan.gone if plan.under_way else 0
        comments: dict[int, str] = {}
        said: list[Remark] = []
        if len(plan) - first <= _JUDGED_FRAMES and plan.wire_size(masked=True) <= _JUDGED_BYTES:
            masked = self.role is Role.CLIENT if self._mask is None else self._mask
            key = bytes(4) if masked else None
            frames = [replace(plan[index], masking_key=key).frame() for index in range(first, len(plan))]
            peer = self.peer() or Connection(self.role, new_key=lambda: bytes(4)).peer_now()
            found = outlook(peer, wire_of(frames))
            for index, breach in found.violations:
                before = f"{comments[index + first]} " if index + first in comments else ""
                comments[index + first] = f"{before}{breach.text} ({breach.reference})"
            if comments or found.open_opcode >= 0:
                said = [remark for remark in remarks(found, ()) if remark.kind == "answer"]
        self.table.frame_model.comments = comments
        self.verdict.say(" ".join(remark.line for remark in said), Tone.WARNING if comments else Tone.HINT)

    def set_role(self, role: Role) -> None:
        """A client's peer wants masks, a server's does not."""
        super().set_role(role)
        self._show(self.table.selected_row())

    def set_mask(self, mask: bool | None) -> None:
        """Whether frames are masked; None does what the role demands."""
        self._mask = mask
        self._show(self.table.selected_row())

    def _show(self, select: int = -1) -> None:
        self._judge()
        self.table.show_plan(min(select, len(self.plan) - 1))
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        plan = self.plan
        row = self.table.selected_row()
        done = plan.gone == len(plan)
        free = not plan.under_way
        floor = 0 if done else plan.gone
        movable = floor <= row < len(plan)
        self.message.lock(not free)
        self.choice.setEnabled(free)
        self.up.setEnabled(movable and row > floor)
        self.down.setEnabled(movable and row + 1 < len(plan))
        self.remove.setEnabled(movable and len(plan) > 1)
        self.send_next.setEnabled(self._can_send and not self._problem and not done)
        self.start_over.setEnabled(plan.gone > 0)
        if not plan.gone:
            self.progress.setText("")
        elif done:
            self.progress.setText("all have gone")
        else:
            self.progress.setText(f"{plan.gone} of {len(plan)} have gone")
