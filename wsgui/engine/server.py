"""A WebSocket server (RFC 6455 section 4.2): several listeners, many connections, a behaviour, and others on routes."""

from __future__ import annotations

import asyncio
import inspect
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from wsgui.engine.behaviours import Behaviour, Plan, Told, made
from wsgui.engine.descriptors import RESERVE, most_files
from wsgui.engine.door import Door, Visit
from wsgui.engine.errors import ConnectionClosedError, ListenError
from wsgui.engine.listen import Listener, Room, listen_tcp, listen_unix, urls_of
from wsgui.engine.options import Options
from wsgui.engine.site import Site
from wsgui.engine.static_files import send_rest
from wsgui.engine.tasks import TaskOwner
from wsgui.engine.tcp_link import READ_SIZE, TcpLink, tcp_link
from wsgui.engine.tls import server_context
from wsgui.engine.websocket import WebSocket
from wsgui.protocol.admission import path_fits, path_of
from wsgui.protocol.handshake_faults import HANDSHAKE_FAULTS
from wsgui.protocol.head_text import HeaderError, check_header, wrong_character
from wsgui.protocol.http_exchange import Desk, HttpAnswer
from wsgui.protocol.server_handshake import ServerHandshake
from wsgui.protocol.states import State

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    from wsgui.protocol.admission import Refusal
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpRequest
    from wsgui.records import Record

    Handling: TypeAlias = str | Plan | Behaviour | Callable[[WebSocket], Awaitable[None]]


SPARE_CONNECTIONS = 32
"""Connections above `Limits.connections` that are let in to be told so (503). Any more are cut at once: a peer that
sends no request gets no answer, and would hold its place until the time for the handshake is over."""


