"""Fields of the drawer: each shows one thing of `EndpointSettings`, and the sentence about what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from wsgui.ui.widgets.exact_text import exact_text
from wsgui.ui.widgets.theme import fixed_font
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.endpoint.settings import EndpointSettings

LONGEST = 86400.0
"""Seconds of a day: more is not waited for."""


class OptionField(QWidget):
    """Base of the fields. ``names`` are those of the settings that it shows; ``changed`` says that the person has
    changed something. ``label`` stands at the left of it; a field without one has its text in itself."""

    changed = Signal()
    wide = False
    """Whether it takes the width of the page, its label above it."""

    def __init__(self, name: str, label: str, tip: str) -> None:
        super().__init__()
        self.names: tuple[str, ...] = (name,)
        self.label = label
        self.tip = tip
        self._quiet = False
        self._followers: list[Callable[[], object]] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self.wrong = TintedLabel("error")
        self.wrong.hide()

    @property
    def name(self) -> str:
        """The first of `names`."""
        return self.names[0]

    def _put(self, *widgets: QWidget, grows: int | None = 0) -> None:
        """Lay the widgets out in a row, with the place for the sentence below; the first one takes the focus.

        ``grows`` is the place of the one that takes the room that is left.
        """
        row = QHBoxLayout()
        row.setSpacing(6)
        for place, widget in enumerate(widgets):
            row.addWidget(widget, 1 if place == grows else 0)
            self._describe(widget)
        if grows is None:
            row.addStretch(1)
        self.column.addLayout(row)
        self.column.addWidget(self.wrong)
        self.setFocusProxy(widgets[0])

    def _describe(self, widget: QWidget) -> None:
        if not widget.accessibleName():
            widget.setAccessibleName(self.label.replace("&", ""))
        if not widget.toolTip():
            widget.setToolTip(self.tip)

    def _tell(self, *_: object) -> None:
        if not self._quiet:
            self.changed.emit()

    def set_wrong(self, sentence: str) -> None:
        """Show what is wrong with it; nothing for an empty sentence."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def values(self) -> dict[str, Any]:
        """What it says, by the names of the settings."""
        return {self.name: self.value()}

    def show_settings(self, settings: EndpointSettings) -> None:
        """Show what ``settings`` say, without emitting ``changed``."""
        if self.values() == {name: getattr(settings, name) for name in self.names}:
            return  # the cursor stays where it is
        self._quiet = True
        self.show_values(settings)
        self._quiet = False

    def show_values(self, settings: EndpointSettings) -> None:
        """The part of `show_settings` that a field with more than one name does otherwise."""
        self.show_value(getattr(settings, self.name))

    def follow(self, call: Callable[[], object]) -> None:
        """Call ``call`` now and whenever another value is shown, by whomever."""
        self._followers.append(call)
        call()

    def _shown(self, *_: object) -> None:
        for call in self._followers:
            call()

    def value(self) -> Any:
        """What it says."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError


class LineField(OptionField):
    """A short text in fixed width."""

    def __init__(self, name: str, label: str, tip: str, placeholder: str = "") -> None:
        super().__init__(name, label, tip)
        self.edit = QLineEdit()
        self.edit.setFont(fixed_font())
        self.edit.setPlaceholderText(placeholder)
        self.edit.textEdited.connect(self._tell)
        self._put(self.edit, *self._more())

    def _more(self) -> Sequence[QWidget]:
        """Widgets behind the line."""
        return ()

    def value(self) -> str:
        return self.edit.text()

    def show_value(self, value: str) -> None:
        self.edit.setText(value)


class ListField(LineField):
    """Names in one line, with commas between them."""

    def value(self) -> list[str]:  # type: ignore[override]
        return [one.strip() for one in self.edit.text().split(",") if one.strip()]

    def show_value(self, value: list[str]) -> None:  # type: ignore[override]
        self.edit.setText(", ".join(value))


class SecretField(LineField):
    """A text that is shown as dots until the person wants to see it."""

    def _more(self) -> Sequence[QWidget]:
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_button = QToolButton()
        self.show_button.setText("Show")
        self.show_button.setCheckable(True)
        self.show_button.setToolTip("Show what is typed here")
        self.show_button.setAccessibleName(f"Show {self.label.replace('&', '').lower()}")
        self.show_button.setProperty("toggle", True)
        self.show_button.toggled.connect(self._reveal)
        return (self.show_button,)

    def _reveal(self, yes: bool) -> None:
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if yes else QLineEdit.EchoMode.Password)


class FileField(LineField):
    """A path, with a button that asks for it: emits ``browse_wanted(field)``. ``new`` is for files that are written,
    ``folder`` for folders."""

    browse_wanted = Signal(object)
    new = False
    folder = False

    def __init__(self, name: str, label: str, tip: str, placeholder: str = "", *, kind: str = "All files (*)") -> None:
        self.kind = kind
        """Which files there are to choose of, as a file dialog has it."""
        super().__init__(name, label, tip, placeholder)

    def _more(self) -> Sequence[QWidget]:
        self.browse = QToolButton()
        self.browse.setText("Browse…")
        self.browse.setProperty("toggle", True)  # for the frame that it draws
        self.browse.setToolTip("Choose the folder" if self.folder else "Choose the file")
        self.browse.setAccessibleName(f"Browse for {self.label.replace('&', '')}")
        self.browse.clicked.connect(lambda: self.browse_wanted.emit(self))
        return (self.browse,)

    def value(self) -> str:
        return self.edit.text().strip()

    def choose(self, path: str) -> None:
        """As if the person had typed it."""
        self.edit.setText(path)
        self.changed.emit()


class NewFileField(FileField):
    """A path of a file that is written."""

    new = True


class FolderField(FileField):
    """A path of a folder."""

    folder = True


class RulesField(FileField):
    """A path of a file of rules, with a button for their editor: emits ``edit_wanted(field)``."""

    edit_wanted = Signal(object)

    def _more(self) -> Sequence[QWidget]:
        self.edit_rules = QToolButton()
        self.edit_rules.setText("Edit Rules…")
        self.edit_rules.setProperty("toggle", True)
        self.edit_rules.setToolTip("Edit the rules in a table, see how often each was hit and what no rule answered")
        self.edit_rules.clicked.connect(lambda: self.edit_wanted.emit(self))
        return (*super()._more(), self.edit_rules)


class CheckField(OptionField):
    """On or off; ``warning`` is a sentence that is seen while it is ticked."""

    def __init__(self, name: str, text: str, tip: str, *, inverted: bool = False, warning: str = "") -> None:
        super().__init__(name, "", tip)
        self._inverted = inverted
        self.box = QCheckBox(text)
        self.box.setAccessibleName(text.replace("&", ""))
        self.box.toggled.connect(self._tell)
        self._put(self.box, grows=None)
        self.warning = TintedLabel("error", warning)
        self.warning.hide()
        self.column.addWidget(self.warning)
        if warning:
            self.box.toggled.connect(self.warning.setVisible)

    def value(self) -> bool:
        return self.box.isChecked() != self._inverted

    def show_value(self, value: bool) -> None:
        self.box.setChecked(value != self._inverted)


class ChoiceField(OptionField):
    """One of several, as (value, text)."""

    def __init__(self, name: str, label: str, tip: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(name, label, tip)
        self.box = QComboBox()
        for value, text in choices:
            self.box.addItem(text, value)
        self.box.currentIndexChanged.connect(self._shown)
        self.box.currentIndexChanged.connect(self._tell)
        self._put(self.box, grows=None)

    def value(self) -> str:
        return str(self.box.currentData())

    def show_value(self, value: str) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(value)))


class SecondsField(OptionField):
    """A time in seconds, within limits; ``zero`` is what 0 stands for."""

    def __init__(
        self, name: str, label: str, tip: str, zero: str = "", *, least: float = 0, most: float = LONGEST
    ) -> None:
        super().__init__(name, label, tip)
        self.box = QDoubleSpinBox()
        self.box.setDecimals(3 if 0 < least < 0.01 else 2)
        self.box.setRange(least, most)
        self.box.setSuffix(" s")
        self.box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.box.setSpecialValueText(zero)
        self.box.valueChanged.connect(self._tell)
        self._put(self.box, grows=None)

    def value(self) -> float:
        return self.box.value()

    def show_value(self, value: float) -> None:
        self.box.setValue(value)


class CountField(OptionField):
    """A whole number, within limits; ``zero`` is what 0 stands for."""

    def __init__(self, name: str, label: str, tip: str, most: int, zero: str = "", *, least: int = 0) -> None:
        super().__init__(name, label, tip)
        self.box = QSpinBox()
        self.box.setRange(least, most)
        self.box.setSpecialValueText(zero)
        self.box.setGroupSeparatorShown(False)
        self.box.valueChanged.connect(self._tell)
        self._put(self.box, grows=None)

    def value(self) -> int:
        return self.box.value()

    def show_value(self, value: int) -> None:
        self.box.setValue(value)


class ShareField(SecondsField):
    """A part of a whole, 0 to 1, in per cent."""

    def __init__(self, name: str, label: str, tip: str) -> None:
        super().__init__(name, label, tip)
        self.box.setRange(0, 100)
        self.box.setDecimals(0)
        self.box.setSuffix(" %")

    def value(self) -> float:
        return round(self.box.value() / 100, 4)

    def show_value(self, value: float) -> None:
        self.box.setValue(value * 100)


class LinesField(OptionField):
    """A list of texts, one a line; or with ``fence`` texts of any lines with a line ``---`` between them.

    Texts that were shown come back as they were until a person edits them: one of a file may have a line ``---`` of its
    own, or end its lines in another way.
    """

    wide = True

    def __init__(self, name: str, label: str, tip: str, placeholder: str = "", *, fence: bool = False) -> None:
        super().__init__(name, label, tip)
        self._fence = fence
        self._given: tuple[str, list[str]] | None = None
        self.edit = QPlainTextEdit()
        self.edit.setFont(fixed_font())
        self.edit.setPlaceholderText(placeholder)
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(54)
        self.edit.textChanged.connect(self._tell)
        self._put(self.edit)

    def value(self) -> list[str]:
        text = self._text()
        if self._given is not None and text == self._given[0]:
            return list(self._given[1])
        if not self._fence:
            return [line.strip() for line in text.splitlines() if line.strip()]
        found: list[list[str]] = [[]]
        for line in text.split("\n"):
            if line.strip() == "---":
                found.append([])
            else:
                found[-1].append(line)
        return [text for lines in found if (text := "\n".join(lines).strip("\n"))]

    def show_value(self, value: list[str]) -> None:
        self.edit.setPlainText(("\n---\n" if self._fence else "\n").join(value))
        self._given = (self._text(), list(value))

    def _text(self) -> str:
        return exact_text(self.edit).replace("\N{LINE SEPARATOR}", "\n")  # what Shift+Enter puts in


class TextField(LinesField):
    """One text of any lines."""

    def value(self) -> str:  # type: ignore[override]
        return self._text()

    def show_value(self, value: str) -> None:  # type: ignore[override]
        self.edit.setPlainText(value)


def add_to_form(form: QFormLayout, part: QWidget) -> None:
    """Lay a field, or an explanation, out below the others of a form."""
    if isinstance(part, OptionField) and part.wide and part.label:
        label = QLabel(part.label)
        label.setBuddy(part)
        form.addRow(label)
        form.addRow(part)
    elif isinstance(part, OptionField) and part.label and not part.wide:
        form.addRow(part.label, part)
    else:
        form.addRow(part)


def words(text: str) -> QLabel:
    """An explanation between fields."""
    label = TintedLabel("dim", text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
