"""One line of payload, written as text or as hex, with the limit of a control frame."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.outgoing import CONTROL_LIMIT
from wsgui.ui.composer.parse import ParseError, parse_hex
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.widgets.theme import fixed_font


class PayloadEntry(QWidget):
    """A line edit with a choice of text or hex. ``kind`` is the frame's name in small letters, such as ``ping``."""

    changed = Signal()
    """The payload or the problem may have changed."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._payload = b""
        self._problem = ""
        self.as_text = QRadioButton("&As text")
        self.as_text.setToolTip("The payload is written as text and sent in UTF-8")
        self.as_text.setAccessibleName("Write the payload as text")
        self.as_hex = QRadioButton("As hex &digits")
        self.as_hex.setToolTip("The payload is written as hex, two digits a byte; what stands there is translated")
        self.as_hex.setAccessibleName("Write the payload as hex")
        self.as_text.setChecked(True)
        group = QButtonGroup(self)
        group.addButton(self.as_text)
        group.addButton(self.as_hex)
        self.line = QLineEdit()
        self.line.setFont(fixed_font())
        self.line.setAccessibleName(f"Payload of the {kind}")
        self.line.setToolTip(f"Up to {CONTROL_LIMIT} bytes (RFC 6455 section 5.5); it may be empty")
        self.line.setClearButtonEnabled(True)
        label = QLabel("&Payload")
        label.setBuddy(self.line)
        self.note = Note(keeps_room=True)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addStretch(1)
        top.addWidget(self.as_text)
        top.addWidget(self.as_hex)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.line)
        column.addWidget(self.note)
        self.line.textChanged.connect(self._update)
        self.as_hex.toggled.connect(self._translate)
        self._update()

    @property
    def payload(self) -> bytes:
        """The bytes as typed; of no meaning while there is a `problem`."""
        return self._payload

    @property
    def problem(self) -> str:
        """Why this cannot be a control frame's payload; empty if it can."""
        return self._problem

    def set_payload(self, payload: bytes) -> None:
        """Show these bytes, as text if they are printable UTF-8."""
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            text = ""
        as_text = (text.isprintable() and bool(text)) or not payload
        (self.as_text if as_text else self.as_hex).setChecked(True)
        self.line.setText(text if as_text else payload.hex(" "))

    def _translate(self, to_hex: bool) -> None:
        """Show the same bytes in the other way, if they can be shown so."""
        if to_hex:
            self.line.setText(self.line.text().encode("utf-8", "replace").hex(" "))
        else:
            try:
                text = parse_hex(self.line.text()).decode()
            except ValueError:
                text = None  # wrong hex, or no UTF-8: what was typed stays
            if text is not None and text.isprintable():
                self.line.setText(text)
        self._update()

    def _update(self) -> None:
        self._problem = ""
        text = self.line.text()
        if self.as_hex.isChecked():
            try:
                self._payload = parse_hex(text)
            except ParseError as error:
                self._payload = b""
                self._problem = error.text
        else:
            self._payload = text.encode("utf-8", "replace")
        size = len(self._payload)
        if size > CONTROL_LIMIT:
            self._problem = f"A {self._kind} carries up to {CONTROL_LIMIT} bytes (RFC 6455 5.5); this one has {size}."
        shown = f"{count_of(size, 'byte')} of {CONTROL_LIMIT}"
        if self._problem and size <= CONTROL_LIMIT:
            shown = "not hex yet"
        self.note.say(shown, Tone.ERROR if self._problem else Tone.HINT)
        self.changed.emit()
