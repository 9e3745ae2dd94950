"""Frames that are dropped, sent twice, changed or held back, each kind by a filter: rows to add and to remove."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from wsgui.endpoint.policies import POLICIES
from wsgui.filter import FilterError, Scope, parse
from wsgui.options.quantities import QuantityError, read_number, read_seconds
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.view.filter_bar import TYPING_MS, FilterEdit
from wsgui.ui.widgets.theme import fixed_font
from wsgui.ui.widgets.wheel_guard import WheelGuard

if TYPE_CHECKING:
    from collections.abc import Sequence

ACTIONS: Final = ("drop", "duplicate", "corrupt", "delay")
ANY_BYTE: Final = -1


class FrameFaultRow(QWidget):
    """One fault. ``pair`` is None while it is off; a filter that cannot be read leaves the last good one in force."""

    changed = Signal()
    remove_requested = Signal()

    def __init__(self, name: str = "drop", value: str | None = None) -> None:
        super().__init__()
        self._raw = value
        self._good = ""
        self.on = QCheckBox()
        self.on.setAccessibleName("Do this")
        self.on.setToolTip("Do this to the frames that fit")
        self.action = QComboBox()
        for one in ACTIONS:
            self.action.addItem(POLICIES[one].title, one)
        self.action.setAccessibleName("What happens to the frames")
        self.milliseconds = QSpinBox()
        self.milliseconds.setRange(0, 600_000)
        self.milliseconds.setValue(500)
        self.milliseconds.setSuffix(" ms")
        self.milliseconds.setAccessibleName("How long they wait")
        self.milliseconds.setToolTip("How long these frames, and those behind them, wait")
        self.place = QSpinBox()
        self.place.setRange(ANY_BYTE, 2**31 - 1)
        self.place.setValue(ANY_BYTE)
        self.place.setSpecialValueText("any byte")
        self.place.setPrefix("byte ")
        self.place.setAccessibleName("Byte that is changed")
        self.place.setToolTip("The byte of the payload that is changed; any byte: one by chance, as the seed says")
        for spin in (self.milliseconds, self.place):
            spin.setKeyboardTracking(False)
        self.remove = QToolButton()
        self.remove.setText("✕")
        self.remove.setAutoRaise(True)
        self.remove.setToolTip("Remove this")
        self.remove.setAccessibleName("Remove this")
        self.filter = FilterEdit(scope=Scope.WIRE)
        self.filter.setFont(fixed_font())
        self.filter.setPlaceholderText("all frames; or opcode == text and length > 100")
        self.filter.setAccessibleName("Filter of the frames")
        self.filter.setToolTip("Which frames. Ctrl+Space lists what may stand here.")
        self.note = Note(shrinks=True)
        self._lay_out()
        self._guard = WheelGuard(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TYPING_MS)
        self.set_value(name, value)
        self._later.timeout.connect(self._filter_edited)
        self.filter.textChanged.connect(lambda _: self._later.start())
        self.filter.returnPressed.connect(self._filter_edited)
        self.on.toggled.connect(self._switched)
        self.action.currentIndexChanged.connect(self._edited)
        self.milliseconds.valueChanged.connect(self._edited)
        self.place.valueChanged.connect(self._edited)
        self.remove.clicked.connect(self.remove_requested)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        for widget in (self.on, self.action, self.milliseconds, self.place):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.filter)
        column.addWidget(self.note)

    @property
    def name(self) -> str:
        """The policy's name."""
        return str(self.action.currentData())

    @property
    def pair(self) -> tuple[str, str] | None:
        """The policy as settings have it."""
        if not self.on.isChecked():
            return None
        if self._raw is not None:
            return self.name, self._raw
        before = ""
        if self.name == "delay":
            before = f"{self.milliseconds.value()}ms "
        elif self.name == "corrupt" and self.place.value() != ANY_BYTE:
            before = f"@{self.place.value()} "
        return self.name, (before + self._good).strip()

    def set_value(self, name: str, value: str | None) -> None:
        """Show a fault of the settings, switched on; None shows a new one that is off."""
        blockers = [QSignalBlocker(child) for child in self.findChildren(QWidget)]
        text = (value or "").strip()
        self.action.setCurrentIndex(ACTIONS.index(name))
        with suppress(QuantityError):  # settings have been checked
            if name == "delay" and text:
                span, _, text = text.partition(" ")
                self.milliseconds.setValue(min(round(read_seconds(span) * 1000), 600_000))
            elif name == "corrupt" and text.startswith("@"):
                place, _, text = text[1:].partition(" ")
                self.place.setValue(read_number(place, 0, 2**31 - 1))
        self._good = text.strip()
        self.filter.setText(self._good)
        self.on.setChecked(value is not None)
        for blocker in blockers:
            blocker.unblock()
        self._show()

    def _filter_edited(self) -> None:
        before = self._good
        if self._take_filter():
            if self._good != before:
                self._edited()
            else:
                self._show()

    def _switched(self, on: bool) -> None:
        """What was typed last holds; without a filter that can be read it stays off, as none would mean all frames."""
        if on and not self._take_filter():
            with QSignalBlocker(self.on):
                self.on.setChecked(False)
        else:
            self._edited()

    def _take_filter(self) -> bool:
        """Whether what stands in the line is a filter; it is the good one then."""
        self._later.stop()
        text = self.filter.text().strip()
        if text:
            try:
                parse(text, Scope.WIRE)
            except FilterError as error:
                place = f"Character {error.position + 1}: " if error.position < len(self.filter.text()) else ""
                self.note.say(f"{place}{error.sentence}", Tone.ERROR)
                return False
        self._good = text
        return True

    def _edited(self) -> None:
        self._raw = None
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.milliseconds.setVisible(self.name == "delay")
        self.place.setVisible(self.name == "corrupt")
        help_ = POLICIES[self.name].help
        self.action.setToolTip(help_)
        self.note.say(help_, Tone.WARNING if self.on.isChecked() else Tone.HINT)


class FrameFaultList(QWidget):
    """The rows, in the order in which they are applied."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[FrameFaultRow] = []
        self.add = QPushButton("Add a fault of frames")
        self.add.setToolTip("Drop, duplicate, corrupt or delay frames that fit a filter")
        self.add.clicked.connect(self._add_new)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(4)
        line = QHBoxLayout()
        line.addWidget(self.add)
        line.addStretch(1)
        self._column.addLayout(line)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is switched on."""
        return [pair for row in self.rows if (pair := row.pair) is not None]

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these in place of what is there."""
        for row in self.rows:
            self._drop(row)
        self.rows = []
        for name, value in pairs:
            self._append(FrameFaultRow(name, value))

    def _append(self, row: FrameFaultRow) -> None:
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        row.show()  # now, as it is about to get the cursor
        row.changed.connect(self.changed)
        row.remove_requested.connect(lambda: self._remove(row))

    def _add_new(self) -> None:
        row = FrameFaultRow()
        self._append(row)
        row.filter.setFocus()

    def _remove(self, row: FrameFaultRow) -> None:
        was_on = row.pair is not None
        self.rows.remove(row)
        self._drop(row)
        self.add.setFocus()
        if was_on:
            self.changed.emit()

    def _drop(self, row: FrameFaultRow) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
