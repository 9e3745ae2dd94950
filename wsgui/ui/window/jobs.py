"""Long work on files, in worker threads, each with a line that says how far it is and a button that stops it."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout, QWidget

from wsgui.capture.errors import CancelledError, CaptureError, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.tasks import TaskOwner

_T = TypeVar("_T")

LOOK_MS = 100
SHOWN_AFTER_MS = 250
"""Work that is done sooner shows no line."""
_STEPS = 1000


class Job:
    """What the work is given: it tells `progress`, and asks whether it is `cancelled`, from its own thread."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._stop = threading.Event()

    def progress(self, done: int, total: int) -> None:
        """So much of so much is done."""
        self.done, self.total = done, total

    def cancelled(self) -> bool:
        """Whether the person does not want it any more."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Stop as soon as the work looks."""
        self._stop.set()


class _Line(QWidget):
    def __init__(self, title: str, job: Job) -> None:
        super().__init__()
        self.job = job
        label = QLabel(title)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(220)
        self.bar.setFixedHeight(10)
        self.bar.setAccessibleName(title)
        self.stop = QToolButton()
        self.stop.setText("Stop")
        self.stop.setToolTip("Stop this; no half-made file is left")
        self.stop.clicked.connect(self._cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 3, 10, 3)
        layout.addWidget(label)
        layout.addWidget(self.bar)
        layout.addWidget(self.stop)
        layout.addStretch(1)
        self.hide()

    def look(self) -> None:
        """Show how far it is."""
        if self.job.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(self.job.done * _STEPS // self.job.total)

    def _cancel(self) -> None:
        self.job.cancel()
        self.stop.setEnabled(False)


class JobStrip(QWidget):
    """The lines of all work that is under way. ``on_failure(title, sentence)`` hears of work that went wrong."""

    def __init__(self, tasks: TaskOwner, on_failure: Callable[[str, str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._on_failure = on_failure
        self._running: set[asyncio.Task[None]] = set()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._lines: list[_Line] = []
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether any work is under way."""
        return bool(self._running)

    @property
    def lines(self) -> list[Any]:
        """The lines, each with its ``bar`` and ``stop``."""
        return list(self._lines)

    def start(self, title: str, work: Callable[[Job], _T], done: Callable[[_T], None]) -> Job:
        """Run ``work(job)`` in a thread; ``done`` gets its result on the loop, unless it failed or was stopped.

        Work fails with CaptureError or OSError.
        """
        job = Job()
        line = _Line(title, job)
        self._lines.append(line)
        self._layout.addWidget(line)
        self._timer.start()
        QTimer.singleShot(SHOWN_AFTER_MS, line, line.show)
        task = self._tasks.start(self._run(title, work, done, line), title)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return job

    async def _run(self, title: str, work: Callable[[Job], _T], done: Callable[[_T], None], line: _Line) -> None:
        try:
            result = await asyncio.to_thread(work, line.job)
        except CancelledError:
            return
        except CaptureError as error:
            self._on_failure(title, str(error))
            return
        except OSError as error:
            self._on_failure(title, f"{title.rstrip('…')} failed: {reason_of(error)}.")
            return
        finally:
            self._lines.remove(line)
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
            if not self._lines:
                self._timer.stop()
        done(result)

    def _look(self) -> None:
        for line in self._lines:
            line.look()

    async def finish(self) -> None:
        """Stop all work and wait until it has ended."""
        for line in self._lines:
            line.job.cancel()
        if self._running:
            await asyncio.wait(self._running)
