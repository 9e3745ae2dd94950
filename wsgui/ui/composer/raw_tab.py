"""The Raw tab: frames bit by bit, legal or not, in as many TCP writes as one likes, with the judge beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QTabBar, QToolButton, QVBoxLayout, QWidget

from wsgui.dissect.outlook import Remark, remarks
from wsgui.protocol.connection import Connection
from wsgui.protocol.faults.model import Masking
from wsgui.protocol.frames import FIN
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.protocol.outlook import outlook
from wsgui.protocol.raw_frame import RawFrame
from wsgui.protocol.states import Role as ProtocolRole
from wsgui.ui.composer.binary_tab import FileQuestion, ask_with_dialog
from wsgui.ui.composer.faults_dialog import FaultsDialog, in_words
from wsgui.ui.composer.file_loader import FileLoader
from wsgui.ui.composer.header_editor import HeaderEditor, KeyKind
from wsgui.ui.composer.judge_view import JudgeView
from wsgui.ui.composer.message_entry import MessageEntry
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.raw_bits import bits_of_rule
from wsgui.ui.composer.raw_cuts import RawSending
from wsgui.ui.composer.send_way import SendWay
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.wire_lines import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from wsgui.protocol.faults import FrameFault
    from wsgui.protocol.outlook import Outlook
    from wsgui.ui.composer.outgoing import NewKey, Outgoing, Role

    Peer = Callable[[], Connection | None]

WIDE = 620
"""Pixels from which the judge stands beside the editor and not below it."""
FRAMES_MOST = 50
"""Frames in the strip."""
_JUDGED = 1024 * 1024
"""Bytes that the judge reads at each change; more would be felt while typing."""


class RawTab(ComposeTab):
    """Compose raw frames. ``peer`` gives a connection that stands for the peer here and now (None: a fresh one)."""

    def __init__(
        self, new_key: NewKey, ask_file: FileQuestion = ask_with_dialog, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.peer: Peer = lambda: None
        self._new_key = new_key
        self._ask_file = ask_file
        self._frames: list[tuple[RawFrame, KeyKind]] = []
        self._loading = False
        self._made: tuple[RawSending | None, str] | None = None
        self._dialog: FaultsDialog | None = None
        self.strip = QTabBar()
        self.strip.setAccessibleName("Frames to send, in order")
        self.strip.setToolTip("The frames in the order in which they leave; drag to change it")
        self.strip.setMovable(True)
        self.strip.setExpanding(False)
        self.strip.setUsesScrollButtons(True)
        self.strip.setDrawBase(False)
        for button, way in zip(self.strip.findChildren(QToolButton), ("left", "right"), strict=True):
            button.setAccessibleName(f"Scroll the frames to the {way}")
            button.setToolTip(f"Show the frames further {way}")
        self.add = self._tool("+", "Add a frame", "Put one more frame behind this one")
        self.remove = self._tool("\N{MINUS SIGN}", "Remove this frame", "Take this frame out")
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
        self.strip.currentChanged.connect(self._frame_chosen)
        self.strip.tabMoved.connect(self._moved)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)
        self.faults.clicked.connect(self.choose_fault)
        self.header.changed.connect(self._edited)
        self.payload.changed.connect(self._edited)
        self.payload.refused.connect(lambda text: self.about.say(text, Tone.ERROR))
        self.way.changed.connect(self._changed)
        self.load.clicked.connect(lambda: self._ask_file(self, self._load))
        self.loader.loaded.connect(self._loaded)
        self.loader.failed.connect(lambda text: self.about.say(text, Tone.ERROR))
        self.set_frames([RawFrame()], KeyKind.RANDOM)

    def _tool(self, text: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.strip, 1)
        self.payload.top_row.addWidget(self.load)
        for widget in (self.add, self.remove, self.faults):
            top.addWidget(widget)
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
        self._halves.addLayout(left, 3)
        self._halves.addLayout(right, 2)
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
        self._halves.setStretch(1, 2 if wide else 0)

    # What the composer asks.

    def frames(self) -> Sequence[Outgoing]:
        """Nothing: what leaves is `raw`."""
        return ()

    def raw(self) -> RawSending | None:
        """The bytes and the writes in which they leave; None while there is a `problem`."""
        return self._put_together()[0]

    def problem(self) -> str:
        """What cannot be written, or cuts that do not fit."""
        return self._put_together()[1]

    def _put_together(self) -> tuple[RawSending | None, str]:
        # Asked for several times after each change, and a payload may have 64 MiB.
        if self._made is None:
            meant = self.raw_frames
            trouble = self._frame_problem()
            sending = None
            if not trouble:
                try:
                    sending = RawSending(meant, self.way.pieces(b"".join(frame.wire() for frame in meant)))
                except ValueError as error:
                    trouble = str(error)
            self._made = sending, trouble
        return self._made

    def _frame_problem(self) -> str:
        return self.header.problem or next((frame.problem for frame, _ in self._frames if frame.problem), "")

    def set_role(self, role: Role) -> None:
        """A client's frames are masked, a server's are not; what was made by hand keeps its mask."""
        changed = role != self.role
        super().set_role(role)
        if changed:
            kind = KeyKind.RANDOM if role == "client" else KeyKind.NONE
            self.set_frames([frame for frame, _ in self._frames], kind)
        self._changed()

    def sent(self) -> None:
        """The bytes have gone: random keys are used once."""
        self._frames = [
            (frame._replace(masking_key=self._new_key()), kind) if kind is KeyKind.RANDOM else (frame, kind)
            for frame, kind in self._frames
        ]
        self._frame_chosen()

    # Frames.

    @property
    def raw_frames(self) -> list[RawFrame]:
        """The frames in the order in which they leave."""
        return [frame for frame, _ in self._frames]

    def set_frames(self, frames: Sequence[RawFrame], kind: KeyKind | None = None) -> None:
        """Edit these frames; ``kind`` says where keys come from, None that they stay as they are."""
        self._frames = [self._keyed(frame, kind) for frame in frames]
        self._loading = True
        while self.strip.count():
            self.strip.removeTab(0)
        for _ in self._frames:
            self.strip.addTab("")
        self.strip.setCurrentIndex(0)
        self._loading = False
        self._frame_chosen()

    def _keyed(self, frame: RawFrame, kind: KeyKind | None) -> tuple[RawFrame, KeyKind]:
        key = frame.masking_key
        if kind is None:
            kind = KeyKind.NONE if key is None else KeyKind.CHOSEN if any(key) else KeyKind.ZERO
            return frame, kind
        keys = {KeyKind.NONE: None, KeyKind.ZERO: bytes(4), KeyKind.RANDOM: self._new_key(), KeyKind.CHOSEN: key}
        return frame._replace(masking_key=keys[kind]), kind

    def set_fault(self, fault: FrameFault) -> None:
        """Fill in a ready-made fault, and say what it is about."""
        frames = fault.frames(ProtocolRole(self.role), self._new_key)
        masked = frames[0].masking_key is not None
        zero = fault.masking is Masking.ZERO
        kind = KeyKind.NONE if not masked else KeyKind.ZERO if zero else KeyKind.RANDOM
        self.set_frames(frames, kind)
        self.way.fin.setChecked(fault.fin)
        self.about.say(f"{fault.name}: {in_words(fault)}")
        self._changed()

    def choose_fault(self) -> None:
        """Open the list of faults."""
        self._dialog = FaultsDialog(ProtocolRole(self.role), self)
        self._dialog.chosen.connect(self.set_fault)
        self._dialog.finished.connect(self._dialog.deleteLater)
        self._dialog.open()

    def _frame_chosen(self) -> None:
        if self._loading or self.strip.currentIndex() < 0:
            return
        frame, kind = self._frames[self.strip.currentIndex()]
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
        self._frames[self.strip.currentIndex()] = (self.header.frame, self.header.kind)
        self._changed()

    def _add(self) -> None:
        at = self.strip.currentIndex() + 1
        kind = self._frames[at - 1][1]
        self._frames.insert(at, self._keyed(RawFrame(FIN | Opcode.TEXT), kind))
        self.strip.insertTab(at, "")
        self.strip.setCurrentIndex(at)

    def _remove(self) -> None:
        if len(self._frames) > 1:
            at = self.strip.currentIndex()
            del self._frames[at]
            self._loading = True
            self.strip.removeTab(at)
            self._loading = False
            self._frame_chosen()

    def _moved(self, before: int, after: int) -> None:
        self._frames.insert(after, self._frames.pop(before))
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
        for index, (frame, _) in enumerate(self._frames):
            self.strip.setTabText(index, f"{index + 1} {_label(frame)}")
        self.add.setEnabled(len(self._frames) < FRAMES_MOST)
        self.remove.setEnabled(len(self._frames) > 1)
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
        peer = self.peer() or fresh_peer(ProtocolRole(self.role))
        found = outlook(peer, data)
        self._mark(found)
        said = remarks(found, meant)
        if self.way.fin.isChecked():
            said.append(Remark("answer", "Then TCP ends: without a close frame the peer sees 1006.", "RFC 6455 §7.1.5"))
        self.judge.show_remarks(said)

    def _mark(self, found: Outlook) -> None:
        """Colour the bits of the frame in front that break a rule."""
        index = self.strip.currentIndex()
        frame = self._frames[index][0]
        rules = [breach.rule for _, breach in found.violations]
        if not any(one.surplus for one, _ in self._frames[: index + 1]):  # else the peer counts its frames otherwise
            rules = [breach.rule for place, breach in found.violations if place == index]
        rules += [breach.rule for breach in found.rest_violations]
        self.header.mark(frozenset[int]().union(*(bits_of_rule(rule, frame) for rule in rules)))


def fresh_peer(sender: ProtocolRole) -> Connection:
    """The other end of a connection on which nothing was said yet."""
    return Connection(sender, new_key=lambda: bytes(4)).peer_now()


def _label(frame: RawFrame) -> str:
    name = opcode_name(frame.opcode).replace("CONTINUATION", "CONT")
    return name if frame.fin else f"{name}…"


def _as_text(payload: bytes) -> str | None:
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return None
    return text if all(character.isprintable() or character == "\n" for character in text) else None
