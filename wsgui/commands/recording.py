"""The capture of a subcommand, whose backlog slows its connections down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wsgui import console
from wsgui.session.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from wsgui.engine.websocket import WebSocket


class HeadlessRecorder:
    """A recorder whose backlog slows down the connections that ``connections`` gives; without a path it does nothing.

    Raises CaptureError if the file cannot be made.
    """

    def __init__(self, path: Path | None, name: str, connections: Callable[[], Iterable[WebSocket]]) -> None:
        self._connections = connections
        self.relieved = asyncio.Event()
        """Clear while the writer is behind: whoever sends a lot waits for it."""
        self.relieved.set()
        self.recorder: Recorder | None = None
        if path is not None:
            self.recorder = Recorder(path, name, on_overload=self._overloaded, on_failure=console.say)

    def _overloaded(self, yes: bool) -> None:
        if yes:
            self.relieved.clear()
        else:
            self.relieved.set()
        self.gate()

    def gate(self) -> None:
        """Hold the connections that are there now, or let them go."""
        for ws in self._connections():
            if self.relieved.is_set():
                ws.endpoint.resume_reading("recorder")
            else:
                ws.endpoint.pause_reading("recorder")

    async def close(self, *, keep_empty: bool) -> bool:
        """Write what is left. True if all of it is in the file; without ``keep_empty`` a file that would hold nothing
        is taken away again, so that the next attempt may use its name."""
        recorder = self.recorder
        if recorder is None:
            return True
        complete = await recorder.close()
        if not keep_empty and recorder.tally.connections == 0:
            recorder.path.unlink(missing_ok=True)
        return complete
