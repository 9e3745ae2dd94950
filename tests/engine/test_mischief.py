"""Faults on real sockets: what the peer gets."""

from __future__ import annotations

import asyncio

import pytest

from tests.engine.raw import shaken_client, tcp_of
from tests.patience import PATIENCE
from wsgui.engine import Options, connect, serve
from wsgui.engine.faults import Action, Cut, Faults, Tampering
from wsgui.engine.options import Compression
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy

PING = b"\x89\x80\x00\x00\x00\x00"


def text(words: bytes) -> bytes:
    """A text frame of a client, with a key that changes nothing."""
    return bytes((0x81, 0x80 | len(words), 0, 0, 0, 0)) + words


def only(opcode: int, action: Action, seconds: float = 0.0, offset: int | None = None) -> Faults:
    return Faults(frames=(Tampering(action, lambda frame, _inflated: frame.opcode == opcode, "", seconds, offset),))


async def said_to(faults: Faults, *sent: bytes, frames: int, policy: Policy | None = None) -> list[tuple[int, bytes]]:
    """What an echo server with faults answers."""
    options = Options(faults=faults, policy=policy or Policy())
    async with asyncio.timeout(PATIENCE), serve(port=0, options=options) as server, shaken_client(server) as raw:
        for data in sent:
            raw.send(data)
        return [await raw.frame() for _ in range(frames)]


async def test_dropped() -> None:
    faults = only(Opcode.TEXT, Action.DROP)
    assert await said_to(faults, text(b"a"), PING, frames=1) == [(0x8A, b"")]


async def test_sent_twice() -> None:
    faults = only(Opcode.TEXT, Action.DUPLICATE)
    assert await said_to(faults, text(b"a"), frames=2) == [(0x81, b"a"), (0x81, b"a")]


async def test_changed_at_a_byte() -> None:
    ((head, payload),) = await said_to(only(Opcode.TEXT, Action.CORRUPT, offset=1), text(b"abc"), frames=1)
    assert head == 0x81
    assert (payload[0:1], payload[2:]) == (b"a", b"c")
    assert bin(payload[1] ^ ord("b")).count("1") == 1


async def test_what_chance_changes_it_changes_again() -> None:
    faults = only(Opcode.BINARY, Action.CORRUPT)
    data = b"\x82\x90\x00\x00\x00\x00" + bytes(16)
    first = await said_to(faults, data, data, frames=2)
    assert first == await said_to(faults, data, data, frames=2)
    assert all(sum(payload) for _, payload in first)


async def test_a_byte_that_is_not_there_stays() -> None:
    assert await said_to(only(Opcode.TEXT, Action.CORRUPT, offset=9), text(b"abc"), frames=1) == [(0x81, b"abc")]
    assert await said_to(only(Opcode.TEXT, Action.CORRUPT), text(b""), frames=1) == [(0x81, b"")]


async def test_delayed_frames_keep_their_order() -> None:
    faults = only(Opcode.PONG, Action.DELAY, 0.02)
    # Pongs leave before echoes; the echo waits behind the pong that is held back.
    assert await said_to(faults, text(b"a") + PING, frames=2) == [(0x8A, b""), (0x81, b"a")]


async def test_late_and_wrong_pongs() -> None:
    faults, policy = Faults(pong_delay=0.02), Policy(pong_payload=b"x")
    assert await said_to(faults, PING, text(b"a"), frames=2, policy=policy) == [(0x81, b"a"), (0x8A, b"x")]


async def test_other_close_codes() -> None:
    close = b"\x88\x82\x00\x00\x00\x00\x03\xe8"
    assert await said_to(Faults(), close, frames=1, policy=Policy(close_answer=4000)) == [(0x88, b"\x0f\xa0")]


async def test_cut_with_fin_after_some_frames() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(faults=Faults(cut_after=4))) as server:
        async with shaken_client(server) as raw:
            raw.send(text(b"a"))
            assert await raw.frame() == (0x81, b"a")
            raw.send(text(b"b"))
            assert await raw.rest() == b"\x81\x01b"


async def test_cut_with_rst() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, options=Options(faults=Faults(cut_after=2, cut=Cut.RST))) as server,
    ):
        async with shaken_client(server) as raw:
            raw.send(text(b"a"))
            with pytest.raises(ConnectionResetError):
                await raw.rest()


