"""Says where the window's thread was when it did not come round in time. For those who work on wsgui itself."""

from __future__ import annotations

import sys
import threading
import time
import traceback

from PySide6.QtCore import QObject, QTimer

from wsgui import console

LIMIT = 0.1
"""Seconds that the thread may take for one turn."""


class Watchdog:
    """A timer in the window's thread is watched from another one; `stalls` counts what took too long."""

    def __init__(self, parent: QObject, limit: float = LIMIT) -> None:
        self.stalls = 0
        self._limit = limit
        self._last = time.perf_counter()
        self._main = threading.get_ident()
        self._stop = threading.Event()
        self._timer = QTimer(parent)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._thread = threading.Thread(target=self._watch, name="stall watchdog", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        self._last = time.perf_counter()

    def _watch(self) -> None:
        reported = 0.0
        while not self._stop.wait(self._limit / 4):
            last = self._last
            if time.perf_counter() - last > self._limit and last != reported:
                reported = last
                self.stalls += 1
                frame = sys._current_frames().get(self._main)
                stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
                console.complain_lines(
                    f"wsgui: the window did not come round for {self._limit * 1000:.0f} ms, at\n{stack}"
                )
