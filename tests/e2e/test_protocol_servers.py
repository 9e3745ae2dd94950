"""Foreign servers of protocols that go over WebSocket: what decoders wrote is understood, the answers are decoded."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.e2e.peers import FOLDER
from tests.patience import PATIENCE
from wsgui.capture.exchange.source import Source
from wsgui.capture.reader import CaptureReader
from wsgui.capture.writer import CaptureWriter
from wsgui.commands.messages import DecodedMessage, messages
from wsgui.dissect.decoders import registry
from wsgui.engine.client import connect
from wsgui.engine.options import Options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

NODE = shutil.which("node") or ""
PACKAGES = {"mqtt": "aedes", "stomp": "stomp-broker-js", "graphql": "graphql-ws"}


@asynccontextmanager
async def serving(name: str) -> AsyncIterator[int]:
    """The port of a server, which is killed at the end."""
    package = PACKAGES.get(name, name)
    if not NODE or not (FOLDER / "node_modules" / package).is_dir():
        pytest.skip(f"node and the npm package {package} are not both installed: run 'npm install' in {FOLDER}")
    process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [NODE, str(FOLDER / "protocol_servers.mjs"), name], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(await asyncio.to_thread(process.stdout.readline))
    finally:
        process.kill()
        await asyncio.to_thread(process.communicate)


async def talked(
    name: str,
    path: Path,
    steps: Sequence[tuple[str, int]],
    *,
    decoder: str = "",
    subprotocol: str = "",
    target: str = "/",
) -> list[DecodedMessage]:
    """The messages of a conversation: each step is what the decoder writes, and how many messages come back."""
    with CaptureWriter(path) as writer:
        async with asyncio.timeout(PATIENCE), serving(name) as port:
            options = Options(subprotocols=(subprotocol,) if subprotocol else ())
            async with connect(f"ws://127.0.0.1:{port}{target}", options=options, observer=writer.put) as ws:
                for text, answers in steps:
                    if text:
                        written = registry.encode(registry.all_decoders()[decoder or name], text)
                        await ws.send(written.data.decode() if written.text else written.data)
                    for _ in range(answers):
                        await ws.receive()
        assert await asyncio.to_thread(writer.flush)
    with CaptureReader(path) as reader:
        return list(messages(Source(reader)))


def told(found: list[DecodedMessage]) -> list[tuple[str, str]]:
    return [(one.decoder.name, one.summary) for one in found]


def answers(found: list[DecodedMessage]) -> list[str]:
    """The lines of those whose answer time is known."""
    return [one.summary for one in found if one.answer_ns is not None and one.answer_ns > 0]


@pytest.mark.e2e
async def test_mqtt(tmp_path: Path) -> None:
    steps = [
        ('{"type": "CONNECT", "client identifier": "c1"}', 1),
        ('{"type": "SUBSCRIBE", "packet identifier": 1, "topics": [{"topic filter": "a/#", "QoS": 1}]}', 1),
        ('{"type": "PUBLISH", "topic": "a/b", "QoS": 0, "payload": "21.5"}', 1),
        ('{"type": "PINGREQ"}', 1),
    ]
    found = await talked("mqtt", tmp_path / "a.wscap", steps, subprotocol="mqtt")
    assert told(found) == [
        ("mqtt", "CONNECT MQTT 3.1.1 c1"),
        ("mqtt", "CONNACK accepted"),
        ("mqtt", "SUBSCRIBE #1 a/#"),
        ("mqtt", "SUBACK #1 granted QoS 1"),
        ("mqtt", "PUBLISH a/b 21.5"),
        ("mqtt", "PUBLISH a/b 21.5"),
        ("mqtt", "PINGREQ"),
        ("mqtt", "PINGRESP"),
    ]
    assert answers(found) == ["CONNACK accepted", "SUBACK #1 granted QoS 1", "PINGRESP"]


@pytest.mark.e2e
async def test_stomp(tmp_path: Path) -> None:
    steps = [
        ("CONNECT\naccept-version:1.1,1.2\nheart-beat:0,0\n\n", 1),
        ("SUBSCRIBE\nid:s1\ndestination:/topic/a\n\n", 0),
        ("SEND\ndestination:/topic/b\ncontent-type:text/plain\n\nplease", 1),
    ]
    found = await talked("stomp", tmp_path / "a.wscap", steps, subprotocol="v12.stomp")
    assert {one.decoder.name for one in found} == {"stomp"}
    assert [one.fields["stomp.command"] for one in found] == ["CONNECT", "CONNECTED", "SUBSCRIBE", "SEND", "MESSAGE"]
    assert found[-1].fields["stomp.body"] == "hi"
    assert found[1].answer_ns is not None


@pytest.mark.e2e
async def test_graphql(tmp_path: Path) -> None:
    steps = [
        ('{"type": "connection_init"}', 1),
        ('{"id": "1", "type": "subscribe", "payload": {"query": "{ hello }"}}', 2),
        ('{"id": "2", "type": "subscribe", "payload": {"query": "subscription Counting { count }"}}', 3),
    ]
    found = await talked("graphql", tmp_path / "a.wscap", steps, subprotocol="graphql-transport-ws")
    assert {one.decoder.name for one in found} == {"graphql"}
    data = [one.fields["graphql.data"] for one in found if "graphql.data" in one.fields]
    assert data == [{"hello": "world"}, {"count": 1}, {"count": 2}]
    assert len(answers(found)) >= 2


@pytest.mark.e2e
@pytest.mark.parametrize(("name", "version"), [("socket.io", 4), ("socket.io-2", 3)])
async def test_socket_io(name: str, version: int, tmp_path: Path) -> None:
    # Version 2 of Socket.IO joins the main namespace by itself; version 4 waits for the client.
    joins = [("", 2)] if version == 3 else [("", 1), ("40", 1)]
    steps = [*joins, ('427["ask",{"a":1}]', 1), ('42["file"]', 2)]
    target = f"/socket.io/?EIO={version}&transport=websocket"
    found = await talked(name, tmp_path / "a.wscap", steps, decoder="socket.io", target=target)
    lines = [one.summary for one in found]
    assert lines[0].startswith(f"version {version} open ")
    assert 'ack #7 [{"asked":{"a":1}}]' in lines
    assert answers(found)[-1] == 'ack #7 [{"asked":{"a":1}}]'
    assert lines[-2].startswith("binary-event file(")
    assert lines[-1].startswith("attachment ")
    assert json.dumps(found[-1].fields) == "{}"
