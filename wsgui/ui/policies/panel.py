"""The panel of policies and faults: what is changed in it holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from wsgui.endpoint.policies import POLICIES, PolicyShape
from wsgui.protocol.states import Role
from wsgui.ui.composer.note import Note, Tone
from wsgui.ui.explain.asking import explain
from wsgui.ui.policies.frame_faults import ACTIONS, FrameFaultList
from wsgui.ui.policies.value_rows import ValueRow, value_row
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.wheel_guard import WheelGuard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

INTRODUCTION = "Changes hold at once, for open connections too."


@guarded
class PolicyPanel(QWidget):
    """``role`` is ``client`` or ``server``; a client's panel leaves out what is for servers alone.

    Emits ``changed(pairs)`` with (name, value) as `EndpointSettings.policies` has them, and ``closed()``.
    """

    changed = Signal(list)
    closed = Signal()

    def __init__(self, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, ValueRow] = {}
        self.frame_faults = FrameFaultList()
        self.normal = QPushButton("Back to Normal")
        self.normal.setToolTip("Switch every fault off and put every policy back to what is usual")
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.setToolTip("Go back to the composer (Escape); what is switched on stays on")
        self.close_button.setAccessibleName("Go back to the composer")
        self.note = Note(keeps_room=True, shrinks=True)
        self._pairs: list[tuple[str, str]] = []
        self._lay_out(role)
        self._guard = WheelGuard(self)
        self.frame_faults.changed.connect(self._edited)
        self.normal.clicked.connect(self.back_to_normal)
        self.close_button.clicked.connect(self.closed)
        self.say("")

    def _lay_out(self, role: Role) -> None:
        title = QLabel("Policies and faults")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 4, 0)
        top.addWidget(title, 1)
        top.addWidget(self.normal)
        top.addWidget(self.close_button)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(8, 2, 8, 8)
        rows.setSpacing(4)
        heading = ""
        for name, item in POLICIES.items():
            if role is not Role.SERVER and item.server:
                continue
            if item.group != heading:
                heading = item.group
                label = QLabel(heading)
                label.setFont(font)
                label.setContentsMargins(0, 6, 0, 2)
                rows.addWidget(label)
            if item.shape is not PolicyShape.FRAMES:
                row = self.rows[name] = value_row(item, role)
                row.changed.connect(self._edited)
                rows.addWidget(row)
            elif name == ACTIONS[0]:  # one list for all four: their order counts
                rows.addWidget(self.frame_faults)
                explain(self.frame_faults, *(f"policy:{one}" for one in ACTIONS))
        rows.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.note.setContentsMargins(8, 0, 8, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(self.area, 1)
        self.setFocusProxy(next(iter(self.rows.values())).findChildren(QWidget)[-1])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is not as usual, as settings have it."""
        found: list[tuple[str, str]] = []
        for name in POLICIES:
            row = self.rows.get(name)
            if row is not None and row.value is not None:
                found.append((name, row.value))
            elif name == ACTIONS[0]:
                found += self.frame_faults.pairs
        return found

    def set_policies(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show what holds; does nothing if that is what stands here already."""
        if list(pairs) == self._pairs:
            return
        self._pairs = list(pairs)
        values = dict(pairs)
        for name, row in self.rows.items():
            if row.value != values.get(name):
                row.set_value(values.get(name))
        wrong = [(name, value) for name, value in pairs if name in ACTIONS]
        if self.frame_faults.pairs != wrong:
            self.frame_faults.set_pairs(wrong)
        self.say("")

    def say(self, problem: str) -> None:
        """Say why the last change was not taken; nothing puts the introduction back."""
        self.note.say(problem or INTRODUCTION, Tone.ERROR if problem else Tone.HINT)

    def back_to_normal(self) -> None:
        """Switch everything off."""
        self.frame_faults.set_pairs([])
        for row in self.rows.values():
            row.set_value(None)
        self._edited()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to the composer."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _edited(self) -> None:
        self._pairs = self.pairs
        self.say("")
        self.changed.emit(list(self._pairs))
