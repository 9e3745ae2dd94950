"""Sessions that are told things: policies on open connections, reconnecting, greetings, TLS."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import Raw, answer_to, raw_server, until
from tests.patience import PATIENCE
from wsgui.endpoint.settings import EndpointSettings, SettingsError
from wsgui.protocol.states import State

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.session.client import ClientSession
    from wsgui.session.server import ServerSession


async def opened(client: ClientSession, url: str) -> None:
    client.connect(url)
    async with asyncio.timeout(PATIENCE):
        await until(lambda: client.state is State.OPEN)


async def test_policies_hold_for_open_connections(client: ClientSession, server: ServerSession) -> None:
    await opened(client, server.url)
    async with asyncio.timeout(PATIENCE):
        await until(lambda: server.server is not None and server.server.connections)
    assert client.misbehaviour == server.misbehaviour == []
    server.use_settings(
        EndpointSettings(kind="server", policies=[("pong-payload", "wrong"), ("drop", "opcode == text")])
    )
    assert server.misbehaviour == [
        "Pings are answered with another payload.",
        "Frames with opcode == text are not sent.",
    ]
    assert client.ws is not None
    events: list[object] = []
    client.ws.on_events = events.extend
    await client.ws.send("lost")
    client.ws.write_frames([client.ws.frame(9, b"right")])
    async with asyncio.timeout(PATIENCE):
        await until(lambda: events)
    assert [event.payload for event in events] == [b"wrong"]  # type: ignore[attr-defined]
    server.use_settings(EndpointSettings(kind="server"))
    assert server.misbehaviour == []
    await client.ws.send("kept")
    async with asyncio.timeout(PATIENCE):
        await until(lambda: "kept" in events)


async def test_wrong_settings_change_nothing(client: ClientSession) -> None:
    before = client.settings
    with pytest.raises(SettingsError):
        client.use_settings(EndpointSettings(policies=[("colour", "red")]))
    assert client.settings is before


async def test_keep_alive_follows_the_settings(client: ClientSession, server: ServerSession) -> None:
    await opened(client, server.url)
    client.use_settings(EndpointSettings(ping_interval=30))
    assert client.keep_alive
    client.set_keep_alive(False)
    assert client.settings.ping_interval == 0


async def test_messages_on_connect(client: ClientSession) -> None:
    said = []

    async def serve_one(raw: Raw) -> None:
        raw.send(answer_to(await raw.head()))
        said.append(await raw.frame())
        said.append(await raw.frame())

    client.use_settings(EndpointSettings(on_connect=["hello", "\u00e9"]))
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: len(said) == 2 and client.state is State.CLOSED)
    assert said == [(0x81, b"hello"), (0x81, "\u00e9".encode())]


async def test_it_connects_again_until_it_gives_up(client: ClientSession) -> None:
    came = 0

    async def serve_one(raw: Raw) -> None:
        nonlocal came
        came += 1
        if came <= 2:
            raw.send(answer_to(await raw.head()))  # and cut: 1006

    client.use_settings(
        EndpointSettings(reconnect=True, reconnect_first=0.05, reconnect_most=0.05, reconnect_attempts=2)
    )
    async with asyncio.timeout(PATIENCE), raw_server(serve_one) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: "Gave up" in client.message)
    assert came == 3  # a connection that was cut at once is an attempt too
    assert [attempt.number for attempt in client.attempts] == [1, 2]
    assert client.attempts[0].outcome in ("connected", "TCP ended without a close frame: 1006 abnormal closure.")
    assert client.attempts[1].outcome.startswith("The server closed the connection before it answered the handshake.")
    assert client.message.endswith("Gave up after 2 attempts.")
    assert client.waiting_until_ns is None


async def test_a_server_that_accepts_and_hangs_up_is_not_hammered(client: ClientSession) -> None:
    came = 0

    async def slam(raw: Raw) -> None:
        nonlocal came
        came += 1
        raw.send(answer_to(await raw.head()) + b"\x88\x06\x03\xf5busy")
        await raw.frame()

    client.use_settings(
        EndpointSettings(reconnect=True, reconnect_first=0.05, reconnect_jitter=0, reconnect_attempts=3)
    )
    async with asyncio.timeout(PATIENCE), raw_server(slam) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: "Gave up" in client.message)
    assert came == 4
    assert client.message == ("The peer closed: 1013 try again later, “busy”. Gave up after 3 attempts.")
    assert client.failed


async def test_a_refusal_says_why_in_the_banner(client: ClientSession) -> None:
    async def refuse(raw: Raw) -> None:
        await raw.head()
        raw.send(b"HTTP/1.1 401 No\r\nContent-Length: 17\r\n\r\ntoken\r\nexpired\x1b[m")

    async with asyncio.timeout(PATIENCE), raw_server(refuse) as place:
        client.connect(f"ws://{place}/")
        await until(lambda: client.failed)
    assert client.message == "The server answered 401, not 101 Switching Protocols. It says “token expired␛[m”."


async def test_a_person_ends_the_waiting(client: ClientSession) -> None:
    client.use_settings(EndpointSettings(reconnect=True, reconnect_first=60))
    client.connect("ws://127.0.0.1:9/")
    async with asyncio.timeout(PATIENCE):
        await until(lambda: client.waiting_until_ns)
        assert "Trying again in" in client.message
        client.disconnect()
        await until(lambda: client.state is State.CLOSED)
    assert client.waiting_until_ns is None


async def test_a_close_that_was_meant_is_not_undone(client: ClientSession, server: ServerSession) -> None:
    client.use_settings(EndpointSettings(reconnect=True))
    await opened(client, server.url)
    client.disconnect()
    async with asyncio.timeout(PATIENCE):
        await until(lambda: client.state is State.CLOSED)
    assert client.waiting_until_ns is None
    assert client.attempts == []


async def test_tls_with_the_certificate_that_wsgui_makes(
    client: ClientSession, server: ServerSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wsgui.session.server.certificate_folder", lambda: tmp_path / "certificates")
    stopping = server.stop()
    assert stopping is not None
    await stopping
    server.use_settings(EndpointSettings(kind="server", secure=True))
    started = server.start("127.0.0.1", 0)
    assert started is not None
    await started
    assert server.url.startswith("wss://127.0.0.1:")
    assert server.certificate is not None
    client.use_settings(EndpointSettings(ca_file=str(server.certificate.authority)))
    await opened(client, server.url)
    assert client.tls is not None
    assert client.tls.version.startswith("TLSv1")
