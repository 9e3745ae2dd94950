"""What each decoder says of bytes that are none of its own, or only begin as its own do; what it writes and copies."""

from __future__ import annotations

import struct

import pytest

from tests.dissect.decoders.trees import best, line, message, sentence, tree, values
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import JSON_LIMIT, NO_CONTEXT, Budget, Context, Message, NotFittingError, TreeNode

MQTT = Context(subprotocol="mqtt")
MQTT_5 = Context(subprotocol="mqtt", first=bytes.fromhex("100d00044d51545405020000000000"))
SOCKET_IO = Context("/socket.io/?EIO=4&transport=websocket")


def document(*elements: bytes) -> bytes:
    body = b"".join(elements) + b"\0"
    return struct.pack("<i", len(body) + 4) + body


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bson", b"\x08\0\0\0\x10abc", "the name at byte 5 has no end"),
        ("bson", document(b"\x10a\0\1\0\0\0") + b"x", "the document ends at byte 12, and more follows"),
        ("bson", document(b"\x02a\0\0\0\0\0"), "the text at byte 7 says 0 bytes"),
        ("bson", document(b"\x05a\0\xff\xff\xff\xff\0"), "the bytes at byte 7 say -1"),
        ("bson", document(b"\x03a\0\x02\0\0\0"), "the document at byte 7 says 2 bytes"),
        ("bson", b"\x07\0\0\0\0\0\0", "the document ends at byte 5, and says byte 7"),
        ("cbor", b"\x1f", "the number at byte 0 has no length"),
        ("cbor", b"\x5f\x61a\xff", "byte 1 (0x61) begins no piece of the same type"),
        ("cbor", b"\xa1\x80\x01", "the key at byte 1 is an array or map"),
        ("cbor", b"\xff", "the break at byte 0 ends nothing"),
        ("cbor", b"\x1c", "byte 0 (0x1c) begins no value"),
        ("cbor", b"\xdf", "the tag at byte 0 has no number, or too many follow it"),
        ("cbor", b"\x01\x01", "the value ends at byte 1, and more follows"),
        ("cbor", b"\x9b\0\0\0\1\0\0\0\0", "4294967296 values are said at byte 0, and 0 bytes are left"),
        ("msgpack", b"\x81\x91\x01\x01", "the key at byte 1 is a array"),
        ("msgpack", b"\xdd\xff\xff\xff\xff", "the array at byte 0 says 4294967295 values, and 0 bytes are left"),
        ("mqtt", b"\x00\x00", "no packet begins at byte 0"),
        ("mqtt", b"\xc0\xff\xff\xff\xff\x01", "no packet begins at byte 0"),
        ("protobuf", b"\x00", "no field begins at byte 0"),
        ("protobuf", b"\x0c", "the group that ends at byte 0 was not begun"),
        ("protobuf", b"\x0e\x01", "there is no wire type 6, which stands before byte 1"),
        ("protobuf", b"\xff" * 11, "the number before byte 10 has no end"),
        ("centrifugo", '{"a":1}', "no command or reply of Centrifugo looks like it"),
        ("signalr", "x", "no record of SignalR looks like it"),
        ("sockjs", "x", "no frame of SockJS looks like it"),
        ("engine.io", "x", "no digit from 0 to 6 begins it"),
        ("socket.io", "x", "no message packet begins it"),
        ("jsonrpc", '{"a":1}', "no message of this protocol looks like it"),
        ("jsonrpc", '{"jsonrpc":"2.0"', "no message of this protocol looks like it"),
        ("stomp", "x", "no command begins at byte 0"),
    ],
)
def test_what_is_wrong_has_a_place(name: str, data: bytes | str, reason: str) -> None:
    assert sentence(name, data).endswith(f": {reason}.")


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (b"\x09\x01\x01", "the properties at byte 4 say 9 bytes"),
        (b"\x02\x7f\x01", "there is no property as at byte 5"),
        (b"\xff\xff\xff\xff\x01", "the length before byte 8 has no end"),
    ],
)
def test_wrong_properties_of_mqtt(properties: bytes, reason: str) -> None:
    body = b"\x00\x07" + properties
    assert sentence("mqtt", bytes([0x82, len(body)]) + body, MQTT_5).endswith(f"{reason}.")


