"""The form of a server's behaviour: a field for each of its options, made anew when another one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from wsgui.engine.behaviours import all_behaviours
from wsgui.options.texts import OptionError, pairs_of, read_all
from wsgui.ui.drawer.fields import FileField, LinesField, OptionField, RulesField, add_to_form, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.endpoint.settings import EndpointSettings, Pairs
    from wsgui.options.model import Option


LINES_HEIGHT: Final = 60
"""Pixels of a list in the form: the other options stay in sight."""


class BehaviourField(OptionField):
    """``behaviour`` and its options as texts. ``make`` makes the field of an option.

    Texts that were shown come back as they were until a person edits them: one may have a value that no field shows.
    """

    wide = True
    browse_wanted = Signal(object)
    """One of its fields wants a path: see `FileField`."""
    edit_wanted = Signal(object)
    """One of its fields wants its rules edited: see `RulesField`."""

    def __init__(self, name: str, label: str, tip: str, make: Callable[[Option], OptionField]) -> None:
        super().__init__(name, label, tip)
        self.names = ("behaviour", name)
        self._make = make
        self._behaviour = ""
        self._given: Pairs | None = []
        self.fields: dict[str, OptionField] = {}
        """The fields of the behaviour that is shown, by option."""
        self.summary = words("")
        self.column.addWidget(self.summary)
        self._form = QWidget()
        self.column.addWidget(self._form)
        self.column.addWidget(self.wrong)

    def values(self) -> dict[str, Any]:
        behaviour, options = self.names
        return {behaviour: self._behaviour, options: self._pairs()}

    def _pairs(self) -> Pairs:
        if self._given is not None:
            return list(self._given)
        kind = all_behaviours()[self._behaviour]
        return pairs_of(kind.rows(), {name: field.value() for name, field in self.fields.items()})

    def show_values(self, settings: EndpointSettings) -> None:
        self._show(settings.behaviour, settings.behaviour_options)

    def choose(self, name: str, options: Pairs) -> None:
        """As if the person had chosen this behaviour here, with these options."""
        quiet, self._quiet = self._quiet, True
        self._show(name, options)
        self._quiet = quiet
        self._tell()

    def _show(self, name: str, options: Pairs) -> None:
        if name != self._behaviour:
            self._behaviour = name
            self._lay_out()
        self._given = list(options)
        kind = all_behaviours().get(name)
        if kind is None:
            return
        values = {one: row.default for one, row in kind.rows().items()}
        try:
            values |= read_all(kind.rows(), options, name)
        except OptionError:  # said below the form; what can be shown is
            for pair in options:
                values |= _readable(kind.rows(), pair)
        for one, field in self.fields.items():
            field.show_value(values[one])

    def _lay_out(self) -> None:
        kind = all_behaviours().get(self._behaviour)
        rows = {} if kind is None else kind.rows()
        form = QWidget()
        layout = QFormLayout(form)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setVerticalSpacing(5)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.fields = {name: self._make(row) for name, row in rows.items()}
        for name, field in self.fields.items():
            if isinstance(field, LinesField):
                field.edit.setMaximumHeight(LINES_HEIGHT)
            add_to_form(layout, field)
            if rows[name].note:
                layout.addRow(words(rows[name].note))
            field.changed.connect(self._edited)
            if isinstance(field, FileField):
                field.browse_wanted.connect(self.browse_wanted)
            if isinstance(field, RulesField):
                field.edit_wanted.connect(self.edit_wanted)
        self.column.replaceWidget(self._form, form)
        self._form.setParent(None)
        self._form.deleteLater()
        self._form = form
        for field in list(self.fields.values())[:1]:
            self.setFocusProxy(field)
        there = "" if rows else " It has no options."
        self.summary.setText("" if kind is None else f"{self._behaviour}: {kind.summary}{there}")

    def _edited(self) -> None:
        if not self._quiet:
            self._given = None
            self._tell()


def _readable(rows: Any, pair: tuple[str, str]) -> dict[str, Any]:
    try:
        return read_all(rows, [pair], "")
    except OptionError:
        return {}
