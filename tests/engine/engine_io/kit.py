"""A client of Engine.IO that knows no more than literal packets."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.patience import PATIENCE
from wsgui.engine import Server, plan
from wsgui.engine.tasks import TaskOwner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from wsgui.engine.behaviours.known.socket_io import SocketIo


class Peer:
    """Speaks to a server at ``url``, whose own behaviour is ``behaviour``."""

    def __init__(self, server: Server, http: aiohttp.ClientSession, revision: int) -> None:
        self.server = server
        self.http = http
        self.revision = revision
        self.tasks = TaskOwner()
        host, port = server.addresses[0]
        self.url = f"http://{host}:{port}/socket.io/"

    def beside(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something meanwhile."""
        return self.tasks.start(coroutine, "beside")

    @property
    def behaviour(self) -> SocketIo:
        behaviour = self.server.behaviour
        assert behaviour.name == "socketio"
        return behaviour  # type: ignore[return-value]

    def query(self, transport: str, sid: str = "") -> dict[str, str]:
        return {"EIO": str(self.revision), "transport": transport} | ({"sid": sid} if sid else {})

    async def ask(self, method: str, body: bytes | str = b"", sid: str = "", **query: str | None) -> tuple[int, str]:
        """The status and the body of an answer; ``query`` changes the usual one, None takes a part out."""
        full = {name: value for name, value in {**self.query("polling", sid), **query}.items() if value is not None}
        data = body.encode() if isinstance(body, str) else body
        kind = {"Content-Type": "text/plain;charset=UTF-8"}
        async with self.http.request(method, self.url, params=full, data=data or None, headers=kind) as answer:
            return answer.status, await answer.text()

    async def poll(self, sid: str) -> tuple[int, str]:
        return await self.ask("GET", sid=sid)

    async def post(self, sid: str, body: bytes | str) -> tuple[int, str]:
        return await self.ask("POST", body, sid)

    async def session(self) -> str:
        """The id of a new session over polling."""
        status, text = await self.ask("GET")
        assert status == 200
        return str(opened(text)["sid"])

    def websocket(self, sid: str = "", **query: str) -> Any:
        """A WebSocket, for ``async with``."""
        return self.http.ws_connect(self.url, params={**self.query("websocket", sid), **query}, max_msg_size=0)


def opened(text: str) -> dict[str, Any]:
    """What an open packet says, in the payload of either revision."""
    facts: dict[str, Any] = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]
    return facts


@asynccontextmanager
async def peer(*pairs: tuple[str, str], revision: int = 4) -> AsyncIterator[Peer]:
    """A client of a server with these options; both end with the block, and no session is left."""
    server = Server(plan("socketio", pairs))
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
        made = Peer(server, http, revision)
        try:
            yield made
        finally:
            await server.close()
            await made.tasks.close()


async def text_of(ws: Any) -> str:
    """The next text."""
    message = await ws.receive()
    assert message.type is aiohttp.WSMsgType.TEXT, message
    return str(message.data)


async def ends(ws: Any) -> None:
    """The server closes; messages before that are passed over."""
    while (await ws.receive()).type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
        pass
    assert ws.closed
