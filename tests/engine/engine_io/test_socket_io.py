"""The cases of Socket.IO's test suite (github.com/socketio/socket.io-protocol, v5: test-suite), and the chat."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.engine_io.kit import ends, peer, text_of
from tests.engine.raw import until
from wsgui.engine import plan
from wsgui.options.texts import OptionError


async def joined(ws: Any, namespace: str = "") -> str:
    """Join a namespace, the open packet before it included; returns the client's id there."""
    text = await text_of(ws)
    if text.startswith("0"):
        await ws.send_str(f"40{namespace}")
        text = await text_of(ws)
    assert text.startswith(f"40{namespace}{{"), text
    sid: str = json.loads(text[text.index("{") :])["sid"]
    return sid


@pytest.mark.parametrize(
    ("sent", "answer"),
    [("40", "40{"), ('40{"token":"123"}', "40{"), ("40/custom,", "40/custom,{"), ('40/custom,{"a":1}', "40/custom,{")],
)
async def test_joining_a_namespace(sent: str, answer: str) -> None:
    async with peer() as one, one.websocket() as ws:
        await text_of(ws)
        await ws.send_str(sent)
        assert (await text_of(ws)).startswith(answer)


async def test_a_namespace_that_there_is_not() -> None:
    async with peer(("namespaces", "/"), ("namespaces", "/custom")) as one, one.websocket() as ws:
        await text_of(ws)
        await ws.send_str("40/random,")
        assert await text_of(ws) == '44/random,{"message":"Invalid namespace"}'
        await ws.send_str("40/custom,")
        assert (await text_of(ws)).startswith("40/custom,{")


@pytest.mark.parametrize(
    "wrong",
    [
        "4abc",
        "42{}",
        "42abc",
        '42abc["x"]',
        "42[]",
        "44",
        "4",
        "49",
        "4[1]",
        "4null",
        '45-["x"]',
        "42[1",
        "4" + "[" * 9000,
    ],
)
async def test_what_is_no_packet_ends_a_connection(wrong: str) -> None:
    for join in (True, False):
        async with peer() as one, one.websocket() as ws:
            if join:
                await joined(ws)
            await ws.send_str(wrong)
            await ends(ws)


async def test_joining_twice_ends_a_connection() -> None:
    async with peer() as one, one.websocket() as ws:
        await joined(ws)
        await ws.send_str("40")
        await ends(ws)


async def test_binary_that_nobody_announced() -> None:
    async with peer() as one, one.websocket() as ws:
        await joined(ws)
        await ws.send_bytes(b"\1")
        await ends(ws)


async def test_who_joins_nothing_is_dropped() -> None:
    async with peer() as one:
        one.behaviour._server.connect_timeout = 0.001
        async with one.websocket() as ws:
            await ends(ws)
        await until(lambda: not one.behaviour._server.eio.sockets)


async def test_leaving_a_namespace() -> None:
    async with peer() as one, one.websocket() as ws:
        await joined(ws)
        await ws.send_str("40/custom,")
        assert (await text_of(ws)).startswith("40/custom,{")
        await ws.send_str("41")
        await ws.send_str('42["lost"]')
        await ws.send_str('42/custom,["kept"]')
        assert await text_of(ws) == '42/custom,["kept"]'
        await ws.send_str("40")  # and back again
        assert (await text_of(ws)).startswith("40{")


