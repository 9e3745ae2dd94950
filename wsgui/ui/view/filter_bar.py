"""The filter bar: an expression with completion and the place of an error, quick chips, how many rows match."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QSignalBlocker, QSize, QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.dissect.visible import visible
from wsgui.filter import FilterError, Scope, as_expression, complete, near_field, parse
from wsgui.ui.explain.asking import explain
from wsgui.ui.view.chip_row import ChipRow
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.plain_tip import set_plain_tip
from wsgui.ui.widgets.read_aloud import name_label
from wsgui.ui.widgets.theme import fixed_font, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from wsgui.filter import Completion, Filter

CHIPS = (
    ("Text", "opcode in {text, continuation}", "opcode"),
    ("Binary", "opcode in {binary, continuation}", "opcode"),
    ("Ping/Pong", "opcode in {ping, pong}", "opcode"),
    ("Close", "opcode == close", "opcode"),
    ("↑ sent", "direction == sent", "direction"),
    ("↓ received", "direction == received", "direction"),
    ("Violations", "violation", "violation"),
)
"""Label, expression and group: chips of one group are joined by ``or``, groups by ``and``."""

TYPING_MS = 250
_WORDS_SHOWN = 30
"""Characters of plain words in the note."""
_LEAST_LINE = 90
"""Pixels of the line where an expression is typed, before the chips give way to a menu."""
_TAKING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


@guarded
class FilterEdit(QLineEdit):
    """A line with a completer that completes the word at the cursor, not the whole text."""

    def __init__(self, parent: QWidget | None = None, scope: Scope = Scope.CAPTURE) -> None:
        super().__init__(parent)
        self._scope = scope
        self._completions: list[Completion] = []
        self._words = QStringListModel(self)
        self._popup = QCompleter(self._words, self)
        self._popup.setWidget(self)
        self._popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup.activated.connect(self._take)
        self.textEdited.connect(lambda _: self._offer())

    @property
    def completion_popup(self) -> QAbstractItemView:
        """The list of completions."""
        popup = self._popup.popup()
        assert popup is not None  # noqa: S101 - a completer makes one
        return popup

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Space asks for completions. Enter takes one that the arrow keys chose, and applies the filter otherwise;
        Tab takes the chosen one, or the first."""
        popup = self._popup.popup()
        if (
            popup is not None
            and popup.isVisible()
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
        ):
            index = popup.currentIndex()
            if index.isValid():
                event.ignore()
                return
            popup.hide()
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._offer()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Tab belongs to the completions while they are shown."""
        popup = self.completion_popup
        if next and popup.isVisible():
            index = popup.currentIndex()
            words = self._words.stringList()
            popup.hide()
            self._take(index.data() if index.isValid() else words[0])
            return True
        return super().focusNextPrevChild(next)

    def _offer(self) -> None:
        self._completions = complete(self.text(), self.cursorPosition(), self._scope)
        words = [completion.text for completion in self._completions]
        typed = [self.text()[completion.start : completion.end] for completion in self._completions]
        if not words or words == typed:
            self.completion_popup.hide()
            return
        self._words.setStringList(words)
        for place, completion in enumerate(self._completions):
            self._words.setData(self._words.index(place), completion.help, Qt.ItemDataRole.ToolTipRole)
        rect = self.cursorRect()
        rect.setWidth(260)
        self._popup.complete(rect)
        # Qt makes the first one current: Enter behind a whole filter would then add a word to it.
        self.completion_popup.setCurrentIndex(QModelIndex())

    def _take(self, word: str) -> None:
        for completion in self._completions:
            if completion.text == word:
                text = self.text()
                self.setText(text[: completion.start] + word + text[completion.end :])
                self.setCursorPosition(completion.start + len(word))
                self.textEdited.emit(self.text())
                break


@guarded
class FilterBar(QWidget):
    """Emits ``filter_changed(filter)`` with a `Filter`, or None for all rows; a wrong text changes nothing.

    Plain words look for that text; the language is for the rest (`wsgui.filter.words`).

    ``cancel_requested`` asks for the search under way to be stopped. ``note`` and ``cancel`` are laid out by whoever
    has room for them. Everything else stands in one row, with the buttons that `add_tools` puts at its end: where it
    is too narrow for the chips they are in a menu.
    """

    filter_changed = Signal(object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._expression = ""
        self._words = ""
        self._wrong = ""
        self._found = ""
        self._messages = False
        self.edit = FilterEdit()
        self.edit.setFont(fixed_font())
        self.edit.setClearButtonEnabled(True)
        self.edit.setPlaceholderText("Filter: words to look for, or opcode == text and length > 100")
        self.edit.setAccessibleName("Filter")
        explain(self.edit, "part:filter")
        self.edit.setToolTip(
            "Show only rows that fit: plain words are looked for, in capital or small letters; length > 100 and such\n"
            "compare fields. Text in quotes is looked for too, and may be joined with others by and, or, not.\n"
            "Ctrl+Space lists what may stand here."
        )
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        name_label(self.note, "What the filter found")
        self.cancel = QToolButton()
        self.cancel.setText("Stop")
        self.cancel.setToolTip("Stop the search; what was found stays")
        self.cancel.clicked.connect(self.cancel_requested)
        self.cancel.hide()
        self.chip_row = ChipRow((label, f"Only rows with: {expression}") for label, expression, _ in CHIPS)
        self.chip_row.changed.connect(self.apply)
        self.chips = self.chip_row.chips
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(8, 0, 8, 4)
        self._line.setSpacing(4)
        self._line.addWidget(self.edit, 1)
        self._line.addWidget(self.chip_row)
        self._spare: list[QWidget] = []
        self._spared = False
        self.edit.setMinimumWidth(_LEAST_LINE)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TYPING_MS)
        self._later.timeout.connect(self.apply)
        self.edit.textChanged.connect(lambda _: self._later.start())
        self.edit.returnPressed.connect(self.apply)
        self.note.hide()

    @property
    def expression(self) -> str:
        """The whole expression: what is typed and the chips that are on. Raises FilterError."""
        parts = [f"({as_expression(text)})"] if (text := self.edit.text().strip()) else []
        for group in dict.fromkeys(group for _, _, group in CHIPS):
            chosen = [
                expression
                for chip, (_, expression, of) in zip(self.chips, CHIPS, strict=True)
                if of == group and chip.isChecked()
            ]
            if chosen:
                parts.append("(" + " or ".join(chosen) + ")")
        return " and ".join(parts)

    @property
    def in_force(self) -> str:
        """The expression that is applied; a wrong text changes nothing of it."""
        return self._expression

    def add_button(self, button: QWidget, before: QWidget | None = None) -> None:
        """Put a button behind the line, or in front of another one."""
        self._line.insertWidget(1 if before is None else self._line.indexOf(before), button)

    def add_tools(self, *buttons: QWidget) -> None:
        """Put buttons at the end of the row."""
        for button in buttons:
            self._line.addWidget(button)

    def may_go(self, *buttons: QWidget) -> None:
        """Buttons that go where it is narrow: what they do is in a menu and on a key too."""
        self._spare += buttons

    @property
    def _spare_width(self) -> int:
        return sum(button.sizeHint().width() + self._line.spacing() for button in self._spare)

    def minimumSizeHint(self) -> QSize:
        """With the chips in their menu, and without what may go."""
        hint = super().minimumSizeHint()
        least = hint.width() - self.chip_row.minimumSizeHint().width() + self.chip_row.least_width
        return QSize(least - (0 if self._spared else self._spare_width), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chips stand side by side where there is room for them."""
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """Buttons came or went: the room is another one."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        others = self._line.minimumSize().width() - self.chip_row.minimumSizeHint().width()
        others -= 0 if self._spared else self._spare_width
        spared = self.width() < others + self._spare_width + self.chip_row.least_width
        if spared is not self._spared:
            self._spared = spared
            for button in self._spare:
                button.setVisible(not spared)
        if not spared:
            others += self._spare_width
        self.chip_row.fold(self.width() < others + self.chip_row.full_width)

    def replace(self, text: str) -> None:
        """Use an expression in the place of what is typed and of the chips."""
        with QSignalBlocker(self.chip_row):
            for chip in self.chips:
                chip.setChecked(False)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Put an expression into the line and use it at once."""
        self.edit.setText(text)
        self.apply()

    def narrow(self, comparison: str) -> None:
        """Add a comparison to what is there."""
        text = self.edit.text().strip()
        with suppress(FilterError):  # a mistake is told of, and nothing of what was typed is lost
            text = as_expression(text) if text else ""
        self.set_text(f"({text}) and {comparison}" if text else comparison)

    def show_found(self, found: int, of: int, *, searching: bool, messages: bool = False) -> None:
        """How many of how many rows match so far; with ``messages`` how many messages of these rows."""
        self.cancel.setVisible(searching)
        self._messages = messages
        more = " · searching…" if searching else ""
        if messages:
            self._found = f"{grouped(found)} message{'s' * (found != 1)} in {grouped(of)} rows{more}"
        else:
            self._found = f"{grouped(found)} of {grouped(of)} rows match{more}"
        self._tell()

    def apply(self) -> None:
        """Use what is typed now, without waiting for more."""
        self._later.stop()
        try:
            expression = self.expression
            chosen: Filter | None = parse(expression) if expression else None
        except FilterError as error:
            self._show_error(error)
            return
        self._wrong = ""
        if expression != self._expression:
            self._expression, self._found = expression, ""
            self._words = _words_of(self.edit.text().strip())
            self._tell()
            self.filter_changed.emit(chosen)
        else:
            self._tell()

    def _show_error(self, error: FilterError) -> None:
        place = f"Character {error.position + 1}: " if error.position < len(self.edit.text()) else ""
        self._wrong = f"{place}{error.sentence}"
        self._tell()

    def _tell(self) -> None:
        """The note: what is wrong with the text that stands there, or else what the filter in force has found."""
        found = f"{self._words}{self._found}" if (self._expression or self._messages) and self._found else ""
        text = self._wrong or found
        if text != self.note.text():
            self.note.setText(text)
            set_plain_tip(self.note, text)
        self.note.setVisible(bool(text))
        self.note.setStyleSheet(f"color: {theme_of(self).error}" if self._wrong else "")


def _words_of(typed: str) -> str:
    """The beginning of the note for plain words: what is looked for, and the field that may have been meant."""
    if not typed or as_expression(typed) == typed:
        return ""
    short = typed if len(typed) <= _WORDS_SHOWN else f"{typed[:_WORDS_SHOWN]}…"
    field = near_field(typed)
    meant = f" (or the field {field}?)" if field else ""
    return f"Text “{visible(short)}”{meant}: "
