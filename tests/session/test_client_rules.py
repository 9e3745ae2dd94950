"""A client that answers by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, answer_to, raw_server, until
from tests.patience import PATIENCE
from wsgui.endpoint.settings import EndpointSettings
from wsgui.protocol.states import State
from wsgui.session.client_rules import ClientRules
from wsgui.session.filler import Filler
from wsgui.session.ready_rules import READY

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.session.client import ClientSession

RULES = """
[shared]
token = ""
[[rule]]
on = "connect"
send = "hello {{room}}"
[[rule]]
on = "has"
path = "token"
set = { token = "{{json.token}}" }
send = "got {{token}}"
times = "1..2"
"""


async def test_it_answers_and_captures(client: ClientSession, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    said: list[tuple[int, bytes]] = []

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        said.append(await raw.frame())
        for number in b"123":
            raw.send(b'\x81\x0d{"token":"%c"}' % number)
        said.append(await raw.frame())
        said.append(await raw.frame())
        said.append(await raw.frame())

    client.use_settings(EndpointSettings(answers=str(tmp_path / "rules.toml"), variables=[("room", "blue")]))
    assert client.answering
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: len(said) == 3)
        client.disconnect()
        await until(lambda: client.state is State.CLOSED)
    assert said[:3] == [(0x81, b"hello blue"), (0x81, b"got 1"), (0x81, b"got 2")]
    assert said[3][0] == 0x88  # the rule answers twice
    assert client.filler.fill("{{token}}") == "2"


async def test_rules_that_answer_each_other_are_stopped(
    client: ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules.toml").write_text('[[rule]]\non = "any"\nsend = "{{message}}"\n')
    monkeypatch.setattr(ClientRules, "_now", lambda _: 1.0)
    said: list[bytes] = []

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        raw.send(b"\x81\x01a")
        while (frame := await raw.frame())[0] == 0x81:
            said.append(frame[1])
            raw.send(b"\x81\x01a")

    client.use_settings(EndpointSettings(answers=str(tmp_path / "rules.toml"), answer_limit=5))
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: "as in a loop" in client.message)
        client.disconnect()
        await until(lambda: client.state is State.CLOSED)
    assert said == [b"a"] * 5


async def test_rules_are_switched_on_and_off_while_it_is_connected(client: ClientSession, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[rule]]\non = "any"\nsend = "yes"\n')
    said: list[tuple[int, bytes]] = []
    asked = asyncio.Event()

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        await asked.wait()
        raw.send(b"\x82\x01a")
        said.append(await raw.frame())
        asked.clear()
        await asked.wait()
        raw.send(b"\x82\x01a\x89\x00")
        said.append(await raw.frame())

    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: client.state is State.OPEN)
        on = EndpointSettings(url=client.url, answers=str(tmp_path / "rules.toml"))
        client.use_settings(on)
        rules = client.rules
        client.use_settings(EndpointSettings(url=client.url, answers=on.answers, answer_limit=7))
        assert client.rules is rules is not None
        assert rules.limit == 7
        asked.set()
        await until(lambda: len(said) == 1 and not asked.is_set())
        client.use_settings(EndpointSettings(url=client.url))
        assert not client.answering
        asked.set()
        await until(lambda: len(said) == 2)
    assert said == [(0x81, b"yes"), (0x8A, b"")]


async def test_messages_on_connect_are_filled_in(client: ClientSession) -> None:
    said: list[tuple[int, bytes]] = []

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        said.append(await raw.frame())

    client.use_settings(
        EndpointSettings(templates=True, variables=[("a", "1")], on_connect=["{{nobody}}", "{{a}} \\{{a}}"])
    )
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: said)
    assert said == [(0x81, b"1 {{a}}")]


@pytest.mark.parametrize("name", READY)
def test_ready_rules_can_be_used(name: str) -> None:
    rules = ClientRules(name, Filler(), 0, print)
    rules.check()


async def test_socket_io_is_connected_and_kept_so(client: ClientSession) -> None:
    said: list[tuple[int, bytes]] = []

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        raw.send(b'\x81\x0c0{"sid":"a"}')
        said.append(await raw.frame())
        raw.send(b"\x81\x012")
        said.append(await raw.frame())

    client.use_settings(EndpointSettings(answers="socket.io"))
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/socket.io/?EIO=4&transport=websocket")
        await until(lambda: len(said) == 2)
    assert said == [(0x81, b"40"), (0x81, b"3")]
