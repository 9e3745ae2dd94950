"""Joins the statistics window of a tab, the worker that counts, and the view that is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from wsgui.session.figures_runner import FiguresRunner
from wsgui.ui.statistics.method_times import MethodTimesDialog
from wsgui.ui.statistics.window import StatisticsWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from wsgui.capture.statistics import Figures
    from wsgui.engine.tasks import TaskOwner
    from wsgui.filter import Filter
    from wsgui.ui.view.frames.model import FrameModel

REFRESH_MS = 1000
"""How often a live capture is looked at while the window is open."""


class StatisticsControl(QObject):
    """``filter_of()`` is the view's filter; ``go_to_time(ns)`` and ``go_to_row(id)`` are called for clicks."""

    def __init__(
        self,
        path: Path,
        tasks: TaskOwner,
        model: FrameModel,
        filter_of: Callable[[], Filter | None],
        go_to_time: Callable[[int], None],
        go_to_row: Callable[[int], None],
        parent: QWidget,
    ) -> None:
        super().__init__()
        self._model, self._filter_of = model, filter_of
        self.window = StatisticsWindow(path.name, parent)
        self._runner = FiguresRunner(path, tasks, self._counted, self._failed)
        self._path, self._tasks = path, tasks
        self._stopped = False
        for shown in (self.window.charts, self.window.tables):
            shown.time_chosen.connect(go_to_time)
            shown.row_chosen.connect(go_to_row)
        self.window.stop_requested.connect(self._stop)
        self.window.closed.connect(self._hidden)
        self.window.methods_requested.connect(self.show_methods)
        model.modelReset.connect(self._view_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.tick)

    def show(self) -> None:
        """Show the window with the figures of the view."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._timer.start()
        self._view_changed()

    def show_methods(self) -> MethodTimesDialog:
        """Show how long requests of each method waited."""
        dialog = MethodTimesDialog(self._path, self._tasks, self._model.committed, self.window)
        dialog.show()
        return dialog

    def tick(self) -> None:
        """Count what has come since."""
        if not self._stopped:
            self._runner.grow(self._model.committed)

    def close(self) -> None:
        """Stop, and close the window for good."""
        self._timer.stop()
        self._runner.cancel()
        self.window.close()
        self.window.deleteLater()

    def _view_changed(self) -> None:
        if self.window.isVisible():
            self._stopped = False
            self.window.clear()
            self.window.say("Counting…", busy=True)
            self._runner.start(self._filter_of(), self._model.connection, self._model.committed)
            if not self._runner.busy:
                self.window.say("No rows yet.")

    def _counted(self, figures: Figures, wanted: int) -> None:
        self.window.show_figures(figures, wanted, filtered=self._filter_of() is not None)

    def _failed(self, sentence: str) -> None:
        self._stopped = True
        self.window.say(sentence)

    def _stop(self) -> None:
        self._stopped = True
        self._runner.cancel()
        self.window.say(f"Stopped. {self.window.note.text().partition(' · counting')[0]}")

    def _hidden(self) -> None:
        self._timer.stop()
        self._runner.cancel()
