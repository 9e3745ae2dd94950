"""The frames of a raw sending as a row of tabs: one is in front, and they can be dragged, added and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QToolButton, QWidget

from wsgui.protocol.frames import FIN
from wsgui.protocol.opcodes import Opcode, opcode_name
from wsgui.protocol.raw_frame import RawFrame
from wsgui.ui.composer.header_editor import KeyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.ui.composer.outgoing import NewKey

FRAMES_MOST = 50
"""Frames in the strip."""


class FrameStrip(QWidget):
    """Holds the frames, each with where its masking key comes from; ``new_key`` makes random keys."""

    chosen = Signal()
    """Another frame is in front."""
    changed = Signal()
    """Frames came, went or changed places."""

    def __init__(self, new_key: NewKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._new_key = new_key
        self._frames: list[tuple[RawFrame, KeyKind]] = []
        self._filling = False
        self.bar = QTabBar()
        self.bar.setAccessibleName("Frames to send, in order")
        self.bar.setToolTip("The frames in the order in which they leave; drag to change it")
        self.bar.setMovable(True)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setDrawBase(False)
        for button, way in zip(self.bar.findChildren(QToolButton), ("left", "right"), strict=True):
            button.setAccessibleName(f"Scroll the frames to the {way}")
            button.setToolTip(f"Show the frames further {way}")
        self.add = _tool("+", "Add a frame", "Put one more frame behind this one")
        self.remove = _tool("\N{MINUS SIGN}", "Remove this frame", "Take this frame out")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.bar, 1)
        row.addWidget(self.add)
        row.addWidget(self.remove)
        self.bar.currentChanged.connect(self._choose)
        self.bar.tabMoved.connect(self._moved)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(self._remove)

    @property
    def frames(self) -> list[RawFrame]:
        """The frames in the order in which they leave."""
        return [frame for frame, _ in self._frames]

    @property
    def place(self) -> int:
        """The place of the frame in front, from 0."""
        return self.bar.currentIndex()

    @property
    def current(self) -> tuple[RawFrame, KeyKind]:
        """The frame in front and where its key comes from."""
        return self._frames[self.place]

    def set_current(self, frame: RawFrame, kind: KeyKind) -> None:
        """The frame in front was edited."""
        self._frames[self.place] = (frame, kind)
        self._name()

    def set_frames(self, frames: Sequence[RawFrame], kind: KeyKind) -> None:
        """Show these frames, with keys of this kind."""
        self._frames = [self._keyed(frame, kind) for frame in frames]
        self._filling = True
        while self.bar.count():
            self.bar.removeTab(0)
        for _ in self._frames:
            self.bar.addTab("")
        self.bar.setCurrentIndex(0)
        self._filling = False
        self._name()
        self.chosen.emit()

    def renew_keys(self) -> None:
        """Give each frame that has a random key another one."""
        self._frames = [
            self._keyed(frame, kind) if kind is KeyKind.RANDOM else (frame, kind) for frame, kind in self._frames
        ]
        self.chosen.emit()

    def _keyed(self, frame: RawFrame, kind: KeyKind) -> tuple[RawFrame, KeyKind]:
        key = frame.masking_key or bytes(4)
        if kind is KeyKind.RANDOM:
            key = self._new_key()
        elif kind is KeyKind.ZERO:
            key = bytes(4)
        return frame._replace(masking_key=None if kind is KeyKind.NONE else key), kind

    def _choose(self) -> None:
        if not self._filling and self.place >= 0:
            self.chosen.emit()

    def _add(self) -> None:
        at = self.place + 1
        self._frames.insert(at, self._keyed(RawFrame(FIN | Opcode.TEXT), self.current[1]))
        self.bar.insertTab(at, "")
        self._name()
        self.bar.setCurrentIndex(at)

    def _remove(self) -> None:
        if len(self._frames) > 1:
            at = self.place
            del self._frames[at]
            self._filling = True
            self.bar.removeTab(at)
            self._filling = False
            self._name()
            self.chosen.emit()

    def _moved(self, before: int, after: int) -> None:
        self._frames.insert(after, self._frames.pop(before))
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        for index, (frame, _) in enumerate(self._frames):
            name = opcode_name(frame.opcode).replace("CONTINUATION", "CONT")
            self.bar.setTabText(index, f"{index + 1} {name}{'' if frame.fin else '…'}")
        self.add.setEnabled(len(self._frames) < FRAMES_MOST)
        self.remove.setEnabled(len(self._frames) > 1)


def _tool(text: str, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    return button
