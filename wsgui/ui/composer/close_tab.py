"""The Close tab: a close code, or none, and a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from wsgui.protocol.close import CLOSE_CODES, REASON_LIMIT, close_code_name, encode_close
from wsgui.protocol.opcodes import Opcode
from wsgui.ui.composer.close_advice import close_meaning, close_warning
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.composer.outgoing import Outgoing
from wsgui.ui.composer.tab import ComposeTab
from wsgui.ui.composer.wire_lines import count_of
from wsgui.ui.explain.asking import explain
from wsgui.ui.widgets.read_aloud import name_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.states import Role

NO_CODE = -1
OTHER_CODE = -2


class CloseTab(ComposeTab):
    """Compose a close frame. Codes that must not be sent can be sent: the note says what comes of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.codes = QComboBox()
        self.codes.setAccessibleName("Close code")
        self.codes.setToolTip("The registered close codes (RFC 6455 section 7.4.1 and IANA)")
        self.codes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.codes.addItem("No code", NO_CODE)
        for code in CLOSE_CODES:
            self.codes.addItem(close_code_name(code), int(code))
        self.codes.addItem("Other number", OTHER_CODE)
        self.number = QSpinBox()
        self.number.setRange(0, 0xFFFF)
        self.number.setValue(1000)
        self.number.setAccessibleName("Close code as a number")
        self.number.setToolTip("Any number of 16 bits, 0 to 65535")
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Close reason")
        self.reason.setToolTip(f"Up to {REASON_LIMIT} bytes of UTF-8 that tell the peer why")
        self.reason.setClearButtonEnabled(True)
        self.left = QLabel()
        name_label(self.left, "Bytes left for the reason")
        self.left.setToolTip(f"A reason has up to {REASON_LIMIT} bytes: 125 of a control frame less 2 of the code")
        self.meaning = Note(keeps_room=True)
        self.warning = Note()
        self.setFocusProxy(self.codes)
        self._lay_out()
        self.codes.setCurrentIndex(self.codes.findData(1000))
        self.codes.currentIndexChanged.connect(self._code_chosen)
        self.number.valueChanged.connect(self._number_typed)
        self.reason.textChanged.connect(self._update)
        self._update()

    def _lay_out(self) -> None:
        code_label = QLabel("Close co&de")
        code_label.setBuddy(self.codes)
        number_label = QLabel("&Number")
        number_label.setBuddy(self.number)
        reason_label = QLabel("Re&ason")
        reason_label.setBuddy(self.reason)
        grid = QGridLayout()
        grid.addWidget(code_label, 0, 0)
        grid.addWidget(number_label, 0, 1)
        grid.addWidget(self.codes, 1, 0)
        grid.addWidget(self.number, 1, 1)
        grid.addWidget(self.meaning, 2, 0, 1, 2)
        grid.addWidget(reason_label, 3, 0)
        grid.addWidget(self.left, 3, 1)
        grid.addWidget(self.reason, 4, 0, 1, 2)
        grid.addWidget(self.warning, 5, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 2)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addStretch(1)
        for first, second in ((self.codes, self.number), (self.number, self.reason)):
            self.setTabOrder(first, second)

    @property
    def code(self) -> int | None:
        """The chosen code, or None for none."""
        return None if self.codes.currentData() == NO_CODE else self.number.value()

    def frames(self) -> Sequence[Outgoing]:
        """The close frame."""
        if self.problem():
            return ()
        code = self.code
        reason = "" if code is None else self.reason.text()
        return (Outgoing(int(Opcode.CLOSE), encode_close(code, reason)),)

    def problem(self) -> str:
        """A reason that is too long; any code can be sent."""
        if self.code is None:
            return ""
        try:
            encode_close(self.code, self.reason.text())
        except ValueError:
            size = len(self.reason.text().encode())
            return f"A close reason has up to {REASON_LIMIT} bytes of UTF-8 (RFC 6455 5.5); this one has {size}."
        return ""

    def set_role(self, role: Role) -> None:
        """Some codes are for clients, some for servers."""
        super().set_role(role)
        self._update()

    def set_close(self, code: int | None, reason: str) -> None:
        """Show this code and reason."""
        if code is None:
            self.codes.setCurrentIndex(self.codes.findData(NO_CODE))
        else:
            self._number_typed(code)
            self.number.setValue(code)
        self.reason.setText(reason)

    def _code_chosen(self) -> None:
        code = self.codes.currentData()
        if code >= 0:
            self.number.setValue(code)
        elif code == OTHER_CODE and self.number.value() in CLOSE_CODES:
            self.number.setValue(4000)
        self._update()

    def _number_typed(self, code: int) -> None:
        index = self.codes.findData(code)
        self.codes.setCurrentIndex(index if index >= 0 else self.codes.findData(OTHER_CODE))
        self._update()

    def _update(self) -> None:
        explain(self, f"close:{self.code}")
        code = self.code
        self.number.setEnabled(code is not None)
        self.reason.setEnabled(code is not None)
        self.meaning.say(close_meaning(code))
        left = REASON_LIMIT - len(self.reason.text().encode("utf-8", "replace"))
        if code is None:
            self.left.setText("needs a code")
        elif left >= 0:
            self.left.setText(f"{count_of(left, 'byte')} left")
        else:
            self.left.setText(f"{count_of(-left, 'byte')} too many")
        self.warning.say(close_warning(code, self.role), Tone.WARNING)
        self.changed.emit()
