"""python-engineio's and python-socketio's servers, with requests and WebSockets of our engine as their transports."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import engineio
import socketio
from engineio import exceptions, packet, payload
from socketio import packet as socket_packet

from wsgui.engine.engine_io import revision_3
from wsgui.engine.engine_io.session import EngineSession
from wsgui.protocol.admission import Refusal
from wsgui.protocol.http_exchange import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from wsgui.engine.tasks import TaskOwner
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpRequest

    Query = dict[str, list[str]]

REVISIONS: Final = ("3", "4")
"""The values of ``EIO`` that are served."""
TRANSPORTS: Final = ("polling", "websocket")

_TEXT: Final = ("Content-Type", "text/plain; charset=UTF-8")

_SILENT: Final = logging.getLogger("wsgui.engine_io")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_SILENT.setLevel(logging.CRITICAL + 1)


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """Makes `EngineSession`s. ``tasks`` owns what runs beside; set by `SocketServer` before the first request."""

    tasks: TaskOwner
    sockets: dict[str, EngineSession]
    ping_interval: float
    ping_timeout: float
    max_http_buffer_size: int
    reason: Any
    start_service_task: bool

    def __init__(self, **options: Any) -> None:
        super().__init__(async_mode="asgi", cors_allowed_origins="*", logger=_SILENT, **options)
        # "*": whose page may come was judged by the server's door, which knows all origins that are let in.

    def start_background_task(
        self, target: Callable[..., Coroutine[Any, Any, Any]], *args: Any, **more: Any
    ) -> asyncio.Task[Any]:
        """Run something beside the requests."""
        return self.tasks.start(target(*args, **more), "Engine.IO")

    async def tell_disconnected(self, sid: str, reason: str) -> None:
        """A session is over."""
        await self._trigger_event("disconnect", sid, reason, run_async=False)

    async def _trigger_event(self, event: str, *args: Any, run_async: bool = False) -> Any:
        """The library prints what handlers raise; here a session ends by it, or the defect is told."""
        return await self.handlers[event](*args)

    async def _begin(self, environ: dict[str, Any]) -> EngineSession:
        """A new session. The library's own way makes its own kind of them, and rounds intervals to seconds."""
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        sid = self.generate_id()
        session = self.sockets[sid] = EngineSession(self, sid, environ["wsgui.revision"])
        query = parse_qs(environ["QUERY_STRING"])
        facts = {
            "sid": sid,
            "upgrades": ["websocket"] * (query["transport"] == ["polling"] and "websocket" in self.transports),
            "pingInterval": int(self.ping_interval * 1000),
            "pingTimeout": int(self.ping_timeout * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        await session.send(packet.Packet(packet.OPEN, facts))
        await self._trigger_event("connect", sid, environ)
        session.schedule_ping()
        return session

    async def requested(self, request: HttpRequest) -> HttpAnswer:
        """Answer a poll, a POST, or what a browser asks before it (OPTIONS)."""
        query = parse_qs(request.query)
        environ = _environ_of(request.method, request.target, request.headers, query)
        answer = await self._served(request, query, environ)
        cors = self._cors_headers(environ) if "HTTP_ORIGIN" in environ else []
        return answer._replace(headers=(*answer.headers, *cors, ("Cache-Control", "no-store")))

    async def _served(self, request: HttpRequest, query: Query, environ: dict[str, Any]) -> HttpAnswer:
        if request.method == "OPTIONS":
            return HttpAnswer(204)
        if wrong := self.wrong_query(query, "polling"):
            return HttpAnswer.text(400, wrong)
        session = self.sockets.get(query.get("sid", [""])[0])
        try:
            if session is None:
                if request.method != "GET":
                    return HttpAnswer.text(400, "Bad handshake method")
                session = await self._begin(environ)
                session.connected = True
                return _payload(session, await session.poll())
            if session.upgraded:
                return HttpAnswer.text(400, "Bad request: the session has a WebSocket")
            if request.method == "GET":
                return _payload(session, await session.handle_get_request(environ))
            if request.method == "POST":
                await session.handle_post_request({**environ, "wsgui.body": request.body})
                return HttpAnswer(200, b"ok", (_TEXT,))
        except exceptions.EngineIOError as error:
            return HttpAnswer.text(400, f"Bad request: {error or 'nothing came in time'}")
        return HttpAnswer.text(400, "Bad request: the method is neither GET nor POST")

    async def connected(self, ws: WebSocket) -> None:
        """Speak over a WebSocket that was let in, to its end."""
        query = parse_qs(ws.url.partition("?")[2])
        if "sid" in query:
            session = self.sockets.get(query["sid"][0])
        else:
            session = await self._begin(_environ_of("GET", ws.url, ws.headers, query))
        if session is not None:
            await session.speak(ws)

    def wrong_query(self, query: Query, transport: str) -> str:
        """What is wrong with a request's query, in the words of Engine.IO's own server; empty if nothing is."""
        if "j" in query:
            # Any page may embed a script of this server: JSONP gives what it answers to foreign pages.
            return "JSONP is not served"
        if query.get("transport") != [transport] or transport not in self.transports:
            return "Transport unknown"
        if "sid" in query:
            return "" if query["sid"][0] in self.sockets else "Session ID unknown"
        return "" if query.get("EIO", [""])[0] in REVISIONS else "Unsupported protocol version"

    def refuses(self, target: str) -> Refusal | None:
        """Why a request for a WebSocket is refused; None if it is let in."""
        query = parse_qs(target.partition("?")[2])
        wrong = self.wrong_query(query, "websocket")
        session = self.sockets.get(query.get("sid", [""])[0])
        if not wrong and session is not None and (session.upgraded or session.upgrading or not session.connected):
            wrong = "Bad request: the session has a WebSocket already"
        return Refusal(400, wrong) if wrong else None


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO over an `EngineServer`. A packet that is none ends its session, and so does a client that joins no
    namespace within ``connect_timeout`` seconds."""

    eio: EngineServer

    def __init__(self, tasks: TaskOwner, connect_timeout: float = 45.0, **options: Any) -> None:
        super().__init__(logger=_SILENT, engineio_logger=None, **options)
        self.eio.tasks = tasks
        self.connect_timeout = connect_timeout

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    def start_background_task(self, target: Any, *args: Any, **more: Any) -> Any:
        """Run something beside the requests."""
        return self.eio.start_background_task(target, *args, **more)

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        if self._revision(eio_sid) == 3:  # all are in the main namespace from the first
            await self._handle_connect(eio_sid, "/", None)
        else:
            self.eio.start_background_task(self._expect, eio_sid)

    async def _expect(self, eio_sid: str) -> None:
        await asyncio.sleep(self.connect_timeout)
        if not any(self.manager.sid_from_eio_sid(eio_sid, one) for one in list(self.manager.get_namespaces())):
            await self.eio.disconnect(eio_sid)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
            # What the library raises for packets that are none differs with what is wrong with them.
            await self.eio.disconnect(eio_sid)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        name = (namespace or "/").partition("?")[0]
        if self.manager.sid_from_eio_sid(eio_sid, name) is not None:
            if self._revision(eio_sid) == 4:
                await self.eio.disconnect(eio_sid)
            return
        await super()._handle_connect(eio_sid, name, data)

    async def _send_packet(self, eio_sid: str, pkt: socket_packet.Packet) -> None:
        old = self._revision(eio_sid) == 3
        if pkt.packet_type == socket_packet.CONNECT and old:
            pkt.data = None
        elif pkt.packet_type == socket_packet.CONNECT_ERROR:
            pkt.data = "Invalid namespace" if old else {"message": "Invalid namespace"}
        await super()._send_packet(eio_sid, pkt)

    def _revision(self, eio_sid: str) -> int:
        session = self.eio.sockets.get(eio_sid)
        return 4 if session is None else session.revision


def _payload(session: EngineSession, packets: Sequence[packet.Packet]) -> HttpAnswer:
    if session.revision == 3:
        body = revision_3.payload_text(one.encode() for one in packets)
    else:
        body = payload.Payload(packets=packets).encode()
    return HttpAnswer(200, body.encode(), (_TEXT,))


def _environ_of(method: str, target: str, headers: Headers, query: Query) -> dict[str, Any]:
    """What the library reads of a request, as WSGI has it (PEP 3333)."""
    path, _, text = target.partition("?")
    made: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": text}
    for name, value in headers.items:
        key = name.upper().replace("-", "_")
        made[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    made["wsgui.revision"] = 3 if query.get("EIO") == ["3"] else 4
    return made
