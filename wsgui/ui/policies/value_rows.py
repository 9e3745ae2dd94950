"""Rows of the panel that hold one value each. A row gives back the text it was given until a person changes it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from wsgui.endpoint.policies import PolicyError, PolicyShape, apply, misbehaviour
from wsgui.engine.options import Options
from wsgui.options.quantities import QuantityError, read_bytes, read_flag, read_number, read_seconds
from wsgui.protocol.states import Role
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.explain.asking import explain

if TYPE_CHECKING:
    from wsgui.endpoint.policies import PolicyItem

_MOST: Final = 2**31 - 1
_UNITS: Final = (("B", "", 1), ("KiB", "k", 1024), ("MiB", "M", 1024**2))


class ValueRow(QWidget):
    """Title, editor, and what it does. ``value`` is None while it is the usual one."""

    changed = Signal()

    role = Role.CLIENT

    def __init__(self, item: PolicyItem) -> None:
        super().__init__()
        explain(self, f"policy:{item.name}")
        self.item = item
        self._text: str | None = None
        self.help = Note(shrinks=True)
        self.help.setIndent(2)
        self.line = QHBoxLayout()
        self.line.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(1)
        column.addLayout(self.line)
        column.addWidget(self.help)
        self.say("")

    @property
    def value(self) -> str | None:
        """The value as it is written in settings; None where nothing has to be said."""
        return self._text

    def set_value(self, text: str | None) -> None:
        """Show a value that settings have; emits nothing."""
        self._text = text
        blockers = [QSignalBlocker(child) for child in self.findChildren(QWidget)]
        with suppress(QuantityError):  # values in settings have been checked: see `client_options`
            self._show(self.item.usual if text is None else text)
        for blocker in blockers:
            blocker.unblock()
        self.say("")

    def say(self, problem: str) -> None:
        """Say why the value cannot be used, or what the row is about."""
        tone = Tone.ERROR if problem else Tone.WARNING if self._misbehaves else Tone.HINT
        self.help.say(problem or self.item.help, tone)

    @property
    def _misbehaves(self) -> bool:
        options = Options()
        if self._text is not None:
            apply(options, self.item.name, self._text)
        return bool(misbehaviour(options, self.role))

    def _titled(self, editor: QWidget, *more: QWidget) -> None:
        label = QLabel(self.item.title)
        label.setBuddy(editor)
        self.line.addWidget(label, 1)
        for widget in (editor, *more):
            self.line.addWidget(widget)
        editor.setAccessibleName(self.item.title)
        editor.setToolTip(self.item.help)

    def _edited(self) -> None:
        text = self._read()
        if text is not None:
            try:
                apply(Options(), self.item.name, text)
            except PolicyError as error:
                self.say(str(error))
                return
        if text != self._text:
            self._text = text
            self.changed.emit()
        self.say("")

    def _show(self, text: str) -> None:
        raise NotImplementedError

    def _read(self) -> str | None:
        raise NotImplementedError


class SwitchRow(ValueRow):
    """On or off."""

    def __init__(self, item: PolicyItem) -> None:
        super().__init__(item)
        self.box = QCheckBox(item.title)
        self.box.setToolTip(item.help)
        self.line.addWidget(self.box, 1)
        self.box.toggled.connect(self._edited)
        self.set_value(None)

    def _show(self, text: str) -> None:
        self.box.setChecked(read_flag(text))

    def _read(self) -> str | None:
        text = "on" if self.box.isChecked() else "off"
        return None if text == self.item.usual else text


class ChoiceRow(ValueRow):
    """One of a few words."""

    def __init__(self, item: PolicyItem) -> None:
        super().__init__(item)
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(min(24, max(len(label) for _, label in item.choices)))
        for value, label in item.choices:
            self.box.addItem(label, value)
        self._titled(self.box)
        self.box.currentIndexChanged.connect(self._edited)
        self.set_value(None)

    def _show(self, text: str) -> None:
        place = self.box.findData(text)
        if place < 0:  # the command line takes on and off, yes and no for the words
            flag = read_flag(text)
            for word in ("on", "strict") if flag else ("off", "observe"):
                place = max(place, self.box.findData(word))
        self.box.setCurrentIndex(place)

    def _read(self) -> str | None:
        text = str(self.box.currentData())
        return None if text == self.item.usual else text


class NumberRow(ValueRow):
    """A number, with a unit to choose where it is one of bytes. Takes what is typed at Enter or when it is left."""

    def __init__(self, item: PolicyItem) -> None:
        super().__init__(item)
        self.spin = QSpinBox()
        self.spin.setRange(0, 600_000 if item.shape is PolicyShape.SPAN else _MOST)
        self.spin.setKeyboardTracking(False)
        self.spin.setSpecialValueText(item.zero)
        self.spin.setSuffix(
            " ms" if item.shape is PolicyShape.SPAN else "" if item.shape is PolicyShape.SIZE else item.suffix
        )
        self.spin.setMinimumWidth(self.spin.fontMetrics().horizontalAdvance("0" * 14))
        self.unit = QComboBox()
        for label, letter, _ in _UNITS:
            self.unit.addItem(label + item.suffix, letter)
        self.unit.setAccessibleName(f"Unit of {item.title}")
        self.unit.setToolTip("KiB is 1024 bytes, MiB 1024 KiB")
        self._titled(self.spin, *([self.unit] if item.shape is PolicyShape.SIZE else []))
        self.unit.setVisible(item.shape is PolicyShape.SIZE)
        self.spin.valueChanged.connect(self._edited)
        self.unit.currentIndexChanged.connect(self._edited)
        self.set_value(None)

    def _show(self, text: str) -> None:
        if self.item.shape is PolicyShape.SPAN:
            self.spin.setValue(min(round(read_seconds(text) * 1000), 600_000))
        elif self.item.shape is PolicyShape.SIZE:
            size = read_bytes(text)
            place = max(
                place for place, (_, _, factor) in enumerate(_UNITS) if size % factor == 0 and (size or not place)
            )
            self.unit.setCurrentIndex(place)
            self.spin.setValue(min(size // _UNITS[place][2], _MOST))
        else:
            self.spin.setValue(read_number(text, 0, 2**31) if text else 0)

    def _read(self) -> str | None:
        number = self.spin.value()
        if self.item.shape is PolicyShape.SPAN:
            text = f"{number}ms"
        elif self.item.shape is PolicyShape.SIZE:
            text = f"{number}{self.unit.currentData()}"
            if read_bytes(text) == read_bytes(self.item.usual):
                return None
        else:
            text = str(number)
        return None if text == self.item.usual else text


class OptionalRow(ValueRow):
    """A text or a number that holds while its box is checked; an empty text is one too."""

    def __init__(self, item: PolicyItem) -> None:
        super().__init__(item)
        self.box = QCheckBox(item.title)
        self.box.setToolTip(item.help)
        self.edit = QLineEdit(item.usual)
        self.edit.setPlaceholderText(item.values)
        self.edit.setToolTip(f"{item.help} It is {item.values}.")
        self.edit.setAccessibleName(item.title)
        self.edit.setEnabled(False)
        self.line.addWidget(self.box)
        self.line.addWidget(self.edit, 1)
        self.box.toggled.connect(self.edit.setEnabled)
        self.box.toggled.connect(self._edited)
        self.edit.editingFinished.connect(self._edited)
        self.set_value(None)

    def _show(self, text: str) -> None:
        self.box.setChecked(self._text is not None)
        self.edit.setEnabled(self._text is not None)
        self.edit.setText(text)

    def _read(self) -> str | None:
        return self.edit.text() if self.box.isChecked() else None


def value_row(item: PolicyItem, role: Role) -> ValueRow:
    """The row for a policy of one value, of a client or a server."""
    kinds: dict[PolicyShape, type[ValueRow]] = {
        PolicyShape.SWITCH: SwitchRow,
        PolicyShape.CHOICE: ChoiceRow,
        PolicyShape.SPAN: NumberRow,
        PolicyShape.SIZE: NumberRow,
        PolicyShape.COUNT: NumberRow,
        PolicyShape.CODE: OptionalRow,
        PolicyShape.TEXT: OptionalRow,
    }
    row = kinds[item.shape](item)
    row.role = role
    return row
