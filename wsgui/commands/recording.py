"""The capture of a subcommand, whose backlog slows its connections down."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wsgui import console
from wsgui.capture.errors import CaptureError
from wsgui.capture.secrets_out import secrets_of
from wsgui.session.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from wsgui.engine.websocket import WebSocket

MOST_LOOKED_AT: Final = 1000
"""Connections of a capture whose handshakes are looked at for secrets when a subcommand ends."""
MOST_NAMED: Final = 6
"""Kinds of secrets that are named."""


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
            self.recorder = Recorder(
                path, name, on_overload=self._overloaded, on_failure=console.say, on_moved=console.say
            )

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
                ws.driver.resume_reading("recorder")
            else:
                ws.driver.pause_reading("recorder")

    async def close(self, *, keep_empty: bool) -> bool:
        """Write what is left. True if all of it is in the file; without ``keep_empty`` a file that would hold nothing
        is taken away again, so that the next attempt may use its name."""
        recorder = self.recorder
        if recorder is None:
            return True
        complete = await recorder.close() and not recorder.writer.moved  # it was said when it was noticed
        if not keep_empty and recorder.tally.connections == 0:
            recorder.path.unlink(missing_ok=True)
        else:
            await _tell_secrets(recorder.path)
        return complete


async def _tell_secrets(path: Path) -> None:
    """A capture may be given on: what of it should not be is told."""
    with suppress(CaptureError):  # told already
        found = sorted(await asyncio.to_thread(secrets_of, path, MOST_LOOKED_AT))
        if found:
            more = f" and {len(found) - MOST_NAMED} more kinds" if len(found) > MOST_NAMED else ""
            console.say(
                f"{path.name} holds secrets of handshakes ({', '.join(found[:MOST_NAMED])}{more}); exports mask them."
            )
