"""Opens compare windows and has the worker compare for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from wsgui.capture.errors import CaptureError
from wsgui.session.comparing import compare_rows
from wsgui.ui.compare.window import CompareWindow

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from wsgui.engine.tasks import TaskOwner


class CompareControl(QObject):
    """`open` compares two rows of a capture in a window of their own."""

    def __init__(self, path: Path, tasks: TaskOwner, parent: QWidget) -> None:
        super().__init__()
        self._path, self._tasks, self._parent = path, tasks, parent
        self._windows: dict[CompareWindow, asyncio.Task[None] | None] = {}

    @property
    def windows(self) -> list[CompareWindow]:
        """Those that are open."""
        return list(self._windows)

    def open(self, left: int, right: int) -> CompareWindow:
        """Compare two rows, by their numbers."""
        window = CompareWindow(left, right, self._parent)
        self._windows[window] = None
        window.messages_toggled.connect(lambda yes: self._start(window, left, right, yes))
        window.destroyed.connect(lambda: self._gone(window))
        self._start(window, left, right, messages=False)
        window.show()
        return window

    def close(self) -> None:
        """Close all windows."""
        for window in self.windows:
            self._gone(window)
            window.close()

    def _gone(self, window: CompareWindow) -> None:
        work = self._windows.pop(window, None)
        if work is not None:
            work.cancel()

    def _start(self, window: CompareWindow, left: int, right: int, messages: bool) -> None:
        before = self._windows.get(window)
        if before is not None:
            before.cancel()
        window.say("Comparing…")
        self._windows[window] = self._tasks.start(self._run(window, left, right, messages), "compare two rows")

    async def _run(self, window: CompareWindow, left: int, right: int, messages: bool) -> None:
        try:
            compared = await asyncio.to_thread(compare_rows, self._path, left, right, messages=messages)
        except (CaptureError, LookupError) as error:
            text = str(error)
            window.say(text if isinstance(error, CaptureError) else f"{text[:1].upper()}{text[1:]}.")
            return
        window.show_compared(compared)
