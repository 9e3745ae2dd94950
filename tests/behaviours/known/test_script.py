from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.behaviours import watched
from wsgui.behaviours.known import script
from wsgui.behaviours.known.script import Script
from wsgui.engine import connect, plan
from wsgui.engine.server import Server
from wsgui.options.texts import OptionError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CHAT = """\
import asyncio
import time
from wsgui.behaviours.scripting import Client, ClientGoneError, clients

async def on_connect(client: Client) -> None:
    client.data["name"] = client.query.get("name", "nobody")
    await client.send({"path": client.path, "name": client.data["name"], "host": "host" in client.headers})
    await client.send(f"{client.subprotocol} {client!r} {client.remote.split(':')[0]}")

async def on_message(client, message):
    if message == "wrong":
        1 / 0
    elif message == "bye":
        await client.close(4000, "so long")
    elif message == "cut":
        client.abort()
    elif message == "leave":
        raise SystemExit(3)
    elif message == "reason":
        await client.close(1000, "x" * 124)
    elif message == "number":
        await client.send(5)
    else:
        print("heard", message)
        for one in clients(client.path):
            await one.send(message)

async def on_close(client):
    for one in clients():
        await one.send(f"{client.data['name']} left")
    await client.send("too late")
"""


LONG_REASON = "a reason has at most 123 bytes of UTF-8, and needs a code before it"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def running(path: Path, limit: str = "60") -> AsyncIterator[tuple[Server, list[str]]]:
    """A server with a script, and what it says."""
    said: list[str] = []
    server = Server(plan("script", [("file", str(path)), ("limit", limit)]), on_notice=said.append)
    await server.listen(port=0)
    try:
        async with asyncio.timeout(PATIENCE):
            yield server, said
    finally:
        await server.close()


async def test_a_script_is_called(tmp_path: Path) -> None:
    path = write(tmp_path / "chat.py", CHAT)
    async with running(path) as (server, said):
        async with connect(f"{server.url}room?name=Ann") as ann, connect(f"{server.url}room") as bob:
            assert await ann.receive() == '{"path": "/room", "name": "Ann", "host": true}'
            assert await ann.receive() == "None <Client #1 /room> 127.0.0.1"
            assert await bob.receive() == '{"path": "/room", "name": "nobody", "host": true}'
            await bob.receive()
            await ann.send("hello")
            assert [await ann.receive(), await bob.receive()] == ["hello", "hello"]
            await ann.send(b"\x00\xff")
            assert await bob.receive() == b"\x00\xff"
            for wrong in ("wrong", "reason", "number", "leave"):
                await ann.send(wrong)
            await ann.send("on")
            assert await bob.receive() == "on"
            assert said == [
                "heard hello",
                "heard b'\\x00\\xff'",
                "chat.py, line 12 in on_message: ZeroDivisionError: division by zero",
                f"chat.py, line 20 in on_message: ValueError: {LONG_REASON}",
                "chat.py, line 22 in on_message: TypeError: a message is str, bytes, dict or list, not int",
                "chat.py, line 18 in on_message: SystemExit: 3",
                "heard on",
            ]  # fmt: skip
            await ann.send("bye")
            await ann.wait_closed()
            assert ann.closed is not None
            assert (ann.closed.code, ann.closed.reason) == (4000, "so long")
            assert await bob.receive() == "Ann left"
            await bob.send("cut")
            await bob.wait_closed()
            assert bob.closed is not None
            assert bob.closed.code == 1006


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "SECONDS", 0.01)


PUSH = """\
import asyncio
async def on_connect(client):
    while True:
        await client.send("old push")
        await asyncio.sleep(0.01)
async def on_message(client, message):
    client.data["kept"] = message
    await client.send("old " + message)
"""
NEWER = """\
async def on_reload(client):
    await client.send("again " + client.data["kept"])
async def on_message(client, message):
    await client.send("newer " + message)
"""


async def test_it_is_read_again_when_it_is_saved_and_clients_stay(tmp_path: Path, quick: None) -> None:
    path = write(tmp_path / "push.py", PUSH)
    async with running(path) as (server, said), connect(server.url) as ws:
        await ws.send("a")
        assert "old a" in [one async for one in up_to(ws, "old a")]
        write(path, "async def on_message(client message):\n")
        await until(lambda: said)
        assert said[0].startswith("push.py, line 1: ")
        assert said[0].endswith(" The version that was read before goes on.")
        write(path, "\ndef on_message(client): pass\n")
        await until(lambda: len(said) > 1)
        assert said[1].startswith("push.py, line 2: on_message is written async def on_message(…).")
        write(path, "\nasync def on_message(client): pass\n")
        await until(lambda: len(said) > 2)
        assert said[2].startswith("push.py, line 2: on_message takes (client, message).")
        write(path, "\n\nx = nothing\n")
        await until(lambda: len(said) > 3)
        assert said[3].startswith("push.py, line 3: NameError: name 'nothing' is not defined")
        await ws.send("b")
        assert "old b" in [one async for one in up_to(ws, "old b")]
        write(path, NEWER)
        found = [one async for one in up_to(ws, "again b")]
        assert set(found[:-1]) <= {"old push"}
        await ws.send("c")
        assert await ws.receive() == "newer c"
        write(path, "x = 1\n")
        await until(lambda: len(said) > 4)
        assert said[4] == "push.py has none of on_connect, on_message, on_close, on_reload: it does nothing."


