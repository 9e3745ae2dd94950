"""Stand-ins for a disk that is slow or full."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE
from wsgui.capture.writer import CaptureWriter

if TYPE_CHECKING:
    import sqlite3

    import pytest

    from wsgui.capture.batch import Batch


class SlowDisk:
    """Holds every transaction while `stuck`; the writer's marks are a few KiB."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._free = threading.Event()
        self._free.set()
        monkeypatch.setattr(
            "wsgui.session.recorder.CaptureWriter", partial(CaptureWriter, high=20_000, low=5_000, interval=0.001)
        )
        from wsgui.capture.batch import Batch

        write = Batch.write

        def held(batch: Batch, database: sqlite3.Connection, **more: Any) -> None:
            self._free.wait(PATIENCE)
            write(batch, database, **more)

        monkeypatch.setattr(Batch, "write", held)

    def stuck(self) -> None:
        """From now on nothing is written."""
        self._free.clear()

    def free(self) -> None:
        """It writes again."""
        self._free.set()


class FullDisk:
    """Says that there is no room while `full`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        from wsgui.capture.batch import Batch

        write = Batch.write

        def refuse(batch: Batch, database: sqlite3.Connection, **more: Any) -> None:
            if self.full:
                raise OSError(28, "No space left on device")
            write(batch, database, **more)

        monkeypatch.setattr(Batch, "write", refuse)
