"""A client session: one endpoint, connected to again and again, in one capture."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from wsgui.endpoint.engine_options import client_options
from wsgui.endpoint.kinds import CLIENT
from wsgui.endpoint.settings import SettingsError
from wsgui.endpoint.variables import shown_typed, url_with_variables
from wsgui.engine.client import open_connection
from wsgui.engine.errors import ConnectError, EngineError
from wsgui.engine.tls import TlsError
from wsgui.engine.tls_probe import TlsFacts, facts_of
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State
from wsgui.protocol.url import WsUrl
from wsgui.records import EndedBy
from wsgui.session.base import Session
from wsgui.session.reconnect import Attempt, Backoff, gave_up, was_lost
from wsgui.session.refusals import retry_after, sentence
from wsgui.session.snapshot import Light, light_of
from wsgui.templates import TemplateError, UnfilledError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from pathlib import Path

    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.engine.options import Options
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event
    from wsgui.records import ConnectionClosed, Record
    from wsgui.session.client_rules import ClientRules


class ClientSession(Session):
    """``state`` is the readyState that the window shows; before the first connection it is CLOSED."""

    kind = CLIENT.name
    role = CLIENT.role

    def __init__(
        self,
        name: str,
        folder: Path | None,
        *,
        options: Options | None = None,
        capture: Path | None = None,
        file: Path | None = None,
        listener: Callable[[Record], None] | None = None,
    ) -> None:
        super().__init__(name, folder, options, capture=capture, file=file, listener=listener)
        self.url = ""
        self.ws: WebSocket | None = None
        self.last_end: ConnectionClosed | None = None
        self.tls: TlsFacts | None = None
        """What TLS came to on the last connection that had it."""
        self.attempts: list[Attempt] = []
        """Attempts to connect again since a person last pressed Connect."""
        self.waiting_until_ns: int | None = None
        """When the next attempt to connect again is due (ns since the epoch); None while none is."""
        self._number = self.recorder.last_connection
        self._backoff = Backoff()
        self._wanted = ""
        """The URL that a person wants to be connected to; empty once they want that no more."""
        self._opened_at: float | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._listener: Callable[[list[Event]], None] = _ignore
        self.rules: ClientRules | None = None
        """The rules by which it answers, while there are some."""

    def use_settings(self, settings: EndpointSettings) -> None:
        super().use_settings(settings)
        self.filler.use(settings)
        self._use_rules()

    def _use_rules(self) -> None:
        """Answer as the settings say: rules that are the same go on."""
        settings, rules = self.settings, self.rules
        if rules is not None:
            rules.limit = settings.answer_limit
            if rules.file == settings.answers and rules.environment == sorted(settings.sent_environment):
                return
            rules.stop()
            self.rules = None
        if settings.answers:
            from wsgui.session.client_rules import ClientRules  # for those who have some

            self.rules = ClientRules(settings.answers, self.filler, settings.answer_limit, self._told_by_rules)
            self.rules.on_sent = self._answered
        if self.ws is not None and self.ws.state is not State.CLOSED:
            self._hear(self.ws, self._listener)
            if self.rules is not None:
                self.rules.opened(self.ws)

    def _told_by_rules(self, sentence: str) -> None:
        self.say(sentence, failed=True)

    def _answered(self, messages: list[str | bytes]) -> None:
        """What rules send now."""

    @property
    def answering(self) -> bool:
        """Whether it answers by itself."""
        return self.rules is not None

    def _options_of(self, settings: EndpointSettings) -> Options:
        return client_options(settings)

    @property
    def state(self) -> State:
        """CONNECTING while an attempt runs, then the connection's own."""
        if self._connecting is not None and not self._connecting.done():
            return State.CONNECTING
        return State.CLOSED if self.ws is None else self.ws.state

    @property
    def rtt_ns(self) -> int | None:  # type: ignore[override]
        """The last ping's round trip in ns."""
        return None if self.ws is None else self.ws.rtt_ns

    def _light(self) -> Light:
        return light_of(self.state)

    def _state_text(self) -> str:
        return f"{self.state.name} · readyState {int(self.state)}"

    def connections_now(self) -> Iterable[WebSocket]:
        return [self.ws] if self.ws is not None and self.ws.state is not State.CLOSED else []

    def connect(self, url: str, request: Callable[[WsUrl, str], bytes] | None = None) -> None:
        """Begin to connect; `state` and `message` tell how it went. Does nothing while a connection is up.

        ``request`` makes other bytes than the right request: see `session.handshake_faults.request_of`.
        """
        if self.state is not State.CLOSED:
            return
        self.url = self._wanted = url
        self.settings.url = url
        shown = shown_typed(url)
        self.name = f"Client {shown.partition('://')[2] or shown}"
        self.attempts.clear()
        self._backoff = Backoff.of(self.settings)
        self.say("Connecting…")
        self.recorder.retry()
        self._begin(self._connect(url, request), self.name)

    def _begin(self, attempt: Coroutine[object, object, None], what: str) -> None:
        """Start an attempt. `state` is another once it is over, also when it was cancelled, and who looks must see."""
        self._connecting = self.tasks.start(attempt, what)
        self._connecting.add_done_callback(lambda _: self.changed())

    async def _connect(
        self, url: str, request: Callable[[WsUrl, str], bytes] | None = None, *, again: bool = False
    ) -> None:
        try:
            place = url_with_variables(url)
        except SettingsError as error:
            self.say(str(error), failed=True)
            return
        try:
            ws = await open_connection(
                place,
                options=replace(self.options, policy=replace(self.options.policy)),
                number=self._next_number,
                observer=self.observer,
                on_opened=self._opened,
                on_closed=self._ended,
                request=request,
            )
        except (ConnectError, TlsError) as error:
            self.tls = None
            self._failed(error, again=again)
            return
        self.ws = ws
        self._opened_at = asyncio.get_running_loop().time()
        self.url = url if ws.url == str(WsUrl.parse(place)) else ws.url
        self.tls = facts_of(ws.tls)
        if again:
            outcome = "connected" if ws.closed is None else ws.closed.text
            self.attempts.append(Attempt(self._backoff.tried, time.time_ns(), outcome))
        if ws.closed is not None:  # it ended in the very read that opened it
            self._ended(ws)
        if ws.state is State.OPEN:
            chosen = f", subprotocol {ws.subprotocol}" if ws.subprotocol else ""
            self.say(f"Connected to {ws.remote}{chosen}.")
            self._gate()
            self._greet(ws)

    def _opened(self, ws: WebSocket) -> None:
        """The handshake is done; frames that came with its last bytes follow."""
        self._hear(ws, _ignore)

    def _hear(self, ws: WebSocket, listener: Callable[[list[Event]], None]) -> None:
        """Let ``listener`` hear what comes, and after it the rules, if there are any."""
        rules = self.rules
        self._listener = listener
        if rules is not None:
            rules.stop()  # of the connection before, which may have had no end to say so
            rules.begin()

        def both(events: list[Event]) -> None:
            listener(events)
            if rules is not None:
                rules.received(ws, events)

        ws.on_events = listener if rules is None else both

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _greet(self, ws: WebSocket) -> None:
        """Send the messages that a person wants sent on each connection."""
        message = ws.driver.connection.message
        for text in self._greetings():
            if ws.driver.can_send:
                ws.write_frames([message(Opcode.TEXT, text.encode())])  # which `client_options` has checked
        if self.rules is not None:
            self.rules.opened(ws)

    def _greetings(self) -> list[str]:
        """The messages that are sent on a connection, filled in; what cannot be is said and left out."""
        texts = self.settings.on_connect
        if not self.settings.templates:
            return texts
        found = []
        for text in texts:
            try:
                found.append(self.filler.fill(text))
            except (TemplateError, UnfilledError) as error:
                self.say(f"A message on connect was not sent: {error}", failed=True)
        return found

    def _failed(self, error: EngineError, *, again: bool) -> None:
        why = sentence(error)
        if again:
            self.attempts.append(Attempt(self._backoff.tried, time.time_ns(), why))
        if self._goes_on() and isinstance(error, ConnectError):
            self._connect_again(why, retry_after(error))
        else:
            self.say(why, failed=True)

    def _goes_on(self) -> bool:
        """Whether a connection that was lost is made again."""
        return self.settings.reconnect and bool(self._wanted)

    def _ended(self, ws: WebSocket) -> None:
        if self.rules is not None:
            self.rules.closed(ws)
            self.rules.stop()
        self.last_end = ws.closed
        if ws.closed is not None and ws is self.ws:  # how an attempt failed or was cancelled is told elsewhere
            if self._opened_at is not None:
                self._backoff.held(asyncio.get_running_loop().time() - self._opened_at)
                self._opened_at = None
            asked = ws.closed.ended_by is EndedBy.LOCAL
            if self._goes_on() and was_lost(ws.closed) and not asked:
                self._connect_again(ws.closed.text)
            else:
                self.say(ws.closed.text, failed=not asked and ws.closed.code not in (1000, 1001, 1005))

    def _connect_again(self, why: str, at_least: float = 0.0) -> None:
        wait = self._backoff.wait(at_least)
        if wait is None:
            self._give_up(f"{why} {gave_up(self._backoff.tried)}")
            return
        self.waiting_until_ns = time.time_ns() + int(wait * 1e9)
        self._begin(self._wait_and_connect(wait), f"{self.name} again")
        self._waits(f"{why} Trying again in {wait:.1f} s.")

    def _waits(self, sentence: str) -> None:
        """The next attempt has a time."""
        self.say(sentence, failed=True)

    def _give_up(self, sentence: str) -> None:
        """There is no next attempt."""
        self.say(sentence, failed=True)

    async def _wait_and_connect(self, wait: float) -> None:
        try:
            await asyncio.sleep(wait)
        finally:
            self.waiting_until_ns = None
        await self._connect(self._wanted, again=True)

    def disconnect(self, code: int | None = 1000, reason: str = "") -> None:
        """Start the closing handshake, or stop an attempt to connect. What is lost meanwhile is not made again."""
        self._wanted = ""
        self._let_go()
        if self.ws is not None and self.ws.driver.can_send:
            self.tasks.start(self.ws.close(code, reason), "closing handshake")
        elif self._connecting is not None and not self._connecting.done():
            self._connecting.cancel()
            self.waiting_until_ns = None  # a task that never began has no end to say so
            self.say("The attempt to connect was cancelled.")

    @property
    def encrypted(self) -> bool:
        """Whether a connection is open that TLS protects."""
        return self.state is State.OPEN and self.tls is not None

    @property
    def verifies(self) -> bool:
        """Whether the server's certificate was verified, or will be."""
        tls = self.options.tls if self.ws is None or not self.encrypted else self.ws.options.tls
        return tls.verify or bool(tls.pins)

    @property
    def trusts_by_pin(self) -> bool:
        """Whether the server's certificate is trusted by its fingerprint, or will be."""
        return bool((self.options if self.ws is None or not self.encrypted else self.ws.options).tls.pins)

    def connected_to(self, url: str) -> tuple[WsUrl, Options] | None:
        """Where the open connection that was asked for at ``url`` has led, and with which options; None without one."""
        if self.ws is None or self.state is not State.OPEN or self.settings.url != url:
            return None
        return WsUrl.parse(self.ws.url), self.ws.options

    async def _close_connections(self, reason: str) -> None:
        if self._connecting is not None and not self._connecting.done():
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        if self.ws is not None and self.ws.state is not State.CLOSED:
            try:
                async with asyncio.timeout(1):
                    await self.ws.close(1001, reason)
            except TimeoutError:
                self.ws.abort()
                await self.ws.wait_closed()


def _ignore(events: list[Event]) -> None:
    """In the window nobody receives messages: they are read from the capture."""
