"""Texts to start from. Knows no Qt."""

from __future__ import annotations

from typing import Final

_LINE = "The quick brown fox jumps over the lazy dog 012345678 WebSocket\n"


def text_of(size: int) -> str:
    """``size`` bytes of ASCII in lines of 64, so that an editor need not lay out one endless line."""
    return (_LINE * (size // 64 + 1))[:size]


TEMPLATES: dict[str, str] = {
    "JSON object": '{\n  "type": "subscribe",\n  "channel": "orders"\n}',
    "125 bytes of text": text_of(125),
    "126 bytes of text": text_of(126),
    "1 KiB of text": text_of(1024),
    "64 KiB of text": text_of(65536),
    "UTF-8 of every length": (
        "1 byte: A (U+0041)\n"
        "2 bytes: \u00e9 (U+00E9)\n"
        "3 bytes: \u20ac (U+20AC)\n"
        "4 bytes: \U0001f40d (U+1F40D)\n"
        "joined: e\u0301 (U+0065 U+0301)\n"
        "right to left: \u05e9\u05dc\u05d5\u05dd\n"
    ),
}
"""Name in the menu: text."""

FORMAT_TEXTS: Final[dict[str, dict[str, str]]] = {
    "jsonrpc": {
        "Call": '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": {{counter rpc}}}',
        "Notification": '{"jsonrpc": "2.0", "method": "update", "params": {"value": 1}}',
    },
    "socket.io": {
        "Connect": "40",
        "Connect with auth": '40{"token": "secret"}',
        "Connect to a namespace": "40/admin,",
        "Event": '42["message", {"text": "hello"}]',
        "Event with ack": '42{{counter ack}}["message", {"text": "hello"}]',
        "Event with an attachment": '451-["upload", {"_placeholder": true, "num": 0}]',
        "Attachment": '{"$bytes": "dead beef"}',
        "Disconnect": "41",
    },
    "engine.io": {"Pong": "3", "Ping": "2", "Probe": "2probe", "Upgrade": "5"},
    "graphql": {
        "Init": '{"type": "connection_init", "payload": {}}',
        "Subscribe": '{"id": "{{counter graphql}}", "type": "subscribe", "payload": '
        '{"query": "subscription { messages { text } }", "variables": {}}}',
        "Stop": '{"id": "1", "type": "complete"}',
        "Pong": '{"type": "pong"}',
    },
    "stomp": {
        "Connect": "CONNECT\naccept-version:1.2\nhost:/\nheart-beat:0,0\n\n",
        "Subscribe": "SUBSCRIBE\nid:{{counter stomp}}\ndestination:/topic/chat\nack:auto\n\n",
        "Send": "SEND\ndestination:/topic/chat\ncontent-type:text/plain\n\nhello",
        "Disconnect": "DISCONNECT\nreceipt:bye\n\n",
    },
    "mqtt": {
        "Connect": '{"type": "CONNECT", "protocol level": 4, "clean start": true, "keep alive": 60, '
        '"client identifier": "wsgui-{{random.hex 4}}"}',
        "Subscribe": '{"type": "SUBSCRIBE", "packet identifier": {{counter mqtt}}, "topics": '
        '[{"topic filter": "chat/#", "QoS": 1}]}',
        "Publish, QoS 0": '{"type": "PUBLISH", "topic": "chat/a", "payload": "hello"}',
        "Publish, QoS 1": '{"type": "PUBLISH", "topic": "chat/a", "QoS": 1, "packet identifier": {{counter mqtt}}, '
        '"payload": "hello"}',
        "Ping": '{"type": "PINGREQ"}',
        "Disconnect": '{"type": "DISCONNECT"}',
    },
    "msgpack": {"Map": '{"type": "subscribe", "ids": [1, 2]}'},
    "cbor": {"Map": '{"type": "subscribe", "ids": [1, 2]}'},
    "bson": {"Document": '{"type": "subscribe", "ids": [1, 2]}'},
}
"""By the name of the decoder that writes it: name in its menu, and a text of that format to start from. What counts has
a place that counts."""
