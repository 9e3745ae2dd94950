"""A server session: listeners, connections and one behaviour, in one capture."""

from __future__ import annotations

import asyncio
import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wsgui.dissect.visible import visible
from wsgui.endpoint.engine_options import server_options, server_plan
from wsgui.endpoint.kinds import SERVER
from wsgui.endpoint.policies import apply_all
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.engine.errors import ListenError
from wsgui.engine.server import Server
from wsgui.engine.tls import TlsError
from wsgui.engine.websocket import utf_8
from wsgui.protocol.close import encode_close
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.records import ConnectionClosed, ConnectionOpened, EndedBy
from wsgui.session.base import Session
from wsgui.session.clients import ClientTexts, ServedClient, client_of, texts_of
from wsgui.session.reach import Reach, reach_of
from wsgui.session.server_certificate import ServerCertificate, certificate_folder, server_certificate
from wsgui.session.snapshot import ConnectionLine, Light, light_of
from wsgui.session.visits import came_sentence, refused_sentence, who_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from wsgui.endpoint.settings import Pairs
    from wsgui.engine.door import Visit
    from wsgui.engine.options import Options
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.visitors import Visitor
    from wsgui.records import Record

CONNECTIONS_LISTED = 100
"""The newest connections, which are listed below the server."""
CLOSED_KEPT = 200
"""Connections that are over and still listed; the capture holds them all."""


@dataclass(slots=True)
class ConnectionInfo:
    """A connection of a server as the session list shows it; ``end`` is None while it is up."""

    number: int
    remote: str
    end: ConnectionClosed | None = None
    origin: str = ""
    """Of which site the page is that came; empty for a program."""
    waits: bool = False
    """Whether a person has to say that it may come in."""
    since_ns: int = 0
    """When TCP was up."""
    texts: ClientTexts | None = None
    """Made when they are first shown."""


