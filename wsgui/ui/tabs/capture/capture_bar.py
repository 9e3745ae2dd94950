"""The line above an opened capture: which file, how much is in it, when and as what it was recorded, or when it was
captured and from which file it was imported."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from wsgui.dissect.sizes import grouped
from wsgui.dissect.visible import visible
from wsgui.ui.widgets.chip import Chip
from wsgui.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from wsgui.session.stored import Summary


class CaptureBar(QWidget):
    """Emits ``continue_requested()`` (go on recording into a copy), ``save_requested()`` (a copy elsewhere) and
    ``problems_requested()`` (what the import could not read)."""

    continue_requested = Signal()
    save_requested = Signal()
    problems_requested = Signal()

    def __init__(self, summary: Summary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = ElidedLabel(summary.path.name, str(summary.path))
        font = self.file.font()
        font.setBold(True)
        self.file.setFont(font)
        self.file.setAccessibleName("File")
        self.facts = ElidedLabel(facts_of(summary), str(summary.path))
        self.facts.setAccessibleName("About the file")
        self.chip = Chip()
        self.go_on = QPushButton("Go On Recording into a Copy")
        self.go_on.setToolTip("Copy this capture and open a session that records behind what is there")
        self.go_on.clicked.connect(self.continue_requested)
        self.save = QPushButton("Save As…")
        self.save.setToolTip("Save a copy of this capture under a name (Ctrl+Shift+S)")
        self.save.clicked.connect(self.save_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(8)
        layout.addWidget(self.file)
        layout.addWidget(self.chip)
        self.chip.set_chip("read-only")  # now that it has a parent: shown without one it would be a window
        layout.addWidget(self.facts)
        count = len(summary.problems)
        self.problems = QPushButton(f"{grouped(count)} Problem{'s' * (count != 1)}…")
        self.problems.setToolTip("What the import could not read, did not look into, or guessed")
        self.problems.clicked.connect(self.problems_requested)
        layout.addWidget(self.problems)
        self.problems.setVisible(count > 0)
        layout.addStretch(1)
        layout.addWidget(self.go_on)
        layout.addWidget(self.save)


def facts_of(summary: Summary) -> str:
    """``1 234 rows of 2 connections · recorded 2026-11-21 15:47 as a client``, or
    ``captured 2023-11-14 22:13 · imported 2026-11-21 15:47 from old.pcap · …``."""
    rows = f"{grouped(summary.frames)} row{'s' * (summary.frames != 1)}"
    connections = f"{grouped(summary.connections)} connection{'s' * (summary.connections != 1)}"
    when = ""
    if summary.imported_ns:
        if summary.created_ns:
            when = f"captured {time_text(summary.created_ns)} · "
        source = f" from {visible(summary.source[:80])}" if summary.source else ""
        return f"{when}imported {time_text(summary.imported_ns)}{source} · {rows} of {connections}"
    if summary.created_ns:
        when = f" · recorded {time_text(summary.created_ns)}"
    role = f" as a {summary.role}" if summary.role else ""
    return f"{rows} of {connections}{when}{role}"


def time_text(time_ns: int) -> str:
    """Date and time to the minute, here; empty for a time that no calendar has."""
    try:
        return f"{datetime.fromtimestamp(time_ns / 1e9).astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return ""
