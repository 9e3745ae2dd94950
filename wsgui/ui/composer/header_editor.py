"""Everything about a raw frame's header: its bits, and the same in words and numbers."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from wsgui.protocol.opcodes import opcode_name
from wsgui.protocol.raw_frame import RawFrame
from wsgui.ui.composer.header_bits import HeaderBits
from wsgui.ui.composer.parse import ParseError, parse_hex
from wsgui.ui.composer.raw_bits import flipped
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from wsgui.ui.composer.outgoing import NewKey

_FORMS = (("shortest form", None), ("7 bits", 7), ("16 bits", 16), ("64 bits", 64))


class KeyKind(Enum):
    """Where a masking key comes from."""

    RANDOM = "random key"
    CHOSEN = "chosen key"
    ZERO = "key of zeros"
    NONE = "not masked"


class HeaderEditor(QWidget):
    """Edits head, length and key of one `RawFrame`; the payload comes from elsewhere.

    ``new_key`` makes random keys: one when masking is switched on, another one each time `renew` is called.
    """

    changed = Signal()
    """The header, or the problem with what was typed, is another one."""

    def __init__(self, new_key: NewKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._new_key = new_key
        self._frame = RawFrame()
        self._kind = KeyKind.NONE
        self._problem = ""
        self.bits = HeaderBits()
        self.opcodes = QComboBox()
        self.opcodes.setAccessibleName("Opcode")
        self.opcodes.setToolTip("The opcode, 0 to 15; those without a name are reserved")
        for opcode in range(16):
            name = opcode_name(opcode)
            self.opcodes.addItem(f"0x{opcode:X} {'reserved' if name.startswith('0x') else name}")
        self.forms = QComboBox()
        self.forms.setAccessibleName("Length form")
        self.forms.setToolTip("How many bits write the length; the RFC demands the shortest form")
        for text, form in _FORMS:
            self.forms.addItem(text, form)
        self.lies = QCheckBox("&Claim")
        self.lies.setToolTip("Let the header claim another length than the payload has")
        self.declared = QLineEdit()
        self.declared.setFont(fixed_font())
        self.declared.setAccessibleName("Declared length in bytes")
        self.declared.setToolTip("The length that the header declares: a number, or hex with 0x before it")
        self.kinds = QComboBox()
        self.kinds.setAccessibleName("Masking key")
        self.kinds.setToolTip("The key that masks the payload: a client masks, a server does not (RFC 6455 5.1)")
        for kind in KeyKind:
            self.kinds.addItem(kind.value, kind)
        self.key = QLineEdit()
        self.key.setFont(fixed_font())
        self.key.setAccessibleName("Masking key in hex")
        self.key.setToolTip("The four bytes of the masking key, in hex")
        self._lay_out()
        self.bits.flip_wanted.connect(self._flip)
        self.opcodes.activated.connect(lambda opcode: self._set(head=self._frame.head & 0xF0 | opcode))
        self.forms.activated.connect(self._form_chosen)
        self.lies.clicked.connect(self._lies_clicked)
        self.declared.textEdited.connect(self._declared_typed)
        self.kinds.activated.connect(lambda _: self.choose_key(KeyKind(self.kinds.currentData())))
        self.key.textEdited.connect(self._key_typed)
        self._show()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(3)
        for box in (self.opcodes, self.forms, self.kinds):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.setMinimumWidth(60)
        for line in (self.declared, self.key):
            line.setMinimumWidth(60)
        grid.addWidget(self.opcodes, 0, 0)
        grid.addWidget(self.kinds, 0, 1)
        grid.addWidget(self.key, 0, 2)
        grid.addWidget(self.forms, 1, 0)
        grid.addWidget(self.lies, 1, 1)
        grid.addWidget(self.declared, 1, 2)
        for column, share in enumerate((5, 4, 4)):
            grid.setColumnStretch(column, share)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 0, 0, 0)
        column_layout.setSpacing(4)
        column_layout.addWidget(self.bits)
        column_layout.addLayout(grid)

    # What others do.

    @property
    def frame(self) -> RawFrame:
        """The frame as it is now, payload included."""
        return self._frame

    @property
    def kind(self) -> KeyKind:
        """Where the masking key comes from."""
        return self._kind

    @property
    def problem(self) -> str:
        """What cannot be read or written, as a sentence; empty if nothing is wrong."""
        return self._problem or self._frame.problem

    def set_frame(self, frame: RawFrame, kind: KeyKind) -> None:
        """Show another frame."""
        self._frame = frame
        self._kind = kind
        self._problem = ""
        self._show()

    def set_payload(self, payload: bytes) -> None:
        """The payload is another one; a length that is not declared follows it."""
        self._frame = self._frame._replace(payload=payload)
        self._show()

    def mark(self, wrong: frozenset[int]) -> None:
        """Show these bits in the warning colour."""
        self.bits.show_frame(self._frame, wrong)

    # What the person does.

    def choose_key(self, kind: KeyKind) -> None:
        """Mask with another kind of key, or not at all."""
        self._kind = kind
        old = self._frame.masking_key
        key: bytes | None = {KeyKind.NONE: None, KeyKind.ZERO: bytes(4)}.get(kind, old or bytes(4))
        if kind is KeyKind.RANDOM:
            key = self._new_key()
        self._set(masking_key=key)

    def _flip(self, place: int) -> None:
        if place == 8:  # MASK
            self.choose_key(KeyKind.RANDOM if self._frame.masking_key is None else KeyKind.NONE)
            return
        frame = flipped(self._frame, place, bytes(4))
        self._set(head=frame.head, length_form=frame.length_form, declared=frame.declared)

    def _form_chosen(self, _: int) -> None:
        self._set(length_form=self.forms.currentData())

    def _lies_clicked(self, yes: bool) -> None:
        self._set(declared=len(self._frame.payload) if yes else None)
        if yes:
            self.lies.setChecked(True)
            self.declared.setEnabled(True)
            self.declared.setFocus()
            self.declared.selectAll()

    def _declared_typed(self, text: str) -> None:
        try:
            number = int(text.strip(), 0)
        except ValueError:
            number = -1
        if 0 <= number < 1 << 64:
            self._set(declared=number)
            return
        self._problem = "The declared length is a number from 0 to 2^64 - 1."
        self.changed.emit()

    def _key_typed(self, text: str) -> None:
        try:
            key = parse_hex(text)
        except ParseError as error:
            self._problem = error.text
        else:
            if len(key) == 4:
                self._kind = KeyKind.CHOSEN
                self._set(masking_key=key)
                return
            self._problem = f"A masking key has 4 bytes; this one has {len(key)}."
        self.changed.emit()

    def _set(self, **changes: object) -> None:
        self._problem = ""
        self._frame = self._frame._replace(**changes)  # type: ignore[arg-type]
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        frame = self._frame
        self.bits.show_frame(frame)
        self.opcodes.setCurrentIndex(frame.opcode)
        self.forms.setCurrentIndex(self.forms.findData(frame.length_form))
        self.lies.setChecked(frame.declared is not None)
        self.declared.setEnabled(frame.declared is not None)
        if not self.declared.hasFocus():
            self.declared.setText(str(frame.length))
        self.kinds.setCurrentIndex(self.kinds.findData(self._kind))
        self.key.setEnabled(frame.masking_key is not None)
        if not self.key.hasFocus():
            self.key.setText("" if frame.masking_key is None else frame.masking_key.hex(" "))
