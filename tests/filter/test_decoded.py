"""Fields of decoders in filters: asked of messages, and of nothing else."""

from __future__ import annotations

import pytest

from wsgui.dissect.decoders.model import JSON_LIMIT, Context
from wsgui.filter import FilterError, PlainRow, Scope, evaluate, parse

SOCKET_IO = Context("/socket.io/?EIO=4")


def row(data: bytes, opcode: int = 1, flags: int = 8, context: Context = SOCKET_IO) -> PlainRow:
    return PlainRow(1, 1, 0, 1, opcode, flags, None, 7, len(data), 1, 0, data, None, (), 0, (), None, context)


EVENT = row(b'42/a,7["chat",{"text":"hello"},3]')
MQTT = row(bytes.fromhex("3a0900016100076869"), 2, context=Context(subprotocol="mqtt"))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('sio.event == "chat"', True),
        ('sio.event != "chat"', False),
        ('sio.event in {"a", "chat"}', True),
        ('sio.event matches "^ch"', True),
        ('sio.namespace contains "a"', True),
        ("sio.ack == 7", True),
        ("sio.ack > 7", False),
        ("sio.ack in {5..9}", True),
        ('sio.args[0].text == "hello"', True),
        ("sio.args[1] >= 3", True),
        ("sio.args[2]", False),
        ("sio.data", False),
        ("not sio.data", True),
        ("sio.attachments", False),
        ("decoder == socket.io", True),
        ('event == "chat"', True),
        ("topic or method", False),
        ('decoder in {"json", "socket.io"}', True),
        ('summary contains "chat("', True),
        ("stomp.destination", False),
        ('SIO.EVENT == "chat"', True),
    ],
)
def test_an_event_of_socket_io(text: str, fits: bool) -> None:
    assert evaluate(parse(text), EVENT) is fits
    assert str(parse(str(parse(text)))) == str(parse(text))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('mqtt.topic == "a"', True),
        ("mqtt.dup", True),
        ("mqtt.dup == true", True),
        ("mqtt.retain", False),
        ("mqtt.retain == false", True),
        ("mqtt.qos == 1", True),
        ('mqtt.payload == "hi"', True),
        ("mqtt.code", False),
        ('topic == "a"', True),
    ],
)
def test_a_packet_of_mqtt(text: str, fits: bool) -> None:
    assert evaluate(parse(text), MQTT) is fits


def test_only_messages_are_decoded() -> None:
    for other in (
        row(b'42["chat"]', 9),  # a ping
        row(b'42["chat"]', 1, 0),  # a fragment
        row(b"42", -1, 0),
        row(b'42["chat","' + b"a" * JSON_LIMIT + b'"]'),  # too large
    ):
        assert not evaluate(parse("sio.event"), other)
    for field in ("decoder", "summary", "event"):
        assert not evaluate(parse(field), row(b"x", 9))
    assert not evaluate(parse("event"), row(b'42["chat","' + b"a" * JSON_LIMIT + b'"]'))
    assert not evaluate(parse("event"), row(b"[1]"))  # no decoder tells of one


def test_values_of_another_type_are_not_there() -> None:
    assert not evaluate(parse("wamp.request"), row(b'[48,"x",{},"a"]', context=Context(subprotocol="wamp.2.json")))
    assert not evaluate(parse("signalr.error"), row(b'{"type":7,"error":7}\x1e'))


def test_what_only_a_handshake_tells_is_refused_on_the_wire() -> None:
    with pytest.raises(FilterError, match=r"eio\.type is not known of a frame on its way"):
        parse("eio.type", Scope.WIRE)
    assert parse("sio.event", Scope.WIRE)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sio.args. == 5", "Expected a name or a place here, as in sio.args.a, sio.args[0]"),
        ("sio.evnt", "There is no field sio.evnt. Did you mean sio.event"),
        ("sio.event == chat", "Text stands in quotes"),
        ("sio.ack contains 5", "contains does not fit sio.ack"),
    ],
)
def test_mistakes_have_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse(text)
    assert raised.value.sentence.startswith(sentence)
