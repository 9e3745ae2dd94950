"""The Ping and Pong tabs: a payload of up to 125 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.note import Note
from wsgui.ui.composer.outgoing import Outgoing
from wsgui.ui.composer.payload_entry import PayloadEntry
from wsgui.ui.composer.tab import ComposeTab

if TYPE_CHECKING:
    from collections.abc import Sequence

_ANSWERS = {
    Opcode.PING: "The peer answers with a pong that carries the same bytes, as soon as it can (RFC 6455 5.5.2). "
    "Of several pings it may answer only the last.",
    Opcode.PONG: "A pong that nobody asked for is a one-way heartbeat: the peer sends no answer (RFC 6455 5.5.3).",
}


class ControlTab(ComposeTab):
    """Compose a ping or a pong."""

    def __init__(self, opcode: Opcode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opcode = opcode
        self.entry = PayloadEntry(opcode.name.lower())
        self.setFocusProxy(self.entry.line)
        self.answer = Note()
        self.answer.say(_ANSWERS[opcode])
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 2)
        column.setSpacing(4)
        column.addWidget(self.entry)
        column.addWidget(self.answer)
        column.addStretch(1)
        self.entry.changed.connect(self.changed)

    def frames(self) -> Sequence[Outgoing]:
        """The one frame."""
        return () if self.entry.problem else (Outgoing(int(self.opcode), self.entry.payload),)

    def problem(self) -> str:
        """Wrong hex, or too long."""
        return self.entry.problem
