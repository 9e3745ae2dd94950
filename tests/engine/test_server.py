"""The server as a whole: listeners, connections, behaviour, the end of all."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import REQUEST, raw_client, shaken_client, tcp_of, until
from tests.patience import PATIENCE
from wsgui.engine import (
    ConnectError,
    ConnectionClosedError,
    ListenError,
    Options,
    Server,
    Timeouts,
    WebSocket,
    connect,
    open_connection,
    serve,
)
from wsgui.protocol.admission import Admission, Refusal
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.states import State

if TYPE_CHECKING:
    from wsgui.records import Record


# --- listeners


async def test_several_listeners() -> None:
    server = Server("echo")
    [first] = await server.listen("127.0.0.1", 0)
    [second] = await server.listen("127.0.0.1", 0)
    assert server.addresses == [first, second]
    assert server.url == f"ws://127.0.0.1:{first[1]}/"
    async with asyncio.timeout(PATIENCE):
        for host, port in (first, second):
            async with connect(f"ws://{host}:{port}/") as ws:
                await ws.send("hi")
                assert await ws.receive() == "hi"
        await server.close()
    assert server.addresses == []
    assert server.url == ""


async def test_ipv6() -> None:
    server = Server("echo")
    try:
        [(host, port)] = await server.listen("::1", 0)
    except ListenError as error:
        pytest.skip(f"no IPv6 here: {error}")
    assert server.url == f"ws://[::1]:{port}/"
    assert host == "::1"
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        assert ws.remote == f"[::1]:{port}"
        await ws.send("hi")
        assert await ws.receive() == "hi"
    await server.close()


async def test_a_port_in_use() -> None:
    async with serve(port=0) as server:
        _, port = server.addresses[0]
        with pytest.raises(ListenError) as failed:
            await Server().listen("127.0.0.1", port)
    assert str(failed.value).startswith(f"Port {port} on 127.0.0.1 is in use by another program.")


@pytest.mark.parametrize("port", [-1, 65536])
async def test_a_port_that_cannot_be(port: int) -> None:
    with pytest.raises(ListenError, match="A port is 0 to 65535"):
        await Server().listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("nowhere.invalid", "The address nowhere.invalid was not found."),
        ("192.0.2.1", "192.0.2.1 is not an address of this machine."),
        ("a" * 64 + ".org", "is not a host name"),
        ("a\0b", "is not a host name"),
    ],
)
async def test_an_address_that_cannot_be(host: str, sentence: str) -> None:
    with pytest.raises(ListenError) as failed:
        await Server().listen(host, 0)
    assert sentence in str(failed.value)


def test_a_behaviour_that_is_none() -> None:
    with pytest.raises(ValueError, match="there is no behaviour 'dance'; there are asyncapi, broadcast, "):
        Server("dance")
    with pytest.raises(TypeError, match="a name, a Plan, a Behaviour or a coroutine function"):
        Server(print)  # type: ignore[arg-type]


# --- connections


async def test_connections_are_numbered_and_forgotten(records: list[Record]) -> None:
    changes = []
    server = Server("echo", observer=records.append, on_change=lambda: changes.append(len(server.connections)))
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with connect(server.url) as first, connect(f"{server.url}second?x=y"):
            assert sorted(server.connections) == [1, 2]
            assert server.connections[2].url == "/second?x=y"
            assert server.connections[1].remote == first.local
            assert server.connections[1].state is State.OPEN
        await until(lambda: not server.connections)
        await server.close()
    assert changes == [1, 2, 1, 0]
    assert {record.connection for record in records} == {1, 2}


async def test_the_first_number() -> None:
    server = Server("echo", first_number=7)
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE), connect(server.url):
        assert list(server.connections) == [7]
    await server.close()


async def test_each_connection_has_its_own_policy_and_timeouts() -> None:
    options = Options()
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=options) as server,
        connect(server.url),
        connect(server.url),
    ):
        one, two = server.connections.values()
        one.policy.strict = False
        assert two.policy.strict
        assert options.policy.strict
        one.driver.keep_alive(60)
        assert two.driver.options.timeouts.ping_interval is None
        assert options.timeouts.ping_interval is None


async def test_subprotocols() -> None:
    options = Options(subprotocols=("chat", "superchat"))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server:
        async with connect(server.url, options=Options(subprotocols=("superchat", "other"))) as ws:
            assert ws.subprotocol == "superchat"
            assert server.connections[1].subprotocol == "superchat"
        async with connect(server.url) as ws:
            assert ws.subprotocol is None


async def test_fifty_connections_at_once() -> None:
    async def talk(number: int) -> None:
        async with connect(server.url) as ws:
            for turn in range(20):
                await ws.send(f"{number} {turn}")
                assert await ws.receive() == f"{number} {turn}"

    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        await asyncio.gather(*(talk(number) for number in range(50)))


# --- behaviours


async def test_a_coroutine_function() -> None:
    async def shout(ws: WebSocket) -> None:
        async for message in ws:
            await ws.send(str(message).upper())
            if message == "stop":
                return

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=shout) as server, connect(server.url) as ws:
        await ws.send("hi")
        assert await ws.receive() == "HI"
        await ws.send("stop")
        assert await ws.receive() == "STOP"
        await ws.wait_closed()
        assert ws.closed is not None
        assert ws.closed.code == 1000


async def test_a_coroutine_function_that_fails() -> None:
    failed: list[tuple[str, BaseException]] = []

    async def fail(ws: WebSocket) -> None:
        raise LookupError("a defect")

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=fail) as server:
        server.tasks._report = lambda name, error: failed.append((name, error))
        async with connect(server.url) as ws:
            await ws.wait_closed()
            assert ws.closed is not None
            assert (ws.closed.code, ws.closed.reason) == (1011, "internal error")
    [(name, error)] = failed
    assert name == "connection 1"
    assert isinstance(error, LookupError)


async def test_a_coroutine_function_sees_the_end_as_an_error_that_nobody_reports() -> None:
    seen = []

    async def wait(ws: WebSocket) -> None:
        try:
            await ws.receive()
        except ConnectionClosedError as error:
            seen.append(error.code)
            raise

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=wait) as server:
        server.tasks._report = lambda name, error: seen.append(error)
        async with connect(server.url) as ws:
            await ws.close(4000)
        await until(lambda: seen)
    assert seen == [4000]


async def test_use_behaviour_while_connected() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, connect(server.url) as ws:
        await ws.send("one")
        assert await ws.receive() == "one"
        server.use_behaviour("silent")
        await ws.send("two")
        await ws.ping()
        server.use_behaviour("echo")
        await ws.send("three")
        assert await ws.receive() == "three"


async def test_from_a_coroutine_function_to_echo_and_back() -> None:
    cancelled = []

    async def take_one(ws: WebSocket) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(ws.number)
            raise

    async def greet(ws: WebSocket) -> None:
        await ws.send("hello")
        await ws.receive()

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=take_one) as server, connect(server.url) as ws:
        frames = [ws.frame(Opcode.TEXT, b"x")] * 20_000
        await ws.send_frames(frames)
        await until(lambda: not tcp_of(server.connections[1]).is_reading())  # its inbox is full
        server.use_behaviour("echo")
        assert [await ws.receive() for _ in range(20_000)] == ["x"] * 20_000
        assert cancelled == [1]
        server.use_behaviour(greet)
        assert await ws.receive() == "hello"
        await ws.send("bye")
        await ws.wait_closed()


# --- the end


async def test_close_says_1001_to_all() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server:
        clients = [await open_connection(server.url) for _ in range(5)]
        await server.close()
        for ws in clients:
            await ws.wait_closed()
            assert ws.closed is not None
            assert (ws.closed.code, ws.closed.reason) == (1001, "server is shutting down")
        assert server.connections == {}
        with pytest.raises(ConnectError, match="refused"):
            await open_connection(clients[0].url)


async def test_close_ends_connections_that_have_not_shaken_hands() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, raw_client(server, REQUEST[:30]) as raw:
        await until(lambda: server.connections)
        await server.close()
        assert server.connections == {}
        with suppress(ConnectionResetError):
            assert await raw.rest() == b""


async def test_grace_for_a_peer_that_does_not_answer() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        await server.close(1012, "again soon", grace=0.05)
        assert server.connections == {}
        assert await raw.frame() == (0x88, b"\x03\xf4again soon")


async def test_close_while_somebody_is_being_accepted() -> None:
    """What the listener accepted in its last turn becomes a connection when the server is closing already."""
    for turns in range(6):
        server = Server("echo")
        [(host, port)] = await server.listen("127.0.0.1", 0)
        with socket.socket() as client:
            client.setblocking(False)
            client.connect_ex((host, port))
            for _ in range(turns):
                await asyncio.sleep(0)
            async with asyncio.timeout(PATIENCE):
                await server.close()
        assert server.connections == {}


async def test_close_twice_and_without_having_listened() -> None:
    server = Server("clock")
    await server.close()
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        ws = await open_connection(server.url)
        await asyncio.gather(server.close(), server.close())
        await ws.wait_closed()


async def test_a_cancelled_close_cuts_what_is_left() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        closing = asyncio.gather(server.close())
        assert (await raw.frame())[0] == 0x88
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await until(lambda: not server.connections)


async def test_close_cancels_a_coroutine_function_that_does_not_end() -> None:
    async def stay(ws: WebSocket) -> None:
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=stay) as server:
        ws = await open_connection(server.url)
        await server.close()
        assert len(server.tasks) == 0
        await ws.wait_closed()


async def test_timeouts_reach_the_connections() -> None:
    options = Options(timeouts=Timeouts(opening=0.05))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server, raw_client(server, b"") as raw:
        assert (await raw.rest()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (Options(headers=(("X", "1\r\n2"),)), "The value of the header X has a line break in it."),
        (
            Options(admission=Admission(credentials="a:\udcff")),
            "The credentials have a character that is not Unicode in it",
        ),
        (
            Options(admission=Admission(rejection=Refusal(302, "", (("Location", "/\r\nX: 1"),)))),
            "The value of the header Location has a line break in it.",
        ),
        (
            Options(admission=Admission(rejection=Refusal(403, "\udcff"))),
            "The rejection has a character that is not Unicode in it.",
        ),
    ],
)
async def test_what_could_not_be_answered_with_is_refused_at_once(options: Options, sentence: str) -> None:
    with pytest.raises(ListenError, match=f"^{sentence}"):
        await Server(options=options).listen(port=0)
