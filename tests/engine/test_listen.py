"""Listeners: addresses and ports, limits that hold before TLS is up, and what happens at the end of the descriptors."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from tests.engine.raw import ACCEPTED, REQUEST, Raw, raw_client, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import ListenError, Options, Server, Timeouts, connect, serve
from wsgui.engine import listen as listening
from wsgui.engine import server as serving
from wsgui.engine.descriptors import Spare, most_files, open_more_files
from wsgui.engine.listen import BUSY, Room, listen_tcp, urls_of
from wsgui.engine.options import Limits
from wsgui.engine.tls import Tls

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

resource = pytest.importorskip("resource")

AT_LEISURE = Options(timeouts=Timeouts(opening=3600, closing=0.05, linger=0.05))


@contextmanager
def descriptors(most: int) -> Iterator[None]:
    """The program may have so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def none_free_below(number: int) -> Iterator[None]:
    """No descriptor below ``number`` is free."""
    opened = []
    while (one := os.open(os.devnull, os.O_RDONLY)) < number:
        opened.append(one)
    os.close(one)
    try:
        yield
    finally:
        for one in opened:
            os.close(one)


# --- addresses


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_all_addresses_of_a_name_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*_: object, **__: object) -> list[tuple[Any, ...]]:
        kind = socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(socket.AF_INET, *kind, ("127.0.0.1", 0)), (socket.AF_INET6, *kind, ("::1", 0, 0, 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    server = Server()
    try:
        found = await server.listen("localhost", 0)
        if len(found) == 1:
            pytest.skip("this machine has no ::1")
        assert [host for host, _ in found] == ["127.0.0.1", "::1"]
        assert found[0][1] == found[1][1] > 0
        assert server.urls == [f"ws://127.0.0.1:{found[0][1]}/", f"ws://[::1]:{found[0][1]}/"]
        for url in server.urls:
            async with connect(url) as ws:
                assert ws.remote.endswith(f":{found[0][1]}")
    finally:
        await server.close()


async def test_a_port_that_is_taken_on_the_second_address_is_not_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def twice(*_: object, **__: object) -> list[tuple[Any, ...]]:
        kind = socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
        return [(*kind, ("127.0.0.1", 0)), (*kind, ("127.0.0.1", 0, "again"))]

    tries = []

    def bind(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> socket.socket:
        tries.append(address[:2])
        return kept(family, kind, protocol, address[:2])

    kept = listening._bind
    monkeypatch.setattr(listening, "_bind", bind)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", twice)
    with pytest.raises(ListenError, match="is in use by another program"):
        await Server().listen("localhost", 0)
    assert len(tries) == 2 * listening.PORT_TRIES
    assert all(first[1] == 0 < second[1] for first, second in zip(tries[::2], tries[1::2], strict=True))


def test_the_zone_of_an_address_in_a_url() -> None:
    class Listening:
        def getsockname(self) -> tuple[str, int, int, int]:
            return "fe80::1%eth0", 80, 0, 2

    class Listener:
        sockets = (Listening(),)

    assert urls_of(Listener(), secure=False) == ["ws://[fe80::1%25eth0]:80/"]  # type: ignore[arg-type]


# --- before TLS is up


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tls") / "leaf.pem"
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(path))
    return str(path)


async def mute(server: Server, count: int) -> list[Raw]:
    """Peers that begin no TLS."""
    return [Raw(*await asyncio.open_connection(*server.addresses[0])) for _ in range(count)]


@pytest.fixture
async def secure(certificate: str) -> AsyncIterator[Server]:
    server = Server(
        options=Options(
            timeouts=Timeouts(opening=3600, closing=0.05, linger=0.05),
            tls=Tls(certificate=certificate),
            limits=Limits(connections=2),
        )
    )
    await server.listen(port=0, secure=True)
    yield server
    await server.close()


async def test_a_peer_that_begins_no_tls_is_cut_in_time(secure: Server) -> None:
    secure.options.timeouts.opening = 0.05
    async with asyncio.timeout(PATIENCE):
        for raw in await mute(secure, 3):
            assert await raw.rest() == b""
            await raw.closed()
    await until(lambda: not secure._listeners[0].pending)


async def test_peers_that_begin_no_tls_do_not_hold_the_end_up(secure: Server) -> None:
    async with asyncio.timeout(PATIENCE):
        peers = await mute(secure, 3)
        await until(lambda: secure._listeners[0].pending == 3)
        await secure.close()
        for raw in peers:
            assert await raw.rest() == b""
            await raw.closed()


async def test_peers_that_begin_no_tls_count(secure: Server) -> None:
    most = secure.options.limits.connections + serving.SPARE_CONNECTIONS + 1
    async with asyncio.timeout(PATIENCE):
        peers = await mute(secure, most + 5)
        for raw in peers[most:]:
            assert await raw.rest() == b""
        assert secure._listeners[0].pending == most
        for raw in peers:
            await raw.closed()


# --- the end of the descriptors


def test_as_many_as_the_system_gives() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with descriptors(min(soft, 200)):
        assert most_files() == min(soft, 200)
        open_more_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)


def test_a_spare_descriptor() -> None:
    spare = Spare()
    assert spare.here
    spare.take()
    spare.let_go()
    spare.let_go()
    assert not spare.here
    with none_free_below(50), descriptors(50):
        spare.take()
        assert not spare.here
    spare.take()
    assert spare.here
    spare.let_go()


@pytest.mark.parametrize(
    ("most", "descriptor", "room"),
    [
        (1024, 958, Room.FREE),
        (1024, 960, Room.FULL),
        (1024, 991, Room.FULL),
        (1024, 992, Room.NONE),
        (40, 28, Room.FREE),
        (40, 30, Room.FULL),
        (40, 39, Room.NONE),
        (None, 10**6, Room.FREE),
    ],
)
async def test_descriptors_that_connections_leave_alone(
    monkeypatch: pytest.MonkeyPatch, most: int | None, descriptor: int, room: Room
) -> None:
    monkeypatch.setattr(serving, "most_files", lambda: most)
    notices: list[str] = []
    server = Server(on_notice=notices.append)
    assert server.room_for(descriptor, secure=False) is room
    assert server.room_for(descriptor, secure=False) is room
    words = f"This program may have {most} files and connections open, and has: more are refused with 503."
    assert notices == ([] if room is Room.FREE else [words])


async def test_with_no_room_left_a_client_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=AT_LEISURE) as server, shaken_client(server):
        for room, start in ((Room.FULL, b"HTTP/1.1 503 Service Unavailable\r\n"), (Room.NONE, BUSY)):
            monkeypatch.setattr(server, "room_for", lambda *_, room=room, **__: room)
            async with raw_client(server, b"") as raw:
                if room is Room.FULL:
                    raw.send(REQUEST)
                assert (await raw.rest()).startswith(start)
        monkeypatch.undo()
        async with shaken_client(server):
            assert len(server.connections) >= 2


