"""The find bar: what to look for in payloads, how to read it, next and previous, how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from wsgui.capture.needle import KINDS, Needle, NeedleError, parse_needle
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label
from wsgui.ui.widgets.theme import fixed_font, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

LABELS = {"text": "Text", "hex": "Hex bytes", "regex": "Expression"}
HINTS = {
    "text": "Find a text in the payloads of the rows shown",
    "hex": "Find bytes: de ad be ef",
    "regex": "Find a regular expression: id[0-9]+",
}


@guarded
class FindLine(QLineEdit):
    """Emits ``stepped(backward)`` for Enter and Shift+Enter, ``left()`` for Escape."""

    stepped = Signal(bool)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape as in the find bars of browsers."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


@guarded
class FindBar(QWidget):
    """``find_requested(backward)``, ``stop_requested()``, ``needle_changed()`` (what is typed means something else now)
    and ``closed()``; ``wanted()`` when it is to be seen. `needle` says what to look for."""

    find_requested = Signal(bool)
    stop_requested = Signal()
    needle_changed = Signal()
    closed = Signal()
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wrong = False
        self.kind = QComboBox()
        for name in KINDS:
            self.kind.addItem(LABELS[name], name)
        self.kind.setToolTip("How to read what is typed")
        self.kind.setAccessibleName("Kind of search")
        self.edit = FindLine()
        self.edit.setFont(fixed_font())
        self.edit.setClearButtonEnabled(True)
        self.edit.setAccessibleName("Find")
        self.edit.setToolTip("What to find. Enter goes to the next hit, Shift+Enter to the one before, Esc closes")
        self.edit.setMinimumWidth(240)
        self.ignore_case = QToolButton()
        self.ignore_case.setText("Ignore Case")
        self.ignore_case.setCheckable(True)
        self.ignore_case.setChecked(True)
        self.ignore_case.setProperty("toggle", True)
        self.ignore_case.setToolTip("Capital and small letters are the same")
        self.ignore_case.setAccessibleName("Ignore case")
        self.back = self._button("↑ Previous", "The hit before (Shift+F3)", lambda: self.find_requested.emit(True))
        self.forward = self._button("↓ Next", "The next hit (F3)", lambda: self.find_requested.emit(False))
        self.stop = self._button("Stop", "Stop searching", self.stop_requested.emit)
        self.stop.hide()
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        name_label(self.note, "What was found")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        away = self._button("✕", "Close the find bar (Esc)", self.leave)
        away.setAccessibleName("Close the find bar")
        away.setProperty("toggle", False)
        away.setAutoRaise(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 3, 8, 3)
        line.setSpacing(6)
        line.addWidget(self.kind)
        line.addWidget(self.edit, 2)
        for widget in (self.ignore_case, self.back, self.forward, self.stop):
            line.addWidget(widget)
        line.addWidget(self.note, 3)
        line.addWidget(away)
        self.edit.textChanged.connect(lambda _: self._changed())
        self.edit.stepped.connect(self.find_requested)
        self.edit.left.connect(self.leave)
        self.ignore_case.toggled.connect(lambda _: self._changed())
        self.kind.currentIndexChanged.connect(lambda _: self._changed())
        self._changed()

    def _button(self, text: str, tip: str, call: object) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setProperty("toggle", True)  # it looks like the chips of the filter
        button.clicked.connect(call)
        return button

    @property
    def needle(self) -> Needle:
        """What to look for. Raises NeedleError."""
        return parse_needle(
            self.kind.currentData(), self.edit.text(), ignore_case=self.ignore_case.isChecked() and self.takes_case
        )

    @property
    def takes_case(self) -> bool:
        """Whether capital and small letters can matter: they cannot in bytes."""
        return bool(self.kind.currentData() != "hex")

    def start(self, text: str = "") -> None:
        """Show the bar with the cursor in it; ``text`` is what to look for, if it is not empty."""
        if text:
            with QSignalBlocker(self.edit):
                self.edit.setText(text)
            self._changed()
        self.wanted.emit()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def leave(self) -> None:
        """Put the bar away."""
        self.closed.emit()

    def show_error(self, error: NeedleError) -> None:
        """Say what is wrong with what is typed, and put the cursor there."""
        self.say(str(error), wrong=True)
        self.edit.setFocus()
        self.edit.setCursorPosition(error.position)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """How it went; the tool tip has what there is no room for."""
        self._wrong = wrong
        self.note.setText(text)
        self.note.setToolTip("")
        self._colour()

    def show_progress(self, done: int, total: int) -> None:
        """How far a search has come."""
        self.say(f"Searching… {done * 100 // max(total, 1)} %")

    def set_busy(self, yes: bool) -> None:
        """Whether a search is under way."""
        self.stop.setVisible(yes)

    def _changed(self) -> None:
        self.edit.setPlaceholderText(HINTS[self.kind.currentData()])
        self.ignore_case.setEnabled(self.takes_case)
        self.say("")
        if self.edit.text():
            try:
                _ = self.needle
            except NeedleError as error:
                self.say(str(error), wrong=True)
        self.needle_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette has new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "note"):
            self._colour()

    def _colour(self) -> None:
        style = f"color: {theme_of(self).error}" if self._wrong else ""
        if self.note.styleSheet() != style:
            self.note.setStyleSheet(style)
