"""The composer: put frames together, see the bytes that would leave, send them. Knows no sessions and no sockets."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from wsgui.protocol.close import decode_close
from wsgui.protocol.opcodes import Opcode, is_control
from wsgui.protocol.states import Role
from wsgui.ui.composer.binary_tab import BinaryTab, FileQuestion, ask_with_dialog
from wsgui.ui.composer.close_tab import CloseTab
from wsgui.ui.composer.compress_choice import CompressChoice
from wsgui.ui.composer.control_tab import ControlTab
from wsgui.ui.composer.file_drop import FileDrop
from wsgui.ui.composer.fragments_tab import FragmentsTab
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.outgoing import NewKey, Outgoing, Repeat, with_keys
from wsgui.ui.composer.preview import WirePreview
from wsgui.ui.composer.raw_tab import WIDE as RAW_WIDE
from wsgui.ui.composer.raw_tab import RawTab
from wsgui.ui.composer.send_button import SendButton
from wsgui.ui.composer.target_choice import TargetChoice
from wsgui.ui.composer.text_tab import TextTab
from wsgui.ui.composer.wire_lines import count_of, preview_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.ui.composer.tab import ComposeTab

HALF_A_FRAME = "Half a frame has gone: the peer takes what is sent next for the rest of it."
HALF_SENT = "A fragmented message is half sent: a new message now breaks RFC 6455 5.4."


class Composer(QWidget):
    """The tabs, the wire preview, and the button that sends.

    ``new_key`` makes masking keys of 4 bytes. The keys of the preview are the keys that are sent, and each Send
    takes new ones. ``ask_file`` asks for a file to load.
    """

    send_requested = Signal(list, object, object)
    """(frames: list[Outgoing], target: int | None for all, repeat: Repeat)"""
    raw_requested = Signal(object, object)
    """(sending: RawPlan, target: int | None for all)"""
    stop_requested = Signal()
    """Stop the repeated sending that `set_progress` shows."""

    def __init__(
        self, new_key: NewKey, ask_file: FileQuestion = ask_with_dialog, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._new_key = new_key
        self._keys: list[bytes] = []
        self._role = Role.CLIENT
        self._open = False
        self._raw_open = self._inside = False
        self._why = "Not connected: press Connect first."
        self._mask: bool | None = None
        self._progress = ""
        self._tabs: list[ComposeTab] = []
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("Kind of frame")
        self.tabs.setDocumentMode(True)
        self.text_tab = TextTab()
        self.binary_tab = BinaryTab(ask_file)
        self.ping_tab = ControlTab(Opcode.PING)
        self.pong_tab = ControlTab(Opcode.PONG)
        self.close_tab = CloseTab()
        self.fragments_tab = FragmentsTab()
        self.raw_tab = RawTab(lambda: secrets.token_bytes(4), ask_file)
        self.preview_title = Note(keeps_room=True)
        self.preview_title.setWordWrap(False)
        self.preview_title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.preview = WirePreview(self._key_of)
        self.status = Note(keeps_room=True)
        self.target = TargetChoice()
        self.compression = CompressChoice()
        self.stop_button = QPushButton("Stop")
        self.stop_button.setToolTip("Stop sending again and again")
        self.send_button = SendButton("S&end")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.refresh)
        for tab, title, tip in (
            (self.text_tab, "Te&xt", "A text message"),
            (self.binary_tab, "&Binary", "A binary message"),
            (self.ping_tab, "P&ing", "A ping: the peer answers with a pong"),
            (self.pong_tab, "P&ong", "A pong that nobody asked for"),
            (self.close_tab, "C&lose", "A close frame with code and reason"),
            (self.fragments_tab, "Fragmen&ts", "A message in fragments, with pings between"),
            (self.raw_tab, "&Raw", "Any bits, legal or not, and ready-made faults"),
        ):
            self.add_tab(tab, title, tip)
        self._lay_out()  # Tab goes in the order in which things are put in: what is typed comes before Send
        self.fragments_tab.step_requested.connect(self.send_next)
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.target.changed.connect(self._refresh_later)
        self.file_drop = FileDrop(self)
        self.file_drop.loaded.connect(self._take_file)
        self.file_drop.failed.connect(lambda text: self.status.say(text, Tone.ERROR))
        self.compression.changed.connect(self._refresh_later)
        self.send_button.clicked.connect(self.send)
        self.stop_button.clicked.connect(self.stop_requested)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(Qt.Modifier.CTRL | key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.send)
        self.set_role(Role.CLIENT)

    def _lay_out(self) -> None:
        below = QWidget()
        below_column = QVBoxLayout(below)
        below_column.setContentsMargins(6, 4, 6, 0)
        below_column.setSpacing(2)
        below_column.addWidget(self.preview_title)
        below_column.addWidget(self.preview, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.tabs)
        splitter.addWidget(below)
        splitter.setStretchFactor(0, 4)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([1000, 1])  # at first the preview has one line, and the tabs the rest
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 0, 6, 4)
        buttons.addWidget(self.status, 1)
        buttons.addWidget(self.stop_button)
        buttons.addWidget(self.send_button)
        whom = QHBoxLayout()
        whom.setContentsMargins(6, 0, 6, 0)
        whom.setSpacing(10)
        whom.addWidget(self.target, 1)
        whom.addWidget(self.compression, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(splitter, 1)
        column.addLayout(whom)
        column.addLayout(buttons)
        self.stop_button.hide()

    def add_tab(self, tab: ComposeTab, title: str, tip: str) -> None:
        """Put one more tab behind the others; it scrolls where the pane is too small for it."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(tab)
        self._tabs.append(tab)
        index = self.tabs.addTab(area, title)
        self.tabs.setTabToolTip(index, tip)
        tab.set_role(self._role)
        tab.changed.connect(self._refresh_later)

    @property
    def whole_width(self) -> int:
        """Pixels with which no tab hides behind arrows, and the judge stands beside the editor."""
        return max(self.tabs.tabBar().sizeHint().width() + 4, RAW_WIDE + 20)

    # What the window tells.

    def set_role(self, role: Role) -> None:
        """A client masks what it sends; a server does not, and chooses whom it sends to."""
        self._role = role
        self.target.setVisible(role is Role.SERVER)
        for tab in self._tabs:
            tab.set_role(role)
        self.refresh()

    def set_targets(self, targets: Sequence[tuple[int, str]]) -> None:
        """The server's connections, as (number, label)."""
        if not self.target.set_targets(targets):
            self.fragments_tab.connection_lost()

    def set_enabled_state(self, open: bool, why: str = "") -> None:  # noqa: A002 - the connection is open
        """Whether there is a connection to send on; ``why`` is one sentence for when there is none."""
        changed = self._open is not open
        self._open = open
        self._why = why
        if not open:
            self.fragments_tab.connection_lost()
        if changed:
            self.current_tab.judge_now()
        self.refresh()

    def set_raw_state(self, open: bool, inside: bool) -> None:  # noqa: A002 - as above
        """Whether raw bytes may go out, which our close frame does not end, and whether half a frame has gone."""
        if (open, inside) != (self._raw_open, self._inside):
            self._raw_open, self._inside = open, inside
            self.current_tab.judge_now()
            self.refresh()

    def set_compression(self, active: bool, usual: bool = True) -> None:
        """Whether permessage-deflate was agreed on where messages are sent to, and whether the policy compresses."""
        if self.compression.set_state(active, usual):
            self.refresh()

    def set_mask(self, mask: bool | None) -> None:
        """Whether frames are masked; None does what the role demands."""
        if mask is not self._mask:
            self._mask = mask
            self.fragments_tab.set_mask(mask)
            self.refresh()

    @property
    def masked(self) -> bool:
        """Whether what is sent is masked."""
        return self._role is Role.CLIENT if self._mask is None else self._mask

    def set_progress(self, text: str) -> None:
        """Show how far repeated sending has come, with a Stop button; an empty text ends it."""
        self._progress = text
        self.stop_button.setVisible(bool(text))
        self.refresh()

    def compose(self, opcode: int, payload: bytes) -> None:
        """Fill in a frame or message that was seen, to change and send it; bytes that are no text become binary."""
        tab: ComposeTab = self.binary_tab
        if opcode in (Opcode.PING, Opcode.PONG):
            control = self.ping_tab if opcode == Opcode.PING else self.pong_tab
            control.entry.set_payload(payload)
            tab = control
        elif opcode == Opcode.CLOSE:
            tab = self.close_tab
            self.close_tab.set_close(*decode_close(payload))
        elif opcode == Opcode.TEXT and _is_text(payload):
            tab = self.text_tab
            self.text_tab.start_from("", payload.decode(), places=False)
        else:
            self.binary_tab.edit.set_data(payload)
        self.tabs.setCurrentIndex(self._tabs.index(tab))
        tab.setFocus()

    def compose_as(self, name: str, text: str) -> None:
        """Fill in a message that was seen, as text of which the decoder ``name`` writes it again."""
        self.text_tab.start_from(name, text, places=False)
        self.tabs.setCurrentIndex(self._tabs.index(self.text_tab))
        self.text_tab.setFocus()

    def _take_file(self, path: str, data: bytes) -> None:
        """A file that was dropped: into the tab in front where that is for bytes, else as what it is."""
        is_text = _is_text(data) and self.current_tab is not self.binary_tab
        self.compose(Opcode.TEXT if is_text else Opcode.BINARY, data)
        tab = self.text_tab if is_text else self.binary_tab
        tab.note.say(f"{count_of(len(data), 'byte')} from {Path(path).name}.")

    # What the person does.

    @property
    def current_tab(self) -> ComposeTab:
        """The tab in front."""
        return self._tabs[self.tabs.currentIndex()]

    @property
    def can_send(self) -> bool:
        """Whether Send would send something."""
        tab = self.current_tab
        return self._way_is_open(tab) and (tab.raw() is not None or bool(tab.frames()))

    def _way_is_open(self, tab: ComposeTab) -> bool:
        return self._open or (self._raw_open and tab is self.raw_tab)

    def send(self) -> None:
        """Send what the tab in front has put together, if there is a connection and nothing is wrong."""
        tab = self.current_tab
        if self.can_send:
            raw = tab.raw()
            if raw is not None:
                self.raw_requested.emit(raw, self.send_target)
            else:
                frames = tab.frames_now()
                if not frames:  # there is nothing to fill in any more
                    self.refresh()
                    return
                self._emit(frames, tab.repeat())
            tab.sent()
        self.refresh()

    def send_next(self) -> None:
        """Send the next frame of the fragmented message."""
        if self._open and self.fragments_tab.frames():
            self._emit(self.fragments_tab.frames()[:1], Repeat())
            self.fragments_tab.stepped()
        self.refresh()

    def _emit(self, frames: Sequence[Outgoing], repeat: Repeat) -> None:
        frames = list(frames)
        if self.compression.on:
            frames = [one if is_control(one.opcode) else replace(one, compress=True) for one in frames]
        if self.masked:
            self._key_of(len(frames) - 1)
            frames = with_keys(frames, self._keys[: len(frames)])
            del self._keys[: len(frames)]
        self.send_requested.emit(frames, self.send_target, repeat)

    @property
    def send_target(self) -> int | None:
        """The connection that is sent to; None for all, and for a client."""
        return self.target.target if self._role is Role.SERVER else None

    def _key_of(self, index: int) -> bytes | None:
        """The masking key of the frame that leaves as number ``index``; made when it is first asked for."""
        if not self.masked:
            return None
        while len(self._keys) <= index:
            self._keys.append(self._new_key())
        return self._keys[index]

    # What is shown.

    def _tab_chosen(self) -> None:
        self.current_tab.judge_now()
        self.refresh()

    def _refresh_later(self) -> None:
        # Several changes come from one keystroke; the preview is made once for them.
        self._later.start(0)

    def refresh(self) -> None:
        """Show what the tab in front would send, and whether it can be sent."""
        self._later.stop()
        tab = self.current_tab
        frames = tab.frames()
        raw = tab.raw()
        locked = tab is self.fragments_tab and self.fragments_tab.plan.under_way
        look = self.compression.look(() if raw is not None else frames, masked=self.masked, locked=locked)
        title = preview_title(look.frames, masked=self.masked, compression=look.word)
        self.preview_title.say(title if raw is None else raw.title)
        self.preview_title.setToolTip(self.preview_title.text())
        self.preview.set_frames(look.frames if raw is None else raw.frames)
        self.send_button.setText(tab.send_text)
        self.send_button.setEnabled(self._way_is_open(tab) and (raw is not None or bool(frames)))
        self.send_button.setToolTip("Send (Ctrl+Enter)")
        self.fragments_tab.set_can_send(self._open)
        self.target.setEnabled(not self.fragments_tab.plan.under_way)
        self._show_status(tab)

    def _show_status(self, tab: ComposeTab) -> None:
        sentences = []
        tone = Tone.HINT
        if not self._way_is_open(tab) and self._why:
            sentences.append(self._why)
        if self._inside and self._way_is_open(tab) and not self._progress:
            sentences.append(HALF_A_FRAME)
            tone = Tone.WARNING
        if self._open and self._breaks_message(tab):
            sentences.append(HALF_SENT)
            tone = Tone.WARNING
        if tab.problem():
            sentences.append(tab.problem())
            tone = Tone.ERROR
        if self._progress:
            sentences.append(self._progress)
        self.status.say(" ".join(sentences), tone)

    def _breaks_message(self, tab: ComposeTab) -> bool:
        """Whether the tab in front starts a message while another one is half sent."""
        if tab is self.fragments_tab or not self.fragments_tab.plan.message_open:
            return False
        frames = tab.frames()
        return bool(frames) and not is_control(frames[0].opcode)


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
