"""The window of the rules of a file."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from wsgui.behaviours.mock.book import RuleInFile, make_book
from wsgui.behaviours.mock.spec import CONTAINS, EQUALS, TOP, RuleSpec, Spec
from wsgui.dissect.sizes import grouped
from wsgui.dissect.visible import visible
from wsgui.templates import GIVEN, PLACEHOLDERS
from wsgui.ui.drawer.pairs_field import PairsField
from wsgui.ui.rules.form import RuleForm
from wsgui.ui.rules.table import RulesModel
from wsgui.ui.widgets.elided_label import ElidedLabel
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import theme_of
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.behaviours.mock.verdict import RulesReport, Unmatched

LISTED = 200
"""Messages without a rule that are listed, the latest."""
_WORDS = {
    "first": "The first rule that fits answers",
    "all": "All rules that fit answer",
    "list": "A message without a rule is listed below",
    "fail": "A message without a rule fails verification",
}


@guarded
class RulesWindow(QWidget):
    """Edits a `Spec`. Emits ``save_requested()``; ``may_close()`` is asked before it is closed."""

    save_requested = Signal()

    def __init__(self, title: str, environment: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.resize(1040, 620)
        self._title = title
        self._environment = environment
        self.spec = Spec()
        self.dirty = False
        self.may_close: Callable[[], bool] = lambda: True
        self._unmatched: Sequence[Unmatched] = ()
        self.model = RulesModel(lambda: theme_of(self))
        self.table = self._table()
        self.strays = QListWidget()
        self.strays.setAccessibleName("Messages without a rule")
        self.strays.setToolTip("The latest messages that no rule answered. Double-click makes a rule of one.")
        self.strays.itemDoubleClicked.connect(lambda _: self.rule_of_stray())
        self.strays_title = QLabel("Messages without a rule")
        self.form = RuleForm()
        self.form.edited.connect(self._edited)
        self.problem = TintedLabel("error")
        self.seen = TintedLabel("dim")
        self.seen.setWordWrap(False)
        self.file = ElidedLabel("")
        self.add = self._button("&Add", "A new rule below the chosen one", self._add)
        self.copy = self._button("D&uplicate", "The chosen rule once more", self._duplicate)
        self.remove = self._button("&Remove", "Take the chosen rule out", self._remove)
        self.up = self._button("U&p", "Try it earlier", lambda: self._move(-1))
        self.down = self._button("Do&wn", "Try it later", lambda: self._move(1))
        self.make = self._button("&Make Rule", "A rule that waits for the chosen message", self.rule_of_stray)
        self.save = self._button("&Save", "Write the file; a server that uses it reads it again", self.save_requested)
        self.save.setDefault(True)
        self._lay_out()
        QShortcut(QKeySequence.StandardKey.Save, self).activated.connect(self.save.click)
        self.load(Spec())

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Rules")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
        header = table.horizontalHeader()
        digit = table.fontMetrics().horizontalAdvance("0")
        for column, characters in enumerate((3, 10, 18, 20, 9, 6)):
            header.resizeSection(column, characters * digit + 10)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        return table

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 3)
        buttons = QHBoxLayout()
        for button in (self.add, self.copy, self.remove, self.up, self.down):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        row = QHBoxLayout()
        row.addWidget(self.strays_title, 1)
        row.addWidget(self.make)
        column.addLayout(row)
        column.addWidget(self.strays, 1)
        tabs = QTabWidget()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self.form)
        tabs.addTab(area, "This rule")
        tabs.addTab(self._all_rules(), "All rules")
        tabs.setMinimumWidth(400)
        splitter = QSplitter()
        splitter.addWidget(left)
        splitter.addWidget(tabs)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([3 * self.width() // 5, 2 * self.width() // 5])
        splitter.setChildrenCollapsible(False)
        foot = QHBoxLayout()
        foot.addWidget(self.file)
        foot.addWidget(self.seen)
        foot.addStretch(1)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.addWidget(splitter, 1)
        column.addWidget(self.problem)
        column.addLayout(foot)

    def _all_rules(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.choices: dict[str, QComboBox] = {}
        for key, label in (("answer", "Answers"), ("unmatched", "Others")):
            box = self.choices[key] = QComboBox()
            for word in TOP[key]:
                box.addItem(_WORDS[word], word)
            box.setAccessibleName(label)
            box.activated.connect(lambda _: self._edited_all())
            form.addRow(label, box)
        tip = "Each connection begins with these values; rules set and ask them, templates name them"
        self.variables = PairsField("variables", "Variables", tip, "=", "variable")
        self.shared = PairsField("shared", "Shared variables", tip.replace("Each connection begins", "All begin"), "=",
                                 "variable")  # fmt: skip
        for field in (self.variables, self.shared):
            field.table.setMinimumHeight(80)
            field.changed.connect(self._edited_all)
            form.addRow(QLabel(field.label))
            form.addRow(field)
        names = [one.shown for one in PLACEHOLDERS.values()] + [one.shown for one in GIVEN.values()]
        shown = [f"{{{{{name}}}}}" for name in names]
        form.addRow(TintedLabel("dim", "Templates fill in: " + "  ".join(shown)))
        return page

    def _button(self, text: str, tip: str, call: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(call)
        return button

    # --- what is edited

    def load(self, spec: Spec) -> None:
        """Edit other rules."""
        self.spec = spec
        self.model.reset(spec.rules)
        for key, box in self.choices.items():
            box.setCurrentIndex(max(0, box.findData(getattr(spec, key))))
        for field in (self.variables, self.shared):
            field.show_value([(name, str(value)) for name, value in getattr(spec, field.name).items()])
        self._go(0)
        self.set_dirty(False)
        self._check()

    def set_dirty(self, yes: bool) -> None:
        """Whether something is not saved."""
        self.dirty = yes
        self.setWindowTitle(f"Rules of {self._title}[*]")
        self.setWindowModified(yes)

    @property
    def chosen(self) -> int:
        """The place of the rule that is chosen; -1 for none."""
        return self.table.currentIndex().row()

    def _chosen(self) -> None:
        place = self.chosen
        self.form.show_rule(self.spec.rules[place] if 0 <= place < len(self.spec.rules) else None)
        for button in (self.copy, self.remove):
            button.setEnabled(place >= 0)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(self.spec.rules) - 1)
        self._check()

    def _go(self, place: int) -> None:
        self.table.setCurrentIndex(self.model.index(min(place, len(self.spec.rules) - 1), 0))
        self._chosen()

    def _edited(self) -> None:
        self.model.changed(self.chosen)
        self.set_dirty(True)
        self._check()

    def _edited_all(self) -> None:
        for key, box in self.choices.items():
            setattr(self.spec, key, box.currentData())
        for field in (self.variables, self.shared):
            before = getattr(self.spec, field.name)
            after = {name: before.get(name) if str(before.get(name)) == text else text for name, text in field.value()}
            setattr(self.spec, field.name, {name: value for name, value in after.items() if name})
        self.set_dirty(True)
        self._check()

    def _insert(self, rule: RuleSpec, place: int) -> None:
        self.model.reset([*self.spec.rules[:place], rule, *self.spec.rules[place:]])
        self.spec.rules = self.model.rules
        self._go(place)
        self.set_dirty(True)

    def _add(self) -> None:
        self._insert(RuleSpec(), self.chosen + 1 if self.chosen >= 0 else len(self.spec.rules))
        self.form.fields["name"].setFocus()

    def _duplicate(self) -> None:
        rule = copy.deepcopy(self.spec.rules[self.chosen])
        rule.name = f"{rule.name} (2)" if rule.name else ""
        self._insert(rule, self.chosen + 1)

    def _remove(self) -> None:
        place = self.chosen
        self.model.reset(self.spec.rules[:place] + self.spec.rules[place + 1 :])
        self.spec.rules = self.model.rules
        self._go(place)
        self.set_dirty(True)

    def _move(self, by: int) -> None:
        place = self.chosen
        rules = list(self.spec.rules)
        rules.insert(place + by, rules.pop(place))
        self.model.reset(rules)
        self.spec.rules = rules
        self._go(place + by)
        self.set_dirty(True)

    def rule_of_stray(self) -> None:
        """A rule that waits for the message that is chosen among those without one."""
        place = self.strays.currentRow()
        if not 0 <= place < len(self._unmatched):
            return
        one = self._unmatched[place]
        whole = one.length == len(one.start)
        value = one.start if one.text else one.start.strip()
        on = "binary" if not one.text else EQUALS if whole else CONTAINS
        self._insert(RuleSpec(on=on, value=value), len(self.spec.rules))

    def _check(self) -> None:
        """Say what is wrong with the rules, at the field that it is about if that is seen."""
        try:
            make_book(self.spec, self._environment)
        except RuleInFile as error:
            here = error.number - 1 == self.chosen
            sentence = str(error).partition(": ")[2]
            self.form.show_wrong(error.key if here else "", sentence)
            self.problem.setText(f"Not saved while it is so. {error}")
            self.problem.show()
            self.save.setEnabled(False)
        else:
            self.form.show_wrong("", "")
            self.problem.hide()
            self.save.setEnabled(True)

    def say(self, sentence: str) -> None:
        """What is wrong with the file."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    # --- what is seen

    def show_report(self, report: RulesReport | None) -> None:
        """What the running server has seen; None while no server has these rules."""
        self.model.show_seen(() if report is None else report.rules)
        strays = [] if report is None else list(report.unmatched)[-LISTED:]
        if strays != list(self._unmatched):
            self._unmatched = strays
            chosen = self.strays.currentRow()
            self.strays.clear()
            self.strays.addItems(
                [f"#{one.connection}  {'' if one.text else 'binary '}{visible(one.start)}" for one in strays]
            )
            self.strays.setCurrentRow(chosen)
        self.make.setEnabled(bool(strays))
        if report is None:
            self.seen.setText("No server has these rules now: start it to see hits.")
            self.strays_title.setText("Messages without a rule")
            return
        hits = sum(one.seen for one in report.rules)
        right = ""
        if report.verified:
            right = " · as expected" if report.right else " · not yet as expected"
        self.seen.setText(f"{grouped(hits)} hit{'s' * (hits != 1)}{right}")
        self.strays_title.setText(f"Messages without a rule: {grouped(report.strays)}")

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close():
            event.accept()
        else:
            event.ignore()
