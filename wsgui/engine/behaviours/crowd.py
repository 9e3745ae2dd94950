"""Behaviours that know who is there, and those that do something each so often."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from wsgui.engine.behaviours.base import Behaviour

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket


@dataclass(eq=False)
class Crowd(Behaviour):
    """``members`` are the open connections, in the order in which they came."""

    members: dict[WebSocket, None] = field(default_factory=dict, init=False, repr=False)

    def opened(self, ws: WebSocket) -> None:
        self.members[ws] = None

    def closed(self, ws: WebSocket) -> None:
        self.members.pop(ws, None)


@dataclass(eq=False)
class Periodic(Crowd):
    """Calls `tick` every `period` seconds while somebody is there."""

    at_once: ClassVar[bool] = True
    """Whether the first tick comes with the first member, not a period later."""
    _handle: asyncio.Handle | None = field(default=None, init=False, repr=False)
    _next: float = field(default=0.0, init=False, repr=False)
    """When, in the loop's time: not every loop's handle can tell (qasync's cannot)."""

    @property
    def period(self) -> float:
        """Seconds from one tick to the next."""
        raise NotImplementedError

    def tick(self) -> None:
        """What is done each so often."""
        raise NotImplementedError

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        if self._handle is None:
            self._wait()
            if self.at_once:
                self.tick()

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        if not self.members:
            self.stop()

    def retold(self) -> None:
        if self._handle is not None:
            self.stop()
            self._wait()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._next = loop.time() + self.period
        self._handle = loop.call_at(self._next, self._due)

    def _due(self) -> None:
        """The next time is counted from the last, so that it does not drift; times that were missed are left out."""
        loop = asyncio.get_running_loop()
        due = self._next + self.period
        self._next = due if due > loop.time() else loop.time() + self.period
        self._handle = loop.call_at(self._next, self._due)
        self.tick()
