from __future__ import annotations

import asyncio
import json

from tests.engine.raw import NO_KEY, shaken_client, until
from tests.patience import PATIENCE
from wsgui.engine import connect, plan, serve
from wsgui.engine.behaviours.known.chat import EMPTY_ROOMS, HISTORY_BYTES, Chat


async def test_everybody_in_a_room_hears_what_is_said() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour="chat") as server,
        shaken_client(server) as raw,  # it asks for /chat
        connect(f"{server.url}chat?name=Ann") as ann,
        connect(f"{server.url}other?name=Bob") as bob,
    ):
        assert await raw.frame() == (0x81, b"* guest 1 joined chat")
        assert await raw.frame() == (0x81, b"* Ann joined chat")
        assert await ann.receive() == "* Ann joined chat"
        assert await bob.receive() == "* Bob joined other"
        raw.send(b"\x81\x82" + NO_KEY + b"hi")
        assert await raw.frame() == (0x81, b"guest 1: hi")
        assert await ann.receive() == "guest 1: hi"
        await ann.send("two\n* Bob left chat")
        assert await raw.frame() == (0x81, b"Ann: two\nAnn: * Bob left chat")
        await ann.send(b"\x00\x01")
        assert await raw.frame() == (0x82, b"\x00\x01")
        await bob.send("alone")
        assert await bob.receive() == "Bob: alone"
        await ann.close()
        assert await raw.frame() == (0x81, b"* Ann left chat")


async def test_names_and_rooms_are_changed() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour="chat") as server,
        connect(f"{server.url}a?name=Ann") as ann,
    ):
        await ann.receive()
        async with connect(f"{server.url}a?name=ann") as two:
            assert await two.receive() == "* The name ann is taken: you are guest 2."
            assert await two.receive() == "* guest 2 joined a"
            assert await ann.receive() == "* guest 2 joined a"
            for text, answer in (
                ("/name ANN", "* The name ANN is taken."),
                ("/name \x1b* ", "* A name has at least one character that is no blank."),
                ("/name  Bob \n x ", "* guest 2 is now Bob x"),
                ("/who", "* In a: Ann, Bob x"),
                ("/rooms", "* Rooms: a (2)"),
                ("/dance", "* There is no dance of that kind: there are /name NAME, /join ROOM, /who, /rooms, /help."),
                ("/join", "* There is no join of that kind: there are /name NAME, /join ROOM, /who, /rooms, /help."),
                ("/help", "* /name NAME, /join ROOM, /who, /rooms, /help"),
                ('{"type":"who"}', "* In a: Ann, Bob x"),
                ('{"type":"name","name":"Cy"}', "* Bob x is now Cy"),
                ('{"type":"say","text":"hello"}', "Cy: hello"),
                ('{"type":"say"}', "* There is no say of that kind: "),
                ('{"type":7}', 'Cy: {"type":7}'),
                ('{"type":"say","text":"\\ud800"}', "* The text has a character that is not Unicode in it."),
                ("{not json", "Cy: {not json"),
                ("/join b", "* Cy joined b"),
            ):
                await two.send(text)
                assert str(await two.receive()).startswith(answer)
        told = [await ann.receive() for _ in range(6)]
        assert told[0] == "* guest 2 is now Bob x"
        assert told[-1] == "* Cy left a"


async def test_who_comes_late_gets_what_was_said() -> None:
    told = plan("chat", [("history", "2"), ("quiet", "on"), ("others", "on"), ("form", "json")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=told) as server:
        async with connect(f"{server.url}?name=Ann") as ann:
            for text in ("one", "two", "ü"):
                await ann.send(text)
            await ann.ping()
            assert not ann._inbox  # neither a notice nor what it said itself
        async with connect(server.url) as late:
            first, second = json.loads(await late.receive()), json.loads(await late.receive())
            assert [first["text"], second["text"]] == ["two", "ü"]
            assert (first["type"], first["name"], first["room"]) == ("say", "Ann", "lobby")
            server.use_behaviour(plan("chat", [("history", "1"), ("quiet", "on")]))
            async with connect(server.url) as later:
                assert await later.receive() == "Ann: ü"


async def test_what_is_kept_is_bounded() -> None:
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=plan("chat", [("quiet", "on")])) as server:
        chat = server.behaviour
        assert isinstance(chat, Chat)
        async with connect(server.url) as ws:
            for _ in range(3):
                await ws.send("x" * (HISTORY_BYTES // 2))
                await ws.receive()
            assert [len(room.said) for room in chat._rooms.values()] == [1]
            for number in range(EMPTY_ROOMS + 5):
                await ws.send(f"/join r{number}")
                await ws.send("hello")
                await ws.receive()
        await until(lambda: not server.connections)
        assert len(chat._rooms) == EMPTY_ROOMS
        assert not chat._names
        assert not chat._room_of


async def test_who_does_not_read_is_cut_off() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour="chat") as server,
        shaken_client(server) as raw,
        connect(f"{server.url}chat") as ws,
    ):
        raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await ws.receive()
        for _ in range(30):
            await ws.send("x" * 2**20)
            while "x" not in str(await ws.receive()):
                pass
        await until(lambda: list(server.connections) == [2])
