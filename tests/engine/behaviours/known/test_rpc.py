from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.raw import NO_KEY, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve
from wsgui.engine.behaviours.known import rpc
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from wsgui.engine import WebSocket


async def call(ws: WebSocket, value: Any) -> Any:
    await ws.send(value if isinstance(value, str | bytes) else json.dumps(value))
    return json.loads(await ws.receive())


AUTH = {"method": "auth", "args": ["admin", "secret"]}
FIRST = {"error": "Call auth before getUsers."}


async def test_the_bytes_of_a_call() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour="rpc") as server, shaken_client(server) as raw:
        raw.send(b"\x81\x8a" + NO_KEY + b'{"ping":1}')
        assert await raw.frame() == (0x81, b'{"pong": 1}')
        raw.send(b"\x82\x93" + NO_KEY + b'{"method":"sleep" }')
        assert await raw.frame() == (0x82, b'{"error": "Call auth before sleep."}')


async def test_calls_in_their_own_form() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour="rpc") as server, connect(server.url) as ws:
        assert await call(ws, {"method": "getUsers"}) == FIRST
        wrong = {"error": "The user or the password is wrong.", "id": 1}
        assert await call(ws, {"method": "auth", "args": ["admin", "guess"], "id": 1}) == wrong
        token = (await call(ws, AUTH))["result"]["token"]
        assert await call(ws, {"method": "getUsers", "args": []}) == {"result": ["admin"]}
        assert await call(ws, b'{"method":"ping","args":["x"]}') == {"result": "x"}
        [client] = (await call(ws, {"method": "getClients"}))["result"]
        assert client == {"number": 1, "address": ws.local, "user": "admin"}
        async with connect(server.url) as other:
            assert await call(other, {"method": "auth", "args": [token[:-8] + "AAAAAAA="]}) == {
                "error": "The token is not valid."
            }
            assert await call(other, {"method": "auth", "args": ["x.y.z"]}) == {"error": "The token is not valid."}
            assert (await call(other, {"method": "auth", "args": [token]}))["result"]["user"] == "admin"
            assert await call(other, {"method": "getUsers"}) == {"result": ["admin"]}


async def test_a_sleep_holds_up_nothing_else() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=plan("rpc", [("free", "on")])) as server:
        async with connect(server.url) as ws:
            await ws.send('{"method":"sleep","args":[60000]}')
            await ws.send('{"method":"sleep","args":[1],"id":"a"}')
            assert json.loads(await ws.receive()) == {"result": 1, "id": "a"}
            assert await call(ws, {"ping": None}) == {"pong": None}
        await until(lambda: not server.connections)
        assert not server.behaviour._asleep  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("hello", "This is not JSON: Expecting value: line 1 column 1 (char 0)."),
        ("NaN", "This is not JSON: NaN is no JSON."),
        (b"\xff", "This is not JSON: "),
        ("[" * 100_000, "This is not JSON: "),
        ("[]", "A call is an object with a method."),
        ('{"method":1}', "A call is an object with a method."),
        ('{"method":"x","args":{}}', "The args of a call are a list."),
        ('{"method":"x"}', "There is no method x."),
        ('{"method":"sleep"}', "sleep takes ms."),
        ('{"method":"sleep","args":[true]}', "sleep takes 0 to 60000 milliseconds."),
        ('{"method":"sleep","args":[-1]}', "sleep takes 0 to 60000 milliseconds."),
        ('{"method":"auth"}', "auth takes user and password."),
        ('{"method":"auth","args":[1,2]}', "The user or the password is wrong."),
        ('{"method":"auth","args":["admin","\\ud800"]}', "The user or the password is wrong."),
        ('{"method":"auth","args":["\\ud800"]}', "The token is not valid."),
        (" " * (rpc.LARGEST + 1), "A message of calls has at most 1048576 bytes."),
    ],
)
async def test_what_is_no_call(sent: str | bytes, answer: str) -> None:
    told = plan("rpc", [("free", "on")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:
        assert (await call(ws, sent))["error"].startswith(answer)


def failed(code: int, message: str, id_: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": id_}


async def test_json_rpc() -> None:
    told = plan("rpc", [("form", "jsonrpc"), ("users", "ann:a:b"), ("answers", 'time={"now":1}')])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server, connect(server.url) as ws:

        async def does(method: str, params: Any, **more: Any) -> Any:
            return await call(ws, {"jsonrpc": "2.0", "method": method, "params": params, **more})

        assert await does("time", [], id=1) == failed(-32001, "Call auth before time.", 1)
        found = await does("auth", {"user": "ann", "password": "a:b"}, id="x")
        assert (found["jsonrpc"], found["id"], found["result"]["user"]) == ("2.0", "x", "ann")
        assert await does("time", [], id=None) == {"jsonrpc": "2.0", "result": {"now": 1}, "id": None}
        assert await does("dance", [], id=2) == failed(-32601, "There is no method dance.", 2)
        assert await does("sleep", {"s": 1}, id=3) == failed(-32602, "sleep takes ms.", 3)
        assert await does("sleep", 7, id=4) == failed(-32600, "The params of a call are a list or an object.", 4)
        assert await does("sleep", [], id=[1]) == failed(-32600, "The id of a call is a text or a number.")
        assert await call(ws, {"method": "x", "id": 5}) == failed(
            -32600, 'A call of JSON-RPC 2.0 has "jsonrpc": "2.0".', 5
        )
        assert await call(ws, "{") == failed(
            -32700,
            "This is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1).",
        )
        assert await call(ws, []) == failed(-32600, "A batch has 1 to 1000 calls.")
        assert await call(ws, [1]) == [failed(-32600, "A call is an object with a method.")]
        # Notifications get no answer, in a batch neither; one with a sleep is answered when all are done.
        await ws.send('{"jsonrpc":"2.0","method":"time"}')
        await ws.send('[{"jsonrpc":"2.0","method":"dance"}]')
        batch = [
            {"jsonrpc": "2.0", "method": "sleep", "params": [5], "id": 1},
            {"jsonrpc": "2.0", "method": "time"},
            {"jsonrpc": "2.0", "method": "ping", "params": {"x": 7}, "id": 2},
        ]
        assert await call(ws, batch) == [
            {"jsonrpc": "2.0", "result": 7, "id": 2},
            {"jsonrpc": "2.0", "result": 5, "id": 1},
        ]


async def test_a_token_ends_with_its_user_and_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=plan("rpc")) as server, connect(server.url) as ws:
        token = {"method": "auth", "args": [(await call(ws, AUTH))["result"]["token"]]}
        server.use_behaviour(plan("rpc", [("users", "bob:b")]))
        assert await call(ws, token) == {"error": "The token is not valid."}
        server.use_behaviour(plan("rpc"))
        assert "result" in await call(ws, token)
        now = rpc.time.time()
        monkeypatch.setattr(rpc.time, "time", lambda: now + rpc.TOKEN_SECONDS + 1)
        assert await call(ws, token) == {"error": "The token is not valid."}


def test_answers_are_json() -> None:
    with pytest.raises(OptionError, match="answers: The result of x is not JSON: ") as caught:
        plan("rpc", [("answers", "x=nothing")])
    assert caught.value.name == "answers"
