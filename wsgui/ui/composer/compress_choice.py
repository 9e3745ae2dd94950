"""Whether a message leaves compressed, and what that comes to; shown where permessage-deflate was agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from wsgui.dissect.sizes import ratio_text
from wsgui.protocol.opcodes import is_control
from wsgui.ui.composer.outgoing import compressed, wire_size
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.protocol.compression import Deflator
    from wsgui.ui.composer.outgoing import Outgoing

SHOWN_BYTES: Final = 64 * 1024
SHOWN_FRAMES: Final = 300
"""What is compressed to be shown, after each keystroke; more would be felt."""


class Look(NamedTuple):
    """What would leave, as far as it can be shown, and a word for the preview's title."""

    frames: Sequence[Outgoing]
    word: str


class CompressChoice(QWidget):
    """A box and a ratio. ``deflator`` gives a copy of the state that the next message is compressed with."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.deflator: Callable[[], Deflator | None] = lambda: None
        self.whom = ""
        """Whose state is looked at, in words, where others that are sent to have another."""
        self._active = False
        self._usual = True
        self.box = QCheckBox("Compress")
        self.box.setChecked(True)
        self.box.setToolTip("Compress this message with permessage-deflate (RFC 7692); a plain one may be sent too")
        self.ratio = QLabel()
        name_label(self.ratio, "What compression comes to")
        self.ratio.setToolTip("Bytes of the message, and of payload that would leave")
        self.ratio.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.ratio.setForegroundRole(self.ratio.palette().ColorRole.PlaceholderText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addWidget(self.ratio, 1)
        self.box.toggled.connect(self.changed)
        self.hide()

    def set_state(self, active: bool, usual: bool) -> bool:
        """Whether permessage-deflate was agreed on, and whether the policy is to compress: another policy, or another
        connection, makes that the choice again. Returns whether anything is new."""
        if (active, usual) == (self._active, self._usual):
            return False
        self._active, self._usual = active, usual
        with QSignalBlocker(self.box):
            self.box.setChecked(usual)
        return True

    @property
    def active(self) -> bool:
        """Whether permessage-deflate was agreed on."""
        return self._active

    @property
    def on(self) -> bool:
        """Whether messages are to be compressed."""
        return self._active and self.box.isChecked()

    def look(self, frames: Sequence[Outgoing], *, masked: bool, locked: bool) -> Look:
        """What would leave for ``frames``, with the ratio shown; ``locked`` while half of a message has gone."""
        wanted = self._active and len(frames) > 0 and not is_control(_first_data(frames))
        self.setVisible(wanted)
        self.box.setEnabled(not locked)
        self.ratio.clear()
        if not wanted:
            return Look(frames, "")
        if not self.box.isChecked():
            return Look(frames, "uncompressed")
        if len(frames) > SHOWN_FRAMES or wire_size(frames, masked=masked) > SHOWN_BYTES:
            self.ratio.setText("compressed when it is sent")
            return Look(frames, "before compression")
        deflator = self.deflator()
        if deflator is None:
            return Look(frames, "")
        found = compressed(frames, deflator)
        before = sum(len(one.payload) for one in frames if not is_control(one.opcode))
        after = sum(len(one.payload) for one in found if not is_control(one.opcode))
        sizes = f"{count_of(before, 'byte')} → {count_of(after, 'byte')}"
        self.ratio.setText(" · ".join(part for part in (sizes, ratio_text(before, after), self.whom) if part))
        return Look(found, "compressed")


def _first_data(frames: Sequence[Outgoing]) -> int:
    """The opcode of the first data frame among the first few, or of a control frame if there is none."""
    opcodes = [one.opcode for one in frames[:SHOWN_FRAMES]]
    return next((opcode for opcode in opcodes if not is_control(opcode)), opcodes[0])
