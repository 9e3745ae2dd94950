"""A dialog that asks for secrets: a line of dots for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from wsgui.dissect.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence


class SecretsDialog(QDialog):
    """Emits ``given(texts)``, one for each of ``labels``, for the button ``action``. Those whose place is in
    ``optional`` may stay empty."""

    given = Signal(list)

    def __init__(
        self, parent: QWidget, title: str, text: str, labels: Sequence[str], optional: Sequence[int], action: str
    ) -> None:
        super().__init__(parent)
        self._optional = frozenset(optional)
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        above = QLabel(text)
        above.setTextFormat(Qt.TextFormat.PlainText)
        above.setWordWrap(True)
        form = QFormLayout()
        self.edits: list[QLineEdit] = []
        for label in labels:
            edit = QLineEdit()
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setAccessibleName(visible(label))
            edit.textChanged.connect(lambda _: self._look())
            said = QLabel(f"{visible(label)}:")
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setBuddy(edit)
            form.addRow(said, edit)
            self.edits.append(edit)
        self.show_them = QCheckBox("&Show what is typed")
        self.show_them.toggled.connect(self._show)
        form.addRow("", self.show_them)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(action, QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.given.emit([edit.text() for edit in self.edits]))
        column = QVBoxLayout(self)
        column.addWidget(above)
        column.addLayout(form)
        column.addWidget(buttons)
        self._look()
        self.edits[0].setFocus()

    def _show(self, yes: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if yes else QLineEdit.EchoMode.Password
        for edit in self.edits:
            edit.setEchoMode(mode)

    def _look(self) -> None:
        self.go.setEnabled(all(edit.text() or place in self._optional for place, edit in enumerate(self.edits)))