async def test_the_last_descriptor_says_no() -> None:
    notices: list[str] = []
    server = Server(options=AT_LEISURE, on_notice=notices.append)
    await server.listen(port=0)
    spare = server._listeners[0]._spare._number
    assert spare is not None
    with socket.socket() as first, socket.socket() as second:
        for peer in (first, second):
            peer.setblocking(False)
        async with asyncio.timeout(PATIENCE):
            with none_free_below(spare), descriptors(spare + 1):
                for peer in (first, second):
                    with suppress(BlockingIOError):
                        peer.connect(server.addresses[0])
                    assert await asyncio.get_running_loop().sock_recv(peer, 1000) == BUSY
            assert notices == ["No connection can be accepted: too many open files. More are refused."]
            assert server._listeners[0]._spare.here
            async with shaken_client(server):
                assert len(server.connections) == 1
            await server.close()


async def test_without_even_that_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "BACK_OFF", 0)
    notices: list[str] = []
    server = Server(options=AT_LEISURE, on_notice=notices.append)
    await server.listen(port=0)
    spare = server._listeners[0]._spare
    number = spare._number
    assert number is not None
    spare.let_go()
    with socket.socket() as peer:
        peer.setblocking(False)
        async with asyncio.timeout(PATIENCE):
            with none_free_below(number + 1), descriptors(number + 1):
                with suppress(BlockingIOError):
                    peer.connect(server.addresses[0])
                await until(lambda: notices)
                assert not server.connections
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(peer, REQUEST)
            assert (await loop.sock_recv(peer, 1000)) == ACCEPTED
            assert len(notices) == 1
            await server.close()


async def test_a_connection_that_nobody_can_speak_on_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_room: Room) -> asyncio.BaseProtocol:
        raise LookupError("no endpoint")

    failed: list[tuple[str, BaseException]] = []
    async with asyncio.timeout(PATIENCE), serve(port=0, options=AT_LEISURE) as server:
        monkeypatch.setattr(server, "make_link", broken)
        monkeypatch.setattr(server._listeners[0]._tasks, "_report", lambda *told: failed.append(told))
        async with raw_client(server, b"") as raw:
            assert await raw.rest() == b""
        assert [str(error) for _, error in failed] == ["no endpoint"]


async def test_a_listener_that_is_stopped_twice(tmp_path: Path) -> None:
    server = Server()
    listener = await listen_tcp("127.0.0.1", 0, server, None)
    await listener.stop()
    await listener.stop()
    assert listener.sockets == []
    await server.listen_unix(str(tmp_path / "a"))
    await server.close()
    assert server.addresses == []