def test_mqtt_without_its_connect() -> None:
    connect = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00"
    assert best(connect) == "mqtt"
    assert best(b"\xc0\x00", Context(first=connect)) == "mqtt"
    assert best(b"\xc0\x00") != "mqtt"
    assert line(b"\x10\x00", MQTT) == "CONNECT"
    assert values("mqtt", b"\xc0\x00", Context(subprotocol="mqtt", first=b"\x10\x05\x00\x09MQT")) == {
        "type": "PINGREQ",
        "packets": 1,
    }
    data = b"\x90\x05\x00\x01\x00more"[:7]
    assert "return code" not in "\n".join(tree("mqtt", data, MQTT))
    # Correlation data is bytes.
    body = b"\x00\x01a" + b"\x05\x09\x00\x02\xff\x00" + b"hi"
    assert "correlation data = 2 bytes: ff 00" in "\n".join(tree("mqtt", bytes([0x30, len(body)]) + body, MQTT_5))
    json_and_more = b"\x00\x01a" + b"{} x"
    assert tree("mqtt", bytes([0x30, len(json_and_more)]) + json_and_more, MQTT)[-1].endswith("payload = {} x [5:9]")
    assert registry.all_decoders()["mqtt"].values(NO_CONTEXT, message(b"")) == {}


def test_beginnings_are_recognised() -> None:
    """Of a row on screen only the beginning is read."""
    big = "a" * 300
    for data, context, name in (
        (f'{{"jsonrpc":"2.0","method":"x","params":["{big}', NO_CONTEXT, "jsonrpc"),
        (f'42["chat","{big}', NO_CONTEXT, "socket.io"),
        (f'{{"type":1,"target":"Send","arguments":["{big}', Context(first=b'{"protocol":"json"}\x1e'), "signalr"),
        (f'{{"id":1}}\n{{"id":"{big}', NO_CONTEXT, "ndjson"),
        (f'{{"push":{{"channel":"a","pub":{{"data":"{big}', Context(subprotocol="centrifuge-json"), "centrifugo"),
    ):
        assert best(data, context, whole=False) == name
        assert line(data, context, whole=False)
    for raw, context, name in (
        (b"\x81\xa1a\xd9\xff" + b"x" * 100, NO_CONTEXT, "msgpack"),
        (b"\xa1\x61a\x79\x01\xff" + b"x" * 100, NO_CONTEXT, "cbor"),
        (b"\x0a\xff\x01x", Context(subprotocol="protobuf"), "protobuf"),
    ):
        assert best(raw, context, whole=False) == name
        assert line(raw, context, whole=False)
    bson = struct.pack("<i", 5000) + b"\x02a\0"
    assert registry.automatic(NO_CONTEXT, Message(bson, text=False, whole=False, length=5000)).name == "bson"
    assert best("<a><b>x</b></a> x") == "text"
    assert best("<a>" + big, whole=False) == "xml"
    assert best('{"a":1}\nx') == "text"


