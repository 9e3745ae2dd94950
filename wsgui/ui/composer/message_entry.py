"""A message written as text or as bytes, with a cursor in it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QStackedWidget, QVBoxLayout, QWidget

from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.hex_edit import HexEdit
from wsgui.ui.composer.plain_edit import PlainEdit


class MessageEntry(QWidget):
    """A text entry and a hex editor, one of them in front; each keeps what it holds.

    ``top_row``, the line with the choice, has room for more at its end.
    """

    changed = Signal()
    """The message or its kind is not the same any more."""
    refused = Signal(str)
    """What was pasted into the hex editor is not hex: one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.as_text = QRadioButton("Text")
        self.as_text.setToolTip("The message is text in UTF-8")
        self.as_binary = QRadioButton("Binar&y")
        self.as_binary.setToolTip("The message is bytes, written as hex")
        self.as_text.setAccessibleName("Text message")
        self.as_binary.setAccessibleName("Binary message")
        self.as_text.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.as_text)
        group.addButton(self.as_binary)
        self.text_edit = PlainEdit()
        self.text_edit.setPlaceholderText("Type a message to cut into fragments")
        self.text_edit.setAccessibleName("Text of the message")
        self.text_edit.setToolTip("The text of the message")
        self.hex_edit = HexEdit()
        for edit in (self.text_edit, self.hex_edit):  # one line less than alone: the tab is full
            edit.setMinimumHeight(edit.fontMetrics().lineSpacing() * 2 + 12)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.text_edit)
        self.stack.addWidget(self.hex_edit)
        # A stack looks at its pages' hints alone, and those are of three lines.
        self.stack.setMinimumHeight(max(self.text_edit.minimumHeight(), self.hex_edit.minimumHeight()))
        self.top_row = kinds = QHBoxLayout()
        kinds.addWidget(self.as_text)
        kinds.addWidget(self.as_binary)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(kinds)
        column.addWidget(self.stack, 1)
        self.as_binary.toggled.connect(lambda binary: self.stack.setCurrentIndex(int(binary)))
        self.as_binary.toggled.connect(self.changed)
        self.text_edit.textChanged.connect(self.changed)
        self.hex_edit.changed.connect(self.changed)
        self.hex_edit.refused.connect(self.refused)

    def lock(self, yes: bool) -> None:
        """Let the message be as it is; what others have put into `top_row` is not touched."""
        for widget in (self.as_text, self.as_binary, self.stack):
            widget.setEnabled(not yes)

    @property
    def opcode(self) -> Opcode:
        """TEXT or BINARY."""
        return Opcode.BINARY if self.as_binary.isChecked() else Opcode.TEXT

    @property
    def payload(self) -> bytes:
        """The message's bytes."""
        return self.hex_edit.data() if self.as_binary.isChecked() else self.text_edit.exact_bytes()

    @property
    def cursor_byte(self) -> int:
        """The cursor's place in bytes from the start of the message."""
        return self.hex_edit.buffer.cursor if self.as_binary.isChecked() else self.text_edit.cursor_byte()
