"""The Raw tab: frames bit by bit, legal or not, in as many TCP writes as one likes, with the judge beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from wsgui.dissect.outlook import Remark, remarks
from wsgui.protocol.connection import Connection
from wsgui.protocol.faults.model import Masking
from wsgui.protocol.outlook import outlook
from wsgui.protocol.raw_frame import RawFrame
from wsgui.protocol.states import Role
from wsgui.ui.composer.binary_tab import FileQuestion, ask_with_dialog
from wsgui.ui.composer.faults_dialog import FaultsDialog, in_words
from wsgui.ui.composer.file_loader import FileLoader
from wsgui.ui.composer.frame_strip import FrameStrip
from wsgui.ui.composer.header_editor import HeaderEditor, KeyKind
from wsgui.ui.composer.judge_view import JudgeView
from wsgui.ui.composer.message_entry import MessageEntry
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.raw_bits import bits_of_rule
from wsgui.ui.composer.raw_cuts import RawPlan
from wsgui.ui.composer.send_way import SendWay
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.explain.asking import explain
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from wsgui.protocol.faults import FrameFault
    from wsgui.protocol.outlook import Outlook
    from wsgui.ui.composer.outgoing import NewKey, Outgoing

    Peer = Callable[[], Connection | None]

WIDE = 430
"""Pixels from which the judge stands beside the editor and not below it."""
_JUDGED = 1024 * 1024
"""Bytes that the judge reads at each change; more would be felt while typing."""


@guarded
class RawTab(ComposeTab):
    """Compose raw frames. ``peer`` gives a connection that stands for the peer here and now (None: a fresh one)."""

    def __init__(
        self, new_key: NewKey, ask_file: FileQuestion = ask_with_dialog, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.peer: Peer = lambda: None
        self._new_key = new_key
        self._ask_file = ask_file
        self._loading = False
        self._made: tuple[RawPlan | None, str] | None = None
        self._dialog: FaultsDialog | None = None
        self.strip = FrameStrip(new_key)
        explain(self, "part:raw")
        self.faults = QPushButton("Fa&ults…")
        self.faults.setToolTip("Choose from the library of ready-made faults")
        self.header = HeaderEditor(new_key)
        self.payload = MessageEntry()
        self.payload.as_text.setText("Payload &as text")
        self.payload.as_text.setToolTip("The payload is written as text and sent in UTF-8")
        self.payload.as_binary.setText("as hex")
        self.payload.as_text.setAccessibleName("Write the payload as text")
        self.payload.as_binary.setAccessibleName("Write the payload as hex")
        self.payload.top_row.addStretch(1)
        self.payload.as_binary.setToolTip("The payload is bytes, written as hex")
        self.payload.text_edit.setPlaceholderText("Payload")
        self.payload.text_edit.setAccessibleName("Payload as text")
        self.load = QPushButton("O&pen…")
        self.load.setToolTip("Put a file of up to 64 MiB in place of the payload")
        self.loader = FileLoader(self)
        self.way = SendWay()
        self.about = Note(shrinks=True)
        self.judge = JudgeView()
        self.setFocusProxy(self.faults)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.judge_now)
        self._lay_out()
        self.strip.chosen.connect(self._frame_chosen)
        self.strip.changed.connect(self._changed)
        self.faults.clicked.connect(self.choose_fault)
        self.header.changed.connect(self._edited)
        self.payload.changed.connect(self._edited)
        self.payload.refused.connect(lambda text: self.about.say(text, Tone.ERROR))
        self.way.changed.connect(self._changed)
        self.load.clicked.connect(lambda: self._ask_file(self, self._load))
        self.loader.loaded.connect(self._loaded)
        self.loader.failed.connect(lambda text: self.about.say(text, Tone.ERROR))
        self.strip.set_frames([RawFrame()], KeyKind.RANDOM)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.strip, 1)
        self.payload.top_row.addWidget(self.load)
        top.addWidget(self.faults)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.header)
        left.addWidget(self.payload, 1)
        left.addWidget(self.way)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.judge)
        right.addWidget(self.about)
        right.addStretch(1)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._halves.setSpacing(8)
        self._halves.addLayout(left, 2)
        self._halves.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 2)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(self._halves, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The judge goes beside the editor where there is room."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._halves.setDirection(direction)
        self._halves.setStretch(1, 1 if wide else 0)

    # What the composer asks.

    def frames(self) -> Sequence[Outgoing]:
        """Nothing: what leaves is `raw`."""
        return ()

    def raw(self) -> RawPlan | None:
        """The bytes and the writes in which they leave; None while there is a `problem`."""
        return self._put_together()[0]

    def problem(self) -> str:
        """What cannot be written, or cuts that do not fit."""
        return self._put_together()[1]

    def _put_together(self) -> tuple[RawPlan | None, str]:
        # Asked for several times after each change, and a payload may have 64 MiB.
        if self._made is None:
            meant = self.raw_frames
            trouble = self._frame_problem()
            sending = None
            if not trouble:
                try:
                    sending = RawPlan(meant, self.way.pieces(b"".join(frame.wire() for frame in meant)))
                except ValueError as error:
                    trouble = str(error)
            self._made = sending, trouble
        return self._made

    def _frame_problem(self) -> str:
        return self.header.problem or next((frame.problem for frame in self.raw_frames if frame.problem), "")

    def set_role(self, role: Role) -> None:
        """A client's frames are masked, a server's are not; what was made by hand keeps its mask."""
        changed = role != self.role
        super().set_role(role)
        if changed:
            kind = KeyKind.RANDOM if role is Role.CLIENT else KeyKind.NONE
            self.strip.set_frames(self.raw_frames, kind)
        self._changed()

    def sent(self) -> None:
        """The bytes have gone: random keys are used once."""
        self.strip.renew_keys()

    # Frames.

    @property
    def raw_frames(self) -> list[RawFrame]:
        """The frames in the order in which they leave."""
        return self.strip.frames

    def set_fault(self, fault: FrameFault) -> None:
        """Fill in a ready-made fault, and say what it is about."""
        frames = fault.frames(self.role, self._new_key)
        masked = frames[0].masking_key is not None
        zero = fault.masking is Masking.ZERO
        kind = KeyKind.NONE if not masked else KeyKind.ZERO if zero else KeyKind.RANDOM
        self.strip.set_frames(frames, kind)
        self.way.fin.setChecked(fault.fin)
        self.about.say(f"{fault.name}: {in_words(fault)}")
        self._changed()

    def choose_fault(self) -> None:
        """Open the list of faults."""
        self._dialog = FaultsDialog(self.role, self)
        self._dialog.chosen.connect(self.set_fault)
        self._dialog.finished.connect(self._dialog.deleteLater)
        self._dialog.open()

    def _frame_chosen(self) -> None:
        frame, kind = self.strip.current
        self._loading = True
        self.header.set_frame(frame, kind)
        if frame.payload != self.payload.payload:
            text = _as_text(frame.payload)
            self.payload.as_binary.setChecked(text is None)
            self.payload.as_text.setChecked(text is not None)
            if text is None:
                self.payload.hex_edit.set_data(frame.payload)
            else:
                self.payload.text_edit.replace_all(text)
        self._loading = False
        self._changed()

    def _edited(self) -> None:
        if self._loading:
            return
        payload = self.payload.payload
        if payload != self.header.frame.payload:
            self.header.set_payload(payload)
        self.strip.set_current(self.header.frame, self.header.kind)
        self._changed()

    # Files.

    def _load(self, path: str) -> None:
        self.loader.load(path)
        self.about.say(f"Reading {Path(path).name} …")

    def _loaded(self, path: str, data: bytes) -> None:
        self.payload.as_binary.setChecked(True)
        self.payload.hex_edit.set_data(data)
        self.about.say(f"{count_of(len(data), 'byte')} from {Path(path).name}.")

    # The judge.

    def _changed(self) -> None:
        self._made = None
        self._later.start(0)
        self.changed.emit()

    def judge_now(self) -> None:
        """Ask the peer of this moment what it would say."""
        if self._frame_problem():
            self.judge.show_remarks([])
            return
        meant = self.raw_frames
        data = b"".join(frame.wire() for frame in meant)
        if len(data) > _JUDGED:
            self.judge.show_remarks([Remark("explain", "Too long to be judged while you type.")])
            return
        peer = self.peer() or fresh_peer(self.role)
        found = outlook(peer, data)
        self._mark(found)
        said = remarks(found, meant)
        if self.way.fin.isChecked():
            said.append(Remark("answer", "Then TCP ends: without a close frame the peer sees 1006.", "RFC 6455 §7.1.5"))
        self.judge.show_remarks(said)

    def _mark(self, found: Outlook) -> None:
        """Colour the bits of the frame in front that break a rule."""
        index = self.strip.place
        frame = self.strip.current[0]
        rules = [breach.rule for _, breach in found.violations]
        if not any(one.surplus for one in self.raw_frames[: index + 1]):  # else the peer counts its frames otherwise
            rules = [breach.rule for place, breach in found.violations if place == index]
        rules += [breach.rule for breach in found.rest_violations]
        self.header.mark(frozenset[int]().union(*(bits_of_rule(rule, frame) for rule in rules)))


def fresh_peer(sender: Role) -> Connection:
    """The other end of a connection on which nothing was said yet."""
    return Connection(sender, new_key=lambda: bytes(4)).peer_now()


def _as_text(payload: bytes) -> str | None:
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return None
    return text if all(character.isprintable() or character == "\n" for character in text) else None
