"""A server as an AsyncAPI document describes it."""

from __future__ import annotations

import asyncio
import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.behaviours.lines import FileProblem, read_text
from wsgui.behaviours.watched import WatchedFile
from wsgui.engine.behaviours.base import setting
from wsgui.engine.behaviours.crowd import Crowd
from wsgui.engine.behaviours.delivery import deliver
from wsgui.engine.behaviours.registry import register
from wsgui.engine.clock import now_ns
from wsgui.options.model import Choice, Shape
from wsgui.options.texts import OptionError
from wsgui.protocol.states import Role
from wsgui.records import MessageNoted

if TYPE_CHECKING:
    from wsgui.behaviours.asyncapi.checker import Checker
    from wsgui.behaviours.asyncapi.document import ApiMessage, Channel, Document
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.connection import Event

LARGEST: Final = 1024 * 1024
"""Bytes of a message that is checked."""
_MISSING: Final = object()


class _Api(NamedTuple):
    document: Document
    checker: Checker
    values: dict[int, Any]
    """What is sent of each message, by its identity."""


@register
@dataclass(eq=False)
class AsyncApi(Crowd):
    """Channels of the document (AsyncAPI 2 or 3, in YAML or JSON) are the paths that clients may ask for; on others
    they are closed with 1008. A client is sent the messages of its channel: the first example of each, or one made of
    its schema. What it sends is checked against the schema of its channel; each violation is a note beside the row. In
    version 3, a message whose operation has a reply is answered by that, with its correlation id. References to other
    documents are refused, and nothing is fetched. The file is read again when it is saved; while it has an error, the
    last good one goes on."""

    name = "asyncapi"
    summary = "Sends what an AsyncAPI document describes, and checks what comes against it."
    alone = False
    file: str = setting(Shape.FILE, "", "Document", "An AsyncAPI document, in YAML or JSON",
                        files="AsyncAPI (*.yaml *.yml *.json)")  # fmt: skip
    describes: str = setting(
        Shape.CHOICE,
        "server",
        "It describes",
        "Whose view the document has: in that of a client, what it sends comes from clients",
        choices=(Choice("server", "The server"), Choice("client", "A client of the server")),
    )
    greet: bool = setting(Shape.FLAG, True, "Send all messages to each client that connects", "Each once")
    interval: float = setting(
        Shape.SECONDS, 0.0, "Every", "Send the next message of its channel to each client", "never", most=86400
    )

    def __post_init__(self) -> None:
        self._api: _Api | None = None
        self._watch: WatchedFile | None = None
        self._running = False
        self._channels: dict[WebSocket, Channel] = {}
        self._turns: dict[WebSocket, int] = {}
        self._full: set[WebSocket] = set()
        self._timer: asyncio.TimerHandle | None = None

    def check(self) -> None:
        if self.file:
            try:
                self._read()
            except FileProblem as error:
                raise OptionError("file", error.of(self.file)) from None

    # --- the document

    def _read(self) -> _Api:
        from wsgui.behaviours.asyncapi.checker import Checker  # jsonschema takes its time
        from wsgui.behaviours.asyncapi.document import read_document
        from wsgui.behaviours.asyncapi.sample import sample
        from wsgui.behaviours.asyncapi.source import SIZE_LIMIT

        document = read_document(read_text(self.file, SIZE_LIMIT), as_server=Role(self.describes) is Role.SERVER)
        checker = Checker(document)
        values: dict[int, Any] = {}
        for channel in document.channels:
            for one in (*channel.sends, *(reply for several in channel.replies.values() for reply in several)):
                value = one.examples[0] if one.examples else _MISSING
                if value is _MISSING and one.schema is not None:
                    value = sample(document.source.value, _schema(document, one))
                if value is _MISSING:
                    document.aside.append(f"The message {one.name} has neither example nor schema: it is not sent.")
                    continue
                wrong = checker.wrong(one, value)
                if wrong:
                    what = "example" if one.examples else "value that could be made"
                    document.aside.append(f"The {what} of {one.name} does not fit its schema, and is sent: {wrong[0]}")
                values[id(one)] = value
        return _Api(document, checker, values)

    def begin(self) -> None:
        self._running = True
        if self.file:
            self._watch = WatchedFile(self.file, self._load)
        self._load()
        self._tick_later()

    def retold(self) -> None:
        if self._running:
            self.stop()
            self.begin()

    def _load(self) -> None:
        try:
            self._api = self._read() if self.file else None
        except FileProblem as error:
            self.say(error.of(self.file) + " The last good one goes on." * (self._api is not None))
            return
        if self._api is not None and self._api.document.aside:
            self.say(f"{Path(self.file).name}: {' '.join(dict.fromkeys(self._api.document.aside))}")
        self._channels.clear()
        for ws in list(self.members):
            self._enter(ws)

    # --- what happens

    def opened(self, ws: WebSocket) -> None:
        super().opened(ws)
        if self._enter(ws) and self.greet:
            self._send(ws, self._channels[ws].sends)

    def _enter(self, ws: WebSocket) -> bool:
        """Whether the path of a client is a channel."""
        if self._api is None:
            return False
        channel = self._api.document.channel(ws.url.partition("?")[0])
        if channel is not None:
            self._channels[ws] = channel
        elif ws.driver.can_send:
            ws.driver.write([ws.connection.close_frame(1008, "no such channel")])
        return channel is not None

    def _send(
        self, ws: WebSocket, messages: list[ApiMessage], request: Any = _MISSING, of: ApiMessage | None = None
    ) -> None:
        api = self._api
        texts = []
        for one in messages if api is not None else ():
            if api is None or id(one) not in api.values:
                continue
            value = api.values[id(one)]
            if of is not None and of.correlation and one.correlation:
                value = _correlated(value, one.correlation, _at(request, of.correlation))
            texts.append(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        if texts:
            deliver(ws, texts)

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        channel = self._channels.get(ws)
        if channel is None:
            return
        messages = [one for one in events if isinstance(one, str | bytes)]
        for place, message in enumerate(messages):
            self._check(ws, channel, place, message)

    def _check(self, ws: WebSocket, channel: Channel, place: int, message: str | bytes) -> None:
        api = self._api
        if api is None:
            return
        value: Any = _MISSING
        fitting: ApiMessage | None = None
        if not channel.receives:
            wrong = [f"The channel {channel.address} takes no messages."]
        elif len(message) > LARGEST:
            wrong = [f"It is not checked: it has more than {LARGEST} bytes."]
        else:
            try:
                value = json.loads(message)
            except (ValueError, RecursionError):
                value = message if isinstance(message, str) else message.decode("latin-1")
            fitting, wrong = api.checker.wrong_of_all(channel.receives, value)
        if wrong:
            texts = tuple(f"AsyncAPI: {one}" for one in wrong)
            ws.driver.observe(MessageNoted(ws.number, now_ns(), place, texts))
        elif fitting is not None and fitting.name in channel.replies:
            self._send(ws, channel.replies[fitting.name], value, fitting)

    # --- each so often

    def _tick_later(self) -> None:
        if self.interval:
            self._timer = asyncio.get_running_loop().call_later(max(0.01, self.interval), self._tick)

    def _tick(self) -> None:
        self._tick_later()
        for ws, channel in list(self._channels.items()):
            if channel.sends and ws not in self._full:
                turn = self._turns.get(ws, 0)
                self._turns[ws] = turn + 1
                self._send(ws, [channel.sends[turn % len(channel.sends)]])

    def writable(self, ws: WebSocket, yes: bool) -> None:
        super().writable(ws, yes)
        if yes:
            self._full.discard(ws)
        else:
            self._full.add(ws)

    def closed(self, ws: WebSocket) -> None:
        super().closed(ws)
        self._channels.pop(ws, None)
        self._turns.pop(ws, None)
        self._full.discard(ws)

    def stop(self) -> None:
        self._running = False
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _schema(document: Document, message: ApiMessage) -> Any:
    found: Any = document.source.value
    for step in message.schema or ():
        found = found[int(step) if isinstance(found, list) else step]
    return found


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return _MISSING
        value = value[step]
    return value


def _correlated(value: Any, path: tuple[str, ...], id_: Any) -> Any:
    """The value with the id of the request at its place."""
    if id_ is _MISSING:
        return value
    found = copy.deepcopy(value)
    holder = _at(found, path[:-1])
    if isinstance(holder, dict):
        holder[path[-1]] = id_
    return found
