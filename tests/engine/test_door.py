"""Pages of other sites at a server (RFC 6455 section 10.2), and names that were made to point to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import ACCEPTED, REQUEST, raw_client, until
from tests.patience import PATIENCE
from wsgui.engine import Behaviour, Options, Server, Timeouts, WebSocket, serve
from wsgui.engine.behaviours.known.echo import Echo
from wsgui.engine.door import MOST_WAITING, Visit, machine_names
from wsgui.protocol.admission import Admission
from wsgui.protocol.visitors import Visitor, Welcome
from wsgui.records import Direction, HandshakeSeen

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.records import Record

EVIL = Visitor("https://evil.example")


def page(origin: str = "https://evil.example", host: str = "127.0.0.1:8765") -> bytes:
    return REQUEST.replace(b"Host: localhost", f"Host: {host}\r\nOrigin: {origin}".encode())


def listening(
    behaviour: str = "broadcast", welcome: Welcome | None = None, **times: float
) -> tuple[Server, list[Visit]]:
    visits: list[Visit] = []
    options = Options(admission=Admission(welcome=welcome or Welcome()), timeouts=Timeouts(**times))
    return Server(behaviour, options=options, on_visit=visits.append), visits


def test_a_behaviour_that_does_not_say_reaches_others() -> None:
    class Mine(Echo):
        pass

    assert not Mine.alone
    assert Behaviour.alone


@pytest.mark.parametrize(
    ("request_", "let_in"),
    [
        (REQUEST, True),
        (page("http://localhost:3000"), True),
        (page("http://127.0.0.1:3000", f"{min(machine_names())}:8765"), True),
        (page(), False),
        (page("null"), False),
        (page("file://"), False),
        (page("http://rebound.example", "rebound.example"), False),
        (REQUEST.replace(b"localhost", b"rebound.example"), False),
    ],
)
async def test_where_a_client_reaches_others(request_: bytes, let_in: bool) -> None:
    server, _ = listening()
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, request_) as raw:
            head = await raw.head()
            assert head == ACCEPTED if let_in else head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
        await server.close()


async def test_where_a_client_hears_only_itself_anybody_comes_and_it_is_told() -> None:
    server, visits = listening("echo")
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, page()) as raw:
            assert await raw.head() == ACCEPTED
            [visit] = visits
            assert visit == Visit(
                1, server.connections[1].remote, "https://evil.example", EVIL, True, told=False, behaviour="echo"
            )
            async with raw_client(server, page("http://localhost")) as local:
                assert await local.head() == ACCEPTED
            assert visits[1].origin == "http://localhost"
            assert not visits[1].visitor
            # From now on one hears another: who was not let in goes, who needs no letting in stays.
            async with raw_client(server) as program:
                assert await program.head() == ACCEPTED
                assert server.use_behaviour("broadcast") == 1
                assert await raw.frame() == (0x88, b"\x03\xf0foreign pages have to be let in now")
                program.send(b"\x81\x82\0\0\0\0hi")
                assert await program.frame() == (0x81, b"hi")
                assert await raw.rest() == b""
        await server.close()


async def test_a_list_holds_for_every_behaviour() -> None:
    welcome = Welcome(origins=("https://good.example",), hosts=("good.example",))
    server, visits = listening("echo", welcome)
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        for request, status in (
            (page("https://good.example"), b"101"),
            (page("https://good.example", "good.example:1"), b"101"),
            (page("https://evil.example"), b"403"),
            (page("http://localhost", "evil.example"), b"403"),
            (REQUEST, b"101"),
        ):
            async with raw_client(server, request) as raw:
                assert (await raw.head()).startswith(b"HTTP/1.1 " + status)
        await server.close()
    assert [visit.let_in for visit in visits] == [True, True, False, False]
    assert visits[0].told


async def test_the_handshake_waits_for_an_answer() -> None:
    seen: list[Record] = []
    server = Server("broadcast", observer=seen.append)
    server.door.asks = True
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with (
            raw_client(server, page() + b"\x81\x82\0\0\0\0hi") as raw,
            raw_client(server, page()) as second,
            raw_client(server, page("null")) as other,
        ):
            await until(lambda: len(server.door.questions) == 2 and len(server.door.questions[EVIL]) == 2)
            assert sorted(server.door.questions) == [EVIL, Visitor("null")]
            # What it asked for is shown meanwhile.
            heads = [one for one in seen if isinstance(one, HandshakeSeen)]
            assert [one.direction for one in heads] == [Direction.RECEIVED] * 3
            server.door.answer(EVIL, let_in=True)
            assert await raw.head() == ACCEPTED
            assert await second.head() == ACCEPTED
            assert await raw.frame() == (0x81, b"hi")
            server.door.answer(Visitor("null"), let_in=False)
            assert (await other.head()).startswith(b"HTTP/1.1 403 ")
            assert server.door.questions == {}
            heads = [one for one in seen if isinstance(one, HandshakeSeen)]
            assert [one.direction for one in heads].count(Direction.RECEIVED) == 3
        await server.close()


async def test_who_hangs_up_is_not_asked_about_any_more() -> None:
    server, _ = listening()
    server.door.asks = True
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, page()):
            await until(lambda: server.door.questions)
        await until(lambda: not server.connections)
        assert server.door.questions == {}
        server.door.answer(EVIL, let_in=True)
        await server.close()


async def test_nobody_answers() -> None:
    server, _ = listening(answer=0.01)
    server.door.asks = True
    await server.listen("127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, page()) as raw:
            head = await raw.head()
            assert head.startswith(b"HTTP/1.1 403 Forbidden\r\n")
            assert await raw.rest() == b"Nobody said in time whether this client may come in.\n"
        assert server.door.questions == {}
        await server.close()


async def test_who_sends_a_lot_while_waiting_is_slowed_down() -> None:
    server, _ = listening()
    server.door.asks = True
    await server.listen("127.0.0.1", 0)
    frame = b"\x82\xfe\x40\x00\0\0\0\0" + bytes(0x4000)
    async with asyncio.timeout(PATIENCE):
        async with raw_client(server, page() + frame * 40) as raw:
            await until(lambda: 1 in server.connections and "answer" in server.connections[1].driver.pauses)
            assert len(server.connections[1].driver.handshake.leftover) < 40 * 0x4000
            server.door.answer(EVIL, let_in=True)
            assert await raw.head() == ACCEPTED
            for _ in range(40):
                assert (await raw.frame())[1] == bytes(0x4000)
        await server.close()


async def test_only_so_many_wait() -> None:
    server, visits = listening()
    server.door.asks = True
    await server.listen("127.0.0.1", 0)
    host, port = server.addresses[0]
    async with asyncio.timeout(PATIENCE):
        streams = []
        for number in range(MOST_WAITING + 1):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(page(f"https://a{number}.example"))
            streams.append((reader, writer))
            await until(lambda number=number: len(visits) == number + 1)
        assert [visit.let_in for visit in visits] == [None] * MOST_WAITING + [False]
        assert (await streams[-1][0].readuntil(b"\r\n")) == b"HTTP/1.1 403 Forbidden\r\n"
        for _, writer in streams:
            writer.close()
            await writer.wait_closed()
        await server.close()


async def test_a_unix_socket_has_no_foreign_names(tmp_path: Path) -> None:
    server, visits = listening()
    await server.listen_unix(str(tmp_path / "s"))
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
        writer.write(page("https://evil.example", "evil.example"))
        assert await reader.readuntil(b"\r\n\r\n") == ACCEPTED
        writer.close()
        await writer.wait_closed()
        await server.close()
    assert visits == []


async def test_a_coroutine_function_may_do_anything() -> None:
    async def quiet(ws: WebSocket) -> None:
        await ws.wait_closed()

    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=quiet) as server, raw_client(server, page()) as raw:
        assert (await raw.head()).startswith(b"HTTP/1.1 403 ")
