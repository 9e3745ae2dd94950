"""The table of rules: what each waits for and does, and how often it was hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from wsgui.behaviours.mock import spec as words
from wsgui.behaviours.mock.rule import when_words
from wsgui.dissect.visible import visible
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.theme import colour

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.behaviours.mock.spec import RuleSpec
    from wsgui.behaviours.mock.verdict import RuleSeen
    from wsgui.ui.widgets.theme import Theme

TITLES = ("#", "Name", "When", "Answer", "Expected", "Hits")
_TIPS = (
    "Rules are tried from the top",
    "What reports call it",
    "What it waits for",
    "What it sends, and what happens then",
    "How often it is to be hit",
    "How often it was hit since the server started",
)
_Index = QModelIndex | QPersistentModelIndex


def answer_words(rule: RuleSpec) -> str:
    """What a rule does, in a few words."""
    messages = [" ".join(one.split()) for one in (*rule.send, *rule.binary)]
    said = [messages[0] if messages else ""]
    if len(messages) > 1:
        said.append(f"and {len(messages) - 1} more" if rule.order == words.ALL else f"or {len(messages) - 1} more")
    then = {words.CLOSES: f"close {rule.code}", words.RESETS: "RST", words.ENDS: "FIN", words.MISBEHAVES: rule.fault}
    said.append(then.get(rule.then, ""))
    return ", ".join(filter(None, said)) or "nothing"


@guarded
class RulesModel(QAbstractTableModel):
    """``rules`` are those that are edited; whoever changes them says so with `changed` or `reset`. ``theme`` is the one
    that they are shown in."""

    def __init__(self, theme: Callable[[], Theme]) -> None:
        super().__init__()
        self._theme = theme
        self.rules: list[RuleSpec] = []
        self._seen: Sequence[RuleSeen] = ()

    def reset(self, rules: list[RuleSpec]) -> None:
        """Other rules, or another order."""
        self.beginResetModel()
        self.rules = rules
        self.endResetModel()

    def changed(self, place: int) -> None:
        """One has changed."""
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(TITLES) - 1))

    def show_seen(self, seen: Sequence[RuleSeen]) -> None:
        """What was seen of the rules that are in force."""
        if list(seen) != list(self._seen):
            self._seen = list(seen)
            if self.rules:
                self.dataChanged.emit(self.index(0, 5), self.index(len(self.rules) - 1, 5))

    def _seen_of(self, place: int) -> RuleSeen | None:
        rule = self.rules[place]
        name = rule.name or f"rule {place + 1}"
        found = [one for one in self._seen if one.name == name]
        return found[0] if found else None

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rules)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(TITLES)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        place = index.row()
        if not index.isValid() or place >= len(self.rules):
            return None
        rule = self.rules[place]
        seen = self._seen_of(place)
        if role == Qt.ItemDataRole.DisplayRole:
            hits = "" if seen is None else str(seen.seen)
            texts = (str(place + 1), rule.name, when_words(rule), answer_words(rule), rule.expect, hits)
            return visible(texts[index.column()])
        if role == Qt.ItemDataRole.ForegroundRole:
            if rule.off:
                return colour(self._theme().dim)
            if index.column() == 5 and seen is not None and seen.expected:
                return colour(self._theme().good if seen.right else self._theme().warning)
        if role == Qt.ItemDataRole.ToolTipRole and rule.off:
            return "Switched off"
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (0, 5):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(TITLES):
            if role == Qt.ItemDataRole.DisplayRole:
                return TITLES[section]
            if role == Qt.ItemDataRole.ToolTipRole:
                return _TIPS[section]
        return None
