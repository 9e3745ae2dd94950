"""What can be put between the fragments of a message: a control frame, or another message."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from wsgui.protocol.close import encode_close
from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.outgoing import CONTROL_LIMIT, Outgoing

_KINDS = (
    ("ping", Opcode.PING, "beat"),
    ("pong", Opcode.PONG, "beat"),
    ("close", Opcode.CLOSE, "1000 bye"),
    ("text message", Opcode.TEXT, "other"),
    ("text, FIN 0", Opcode.TEXT, "other"),
    ("continuation", Opcode.CONTINUATION, "more"),
)


class Insertion(QWidget):
    """A kind of frame, its payload, and the button that inserts it (`button`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton("I&nsert")
        self.button.setToolTip("Put a frame after the selected one, or after the first one")
        self.kind = QComboBox()
        self.kind.addItems([name for name, _, _ in _KINDS])
        self.kind.setAccessibleName("Kind of frame to insert")
        self.kind.setToolTip("Control frames may stand between fragments; another message may not (RFC 6455 5.4)")
        self.kind.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.kind.setMinimumWidth(70)
        self.payload = QLineEdit("beat")
        self.payload.setMinimumWidth(40)
        self.payload.setAccessibleName("Payload of the frame to insert")
        self.payload.setToolTip(f"Text of the frame, up to {CONTROL_LIMIT} bytes; for a close: code and reason")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button)
        row.addWidget(self.kind, 3)
        row.addWidget(self.payload, 4)
        self.kind.activated.connect(lambda index: self.payload.setText(_KINDS[index][2]))

    def frame(self) -> Outgoing:
        """The frame to insert. Raises ValueError, with a sentence, for a payload that it cannot carry."""
        name, opcode, _ = _KINDS[self.kind.currentIndex()]
        text = self.payload.text()
        payload = _close(text) if opcode is Opcode.CLOSE else text.encode("utf-8", "replace")
        if opcode >= 8 and len(payload) > CONTROL_LIMIT:
            raise ValueError(
                f"A {name} carries up to {CONTROL_LIMIT} bytes (RFC 6455 5.5); this one has {len(payload)}."
            )
        return Outgoing(int(opcode), payload, fin="FIN 0" not in name and name != "continuation")


def _close(text: str) -> bytes:
    code, _, reason = text.strip().partition(" ")
    if not code:
        return b""
    if not (code.isascii() and code.isdigit() and len(code) <= 5 and int(code) <= 0xFFFF):
        raise ValueError("Write a close as its code and the reason, such as 1000 bye; or nothing at all.")
    return encode_close(int(code), reason)
