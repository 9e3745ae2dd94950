from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.engine.raw import until
from tests.patience import PATIENCE
from wsgui.behaviours import watched
from wsgui.capture.reader import CaptureReader
from wsgui.endpoint.settings import EndpointSettings
from wsgui.engine import connect, plan, serve
from wsgui.engine.server import Server
from wsgui.options.texts import OptionError
from wsgui.session.server import ServerSession

if TYPE_CHECKING:
    from pathlib import Path

THREE = """\
asyncapi: 3.0.0
info: {title: Shop, version: "1"}
channels:
  orders:
    address: /orders/{customer}
    messages:
      order: {$ref: '#/components/messages/order'}
      accepted: {$ref: '#/components/messages/accepted'}
      news: {payload: {type: string, enum: [hello]}}
  quiet:
    address: /quiet
operations:
  takeOrder:
    action: receive
    channel: {$ref: '#/channels/orders'}
    messages: [{$ref: '#/channels/orders/messages/order'}]
    reply:
      messages: [{$ref: '#/channels/orders/messages/accepted'}]
  tell:
    action: send
    channel: {$ref: '#/channels/orders'}
    messages: [{$ref: '#/channels/orders/messages/news'}]
components:
  schemas:
    amount: {type: integer, minimum: 1}
  messages:
    order:
      correlationId: {location: '$message.payload#/id'}
      payload:
        type: object
        required: [id, amount]
        properties:
          id: {type: string, pattern: '^[a-z]+$'}
          amount: {$ref: '#/components/schemas/amount'}
    accepted:
      correlationId: {location: '$message.payload#/id'}
      payload:
        type: object
        required: [id, at]
        properties:
          id: {type: string}
          at: {type: string, format: date-time}
"""

TWO = """\
{"asyncapi": "2.6.0", "info": {"title": "x", "version": "1"},
 "channels": {
  "chat": {
    "publish": {"message": {"oneOf": [{"name": "say", "payload": {"type": "object", "required": ["text"]}},
                                      {"name": "leave", "payload": {"const": "leave"}}]}},
    "subscribe": {"message": {"name": "said", "payload": true,
                              "examples": [{"payload": {"text": "example"}}]}}}}}
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


async def test_version_3_is_served_and_each_violation_is_a_note(tmp_path: Path) -> None:
    session = ServerSession("x", None, file=tmp_path / "x.wscap")
    options = [("file", str(write(tmp_path / "shop.yaml", THREE)))]
    session.use_settings(EndpointSettings(kind="server", behaviour="asyncapi", behaviour_options=options))
    starting = session.start("127.0.0.1", 0)
    assert starting is not None
    await starting
    async with asyncio.timeout(PATIENCE), connect(f"{session.url}orders/7") as ws:
        assert await ws.receive() == "hello"
        await ws.send_messages(['{"id":"A","amount":0}', '{"id":"abc","amount":2}', "no JSON"])
        assert json.loads(await ws.receive()) == {"id": "abc", "at": "2026-11-21T12:04:10Z"}
        await ws.ping()
    await session.close()
    with CaptureReader(tmp_path / "x.wscap") as reader:
        notes = [(reader.payload(frame), text) for frame, text in reader.notes()]
    assert notes == [
        (b'{"id":"A","amount":0}', "AsyncAPI: id: 'A' does not match '^[a-z]+$'."),
        (b'{"id":"A","amount":0}', "AsyncAPI: amount: 0 is less than the minimum of 1."),
        (b"no JSON", "AsyncAPI: The message: 'no JSON' is not of type 'object'."),
    ]


async def test_version_2_from_both_sides(tmp_path: Path) -> None:
    file = str(write(tmp_path / "chat.json", TWO))
    behaviour = plan("asyncapi", [("file", file), ("interval", "10ms")])
    async with asyncio.timeout(PATIENCE), serve(port=0, behaviour=behaviour) as server:
        async with connect(f"{server.url}chat?x=1") as ws:
            assert [await ws.receive(), await ws.receive()] == ['{"text": "example"}'] * 2
        async with connect(f"{server.url}other") as ws:
            await ws.wait_closed()
            assert ws.closed is not None
            assert (ws.closed.code, ws.closed.reason) == (1008, "no such channel")
    behaviour = plan("asyncapi", [("file", file), ("describes", "client")])
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour=behaviour) as server,
        connect(f"{server.url}chat") as ws,
    ):
        assert list(json.loads(await ws.receive())) == ["text"]
        assert await ws.receive() == "leave"


async def test_it_is_read_again_when_it_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "SECONDS", 0.01)
    path = write(tmp_path / "chat.json", TWO)
    said: list[str] = []
    server = Server(plan("asyncapi", [("file", str(path)), ("interval", "10ms")]), on_notice=said.append)
    await server.listen(port=0)
    async with asyncio.timeout(PATIENCE), connect(f"{server.url}chat") as ws:
        assert await ws.receive() == '{"text": "example"}'
        write(path, TWO.replace("{", "[", 1))
        await until(lambda: said)
        assert said[0].startswith("chat.json")
        assert said[0].endswith(" The last good one goes on.")
        write(path, TWO.replace("example", "newer", 1).replace("examples", "examples").replace('"example"', '"again"'))
        while await ws.receive() == '{"text": "example"}':
            pass
    await server.close()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: [", 1, "This is not YAML: "),
        ('{"a": 1,\n}', 2, "This is not JSON: "),
        ("- 1", 1, "It is no AsyncAPI document: "),
        ("info: {}\n", 1, "AsyncAPI 2 and 3 are known, and it does not say asyncapi."),
        ("info: {}\nasyncapi: 1.2.0\n", 2, "AsyncAPI 2 and 3 are known, and it says 1.2.0."),
        ("asyncapi: 2.6.0\nchannels: {}\n", 2, "It has no channels."),
        ("asyncapi: 2.6.0\nchannels:\n  a: 1\n", 3, "a is a table of names and values."),
        (
            "asyncapi: 2.6.0\nchannels:\n  a:\n    publish:\n      message: {$ref: '#/none'}\n",
            1,
            "There is no #/none, which it refers to.",
        ),
        (
            "asyncapi: 2.6.0\nchannels:\n  a:\n    publish:\n      message: {$ref: 'other.yaml'}\n",
            5,
            "It refers to other.yaml: other documents are not read; put it in here.",
        ),
        (
            "asyncapi: 2.6.0\nchannels:\n  a:\n    publish:\n      message:\n        payload: 5\n",
            6,
            "The payload of message is a schema: ",
        ),
        (
            "asyncapi: 2.6.0\nchannels:\n  a:\n    publish:\n      message:\n        payload:\n          type: none\n",
            7,
            "The schema of message: ",
        ),
        (
            "asyncapi: 3.0.0\nchannels:\n  a: {}\noperations:\n  b:\n    action: nod\n",
            5,
            "The operation b has an action, send or receive.",
        ),
        ("asyncapi: 3.0.0\nx: &x {a: *x}\n", 1, "It is nested too deep, or has a part within itself."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = write(tmp_path / "it.yaml", text)
    with pytest.raises(OptionError) as error:
        plan("asyncapi", [("file", str(path))])
    assert error.value.name == "file"
    assert str(error.value).startswith(f"it.yaml, line {line}: {says}"), str(error.value)
