"""Long or endless series of frames, each sent as fast as its peer takes them, so that nobody holds up anybody."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.frames import Frame

AT_ONCE: Final = 128
"""Frames that one connection gets before it is another one's turn."""
BYTES_AT_ONCE: Final = 256 * 1024
RECORDER_PAUSE: Final = 0.02
"""Seconds until a recorder that is behind is asked again."""


class Flows:
    """One series for each connection at a time, and those that wait behind it.

    Whoever uses it passes on `writable`, `stop` of a connection that is over, and `stop_all` at the end.
    """

    def __init__(self) -> None:
        self._flows: dict[WebSocket, deque[Iterator[Frame]]] = {}
        self._full: set[WebSocket] = set()
        self._handle: asyncio.Handle | None = None

    def start(self, ws: WebSocket, frames: Iterator[Frame]) -> None:
        """Send what ``frames`` gives, behind what is under way."""
        self._flows.setdefault(ws, deque()).append(frames)
        self._go_on()

    def busy(self, ws: WebSocket) -> bool:
        """Whether something is still to be sent to it."""
        return ws in self._flows

    def writable(self, ws: WebSocket, yes: bool) -> None:
        """A peer does not keep up, or does again."""
        if yes:
            self._full.discard(ws)
            self._go_on()
        else:
            self._full.add(ws)

    def stop(self, ws: WebSocket) -> None:
        """Send it no more."""
        self._flows.pop(ws, None)
        self._full.discard(ws)

    def stop_all(self) -> list[tuple[WebSocket, Iterator[Frame]]]:
        """Send nobody any more; returns what was still to be sent."""
        rest: list[tuple[WebSocket, Iterator[Frame]]] = []
        for ws, waiting in self._flows.items():
            rest.append((ws, chain(*waiting)))
        self._flows = {}
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        return rest

    def _go_on(self) -> None:
        if self._handle is None and any(ws not in self._full for ws in self._flows):
            self._handle = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._handle = None
        held = False
        for ws in [ws for ws in self._flows if ws not in self._full]:
            if not ws.driver.can_send:
                self.stop(ws)
            elif ws.driver.held:
                held = True
            else:
                self._some(ws)
        if held and self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(RECORDER_PAUSE, self._turn)
        else:
            self._go_on()

    def _some(self, ws: WebSocket) -> None:
        waiting = self._flows[ws]
        frames: list[Frame] = []
        size = 0
        for frame in islice(waiting[0], AT_ONCE):
            frames.append(frame)
            size += len(frame.payload)
            if size >= BYTES_AT_ONCE:
                break
        else:
            if len(frames) < AT_ONCE:
                waiting.popleft()
                if not waiting:
                    del self._flows[ws]
        if frames:
            ws.write_frames(frames)
