"""Clients before Socket.IO 3: Engine.IO 3 and Socket.IO's protocol 4."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.engine_io.kit import ends, opened, peer, text_of
from tests.engine.raw import until
from wsgui.engine.engine_io.revision_3 import payload_text, read_payload


def test_payloads_of_the_protocols_page() -> None:
    assert payload_text(["4hello", "2"]) == "6:4hello1:2"
    assert payload_text(["4\u20ac"]) == "2:4\u20ac"
    assert payload_text(["4\U0001f600", b"\1\2\3\4"]) == "3:4\U0001f60010:b4AQIDBA=="
    assert read_payload("6:4hello3:4\U0001f60010:b4AQIDBA==".encode(), binary=False, limit=9) == [
        "4hello",
        "4\U0001f600",
        b"\1\2\3\4",
    ]
    binary = b"\x00\x06\xff4hello" + b"\x01\x05\xff\x04\1\2\3\4"
    assert read_payload(binary, binary=True, limit=9) == ["4hello", b"\1\2\3\4"]


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"4hello", False),
        (b"7:4hello", False),
        (b":4", False),
        (b"0:", False),
        (b"-1:4", False),
        (b"1:41:21:2", False),
        (b"4:b4A!", False),
        (b"9999999999:4", False),
        (b"\xff", False),
        (b"2:4\xf0\x9f\x98\x80", False),
        (b"\x02\x01\xff4", True),
        (b"\x00\xff4", True),
        (b"\x00\x01", True),
        (b"\x00\x0a\xff4", True),
        (b"\x00\x02\xff4", True),
        (b"\x00\x00\xff", True),
        (b"\x01\x01\xff\x03", True),
        (b"\x00\x01\xff\xff", True),
    ],
)
def test_what_is_no_payload(body: bytes, binary: bool) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_payload(body, binary=binary, limit=2)


@given(st.binary(max_size=60), st.booleans())
def test_any_body_is_read_or_refused(body: bytes, binary: bool) -> None:
    with contextlib.suppress(ValueError):
        read_payload(body, binary=binary, limit=5)


@given(st.lists(st.text(min_size=1, max_size=5).map(lambda text: f"4{text}") | st.binary(max_size=5), max_size=5))
def test_there_and_back(packets: list[str | bytes]) -> None:
    assert read_payload(payload_text(packets).encode(), binary=False, limit=5) == packets


async def test_a_session_over_polling() -> None:
    async with peer(revision=3) as one:
        status, text = await one.ask("GET")
        assert status == 200
        length, _, rest = text.partition(":")
        packet, rest = rest[: int(length)], rest[int(length) :]
        assert packet.startswith("0{")
        assert rest == "2:40"
        sid = str(opened(text)["sid"])
        assert await one.post(sid, '13:421["x","y"]') == (400, "Bad request: a packet is cut off\n")
        sid = await one.session()
        assert await one.post(sid, '13:421["x","\U0001f600"]') == (200, "ok")
        got = ""
        while "431" not in got:
            got += (await one.poll(sid))[1]
        assert got == '22:42["x","\\ud83d\\ude00"]19:431["\\ud83d\\ude00"]'
        assert await one.post(sid, "1:2") == (200, "ok")
        assert await one.poll(sid) == (200, "1:3")


async def test_a_post_of_bytes() -> None:
    async with peer(revision=3) as one:
        sid = await one.session()
        body = b"\x00\x03\x09\xff" + b'451-["x",{"_placeholder":true,"num":0}]' + b"\x01\x03\xff\x04\1\2"
        kind = {"Content-Type": "application/octet-stream"}
        async with one.http.post(one.url, params=one.query("polling", sid), data=body, headers=kind) as answer:
            assert answer.status == 200
        got = ""
        while "b4" not in got:
            got += (await one.poll(sid))[1]
        assert got == '39:451-["x",{"_placeholder":true,"num":0}]6:b4AQI='


async def test_a_websocket() -> None:
    async with peer(revision=3) as one, one.websocket() as ws:
        assert (await text_of(ws)).startswith("0{")
        assert await text_of(ws) == "40"
        await ws.send_str("40")  # some say so again: it changes nothing
        await ws.send_str('451-["x",{"_placeholder":true,"num":0}]')
        await ws.send_bytes(b"\x04\1\2")
        assert await text_of(ws) == '451-["x",{"_placeholder":true,"num":0}]'
        assert (await ws.receive()).data == b"\x04\1\2"
        await ws.send_str("2probe")
        assert await text_of(ws) == "3probe"
        await ws.send_str("40/other?token=1,")
        assert await text_of(ws) == "40/other,"
        await ws.send_bytes(b"\x03")
        await ends(ws)


async def test_a_namespace_that_there_is_not() -> None:
    async with peer(("namespaces", "/"), revision=3) as one, one.websocket() as ws:
        assert [(await text_of(ws))[:2] for _ in range(2)] == ["0{", "40"]
        await ws.send_str("40/other")
        assert await text_of(ws) == '44/other,"Invalid namespace"'


async def test_who_does_not_ping_is_gone() -> None:
    async with peer(("ping_interval", "1ms"), ("ping_timeout", "10ms"), revision=3) as one:
        sid = await one.session()
        await until(lambda: sid not in one.behaviour._server.eio.sockets)
        async with one.websocket() as ws:
            await ends(ws)
