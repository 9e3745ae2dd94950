"""What is to be said about the rows that the table shows; follow and pause."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from wsgui.ui.widgets.chip import Chip
from wsgui.ui.widgets.guard import guarded
from wsgui.ui.widgets.read_aloud import name_label


@guarded
class FrameBar(QWidget):
    """Emits ``follow_toggled(bool)``, ``pause_toggled(bool)``, ``all_requested()`` (leave one connection's view) and
    ``violation_wanted()`` (go to the next broken rule).

    It is there while it has something to say. ``pause`` and ``follow`` are laid out by whoever has room for them.
    """

    follow_toggled = Signal(bool)
    pause_toggled = Signal(bool)
    all_requested = Signal()
    violation_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = QLabel()
        name_label(self.note, "What the table shows")
        self.everything = QToolButton()
        self.everything.setText("Show all connections")
        self.everything.setToolTip("Show the frames of every connection again")
        self.everything.clicked.connect(self.all_requested)
        self.violations = QPushButton()
        self.violations.setFlat(True)
        self.violations.setToolTip("Go to the next frame that breaks a rule")
        self.violations.clicked.connect(self.violation_wanted)
        self.paused = Chip()
        self.pause = self._toggle("Pause", "Hold the table still; recording goes on (F8)")
        self.pause.toggled.connect(self.pause_toggled)
        self.follow = self._toggle("Follow", "Keep the newest frame in view")
        self.follow.setChecked(True)
        self.follow.toggled.connect(self.follow_toggled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 4)
        layout.setSpacing(8)
        layout.addStretch(1)
        self._said: list[QWidget] = []
        self.show_connection(None)
        self.show_violations(0)
        self.show_held(0)
        self.paused.hide()
        self.folded = QLabel()
        name_label(self.folded, "What is folded away")
        self.folded.setForegroundRole(self.folded.palette().ColorRole.PlaceholderText)
        self.folded.setToolTip("What belongs to no message; it is shown while Messages, over the table, is off")
        self.show_folded("")
        self.add_note(self.note, self.everything, self.violations, self.paused)

    def add_note(self, *widgets: QWidget) -> None:
        """Put widgets behind those that are there; the bar is there while one of them is."""
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)  # noqa: S101 - made above
        for widget in widgets:
            layout.insertWidget(layout.count() - 1, widget)
            self._said.append(widget)
            widget.installEventFilter(self)
        self._come_or_go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A note comes or goes."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._come_or_go()
        return super().eventFilter(watched, event)

    def _come_or_go(self) -> None:
        self.setVisible(any(not widget.isHidden() for widget in self._said))

    def _toggle(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.setProperty("toggle", True)
        return button

    def show_connection(self, number: int | None) -> None:
        """Say which connection is shown alone, or that all are."""
        self.note.setText("All frames" if number is None else f"Connection #{number} alone")
        self.note.setVisible(number is not None)
        self.everything.setVisible(number is not None)

    def show_violations(self, count: int) -> None:
        """How many rules were broken so far."""
        self.violations.setText(f"⚠ {count} violation{'s' * (count != 1)}")
        self.violations.setVisible(count > 0)

    def show_folded(self, text: str) -> None:
        """Say what stands in no message; nothing while frames are shown."""
        if text != self.folded.text() or not text:
            self.folded.setText(text)
            self.folded.setVisible(bool(text))

    def show_held(self, rows: int) -> None:
        """How many rows have come since the table was paused."""
        self.paused.set_chip(f"paused · {rows} new" if rows else "paused" if self.pause.isChecked() else "", "warning")
