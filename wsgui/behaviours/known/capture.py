"""Answers out of a capture."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.behaviours.recorded.conversation import (
    ConversationError,
    RecordedTalk,
    TalkPart,
    check_capture,
    read_conversation,
)
from wsgui.behaviours.recorded.ids import Ids, without_ids
from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.flow import Flows
from wsgui.engine.behaviours.registry import register
from wsgui.engine.tasks import TaskOwner
from wsgui.options.model import Choice, Shape
from wsgui.options.texts import OptionError
from wsgui.protocol.close import may_be_sent
from wsgui.protocol.opcodes import Opcode
from wsgui.templates import TemplateError
from wsgui.templates.paths import read_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.protocol.frames import Frame
    from wsgui.templates.filling import Path as Steps

MOST_WAITING: Final = 1000
"""Requests of a connection that may wait for their answers while timing is kept; then it is not read."""


class _Live:
    """One connection: how far it is, and what waits for its time."""

    __slots__ = ("handle", "ids", "part", "waiting")

    def __init__(self, paths: list[Steps]) -> None:
        self.part = 0
        self.ids = Ids(paths)
        self.waiting: deque[tuple[float, str | bytes | None]] = deque()
        self.handle: asyncio.TimerHandle | None = None


@register
@dataclass(eq=False)
class Capture(Crowd):
    """Each client hears what the recorded server said, from a capture of either side: first what came before the
    recorded client spoke, then after each message what followed the same one of the recording. Which is the same is
    decided by the order, or by what it says (ids left out). Ids of the live request stand in the answers in the place
    of the recorded ones, wherever an answer has the recorded value under the same name. If the recorded server closed,
    so does this one, behind the last answer."""

    name = "capture"
    summary = "Answers as a recorded server did."
    alone = False
    file: str = setting(Shape.FILE, "", "Capture", "A capture file, of a client or of a server",
                        files="Captures (*.wscap)")  # fmt: skip
    connection: int = setting(Shape.COUNT, 0, "Connection", "Its number in the capture", "the first", most=2**31 - 1)
    match: str = setting(
        Shape.CHOICE,
        "order",
        "Messages",
        "Which recorded message one stands for",
        choices=(Choice("order", "In the recorded order"), Choice("content", "By what they say, in any order")),
    )
    timing: bool = setting(Shape.FLAG, False, "Keep the recorded times", "Otherwise answers leave at once")
    ids: list[str] = setting(
        Shape.NAMES, ["id"], "Ids at", 'Where in JSON requests ids stand: id, params.id, ["request-id"], [1]'
    )

    def __post_init__(self) -> None:
        self._flows = Flows()
        self._tasks = TaskOwner()
        self._running = False
        self._told: RecordedTalk | None = None
        self._paths: list[Steps] = []
        self._by_content: dict[str | bytes, deque[TalkPart]] = {}
        self._lives: dict[WebSocket, _Live] = {}
        self._early: dict[WebSocket, list[str | bytes]] = {}

    def check(self) -> None:
        for one in self.ids:
            try:
                if not read_path(one):
                    raise TemplateError("It is empty.")
            except TemplateError as error:
                raise OptionError("ids", f"ids: {error}") from None
        if self.file:
            try:
                check_capture(self.file, self.connection)
            except ConversationError as error:
                raise OptionError("file", f"{Path(self.file).name}: {error}") from None

    # --- the recording

    def begin(self) -> None:
        self._running = True
        self._paths = [read_path(one) for one in self.ids]
        if self.file:
            self._tasks.start(self._load(self.file, self.connection), "read what was recorded")
        else:
            self._use(None)

    def retold(self) -> None:
        if self._running:
            self.begin()

    async def _load(self, file: str, number: int) -> None:
        try:
            found = await asyncio.to_thread(read_conversation, file, number)
        except ConversationError as error:
            goes_on = " What was read before goes on." if self._told else ""
            self.say(f"{Path(file).name}: {error}{goes_on}")
            return
        if found.cut:
            self.say(f"{Path(file).name} has more messages than are kept: the rest is not answered from.")
        self._use(found)

    def _use(self, told: RecordedTalk | None) -> None:
        self._told = told
        self._by_content = {}
        for part in told.parts if told else ():
            if part.request is not None:
                self._by_content.setdefault(without_ids(part.request, self._paths), deque()).append(part)
        early, self._early = self._early, {}
        for ws in self.members:
            if ws not in self._lives:
                self._begin_with(ws)
                for message in early.get(ws, ()):
                    self._message(ws, message)

    # --- what happens

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        if self._told is not None:
            self._begin_with(ws)

    def _begin_with(self, ws: WebSocket) -> None:
        if self._told is None:
            return
        self._lives[ws] = _Live(self._paths)
        self._answer(ws, self._told.parts[0])

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, str | bytes):
                if ws in self._lives:
                    self._message(ws, event)
                elif self.file and self._told is None and len(early := self._early.setdefault(ws, [])) < MOST_WAITING:
                    early.append(event)  # the file is still being read

    def _message(self, ws: WebSocket, message: str | bytes) -> None:
        told, live = self._told, self._lives[ws]
        if told is None:
            return
        if self.match == "order":
            live.part += 1
            if live.part >= len(told.parts):
                return
            part = told.parts[live.part]
        else:
            found = self._by_content.get(without_ids(message, self._paths))
            if not found:
                return
            part = found[0]
            found.rotate(-1)  # one that was asked several times was answered so often
        live.ids.learn(part.request, message)
        self._answer(ws, part)

    def _answer(self, ws: WebSocket, part: TalkPart) -> None:
        told, live = self._told, self._lives[ws]
        messages: list[tuple[float, str | bytes | None]] = [
            (max(0, one.time_ns - part.time_ns) / 1e9, live.ids.put_in(one.message)) for one in part.answers
        ]
        if told is not None and told.close is not None and part is told.parts[-1]:
            messages.append((messages[-1][0] if messages else 0.0, None))
        if not messages:
            return
        if not self.timing:
            self._flows.start(ws, self._frames(ws, [message for _, message in messages]))
            return
        now = asyncio.get_running_loop().time()
        live.waiting += [(now + seconds, message) for seconds, message in messages]
        if len(live.waiting) >= MOST_WAITING:
            ws.driver.pause_reading("capture")
        self._next(ws, live)

    def _frames(self, ws: WebSocket, messages: list[str | bytes | None]) -> Iterator[Frame]:
        connection = ws.connection
        for message in messages:
            if message is None:
                yield self._close_frame(ws)
            elif isinstance(message, str):
                yield connection.message(Opcode.TEXT, message.encode("utf-8", "replace"))
            else:
                yield connection.message(Opcode.BINARY, message)

    def _close_frame(self, ws: WebSocket) -> Frame:
        code, reason = (self._told.close if self._told is not None else None) or (1000, "")
        return ws.connection.close_frame(code if may_be_sent(code) else 1000, reason)

    def _next(self, ws: WebSocket, live: _Live) -> None:
        if live.handle is None and live.waiting:
            live.handle = asyncio.get_running_loop().call_at(live.waiting[0][0], self._due, ws, live)

    def _due(self, ws: WebSocket, live: _Live) -> None:
        live.handle = None
        now = asyncio.get_running_loop().time()
        due: list[str | bytes | None] = []
        while live.waiting and (live.waiting[0][0] <= now or not due):
            due.append(live.waiting.popleft()[1])
        self._flows.start(ws, self._frames(ws, due))
        if len(live.waiting) < MOST_WAITING // 2:
            ws.driver.resume_reading("capture")
        self._next(ws, live)

    def writable(self, ws: WebSocket, yes: bool) -> None:
        super().writable(ws, yes)
        self._flows.writable(ws, yes)

    # --- the end

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._flows.stop(ws)
        self._early.pop(ws, None)
        live = self._lives.pop(ws, None)
        if live is not None and live.handle is not None:
            live.handle.cancel()

    def stop(self) -> None:
        self._running = False
        self._flows.stop_all()
        for live in self._lives.values():
            if live.handle is not None:
                live.handle.cancel()

    async def ended(self) -> None:
        await self._tasks.close()