async def test_plain_and_binary_events_and_acknowledgements() -> None:
    async with peer() as one, one.websocket() as ws:
        await joined(ws)
        for sent, *answers in (
            ('42["message",1,"2",{"3":[true]}]', '42["message",1,"2",{"3":[true]}]'),
            ('42456["message",1,"2"]', '42["message",1,"2"]', '43456[1,"2"]'),
            ('420["message"]', '42["message"]', "430[]"),
        ):
            await ws.send_str(sent)
            assert [await text_of(ws) for _ in answers] == answers
        await ws.send_str('452-789["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
        await ws.send_bytes(b"\1\2\3")
        await ws.send_bytes(b"\4\5\6")
        for start in ('452-["message",', "462-789["):
            assert (await text_of(ws)).startswith(start)
            assert [(await ws.receive()).data for _ in range(2)] == [b"\1\2\3", b"\4\5\6"]


# --- the chat


async def test_a_message_goes_to_everybody_in_the_namespace() -> None:
    async with peer() as one, one.websocket() as ann, one.websocket() as bob, one.websocket() as other:
        await joined(ann)
        bobs = await joined(bob)
        assert await text_of(ann) == f'42["user joined",{{"id":"{bobs}","users":2}}]'
        await joined(other, "/other,")
        await ann.send_str('421["chat message","hi"]')
        assert await text_of(ann) == '42["chat message","hi"]'
        assert await text_of(ann) == '431["hi"]'
        assert await text_of(bob) == '42["chat message","hi"]'
        await bob.close()
        assert await text_of(ann) == f'42["user left",{{"id":"{bobs}","users":1}}]'
        await other.send_str('42/other,["x"]')
        assert await text_of(other) == '42/other,["x"]'


async def test_rooms() -> None:
    async with peer(("quiet", "on")) as one, one.websocket() as ann, one.websocket() as bob:
        anns = await joined(ann)
        bobs = await joined(bob)
        for room, rooms in (("a", ["a"]), ("b", ["a", "b"]), (bobs, ["a", "b"]), (anns, ["a", "b"]), (7, ["a", "b"])):
            await ann.send_str(f'421["join",{json.dumps(room)}]')
            assert sorted(json.loads((await text_of(ann))[3:])[0]) == rooms
        await ann.send_str('421["leave","b"]')
        assert await text_of(ann) == '431[["a"]]'
        await bob.send_str('42["room message","a","not mine"]')
        await bob.send_str('422["join","a"]')
        assert await text_of(bob) == '432[["a"]]'
        await bob.send_str('42["room message","a","hi",1]')
        assert await text_of(ann) == '42["room message","a","hi",1]'
        assert await text_of(bob) == '42["room message","a","hi",1]'
        await ann.send_str('423["leave","nowhere"]')
        assert await text_of(ann) == '433[["a"]]'
        await ann.send_str('424["join",{"a":1}]')
        assert await text_of(ann) == '434[["a"]]'


# --- options


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("path", "x", "The path starts with /: 'x' does not."),
        ("ping_interval", "0", "The ping interval is more than 0 seconds."),
        ("namespaces", "x", "A namespace starts with /: 'x' does not."),
    ],
)
def test_options_that_cannot_be_used(name: str, value: str, sentence: str) -> None:
    with pytest.raises(OptionError) as failed:
        plan("socketio", [(name, value)])
    assert str(failed.value).endswith(sentence)


async def test_a_path_of_ones_own() -> None:
    async with peer(("path", "/chat")) as one:
        assert (await one.ask("GET"))[0] == 426
        one.url = one.url.replace("socket.io", "chat")
        assert (await one.ask("GET"))[0] == 200
        async with one.websocket() as ws:
            await joined(ws)


async def test_other_behaviours_take_over() -> None:
    async with peer() as one, one.websocket() as ws:
        await joined(ws)
        one.server.use_behaviour("echo")
        await ws.send_str("hello")
        assert await text_of(ws) == "hello"
        one.server.use_behaviour("socketio")  # a session begins anew
        assert (await text_of(ws)).startswith("0{")


async def test_options_that_change_keep_the_sessions() -> None:
    async with peer() as one, one.websocket() as ws:
        await joined(ws)
        one.server.use_behaviour(plan("socketio", [("max_payload", "20")]))
        await ws.send_str('42["x"]')
        assert await text_of(ws) == '42["x"]'
        await ws.send_str('42["' + "x" * 20 + '"]')
        await ends(ws)