async def test_reading_stops_and_goes_on() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(faults=Faults(stop_reading=True))) as server:
        async with shaken_client(server) as raw:
            (ws,) = server.connections.values()
            raw.send(text(b"a"))
            assert not tcp_of(ws).is_reading()
            ws.driver.use_faults(Faults())
            assert await raw.frame() == (0x81, b"a")


async def test_slow_reading_takes_a_few_bytes_at_a_time() -> None:
    sizes: list[int] = []
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(faults=Faults(read_rate=1000))) as server:
        async with shaken_client(server) as raw:
            (ws,) = server.connections.values()
            receive = ws.driver.data_received

            def seen(data: bytes) -> None:
                sizes.append(len(data))
                receive(data)

            ws.driver.data_received = seen  # type: ignore[method-assign]
            raw.send(text(b"a" * 100))
            assert await raw.frame() == (0x81, b"a" * 100)
            assert max(sizes) <= 50
            assert sum(sizes) == 106
            ws.driver.use_faults(Faults())
            raw.send(text(b"b"))
            assert await raw.frame() == (0x81, b"b")


async def test_faults_change_while_frames_are_held() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(faults=only(1, Action.DELAY, 60))) as server:
        async with shaken_client(server) as raw:
            (ws,) = server.connections.values()
            raw.send(text(b"a") + PING)
            await _turns()
            ws.driver.use_faults(only(2, Action.DROP))
            assert ws.driver._mischief is not None
            assert bool(ws.driver._mischief._held)  # it leaves at its time, or never if the connection ends first


async def _turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_too_much_held_leaves_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.engine.delay_line.HELD_BYTES", 250)
    faults = only(1, Action.DELAY, 60)
    found = await said_to(faults, text(b"a"), text(b"b"), text(b"c"), frames=1)
    assert found == [(0x81, b"a")]


async def test_no_faults_no_mischief() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        (ws,) = server.connections.values()
        ws.driver.use_faults(Faults())
        assert ws.driver._mischief is None
        raw.send(text(b"a"))
        assert await raw.frame() == (0x81, b"a")
        ws.driver.use_faults(Faults(cut_after=99))
        ws.write_frames([Frame(0x81, 7, None, b"b")])
        assert await raw.frame() == (0x81, b"b")


async def test_cut_of_what_is_over_does_nothing() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0) as server, shaken_client(server) as raw:
        (ws,) = server.connections.values()
        ws.driver.cut(Cut.FIN)
        ws.driver.cut(Cut.RST)
        assert await raw.rest() == b""


async def test_what_was_compressed_is_asked_as_it_was_before() -> None:
    asked: list[tuple[bytes | None, bool]] = []

    def meant(frame: Frame, inflated: bytes | None = None) -> bool:
        asked.append((inflated, frame.rsv1))
        return False

    watching = Faults(frames=(Tampering(Action.DROP, meant),))
    options = Options(compression=Compression(), faults=watching)
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(compression=Compression())) as server:
        async with connect(server.url, options=options, observer=lambda _: None) as ws:
            await ws.send("Hello")
            await ws.send("Hello")  # refers to the first
            assert [await ws.receive(), await ws.receive()] == ["Hello", "Hello"]
            ws.driver.use_faults(Faults())
            await ws.send("Nobody asks")
            ws.driver.use_faults(watching)
            await ws.send("Nobody asks")
            await ws.ping()
    assert asked[:4] == [(b"Hello", True), (b"Hello", True), (b"Nobody asks", True), (None, False)]


async def test_what_cannot_be_inflated_is_asked_as_it_is() -> None:
    asked: list[bytes | None] = []

    def meant(frame: Frame, inflated: bytes | None = None) -> bool:
        asked.append(inflated)
        return False

    options = Options(compression=Compression(), faults=Faults(frames=(Tampering(Action.DROP, meant),)))
    async with asyncio.timeout(PATIENCE), serve(port=0, options=Options(compression=Compression())) as server:
        async with connect(server.url, options=options) as ws:
            await ws.send_frames([ws.frame(Opcode.TEXT, b"\xff\xff")._replace(head=0xC1)])
            await ws.wait_closed()
    assert asked[0] is None
