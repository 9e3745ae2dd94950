from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.engine.raw import until
from tests.patience import PATIENCE
from tests.session.conftest import rows
from wsgui.protocol.states import State
from wsgui.protocol.url import WsUrl
from wsgui.session.handshake_faults import request_faults, request_of

if TYPE_CHECKING:
    from wsgui.session.client import ClientSession
    from wsgui.session.server import ServerSession


def test_requests() -> None:
    by_id = {one.id: one for one in request_faults()}
    made = request_of(by_id["request-version-8"])(WsUrl.parse("ws://a.example:81/chat?x=1"), "the key")
    assert made.startswith(b"GET /chat?x=1 HTTP/1.1\r\nHost: a.example:81\r\n")
    assert b"Sec-WebSocket-Key: the key\r\nSec-WebSocket-Version: 8\r\n" in made


async def test_a_session_sends_a_request_that_errs(client: ClientSession, server: ServerSession) -> None:
    (post,) = [one for one in request_faults() if one.id == "request-post"]
    async with asyncio.timeout(PATIENCE):
        client.connect(server.url, request_of(post))
        await until(lambda: client.state is State.CLOSED)
        assert client.failed
        await client.recorder.close()
    (sent,), (answer,) = rows(client.recorder.path, "SELECT payload FROM frames ORDER BY id")
    assert sent.startswith(b"POST / HTTP/1.1\r\n")
    assert answer.startswith(b"HTTP/1.1 405 ")
