"""A counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wsgui.engine.behaviours.base import Behaviour, setting
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Shape

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event


@register
@dataclass(eq=False)
class Counter(Behaviour):
    """Each connection is counted by itself."""

    name = "counter"
    summary = "Answers every message with its number."
    alone = True
    start: int = setting(Shape.COUNT, 1, "First number", "Of a connection's first message", most=1_000_000_000)
    step: int = setting(Shape.COUNT, 1, "Step", "How much larger each number is", most=1_000_000)
    template: str = setting(
        Shape.TEXT,
        "{n}",
        "Answer",
        "What is sent: {n} stands for the number, {bytes} for the size of the message, {total} for the bytes of all of "
        "them so far",
    )

    def __post_init__(self) -> None:
        self._counts: dict[WebSocket, tuple[int, int]] = {}

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        count, total = self._counts.get(ws, (0, 0))
        answers = []
        for event in events:
            if isinstance(event, str | bytes):
                size = len(event.encode()) if isinstance(event, str) else len(event)
                total += size
                number = self.start + self.step * count
                count += 1
                answers.append(
                    self.template.replace("{n}", str(number))
                    .replace("{bytes}", str(size))
                    .replace("{total}", str(total))
                )
        self._counts[ws] = (count, total)
        deliver(ws, answers)

    def closed(self, ws: WebSocket) -> None:
        self._counts.pop(ws, None)