def test_large_values_are_not_worked_out() -> None:
    assert values("ndjson", '{"a":1}\n' * (JSON_LIMIT // 8 + 1)) == {}
    many = b"\x08\x01" * 600
    assert "protobuf" in [decoder.name for decoder in registry.fitting(NO_CONTEXT, message(many))]
    ours = Context(subprotocol="protobuf")
    assert best(many, ours) == "protobuf"
    assert line(many, ours).startswith("1: 1, 1: 1")
    assert best(b"\x08\x01" * 3000, ours) == "protobuf"
    packed = b"\xdc\x17\x70" + b"\x01" * 6000
    assert registry.all_decoders()["msgpack"].values(NO_CONTEXT, message(packed)) == {}
    with pytest.raises(NotFittingError, match="too many values"):
        registry.pretty(registry.all_decoders()["msgpack"], message(packed))


def test_what_only_looks_like_a_protocol_stays_what_it_is() -> None:
    assert best('["a","b","c","d"]') == "json"
    assert best('["a","b","c","d","e"]') == "json"
    assert best('{"topic":"a","event":"b"}') == "json"
    assert best("c[1] is odd") == "text"
    assert sentence("sockjs", "c[3000] x", Context("/a/0/b/websocket")).endswith("at byte 7, and more follows.")
    assert best("[2,1]") == "json"
    assert best('[48,7,{},"a"]') == "json"
    assert best("42") == "text"
    assert best("o") == "text"
    assert best("2") == "text"
    assert best("x=1") == "text"
    assert best(b"\x01\x02\x03") == "hex"
    assert best(b"\x08\x01") == "hex"


def test_times_that_no_calendar_has() -> None:
    late = b"\x81\xa1t\xc7\x0c\xff" + bytes(4) + b"\x7f" + b"\xff" * 7
    assert "ext -1: time" in tree("msgpack", late)[1]
    assert "9223372036854775807 (time)" in tree("bson", document(b"\x09t\0" + b"\xff" * 7 + b"\x7f"))[1]
    pointer = b"\x0cp\0\x02\0\0\0a\0" + bytes(12)
    assert "a 000000000000000000000000 (DBPointer)" in tree("bson", document(pointer))[1]


def test_groups_and_messages_without_an_end() -> None:
    assert sentence("protobuf", b"\x0b\x08\x01") == "This is not Protobuf: the group at byte 0 has no end."


def test_xml_that_is_no_document() -> None:
    assert best("<3 you") == "text"
    assert best("<a b") == "text"


@pytest.mark.parametrize(
    ("name", "text", "data"),
    [
        ("engine.io", "2probe", b"2probe"),
        ("socket.io", '42["a",1]', b'42["a",1]'),
        ("socket.io", "40", b"40"),
        ("stomp", "SEND\ndestination:/a\n\nhi", b"SEND\ndestination:/a\n\nhi\0"),
        ("stomp", "SEND\n\n\0", b"SEND\n\n\0"),
        ("form", "a: x y\nb: é\n", b"a=x+y&b=%C3%A9"),
        ("jsonrpc", '{"jsonrpc":"2.0"}', b'{"jsonrpc":"2.0"}'),
    ],
)
def test_messages_are_written(name: str, text: str, data: bytes) -> None:
    assert registry.all_decoders()[name].encode(text) == data


@pytest.mark.parametrize(
    ("name", "text"),
    [("engine.io", "x"), ("socket.io", "x"), ("socket.io", "42[x"), ("stomp", "x"), ("form", "x"), ("jsonrpc", "{")],
)
def test_what_cannot_be_written_is_said(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"begins with|is no JSON|Expected a name|no JSON"):
        registry.all_decoders()[name].encode(text)


def test_text_for_people() -> None:
    every = registry.all_decoders()
    assert registry.pretty(every["form"], message("a=x+y&b=2")) == "a: x y\nb: 2"
    assert registry.pretty(every["ndjson"], message('{"a":1}\n[]\n')) == '{\n  "a": 1\n}\n[]'
    assert registry.pretty(every["jsonrpc"], message('{"a":1}')) == '{\n  "a": 1\n}'
    assert registry.pretty(every["msgpack"], message(b"\x81\xa1a\xc4\x01\xff")) == '{\n  "a": "ff"\n}'
    assert registry.pretty(every["text"], message(b"a\xff")) == "a\ufffd"
    for name, data in (("ndjson", "{"), ("jsonrpc", "{"), ("mqtt", b"\xc0\x00")):
        with pytest.raises(NotFittingError):
            registry.pretty(every[name], message(data))


def test_the_rest_of_what_may_come() -> None:
    assert values("signalr", '{"type":99,"error":"x"}\x1e')["type"] == "unknown"
    assert values("signalr", "[1]\x1e") == {}
    assert registry.all_decoders()["signalr"].values(NO_CONTEXT, message("[1]\x1e")) == {}
    centrifugo = Context(subprotocol="centrifuge-json")
    assert tree("centrifugo", "{}\n\n{}", centrifugo) == ["message = ping [0:2]", "message = ping [4:6]"]
    assert sentence("socket.io", "42[1] x", SOCKET_IO).endswith("the JSON ends at byte 5, and more follows.")
    assert sentence("signalr", '{"type":6}\x1e[1] x\x1e').endswith("ends at byte 14, and its record at byte 16.")
    assert sentence("centrifugo", "{}\n{} x", centrifugo).endswith("ends at byte 5, and its line at byte 7.")
    assert tree("mqtt", b"\xc0\x01\x00", MQTT)[-1] == "  more bytes = 1 bytes: 00 [2:3]"
    assert tree("protobuf", b"\x0b\x08\x01\x0c")[0] == "field 1 = {\u2026} (group) [0:4]"
    long = '{"jsonrpc":"2.0","x":"' + "a" * 20_000 + '"} x'
    assert sentence("jsonrpc", long).endswith("and more follows.")
    assert tree("stomp", "SEND\n\n{} x\0")[-1] == "  body = {} x [6:10]"
    assert registry.all_decoders()["socket.io"].one_line(NO_CONTEXT, message("x")) == ""
    assert sentence("jsonrpc", '{"jsonrpc":"2.0"} x').endswith("no message of this protocol looks like it.")
    for decoder in registry.all_decoders().values():
        assert decoder.exchange(NO_CONTEXT, {}) is None, decoder.name
    budget = Budget(seconds=600)
    root = TreeNode("", stop=4)
    registry.all_decoders()["hex"].fill(root, NO_CONTEXT, message(b"abcd"), budget)
    assert root.children[0].value == b"abcd"
