"""How connections ended, in one tab: asks the capture in a worker thread and shows it in the inspector."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from wsgui.session.endings import ending

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.endings import KnownEnding
    from wsgui.ui.inspector.inspector import Inspector

LOOK_MS = 300
"""While a session is busy, its capture is asked no more often than this."""
TRIES = 4
"""How often it is asked after the last thing that happened: what is written is committed a little later."""


class EndingControl(QObject):
    """`choose` says which connection is meant (None: the one that ended last), `look` that something has happened.

    ``open_last`` is whether an end is shown by itself while no row is: in a session that runs.
    """

    def __init__(self, path: Path, tasks: TaskOwner, inspector: Inspector, *, open_last: bool) -> None:
        super().__init__()
        self._path, self._tasks, self._inspector = path, tasks, inspector
        self._open_last = open_last
        self._wanted: int | None = None
        self._tries = 0
        self._busy = self._again = self._closed = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_MS)
        self._later.timeout.connect(self._look_again)

    def choose(self, connection: int | None) -> None:
        """Another row is shown, of this connection."""
        shown = self._inspector.ending.shown
        if connection == self._wanted and shown is not None:
            return
        self._wanted = connection
        if connection is not None and (shown is None or shown.connection != connection):
            self._show(None, "")
        self._ask()

    def look(self) -> None:
        """Something has happened in the session: perhaps a connection has ended."""
        self._tries = TRIES
        if self._is_open and not self._later.isActive():
            self._later.start()

    @property
    def _is_open(self) -> bool:
        """Whether there may be more to learn: an end does not change, the last of all ends may."""
        return self._wanted is None or self._inspector.ending.shown is None

    def _look_again(self) -> None:
        self._tries -= 1
        self._ask()
        if self._tries > 0 and self._is_open:
            self._later.start()

    def open(self) -> None:
        """Show the tab."""
        self._inspector.open_close()
        self._ask()

    def close(self) -> None:
        """Ask no more."""
        self._closed = True
        self._later.stop()

    def _ask(self) -> None:
        if self._closed:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._tasks.start(self._find(self._wanted), "how a connection ended")

    async def _find(self, connection: int | None) -> None:
        try:
            known = self._inspector.ending.shown
            found: KnownEnding = await asyncio.to_thread(ending, self._path, connection, known)
        finally:
            self._busy = False
        if self._closed:
            return
        if connection == self._wanted:
            self._show(found, found.problem)
        if self._again:
            self._again = False
            self._ask()

    def _show(self, found: KnownEnding | None, problem: str) -> None:
        view = self._inspector.ending
        what = None if found is None else found.autopsy
        if what is not None:
            is_new = view.shown != what
            if is_new:
                view.show_autopsy(what)
            if is_new and self._open_last and self._wanted is None and self._inspector.is_empty:
                self._inspector.open_close()
        elif problem:
            view.clear(problem)
        elif self._wanted is not None:
            view.clear(f"Connection #{self._wanted} has not ended.")
        elif found is not None and found.lasting is not None:
            view.clear(f"Connection #{found.lasting} has not ended.")
        else:
            view.clear()
        self._inspector.mark_close(None if what is None else what.clean)
