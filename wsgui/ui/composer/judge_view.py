"""What the judge says before anything leaves: broken rules, what a peer will do, what it must answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from wsgui.ui.composer.note import Note, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.dissect.outlook import Remark

_MOST = 12
_TONES = {
    "broken": Tone.ERROR,
    "warning": Tone.WARNING,
    "answer": Tone.TEXT,
    "explain": Tone.HINT,
    "good": Tone.GOOD,
}
_MARKS = {"broken": "✗ ", "warning": "⚠ ", "answer": "→ ", "good": "✓ "}


class JudgeView(QWidget):
    """A column of sentences, one colour a kind."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What the judge says")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._notes: list[Note] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)

    @property
    def lines(self) -> list[str]:
        """The sentences that are shown."""
        return [note.text() for note in self._notes if note.text()]

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show these; of very many only the first."""
        shown = list(remarks[:_MOST])
        while len(self._notes) < len(shown):
            note = Note(self, shrinks=True)
            self._notes.append(note)
            self._column.insertWidget(len(self._notes) - 1, note)
        for index, note in enumerate(self._notes):
            if index < len(shown):
                remark = shown[index]
                note.say(_MARKS.get(remark.kind, "") + remark.line, _TONES[remark.kind])
            else:
                note.say("")
        self.setAccessibleDescription(" ".join(remark.line for remark in shown))
