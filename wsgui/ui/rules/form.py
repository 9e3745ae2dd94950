"""The form of one rule: a field for each of its values, of which those are seen that count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from wsgui.behaviours.mock import spec as words
from wsgui.behaviours.mock.spec import ROWS, RuleSpec
from wsgui.protocol.states import Role
from wsgui.ui.drawer.fields import LinesField, TextField
from wsgui.ui.drawer.pages import field_of
from wsgui.ui.drawer.pairs_field import PairsField

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.ui.drawer.fields import OptionField

COUNTS: Final[dict[str, Callable[[RuleSpec], bool]]] = {
    "path": lambda one: one.on in words.WITH_PATH,
    "value": lambda one: one.on in words.WITH_VALUE,
    "every": lambda one: one.on == words.TIMER,
    "order": lambda one: len(one.send) + len(one.binary) > 1,
    "code": lambda one: one.then == words.CLOSES,
    "reason": lambda one: one.then == words.CLOSES,
    "fault": lambda one: one.then == words.MISBEHAVES,
}
"""When a value counts; those that are not named do always."""

TALL: Final = 66
"""Pixels of a field of several lines."""
TALL_TABLE: Final = 84
NAMES: Final = 110
"""Pixels of a table of names and values, and of its names."""


class RuleForm(QWidget):
    """Emits ``edited()`` when the person has changed something; `rule` then has it."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rule: RuleSpec | None = None
        self._layout = QFormLayout(self)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._layout.setVerticalSpacing(5)
        self.fields: dict[str, OptionField] = {name: field_of(row, Role.SERVER) for name, row in ROWS.items()}
        for field in self.fields.values():
            if isinstance(field, LinesField | TextField):
                field.edit.setFixedHeight(TALL)
            elif isinstance(field, PairsField):
                field.table.setFixedHeight(TALL_TABLE)
                field.table.horizontalHeader().resizeSection(0, NAMES)
            if field.label:
                self._layout.addRow(field.label, field)
            else:
                self._layout.addRow(field)
            field.changed.connect(self._edited)
        self.show_rule(None)

    def show_rule(self, rule: RuleSpec | None) -> None:
        """Show a rule; nothing can be edited where there is none."""
        self.rule = rule
        self.setEnabled(rule is not None)
        shown = rule or RuleSpec()
        for field in self.fields.values():
            field.show_settings(shown)  # type: ignore[arg-type]  # it asks for values by their names alone
            field.set_wrong("")
        self._show_what_counts(shown)

    def show_wrong(self, key: str, sentence: str) -> None:
        """What is wrong with the rule, at the field that it is about; nothing for an empty sentence."""
        for name, field in self.fields.items():
            field.set_wrong(sentence if name == key else "")

    def _edited(self) -> None:
        if self.rule is not None:
            for field in self.fields.values():
                for name, value in field.values().items():
                    setattr(self.rule, name, value)
            self._show_what_counts(self.rule)
            self.edited.emit()

    def _show_what_counts(self, rule: RuleSpec) -> None:
        for name, counts in COUNTS.items():
            self._layout.setRowVisible(self.fields[name], counts(rule))
