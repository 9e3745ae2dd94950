"""The example of CONTRIBUTING.md: a behaviour with two options is one file."""

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
class Parrot(Behaviour):
    """It never says anything of its own."""

    name = "parrot"
    summary = "Says everything several times."
    alone = True
    times: int = setting(Shape.COUNT, 2, "Times", "How often it says a text", least=1, most=9)
    between: str = setting(Shape.TEXT, " ", "Between", "What stands between one time and the next")

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        deliver(ws, [self.between.join([one] * self.times) for one in events if isinstance(one, str)])
