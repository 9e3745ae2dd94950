"""Fragmented echo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgui.engine.behaviours.base import Behaviour, setting
from wsgui.engine.behaviours.flow import Flows
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Choice, Shape
from wsgui.protocol.opcodes import Opcode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.protocol.frames import Frame

_CONTROL: Final = {"ping": Opcode.PING, "pong": Opcode.PONG}


@register
@dataclass(eq=False)
class FragmentedEcho(Behaviour):
    """What comes meanwhile is read when the answer has gone. Where permessage-deflate was agreed on, a frame has at
    most so many bytes before they are compressed."""

    name = "fragments"
    summary = "Sends every message back in frames of at most so many bytes."
    alone = True
    size: int = setting(Shape.COUNT, 16, "Bytes a frame", "The most that stands in one frame", least=1, most=16_777_216)
    between: str = setting(
        Shape.CHOICE,
        "",
        "Between them",
        "A control frame that stands between any two fragments; it may, as RFC 6455 section 5.4 has it",
        choices=(Choice("", "Nothing"), Choice("ping", "A ping"), Choice("pong", "A pong")),
    )

    def __post_init__(self) -> None:
        self._flows = Flows()
        self._ends = False

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        messages = [event for event in events if isinstance(event, str | bytes)]
        if messages and ws.driver.can_send:
            ws.driver.pause_reading("fragments")
            self._flows.start(ws, self._frames(ws, messages))

    def _frames(self, ws: WebSocket, messages: list[str | bytes]) -> Iterator[Frame]:
        number = 0
        for message in messages:
            opcode, data = (Opcode.TEXT, message.encode()) if isinstance(message, str) else (Opcode.BINARY, message)
            place = 0
            while True:
                size = len(data) if self._ends else self.size
                between = None if self._ends else _CONTROL.get(self.between)
                if place and between is not None:
                    number += 1
                    yield ws.frame(between, str(number).encode())
                fin = place + size >= len(data)
                kind = Opcode.CONTINUATION if place else opcode
                yield ws.connection.fragment(kind, data[place : place + size], fin=fin)
                place += size
                if fin:
                    break
        ws.driver.resume_reading("fragments")

    def writable(self, ws: WebSocket, yes: bool) -> None:
        super().writable(ws, yes)
        self._flows.writable(ws, yes)

    def closed(self, ws: WebSocket) -> None:
        self._flows.stop(ws)
        ws.driver.resume_reading("fragments")

    def stop(self) -> None:
        """Whoever follows begins with a new message, so those under way get their rest in one frame."""
        self._ends = True
        for ws, rest in self._flows.stop_all():
            frames = list(rest)
            if ws.driver.can_send:
                ws.write_frames(frames)
