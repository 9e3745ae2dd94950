"""The tab of an opened capture file: table, filter and inspector, and nothing that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from wsgui.ui.tabs.capture.capture_bar import CaptureBar
from wsgui.ui.tabs.session_tab import SessionTab

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.session.stored import StoredCapture


class CaptureTab(SessionTab):
    """Shows a capture file read-only. Emits ``continue_requested(tab)``, ``save_requested(tab)`` and
    ``problems_requested(tab)``."""

    session: StoredCapture
    continue_requested = Signal(object)
    save_requested = Signal(object)
    problems_requested = Signal(object)

    def __init__(self, session: StoredCapture) -> None:
        self.capture_bar = CaptureBar(session.summary)
        super().__init__(session, self.capture_bar)
        self.capture_bar.continue_requested.connect(lambda: self.continue_requested.emit(self))
        self.capture_bar.save_requested.connect(lambda: self.save_requested.emit(self))
        self.capture_bar.problems_requested.connect(lambda: self.problems_requested.emit(self))
        self.table.can_compose = False
        self.table.set_follow(False)
        self.frame_bar.follow.hide()  # nothing comes
        self.frame_bar.pause.hide()
        self.tick()
        if self.model.rowCount():
            self.table.select_place(0)

    @property
    def path(self) -> Path:
        """The file that was opened."""
        return self.session.path

    def show_state(self) -> None:
        self.title_changed.emit(self.session.name)
