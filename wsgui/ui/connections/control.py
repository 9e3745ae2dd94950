"""Opens the window with all connections of a tab, and keeps it up to date from the capture while it is seen."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from wsgui.capture.errors import CaptureError
from wsgui.session.connection_list import connection_list
from wsgui.ui.connections.window import ConnectionWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from wsgui.session.base import Session
    from wsgui.session.stored import StoredCapture

LOOK_MS: Final = 1000
"""The list is read again no more often than this, and takes a tenth of the time at most."""


class ConnectionControl(QObject):
    """``show_connection(number)`` shows the rows of a connection in the tab; ``session`` is None for a file's."""

    def __init__(
        self,
        source: Session | StoredCapture,
        session: Session | None,
        show_connection: Callable[[int | None], object],
        parent: QWidget,
    ) -> None:
        super().__init__()
        self._source, self._tasks = source, source.tasks
        self._seen = -1
        self._busy = self._closed = False
        self.window = ConnectionWindow(source.name, live=session is not None, parent=parent)
        self.window.chosen.connect(show_connection)
        if session is not None:
            self.window.close_requested.connect(session.close_connection)
            self.window.cut_requested.connect(session.cut)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def show(self) -> None:
        """Bring the window to the front."""
        self.window.setWindowTitle(f"Connections of {self._source.name}")
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._timer.start()
        self._look()

    def close(self) -> None:
        """Close it for good."""
        self._closed = True
        self._timer.stop()
        self.window.close()
        self.window.deleteLater()

    def _look(self) -> None:
        if not self.window.isVisible():
            self._timer.stop()
            return
        committed = self._source.recorder.committed + self._source.revision
        if not self._busy and committed != self._seen:
            self._seen = committed
            self._busy = True
            self._tasks.start(self._read(), "list the connections")

    async def _read(self) -> None:
        began = time.perf_counter()
        try:
            rows = await asyncio.to_thread(connection_list, self._source.recorder.path)
        except CaptureError as error:
            if not self._closed:
                self.window.say(str(error))
            return
        finally:
            self._busy = False
        if not self._closed:
            self.window.show_list(rows)
            self._timer.setInterval(max(LOOK_MS, int((time.perf_counter() - began) * 10_000)))
