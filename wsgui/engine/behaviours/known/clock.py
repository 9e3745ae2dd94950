"""A clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Periodic
from wsgui.engine.behaviours.delivery import push
from wsgui.engine.behaviours.registry import register
from wsgui.options.model import Shape

if TYPE_CHECKING:
    from wsgui.engine.websocket import WebSocket


@register
@dataclass(eq=False)
class Clock(Periodic):
    """Pushes a text with the time in it to everybody, the first when somebody comes."""

    name = "clock"
    summary = "Pushes the time to every connection, each so often."
    alone = True
    interval: float = setting(
        Shape.SECONDS, 1.0, "Every", "How long from one message to the next", least=0.001, most=86400
    )
    template: str = setting(
        Shape.TEXT,
        "{time}",
        "Message",
        "What is sent: {time} stands for the local time with its offset, {utc} for that of Greenwich, {unix} for the "
        "milliseconds since 1970, {n} for the number of the message",
    )

    def __post_init__(self) -> None:
        self._number = 0

    @property
    def period(self) -> float:
        return self.interval

    def tick(self) -> None:
        self._number += 1
        now = datetime.now().astimezone()
        push(self.members, [filled(self.template, now, self._number)])

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        if not self.members:
            self._number = 0


def filled(template: str, now: datetime, number: int) -> str:
    """A template with its values in it; braces with anything else between them stay, so that it may be JSON."""
    values = {
        "{time}": now.isoformat(timespec="milliseconds"),
        "{utc}": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "{unix}": str(int(now.timestamp() * 1000)),
        "{n}": str(number),
    }
    for name, value in values.items():
        template = template.replace(name, value)
    return template
