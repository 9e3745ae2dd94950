"""A chat over Socket.IO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wsgui.engine.behaviours.base import Behaviour, setting
from wsgui.engine.behaviours.registry import register
from wsgui.engine.tasks import TaskOwner
from wsgui.options.model import Choice, Shape
from wsgui.options.texts import OptionError
from wsgui.protocol.admission import Refusal, path_of

if TYPE_CHECKING:
    from wsgui.engine.engine_io.server import SocketServer
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpAnswer, HttpRequest

EVERYWHERE: Final = "*"
"""Stands for every namespace, and for every event that has no handler, in the library."""
LONGEST_ROOM: Final = 200
"""Characters of a room's name."""
MOST_ROOMS: Final = 100
"""Rooms that one client may be in."""


@register
@dataclass(eq=False)
class SocketIo(Behaviour):
    """Socket.IO 3 and 4 (protocol 5 over Engine.IO 4), and clients before them (Engine.IO 3): long-polling, WebSocket,
    and the way from the first to the second; namespaces, rooms, acknowledgements, binary attachments. `chat message`
    goes to everybody in the namespace, its sender too; who comes and goes is told as `user joined` and `user left`,
    with the client's id and how many there are. `join` and `leave` take the name of a room, and `room message` a room
    and what is said there. Any other event comes back to its sender. An event that asks for an acknowledgement gets
    one, with what it carried. JSONP is not served."""

    name = "socketio"
    summary = "A Socket.IO chat: long-polling and WebSocket, namespaces, rooms, acknowledgements."
    alone = False
    path: str = setting(Shape.TEXT, "/socket.io/", "Path", "Where clients look for it", "/socket.io/")
    transports: str = setting(
        Shape.CHOICE,
        "both",
        "Transports",
        "What clients may use",
        choices=(
            Choice("both", "Long-polling, and its upgrade"),
            Choice("polling", "Long-polling alone"),
            Choice("websocket", "WebSocket alone"),
        ),
    )
    ping_interval: float = setting(Shape.SECONDS, 25.0, "Ping interval", "How often clients are pinged")
    ping_timeout: float = setting(
        Shape.SECONDS, 20.0, "Ping timeout", "How long a pong may take; then the client is gone"
    )
    max_payload: int = setting(
        Shape.COUNT, 1_000_000, "Max payload", "Bytes of a request or a message", least=1, most=64 * 1024 * 1024
    )
    namespaces: list[str] = setting(
        Shape.NAMES, [], "Namespaces", "Those that clients may join; others are refused", "all, or /, /admin"
    )
    quiet: bool = setting(Shape.FLAG, False, "No notices", "Nobody is told who joins and leaves")

    def __post_init__(self) -> None:
        self._made: SocketServer | None = None
        self._tasks = TaskOwner()
        self._speaking: dict[WebSocket, Any] = {}

    def check(self) -> None:
        if not self.path.startswith("/"):
            raise OptionError("path", f"The path starts with /: {self.path!r} does not.")
        for name in ("ping_interval", "ping_timeout"):
            if not getattr(self, name) > 0:
                raise OptionError(name, f"The {name.replace('_', ' ')} is more than 0 seconds.")
        for namespace in self.namespaces:
            if not namespace.startswith("/"):
                raise OptionError("namespaces", f"A namespace starts with /: {namespace!r} does not.")

    @property
    def _server(self) -> SocketServer:
        if self._made is None:
            from wsgui.engine.engine_io.server import SocketServer  # takes a while to import, and few need it

            made = self._made = SocketServer(self._tasks)
            made.on("connect", self._came, namespace=EVERYWHERE)
            made.on("disconnect", self._went, namespace=EVERYWHERE)
            made.on("chat message", self._said, namespace=EVERYWHERE)
            made.on("join", self._join, namespace=EVERYWHERE)
            made.on("leave", self._leave, namespace=EVERYWHERE)
            made.on("room message", self._said_in, namespace=EVERYWHERE)
            made.on(EVERYWHERE, self._other, namespace=EVERYWHERE)
            self.retold()
        return self._made

    def retold(self) -> None:
        if self._made is None:
            return
        engine = self._made.eio
        engine.ping_interval, engine.ping_timeout = self.ping_interval, self.ping_timeout
        engine.max_http_buffer_size = self.max_payload
        engine.transports = [self.transports] if self.transports != "both" else ["polling", "websocket"]
        self._made.namespaces = self.namespaces or EVERYWHERE

    # --- what the server asks

    def _is_here(self, target: str) -> bool:
        return path_of(target).rstrip("/") == self.path.rstrip("/")

    def body_limit(self, method: str, target: str) -> int | None:
        return self.max_payload if self._is_here(target) else None

    async def answer(self, ws: WebSocket, request: HttpRequest) -> HttpAnswer:
        return await self._server.eio.requested(request)

    def refuses(self, target: str, headers: Headers) -> Refusal | None:
        if not self._is_here(target):
            return Refusal(404, f"Socket.IO is at {self.path} here.")
        return self._server.eio.refuses(target)

    def opened(self, ws: WebSocket) -> None:
        ws.on_events = None
        ws.on_writable = None  # whoever sends waits; a peer that is not read while it waits may wait for ever
        ws.driver.resume_reading("writing")
        task = self._speaking[ws] = self._tasks.start(self._speak(ws), f"Socket.IO on connection {ws.number}")
        task.add_done_callback(lambda _: self._speaking.pop(ws, None))

    async def _speak(self, ws: WebSocket) -> None:
        if self._is_here(ws.url) and self._server.eio.refuses(ws.url) is None:
            await self._server.eio.connected(ws)
        await ws.close()

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        """Nothing: what comes is received by `_speak`."""

    def writable(self, ws: WebSocket, yes: bool) -> None:
        """Nothing: see `opened`."""

    def closed(self, ws: WebSocket) -> None:
        if ws.state.name == "OPEN" and (task := self._speaking.get(ws)) is not None:  # another behaviour has it now
            task.cancel()

    def stop(self) -> None:
        self._tasks.cancel()

    async def ended(self) -> None:
        await self._tasks.close()
        self._made = None

    # --- the chat

    def _count(self, namespace: str) -> int:
        return sum(1 for _ in self._server.manager.get_participants(namespace, None))

    async def _notice(self, event: str, namespace: str, sid: str, count: int) -> None:
        if not self.quiet:
            await self._server.emit(event, {"id": sid, "users": count}, namespace=namespace, skip_sid=sid)

    async def _came(self, namespace: str, sid: str, environ: object, auth: object = None) -> None:
        await self._notice("user joined", namespace, sid, self._count(namespace))

    async def _went(self, namespace: str, sid: str, reason: str) -> None:
        await self._notice("user left", namespace, sid, self._count(namespace) - 1)

    async def _said(self, namespace: str, sid: str, *what: Any) -> tuple[Any, ...]:
        await self._server.emit("chat message", what, namespace=namespace)
        return what

    async def _join(self, namespace: str, sid: str, room: object = None, *_: Any) -> list[str]:
        rooms = self._rooms(namespace, sid)
        # A client's own id is a room too, which nobody else may enter.
        free = isinstance(room, str) and not self._server.manager.is_sid_room(namespace, room)
        if free and 0 < len(str(room)) <= LONGEST_ROOM and len(rooms) < MOST_ROOMS:
            await self._server.enter_room(sid, room, namespace=namespace)
        return self._rooms(namespace, sid)

    async def _leave(self, namespace: str, sid: str, room: object = None, *_: Any) -> list[str]:
        if room in self._rooms(namespace, sid):
            await self._server.leave_room(sid, room, namespace=namespace)
        return self._rooms(namespace, sid)

    async def _said_in(self, namespace: str, sid: str, room: object = None, *what: Any) -> tuple[Any, ...]:
        if room in self._rooms(namespace, sid):
            await self._server.emit("room message", (room, *what), room=room, namespace=namespace)
        return what

    def _rooms(self, namespace: str, sid: str) -> list[str]:
        return [one for one in self._server.rooms(sid, namespace=namespace) if one != sid]

    async def _other(self, event: str, namespace: str, sid: str, *what: Any) -> tuple[Any, ...]:
        await self._server.emit(event, what, to=sid, namespace=namespace)
        return what