class Coroutine(Behaviour):
    """Runs a coroutine function for each connection; when it returns, the connection is closed with 1000."""

    def __init__(self, function: Callable[[WebSocket], Awaitable[None]], tasks: TaskOwner) -> None:
        self._function = function
        self._tasks = tasks
        self._running: set[asyncio.Task[None]] = set()

    def opened(self, ws: WebSocket) -> None:
        ws.on_events = None
        ws.on_writable = None  # the function waits in `send`; a peer that is not read while it waits may wait for ever
        ws.driver.resume_reading("writing")
        task = self._tasks.start(self._run(ws), f"connection {ws.number}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def stop(self) -> None:
        for task in self._running:
            task.cancel()

    async def _run(self, ws: WebSocket) -> None:
        try:
            await self._function(ws)
        except ConnectionClosedError:
            pass
        except Exception:
            if ws.driver.can_send:
                ws.driver.write([ws.driver.connection.close_frame(1011, "internal error")])
            raise
        await ws.close()


class Server:
    """Listens and keeps its connections. `listen` may be called several times; `close` ends everything.

    ``behaviour`` is a name of `all_behaviours`, a `Plan` of them, a `Behaviour`, or a coroutine function that takes a
    `WebSocket`.
    ``observer`` hears the records of all connections; ``on_change`` is called when one opens or ends, ``on_visit`` when
    a page of another site comes, or somebody who calls this server by another name (`engine.door`), ``on_notice`` with
    a sentence when connections are refused because the system has nothing left for them, once for each time that this
    server listens, and with what a behaviour has to say (`Behaviour.say`); ``first_number`` is the number of the first
    connection.
    """

    def __init__(
        self,
        behaviour: Handling = "echo",
        *,
        options: Options | None = None,
        observer: Callable[[Record], None] | None = None,
        on_change: Callable[[], None] | None = None,
        on_visit: Callable[[Visit], None] | None = None,
        on_notice: Callable[[str], None] | None = None,
        first_number: int = 1,
    ) -> None:
        self.options = options or Options()
        self.tasks = TaskOwner()
        self._ending = TaskOwner()
        self._posts = self._posts_of(behaviour, {})
        self._at_post: dict[int, Behaviour] = {}
        self._answering: dict[int, asyncio.Task[None]] = {}
        self.site = Site(
            lambda: self.options.site, lambda: sum(ws.state is State.OPEN for ws in self.connections.values())
        )
        self._begun: set[Behaviour] = set()
        self.connections: dict[int, WebSocket] = {}
        self.door = Door(lambda: self.options.admission.welcome, self.behaviour_of, on_visit)
        self._observer = observer
        self._on_change = on_change
        self._on_notice = on_notice
        self._noticed = False
        self.urls: list[str] = []
        """The URLs of the listeners, in their order."""
        self._listeners: list[Listener] = []
        self._last_number = first_number - 1
        self._closing = False
        # One read buffer for all: a selector loop fills it and hands it over in one go. The proactor of Windows
        # reads into it while others wait, so there each connection needs its own.
        self._buffer = None if sys.platform == "win32" else bytearray(READ_SIZE)

    def _posts_of(self, behaviour: Handling, before: dict[str, Behaviour]) -> dict[str, Behaviour]:
        """The behaviour of each route by its path, the first that fits counts, and last by ``*`` that of all other
        paths. One of ``before`` that is of the same kind goes on with what it keeps."""
        if isinstance(behaviour, Behaviour):
            return {"*": behaviour}
        if isinstance(behaviour, str):
            return {"*": made(Told(behaviour))}
        if isinstance(behaviour, Plan):
            posts = {route.path: _going_on(route.told, before.get(route.path)) for route in behaviour.routes}
            first = _going_on(behaviour.behaviour, before.get("*"))
            return {**posts, "*": first}
        if not inspect.iscoroutinefunction(behaviour):
            raise TypeError("a behaviour is a name, a Plan, a Behaviour or a coroutine function")
        return {"*": Coroutine(behaviour, self.tasks)}

    @property
    def behaviour(self) -> Behaviour:
        """What is done on paths that no route takes."""
        return self._posts["*"]

    def room_of(self, ws: WebSocket) -> str:
        """The room that a client is in; empty where there are none."""
        behaviour = self._at_post.get(ws.number)
        return "" if behaviour is None else behaviour.room_of(ws)

    def behaviour_of(self, ws: WebSocket) -> Behaviour:
        """What is done on the path that a client asked for."""
        return self._behaviour_at(ws.driver.handshake.place)

    def _behaviour_at(self, target: str) -> Behaviour:
        path = path_of(target)
        return next(post for pattern, post in self._posts.items() if path_fits(path, pattern))

    def use_behaviour(self, behaviour: Handling) -> int:
        """Change what the server does, for the connections that are open too. With a `Plan`, behaviours that stay keep
        their connections and what they know, also when their options change.

        Foreign pages that nobody let in, because each heard only itself, are closed with 1008 if that is over: returns
        how many.
        """
        before, self._posts = self._posts, self._posts_of(behaviour, self._posts)
        for one in before.values():
            if one not in self._posts.values():
                self._end(one)
        if self._listeners:
            self._begin()
        guests = [ws for ws in self.door.unwelcome() if ws.driver.can_send]
        for ws in guests:
            ws.on_events = None
            ws.driver.write([ws.driver.connection.close_frame(1008, "foreign pages have to be let in now")])
        for ws in list(self.connections.values()):
            old = self._at_post.get(ws.number)
            if ws.state is State.OPEN and old is not self.behaviour_of(ws):
                if old is not None and old in self._posts.values():  # it goes on, without this one
                    old.closed(ws)
                self._adopt(ws)
        return len(guests)

    async def listen(self, host: str = "127.0.0.1", port: int = 8765, *, secure: bool = False) -> list[tuple[str, int]]:
        """Listen on an address too; port 0 takes a free one. Returns (host, port) of the new sockets.

        ``secure`` speaks TLS, with the certificate of the options. Raises ListenError with one sentence: port in use,
        no rights, not an address of this machine; TlsError for a certificate that cannot be used.
        """
        self._check_options()
        listener = await listen_tcp(host, port, self, await self._context(secure))
        self.door.names.add(host.lower().rstrip("."))
        self._listens(listener, secure=secure)
        return [socket.getsockname()[:2] for socket in listener.sockets]

    async def listen_unix(self, path: str, *, secure: bool = False) -> None:
        """Listen on a Unix socket too; an old socket that nobody listens on is replaced. Raises as `listen`."""
        self._check_options()
        self._listens(await listen_unix(path, self, await self._context(secure)), secure=secure)

    def _listens(self, listener: Listener, *, secure: bool) -> None:
        self._closing = self._noticed = False
        self._listeners.append(listener)
        self.urls += urls_of(listener, secure=secure)
        self._begin()

    async def _context(self, secure: bool) -> ssl.SSLContext | None:
        return await asyncio.to_thread(server_context, self.options.tls) if secure else None

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """(host, port) of every TCP socket that listens."""
        names = [socket.getsockname() for listener in self._listeners for socket in listener.sockets]
        return [name[:2] for name in names if isinstance(name, tuple)]

    @property
    def listening(self) -> bool:
        """Whether there is a listener."""
        return bool(self._listeners)

    @property
    def url(self) -> str:
        """The URL of the first listener, with a slash at its end; empty while there is none."""
        return self.urls[0] if self._listeners else ""

    def _check_options(self) -> None:
        """Raises ListenError for what could not be answered with later."""
        admission = self.options.admission
        body, headers = ("", ()) if admission.rejection is None else admission.rejection[1:]
        try:
            self._handshake()
            for name, value in headers:
                check_header(name, value)
        except HeaderError as error:
            raise ListenError(str(error)) from None
        for what, text in (("credentials have", admission.credentials), ("rejection has", body)):
            if wrong := wrong_character(text, lines=True):
                raise ListenError(f"The {what} {wrong} in it.")

    def _handshake(self, *, full: bool = False) -> ServerHandshake:
        options = self.options
        return ServerHandshake(
            subprotocols=options.subprotocols,
            deflate=options.compression.wish if options.compression is not None else None,
            admission=options.admission,
            headers=options.headers,
            strict=options.policy.strict,
            fault=HANDSHAKE_FAULTS.get(options.handshake_fault),
            head_limit=options.limits.head_bytes,
            header_limit=options.limits.headers,
            full=full,
        )

    def _begin(self) -> None:
        """Let behaviours that are new begin."""
        for one in self._posts.values():
            if one not in self._begun:
                self._begun.add(one)
                one.say = self._say
                one.begin()

    def _end(self, behaviour: Behaviour) -> None:
        behaviour.stop()
        if behaviour in self._begun:
            self._begun.discard(behaviour)
            self._ending.start(behaviour.ended(), f"the end of {behaviour.name}")

    def _say(self, sentence: str) -> None:
        if self._on_notice is not None:
            self._on_notice(sentence)

    def reports(self) -> list[tuple[str, str, object]]:
        """What behaviours have counted: path (``*`` for all others), name, and what `Behaviour.counted` says."""
        found = ((path, one.name, one.counted()) for path, one in self._posts.items())
        return [(path, name, report) for path, name, report in found if report is not None]

    # --- for the listeners

    def room_for(self, descriptor: int, *, secure: bool) -> Room:
        """Whether another connection is let in, whose file descriptor has this number. The system gives out the lowest
        number that is free, so it tells how many are taken."""
        most = most_files()
        reserve = RESERVE if most is None else min(RESERVE, most // 4)
        left = reserve if most is None else most - 1 - descriptor
        if left < reserve:
            self.notice(f"This program may have {most} files and connections open, and has: more are refused with 503.")
        # Those in the middle of TLS count too, and nothing can be said to them.
        waiting = sum(listener.pending for listener in self._listeners)
        over = len(self.connections) + waiting - self.options.limits.connections
        if left < reserve // 2 or (secure and over > SPARE_CONNECTIONS):
            return Room.NONE
        return Room.FULL if left < reserve or over >= 0 else Room.FREE

    def handshake_time(self) -> float:
        """Seconds that TLS and the opening handshake may take together."""
        return self.options.timeouts.opening

    def notice(self, sentence: str) -> None:
        """Connections cannot be taken: it is said once."""
        if not self._noticed and self._on_notice is not None:
            self._noticed = True
            self._on_notice(sentence)

    def make_link(self, room: Room) -> TcpLink:
        """A new connection, with what speaks on it."""
        self._last_number += 1
        options = self.options
        handshake = self._handshake(full=room is Room.FULL)
        ws = WebSocket(
            handshake,
            replace(options, policy=replace(options.policy), timeouts=replace(options.timeouts)),
            number=self._last_number,
            observer=self._observer,
            on_connected=self._connected,
            on_request=self._requested,
            on_opened=self._opened,
            on_closed=self._closed,
        )
        handshake.guard = partial(self._guard, ws)
        handshake.desk = partial(self._desk, ws)
        ws.driver.opening.until(asyncio.get_running_loop().time() + options.timeouts.opening)
        return tcp_link(ws.driver, self._buffer)

    def _connected(self, ws: WebSocket) -> None:
        self.connections[ws.number] = ws
        if self._closing:  # the listener had accepted it already
            ws.abort()
        elif len(self.connections) > self.options.limits.connections + SPARE_CONNECTIONS:
            ws.driver.abort("This server has as many connections as it takes.")

    # --- HTTP beside it

    def _guard(self, ws: WebSocket, headers: Headers) -> bool | Refusal | None:
        return self.behaviour_of(ws).refuses(ws.url, headers) or self.door.guard(ws, headers)

    def _desk(self, ws: WebSocket, method: str, target: str, headers: Headers) -> Desk | None:
        limit = self._behaviour_at(target).body_limit(method, target)
        if limit is None and self.site.takes(method, target, headers):
            limit = 0
        return None if limit is None else Desk(limit, partial(self.door.turns_away, ws, headers))

    def _requested(self, ws: WebSocket, request: HttpRequest) -> None:
        self._answering[ws.number] = self.tasks.start(self._answer(ws, request), f"request of connection {ws.number}")

    async def _answer(self, ws: WebSocket, request: HttpRequest) -> None:
        behaviour = self._behaviour_at(request.target)
        try:
            if behaviour.body_limit(request.method, request.target) is not None:
                answer = await behaviour.answer(ws, request)
            else:
                answer = await self.site.answer(request)
        except Exception:
            ws.driver.opening.reply(HttpAnswer.text(500, "The answer could not be made."))
            raise
        ws.driver.opening.reply(answer)
        if answer.rest is not None:
            await send_rest(ws, answer.rest)

    def _opened(self, ws: WebSocket) -> None:
        self._adopt(ws)
        self._changed()

    def _adopt(self, ws: WebSocket) -> None:
        behaviour = self._at_post[ws.number] = self.behaviour_of(ws)
        ws.on_writable = behaviour.writable
        ws.on_events = partial(behaviour.received, ws)
        behaviour.opened(ws)

    def _closed(self, ws: WebSocket) -> None:
        self.connections.pop(ws.number, None)
        self.door.forget(ws)
        if (answering := self._answering.pop(ws.number, None)) is not None:
            answering.cancel()
        behaviour = self._at_post.pop(ws.number, None)
        if behaviour is not None:
            behaviour.closed(ws)
        self._changed()

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change()

    async def close(
        self, code: int = 1001, reason: str = "server is shutting down", *, grace: float | None = None
    ) -> None:
        """Stop listening, close every connection (closing handshake, then cut) and wait for the end of all.

        ``grace`` is how many seconds a peer has to answer the close frame; None leaves it to the closing timeout.
        """
        self._closing = True
        listeners, self._listeners = self._listeners, []
        self.urls = []
        for listener in listeners:
            await listener.stop()
        try:
            async with asyncio.timeout(grace):
                # One may still come out of the listener's queue while others are waited for.
                while waiting := list(self.connections.values()):
                    await asyncio.gather(*(ws.close(code, reason) for ws in waiting))
        except TimeoutError:
            pass
        finally:
            for ws in self.connections.values():
                ws.abort()
        for ws in list(self.connections.values()):
            await ws.wait_closed()
        for behaviour in self._posts.values():
            self._end(behaviour)
        await self.tasks.close()
        await self._ending.finish()


def _going_on(told: Told, before: Behaviour | None) -> Behaviour:
    """A behaviour as it is told to be, and the one that was there if it is of the same kind."""
    new = made(told)
    if before is None or type(before) is not type(new):
        return new
    if before.values() != new.values():
        before.tell(told.values)
    return before


@asynccontextmanager
async def serve(
    host: str = "127.0.0.1",
    port: int = 8765,
    behaviour: Handling = "echo",
    *,
    options: Options | None = None,
    observer: Callable[[Record], None] | None = None,
) -> AsyncIterator[Server]:
    """A server for ``async with``; it listens inside the block and is closed at its end. Raises ListenError."""
    server = Server(behaviour, options=options, observer=observer)
    await server.listen(host, port)
    try:
        yield server
    finally:
        await server.close()
