"""Requests and answers: who asks, who answers, and how long that took."""

from __future__ import annotations

import pytest

from tests.dissect.decoders.trees import message
from wsgui.dissect.decoders import exchanges, registry
from wsgui.dissect.decoders.exchanges import Exchanges
from wsgui.dissect.decoders.model import Context


def after(name: str, *said: tuple[bool, str | bytes]) -> list[int | None]:
    """For each message, one a ns, how long after its request it came; True is said by the client."""
    known = Exchanges()
    decoder = registry.all_decoders()[name]
    found = []
    for time_ns, (from_client, data) in enumerate(said):
        context = Context(
            "/?EIO=4",
            {"wamp": "wamp.2.json", "stomp": "v12.stomp", "graphql": "graphql-ws"}.get(name, name),
            from_client,
        )
        values = registry.values(decoder, context, message(data))
        assert values, data
        found.append(known.answered(decoder, context, values, 1, time_ns))
    return found


C, S = True, False


@pytest.mark.parametrize(
    ("name", "asks", "answers", "neither"),
    [
        (
            "jsonrpc",
            '{"jsonrpc":"2.0","id":1,"method":"a"}',
            '{"jsonrpc":"2.0","id":1,"result":1}',
            '{"jsonrpc":"2.0","method":"a"}',
        ),
        (
            "jsonrpc",
            '{"jsonrpc":"2.0","id":1,"method":"a"}',
            '{"jsonrpc":"2.0","id":1,"error":{}}',
            '{"jsonrpc":"2.0","id":null,"method":"a"}',
        ),
        ("graphql", '{"type":"ping"}', '{"type":"pong"}', '{"type":"ka"}'),
        ("graphql", '{"type":"connection_init"}', '{"type":"connection_ack"}', '{"type":"ka"}'),
        (
            "graphql",
            '{"id":"1","type":"subscribe","payload":{"query":"{a}"}}',
            '{"id":"1","type":"next","payload":{"data":1}}',
            '{"id":"1","type":"stop"}',
        ),
        ("phoenix", '["1","2","t","a",{}]', '["1","2","t","phx_reply",{}]', '["1",null,"t","a",{}]'),
        ("ocpp", '[2,"1","A",{}]', '[3,"1",{}]', '[6,"1","A",{}]'),
        ("wamp", '[48,7,{},"a"]', "[50,7,{}]", "[49,7,{}]"),
        ("wamp", '[1,"r",{"roles":{}}]', "[2,7,{}]", "[36,1,2,{}]"),
        ("engine.io", "2", "3", "6"),
        ("socket.io", '421["a"]', "431[]", '42["a"]'),
        ("socket.io", '421["a"]', "431[]", '40{"sid":"x"}'),
        (
            "signalr",
            '{"type":1,"invocationId":"1","target":"a"}\x1e',
            '{"type":3,"invocationId":"1"}\x1e',
            '{"type":6}\x1e',
        ),
        (
            "signalr",
            '{"type":4,"invocationId":"1","target":"a"}\x1e',
            '{"type":2,"invocationId":"1"}\x1e',
            '{"type":5,"invocationId":"1"}\x1e',
        ),
        ("stomp", "SEND\nreceipt:7\n\n\0", "RECEIPT\nreceipt-id:7\n\n\0", "SEND\n\n\0"),
        ("stomp", "CONNECT\n\n\0", "CONNECTED\n\n\0", "SEND\n\n\0"),
        ("centrifugo", '{"id":1,"publish":{}}', '{"id":1,"publish":{}}', '{"push":{"channel":"a","pub":{}}}'),
        ("mqtt", b"\xc0\x00", b"\xd0\x00", b"\xe0\x00"),
        ("mqtt", b"\x32\x05\x00\x01a\x00\x07", b"\x50\x02\x00\x07", b"\x30\x03\x00\x01a"),
    ],
)
def test_an_answer_finds_its_request(name: str, asks: str | bytes, answers: str | bytes, neither: str | bytes) -> None:
    assert after(name, (C, asks), (C, neither), (S, answers), (S, answers)) == [None, None, 2, None]
    assert after(name, (C, asks), (C, answers)) == [None, None]  # who asks does not answer
    if name != "centrifugo":  # there only clients ask
        assert after(name, (S, asks), (C, answers)) == [None, 1]


def test_what_is_waited_for_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "_MOST", 1)
    ask = '{"jsonrpc":"2.0","id":%d,"method":"a"}'
    answer = '{"jsonrpc":"2.0","id":%d,"result":1}'
    assert after("jsonrpc", (C, ask % 1), (C, ask % 2), (S, answer % 1), (S, answer % 2)) == [None, None, None, 2]