class ServerSession(Session):
    """``listening`` is whether the server takes connections; ``connections`` lists open and lately closed ones."""

    kind = SERVER.name
    role = SERVER.role
    rtt_ns = None
    grace = 1.0
    """Seconds that peers have to answer the close frame when the server stops."""
    asks = True
    """Whether a person is there to be asked about pages of other sites."""

    def __init__(
        self,
        name: str,
        folder: Path | None,
        *,
        behaviour: str = "echo",
        options: Options | None = None,
        capture: Path | None = None,
        file: Path | None = None,
        listener: Callable[[Record], None] | None = None,
    ) -> None:
        super().__init__(name, folder, options, capture=capture, file=file, listener=listener)
        self.settings.behaviour = behaviour
        self._told: dict[str, Pairs] = {}
        self._wrong: dict[int, tuple[str, ...]] = {}
        self.connections: dict[int, ConnectionInfo] = {}
        self.server: Server | None = None
        self.url = ""
        self.certificate: ServerCertificate | None = None
        """The certificate that wsgui made for this server, once it was needed."""
        self.reports_at_end: list[tuple[str, str, object]] = []
        self._starting = False
        self._last_number = self.recorder.last_connection

    @property
    def behaviour(self) -> str:
        """What the server does on paths that no route takes."""
        return self.settings.behaviour

    @property
    def listening(self) -> bool:
        """Whether the server takes connections."""
        return self.server is not None

    @property
    def urls(self) -> list[str]:
        """The URLs of all listeners, in their order."""
        return [] if self.server is None else self.server.urls

    @property
    def reach(self) -> Reach | None:
        """Who can reach it, and what it takes; None while it does not listen."""
        return None if self.server is None else reach_of(self.server.urls, self.settings, self.options)

    def _light(self) -> Light:
        if self.questions:
            return Light.BUSY
        return Light.GOOD if self.listening else Light.DIM

    def _state_text(self) -> str:
        return f"{'LISTENING' if self.listening else 'STOPPED'} · {len(self.open_in_view())} open"

    def _connection_lines(self) -> list[ConnectionLine]:
        return [self._line(info) for info in list(self.connections.values())[-CONNECTIONS_LISTED:]]

    def _connections_seen(self) -> int:
        return self._last_number

    def _line(self, info: ConnectionInfo) -> ConnectionLine:
        state = self.state_of(info.number)
        page = info.origin.rpartition("://")[2] or info.origin
        if info.end is None:
            label = f"#{info.number}{' asks' * info.waits} {page or info.remote}"
            tips = [f"{state.name}, from {info.remote}"]
        else:
            end = "HTTP" if info.end.ended_by is EndedBy.HTTP else f"closed {info.end.code}"
            label = f"#{info.number} {end}{f' {page}' * bool(page)}"
            tips = [info.end.text]
        if info.origin:
            tips.append(f"Page of {info.origin}")
        if info.waits:
            tips.append("It waits to be let in.")
        return ConnectionLine(info.number, label, light_of(state), "\n".join(tips))

    def _options_of(self, settings: EndpointSettings) -> Options:
        return server_options(settings)

    def use_settings(self, settings: EndpointSettings) -> None:
        before = self.settings
        super().use_settings(settings)
        self._wrong.clear()
        self._told[before.behaviour] = before.behaviour_options
        if self.server is not None:  # for the connections to come
            self.options.tls = self.server.options.tls
            self.server.options = self.options
            closed = self.server.use_behaviour(server_plan(settings))
            if closed:
                pages = f"{closed} pages of other sites were" if closed > 1 else "1 page of another site was"
                self.say(
                    f"{pages} closed: with {self.behaviour} clients reach more than themselves, so each is asked about "
                    "when it comes."
                )

    def connections_now(self) -> Iterable[WebSocket]:
        return [] if self.server is None else list(self.server.connections.values())

    def start(self, host: str, port: int) -> asyncio.Task[None] | None:
        """Begin to listen; `listening` and `message` tell how it went."""
        if self.server is not None or self._starting:
            return None
        self._starting = True
        self.recorder.retry()
        return self.tasks.start(self._start(host, port), f"listen on {host}:{port}")

    async def _start(self, host: str, port: int) -> None:
        server = Server(
            server_plan(self.settings),
            options=self.options,
            observer=self.observer,
            on_change=self._server_changed,
            on_notice=self._noticed,
            on_visit=self._visited,
            first_number=self._last_number + 1,
        )
        server.door.asks = self.asks
        try:
            options = self.options
            if self.settings.secure and not options.tls.certificate:
                own = await asyncio.to_thread(lambda: server_certificate(certificate_folder()))
                options.tls.certificate, options.tls.key = str(own.certificate), str(own.key)
                self._show_certificate(own)
            if self.settings.unix_path:
                await server.listen_unix(self.settings.unix_path, secure=self.settings.secure)
            else:
                await server.listen(host, port, secure=self.settings.secure)
        except (ListenError, TlsError) as error:
            self._does_not_listen(error)
            return
        finally:
            self._starting = False
        self.server = server
        self.url = server.url
        self.name = f"Server {server.url.partition('://')[2].rstrip('/:')}"
        self.say(f"Listening on {' and '.join(server.urls)}")

    def _show_certificate(self, own: ServerCertificate) -> None:
        """The server shows a certificate that wsgui made."""
        self.certificate = own

    def _does_not_listen(self, error: ListenError | TlsError) -> None:
        """It could not be started."""
        self.say(str(error), failed=True)

    def _noticed(self, sentence: str) -> None:
        """Something that the person is to know: connections are refused."""
        self.say(sentence, failed=True)

    def _server_changed(self) -> None:
        self._gate()
        self.changed()

    def use_behaviour(self, name: str) -> None:
        """Change what the server does with what it gets, at once. A behaviour comes back with the options that it had.

        Raises SettingsError.
        """
        self.use_settings(replace(self.settings, behaviour=name, behaviour_options=self.told_before(name)))

    def told_before(self, name: str) -> Pairs:
        """The options that a behaviour had when it was in force last."""
        now = self.settings
        return list(now.behaviour_options if name == now.behaviour else self._told.get(name, []))

    def reports(self) -> list[tuple[str, str, object]]:
        """What behaviours have counted, by path and name (`Server.reports`); once it has stopped, at the end."""
        return self.reports_at_end if self.server is None else self.server.reports()

    # --- pages of other sites

    def _visited(self, visit: Visit) -> None:
        info = self.connections.get(visit.number)
        if info is not None:
            info.origin = visible(visit.origin)
            info.waits = visit.let_in is None
        if visit.visitor and visit.let_in and not visit.told:
            self.say(came_sentence(visit))
        elif visit.let_in is None:
            who = who_text(visit.visitor)
            self.say(f"{who[0].upper()}{who[1:]} waits to be let in.")
        elif visit.visitor and visit.let_in is False:
            self.say(refused_sentence(visit))
        self.changed()

    @property
    def questions(self) -> dict[Visitor, list[WebSocket]]:
        """Which foreign pages wait to be let in, on which connections; first come, first asked."""
        return {} if self.server is None else self.server.door.questions

    @property
    def asked_behaviour(self) -> str:
        """What the server does on the path that the page wants to come to that waits first."""
        waiting = next(iter(self.questions.values()), [])
        return self.server.behaviour_of(waiting[0]).name if self.server is not None and waiting else self.behaviour

    def answer(self, visitor: Visitor, let_in: bool) -> None:
        """Let a foreign page in or refuse it, now and whenever it comes again: the endpoint's settings remember it."""
        settings = copy.deepcopy(self.settings)
        lists = (settings.origins, settings.hosts) if let_in else (settings.refused_origins, settings.refused_hosts)
        for name, known in zip(visitor, lists, strict=True):
            if name and name not in known:
                known.append(name)
        try:
            self.use_settings(settings)
        except SettingsError as error:  # the answer holds for now, and is not remembered
            self.say(str(error), failed=True)
        if self.server is not None:
            self.server.door.answer(visitor, let_in)
        if let_in:
            who = who_text(visitor)
            self.say(f"{who[0].upper()}{who[1:]} was let in, and is whenever it comes again.")
        self.changed()

    # --- its clients

    def clients(self) -> list[ServedClient]:
        """The connections whose TCP is up, as they are now."""
        server = self.server
        if server is None:
            return []
        found = []
        nobody = ConnectionInfo(0, "")
        for number, ws in server.connections.items():
            info = self.connections.get(number, nobody)
            texts = info.texts
            if texts is None:
                texts = texts_of(ws)
                if info is not nobody and ws.state is State.OPEN:  # before that, headers and path are to come
                    info.texts = texts
            found.append(client_of(ws, texts, info.since_ns, server.room_of(ws), self._wrong.get(number, ())))
        return found

    def send_to(self, numbers: Iterable[int], text: str) -> int:
        """Send a text message to these; returns to how many. Raises TextError for what is not Unicode."""
        payload = utf_8(text)
        reached = 0
        for ws in self._these(numbers):
            ws.write_frames([ws.connection.message(Opcode.TEXT, payload)])
            reached += 1
        return reached

    def close_these(self, numbers: Iterable[int], code: int | None = 1000, reason: str = "") -> None:
        """Start the closing handshake with these. Raises ValueError for a code or reason that no close frame can have,
        TextError for half of a surrogate pair."""
        encode_close(code, reason)
        self._let_go()
        for ws in self._these(numbers):
            self.tasks.start(ws.close(code, reason), f"close connection {ws.number}")

    def cut_these(self, numbers: Iterable[int]) -> None:
        """Drop TCP of these."""
        for number in numbers:
            self.cut(number)

    def use_policies_on(self, numbers: Iterable[int], pairs: Pairs) -> None:
        """Let these alone do what ``pairs`` say beside the server's own policies, from now on and until the server's
        are changed. Raises PolicyError."""
        options = self._options_of(self.settings)
        apply_all(options, pairs)
        for ws in self._these(numbers):
            self.keep_policies([ws], options)
            self._wrong[ws.number] = tuple(f"{name}={value}" for name, value in pairs)
        self.changed()

    def _these(self, numbers: Iterable[int]) -> list[WebSocket]:
        known = {} if self.server is None else self.server.connections
        return [ws for number in numbers if (ws := known.get(number)) is not None and ws.driver.can_send]

    def stop(self) -> asyncio.Task[None] | None:
        """Stop listening and close every connection."""
        if self.server is None:
            return None
        self._let_go()
        return self.tasks.start(self._close_connections("server is shutting down"), "stop the server")

    def state_of(self, number: int) -> State:
        """A connection's readyState; CLOSED for one that is gone."""
        ws = None if self.server is None else self.server.connections.get(number)
        return State.CLOSED if ws is None else ws.state

    def _connection_changed(self, record: Record) -> None:
        if isinstance(record, ConnectionOpened):
            self._last_number = max(self._last_number, record.connection)
            self.connections[record.connection] = ConnectionInfo(
                record.connection, record.remote, since_ns=record.time_ns
            )
        elif isinstance(record, ConnectionClosed) and record.connection in self.connections:
            self.connections[record.connection].end = record
            self._wrong.pop(record.connection, None)
            over = [info.number for info in self.connections.values() if info.end is not None]
            for number in over[: max(0, len(over) - CLOSED_KEPT)]:
                del self.connections[number]
        super()._connection_changed(record)

    async def _close_connections(self, reason: str) -> None:
        server = self.server
        if server is None:
            return
        await server.close(reason=reason, grace=self.grace)
        self.reports_at_end = server.reports()
        self.server = None
        self.say("Stopped.")