async def up_to(ws: object, last: str) -> AsyncIterator[str | bytes]:
    async for one in ws:  # type: ignore[attr-defined]
        yield one
        if one == last:
            return


BLOCKS = """\
import threading
async def on_message(client, message):
    if message == "sleep":
        print("blocks")
        threading.Event().wait()
    if message == "loop":
        print("blocks")
    while message == "loop":
        pass
    await client.send(message)
"""


@pytest.mark.parametrize(("word", "line"), [("sleep", "line 5"), ("loop", "line ")])
async def test_a_script_that_blocks_is_ended_and_starts_again(tmp_path: Path, word: str, line: str) -> None:
    path = write(tmp_path / "blocks.py", BLOCKS)
    async with running(path) as (server, said), connect(server.url) as ws, connect(server.url) as other:
        await ws.send("a")
        assert await ws.receive() == "a"
        await ws.send(word)
        await until(lambda: said)
        mine = server.behaviour
        assert isinstance(mine, Script)
        for _ in range(2):  # as when the time is over twice
            mine._ask()
        await until(lambda: len(said) > 1)
        assert said[1].startswith(f"blocks.py, {line}")
        assert ", in on_message: it did not come back for 60 s, so it was ended, and starts again." in said[1]
        await other.send("b")
        assert await other.receive() == "b"
        await ws.send("c")
        assert await ws.receive() == "c"


async def test_a_script_that_ends_its_process_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "START_PAUSE", 0.01)
    path = write(
        tmp_path / "ends.py",
        "import os\nasync def on_message(client, message):\n    if message == 'end':\n        os._exit(7)\n"
        "    await client.send(message)\nasync def on_reload(client):\n    await client.send('here again')\n",
    )
    async with running(path) as (server, said), connect(server.url) as ws:
        await ws.send("end")
        assert await ws.receive() == "here again"
        await ws.send("b")
        assert await ws.receive() == "b"
        assert said[0].startswith("ends.py has ended its process with 7. It starts again in ")


async def test_who_sends_more_than_the_script_takes_is_slowed_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "MOST_WAITING", 4)
    path = write(
        tmp_path / "slow.py",
        "import asyncio\ngo = asyncio.Event()\nasync def on_message(client, message):\n"
        "    if client.path == '/go':\n        go.set()\n        return\n    await go.wait()\n"
        "    await client.send(message)\n",
    )
    async with running(path) as (server, said), connect(f"{server.url}wait") as ws, connect(f"{server.url}go") as go:
        await ws.send_messages([str(number) for number in range(20)])
        [there] = [one for one in server.connections.values() if one.url == "/wait"]
        await until(lambda: "script" in there.driver.pauses)
        await go.send("")
        assert [await ws.receive() for _ in range(20)] == [str(number) for number in range(20)]
        await until(lambda: not there.driver.pauses)
        assert said == []


def test_a_script_with_errors_is_refused_with_its_line(tmp_path: Path) -> None:
    for text, says in (
        ("x = 1\ndef f(:\n", "it.py, line 2: invalid syntax."),
        ("x = '\0'", "it.py"),
    ):
        path = write(tmp_path / "it.py", text)
        with pytest.raises(OptionError) as error:
            plan("script", [("file", str(path))])
        assert str(error.value).startswith(says)
        assert error.value.name == "file"
    with pytest.raises(OptionError, match=r"none\.py: There is no such file"):
        plan("script", [("file", str(tmp_path / "none.py"))])


async def test_another_script_and_none(tmp_path: Path) -> None:
    path = write(tmp_path / "one.py", "async def on_message(client, message):\n    await client.send('1')\n")
    other = write(tmp_path / "two.py", "async def on_reload(client):\n    await client.send('2')\n")
    async with running(path) as (server, said), connect(server.url) as ws:
        await ws.send("x")
        assert await ws.receive() == "1"
        server.use_behaviour(plan("script", [("file", str(other))]))
        assert await ws.receive() == "2"
        server.use_behaviour(plan("script"))
        await ws.send("x")
        await ws.ping()
        server.use_behaviour(plan("echo"))
        await ws.send("y")
        assert await ws.receive() == "y"
        assert said == []
