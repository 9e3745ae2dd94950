from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.behaviours.recorded.conversation import read_conversation
from wsgui.behaviours.recorded.ids import Ids, without_ids
from wsgui.capture.writer import CaptureWriter
from wsgui.engine import connect, plan, serve
from wsgui.engine.server import Server
from wsgui.options.texts import OptionError
from wsgui.protocol.frames import Frame
from wsgui.protocol.opcodes import Opcode
from wsgui.records import ConnectionClosed, ConnectionOpened, Direction, EndedBy, FramesSeen

if TYPE_CHECKING:
    from pathlib import Path

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
MS = 1_000_000
START = 1_800_000_000_000_000_000


def text(message: str) -> Frame:
    return Frame.build(Opcode.TEXT, message.encode())


TALK = [
    (RECEIVED, [text("welcome")]),
    (SENT, [text('{"id":1,"method":"a"}')]),
    (RECEIVED, [text('{"id": 1, "result": {"id": 1, "other": "é"}}'), Frame.build(Opcode.BINARY, b"\x00\x01")]),
    (SENT, [text('{"method":"b","id":2}')]),
    (RECEIVED, [Frame.build(Opcode.TEXT, b'{"id":', fin=False), Frame.build(Opcode.CONTINUATION, b"2}")]),
    (RECEIVED, [text("pushed")]),
]


def recorded(path: Path, *, role: str = "client", closed: bool = True) -> Path:
    """A capture of a client's connection 3, or of the server's side of the same."""
    writer = CaptureWriter(path, name="x", role=role)
    writer.put(ConnectionOpened(3, START, role, "ws://x/", "a", "b"))
    for place, (direction, frames) in enumerate(TALK, 1):
        way = direction if role == "client" else Direction(1 - direction)
        writer.put(FramesSeen(3, START + place * MS, way, frames))
    if closed:
        ended = EndedBy.PEER if role == "client" else EndedBy.LOCAL
        writer.put(ConnectionClosed(3, START + 99 * MS, 4001, "enough", ended, "It ended.", "fin"))
    writer.close()
    return path


@pytest.mark.parametrize("role", ["client", "server"])
async def test_a_recorded_server_answers_again(tmp_path: Path, role: str) -> None:
    behaviour = plan("capture", [("file", str(recorded(tmp_path / "x.wscap", role=role)))])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        await ws.send('{"id":"live","method":"a"}')
        assert await ws.receive() == "welcome"
        assert await ws.receive() == '{"id": "live", "result": {"id": "live", "other": "é"}}'
        assert await ws.receive() == b"\x00\x01"
        await ws.send('{"id":77,"method":"anything"}')
        assert [one async for one in ws] == ['{"id":77}', "pushed"]
        await ws.wait_closed()
        assert ws.closed is not None
        assert (ws.closed.code, ws.closed.reason) == (4001, "enough")


async def test_messages_are_known_by_what_they_say(tmp_path: Path) -> None:
    file = recorded(tmp_path / "x.wscap", closed=False)
    behaviour = plan("capture", [("file", str(file)), ("match", "content"), ("connection", "3"), ("timing", "on")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server, connect(server.url) as ws:
        assert await ws.receive() == "welcome"
        await ws.send("nobody said this")
        for number in (5, 6):
            await ws.send(json.dumps({"id": number, "method": "b"}))
            assert [await ws.receive(), await ws.receive()] == [f'{{"id":{number}}}', "pushed"]


async def test_another_capture_while_clients_are_there(tmp_path: Path) -> None:
    said: list[str] = []
    server = Server(plan("capture"), on_notice=said.append)
    await server.listen(port=0)
    async with asyncio.timeout(PATIENCE), connect(server.url) as ws:
        await ws.send("x")
        await ws.ping()
        file = recorded(tmp_path / "x.wscap", closed=False)
        server.use_behaviour(plan("capture", [("file", str(file))]))
        assert await ws.receive() == "welcome"
        other = plan("capture", [("file", str(file)), ("timing", "on")])
        file.unlink()
        server.use_behaviour(other)
        await until(lambda: said)
        assert said[0].startswith("x.wscap: ")
        assert said[0].endswith(" What was read before goes on.")
        await ws.send('{"id":9}')
        assert await ws.receive() == '{"id": 9, "result": {"id": 9, "other": "é"}}'
    await server.close()


def test_what_cannot_be_answered_from_is_refused(tmp_path: Path) -> None:
    file = recorded(tmp_path / "x.wscap")
    bad = tmp_path / "bad.wscap"
    bad.write_bytes(b"no capture")
    for pairs, name, says in (
        ([("file", str(file)), ("connection", "4")], "file", "x.wscap: It has no connection 4."),
        ([("file", str(bad))], "file", "bad.wscap: "),
        ([("file", str(tmp_path / "none"))], "file", "none: "),
        ([("ids", "a b")], "ids", "ids: Expected a path such as "),
    ):
        with pytest.raises(OptionError) as error:
            plan("capture", pairs)
        assert error.value.name == name
        assert str(error.value).startswith(says)


def test_a_long_conversation_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsgui.behaviours.recorded.conversation.MOST_MESSAGES", 2)
    found = read_conversation(str(recorded(tmp_path / "x.wscap")), 0)
    assert found.cut
    assert [part.request for part in found.parts] == [None, '{"id":1,"method":"a"}']


def test_ids_in_arrays() -> None:
    ids = Ids([(1,)])
    ids.learn('[2,"old","Boot",{}]', '[2,"new","Boot",{}]')
    assert ids.put_in('[3,"old",{"x":"old"}]') == '[3,"new",{"x":"old"}]'
    assert ids.put_in("old") == "old"
    assert ids.put_in(b"old") == b"old"
    assert ids.put_in("[nothing") == "[nothing"
    ids.learn("no JSON", "[1]")
    assert without_ids('[2,"a"]', [(1,)]) == without_ids('[ 2, "b" ]', [(1,)])
