"""Text of which messages are made: what is decoded for editing is encoded to the same bytes, or to the same meaning."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.dissect.decoders import golden
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Budget, Context, Decoder, Message, NotFittingError, TreeNode

EVERY = registry.all_decoders()
WHOLE = [
    pytest.param(name, case, id=f"{name}-{place}")
    for name, place, case in golden.cases()
    if EVERY[name].writes
    and name != "protobuf"  # it needs a schema
    and "sentence" not in case["expected"]
    and "goes on" not in str(case["expected"]["tree"])
]
OTHER_BYTES = {"cbor-5", "cbor-6", "cbor-7", "cbor-8"}
"""Texts and containers without a length get one."""


def meaning(name: str, context: Context, message: Message) -> tuple[object, list[Any]]:
    """What filters find, and the values of the tree without their places."""
    root = registry.decode(EVERY[name], context, message, Budget(seconds=600)).root
    found, waiting = [], list(root.children)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.label not in ("remaining length", "length"):
            found.append((node.label, str(node.value)))
    return registry.values(EVERY[name], context, message), found


@pytest.mark.parametrize(("name", "case"), WHOLE)
def test_what_is_edited_means_the_same(name: str, case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    context, message = golden.context_of(case), golden.message_of(case)
    text = registry.editable(EVERY[name], context, message)
    written = registry.encode(EVERY[name], text, context)
    if name not in ("json", "xml"):  # they may stand in either
        assert written.text == message.text
    again = Message(written.data, text=message.text)
    assert str(meaning(name, context, again)) == str(meaning(name, context, message))  # NaN is not itself
    if name in ("cbor", "msgpack", "bson") and request.node.callspec.id not in OTHER_BYTES:
        assert written.data == message.data


# What the formats have and JSON lacks, as bytes and as text.
NOTED = [
    ("msgpack", "81a16bc403deadbe", '{"k": {"$bytes": "deadbe"}}'),
    ("msgpack", "8101a36f6e65", '{"$map": [[1, "one"]]}'),
    ("msgpack", "82a16101a16102", '{"$map": [["a", 1], ["a", 2]]}'),
    ("msgpack", "81a62462797465730a", '{"$map": [["$bytes", 10]]}'),
    ("msgpack", "91ca40200000", '[{"$float32": 2.5}]'),
    ("msgpack", "91ca7fc00000", '[{"$float32": "NaN"}]'),
    ("msgpack", "92cb7ff0000000000000cbfff0000000000000", '[{"$float": "Infinity"}, {"$float": "-Infinity"}]'),
    ("msgpack", "91cb7ff8000000000000", '[{"$float": "NaN"}]'),
    ("msgpack", "91a2ff61", '[{"$text": "ff61"}]'),
    ("msgpack", "91d9" + "21" + "ff" * 33, '[{"$text": "' + "ff" * 33 + '"}]'),
    ("msgpack", "92cfffffffffffffffffd38000000000000000", "[18446744073709551615, -9223372036854775808]"),
    ("msgpack", "91d6ff00000001", '[{"$time": "1970-01-01T00:00:01Z"}]'),
    ("msgpack", "91d7ff0000000465 53f100".replace(" ", ""), '[{"$time": "2023-11-14T22:13:20.000000001Z"}]'),
    ("msgpack", "91c70cff00000000ffffffffffffffff", '[{"$time": "1969-12-31T23:59:59Z"}]'),
    ("msgpack", "91c70cff000000000000000000000001", '[{"$ext": [-1, "000000000000000000000001"]}]'),
    ("msgpack", "91d405aa", '[{"$ext": [5, "aa"]}]'),
    ("msgpack", "91c70305aabbcc", '[{"$ext": [5, "aabbcc"]}]'),
    ("msgpack", "91d8ff" + "00" * 16, '[{"$ext": [-1, "' + "00" * 16 + '"]}]'),
    ("cbor", "a1616b43deadbe", '{"k": {"$bytes": "deadbe"}}'),
    ("cbor", "a101636f6e65", '{"$map": [[1, "one"]]}'),
    ("cbor", "82f94100fa40200000", '[{"$float16": 2.5}, {"$float32": 2.5}]'),
    ("cbor", "82f97e00fbfff0000000000000", '[{"$float16": "NaN"}, {"$float": "-Infinity"}]'),
    ("cbor", "81c11a514b67b0", '[{"$tag": [1, 1363896240]}]'),
    ("cbor", "83f7f0f8ff", '[{"$undefined": true}, {"$simple": 16}, {"$simple": 255}]'),
    ("cbor", "813bffffffffffffffff", "[-18446744073709551616]"),
    ("cbor", "8162ff61", '[{"$text": "ff61"}]'),
]


@pytest.mark.parametrize(("name", "data", "text"), NOTED)
def test_what_json_lacks_has_a_notation(name: str, data: str, text: str) -> None:
    message = Message(bytes.fromhex(data), text=False)
    assert json.loads(registry.editable(EVERY[name], NO_CONTEXT, message)) == json.loads(text)
    assert registry.encode(EVERY[name], text) == (message.data, False)


BSON = [
    ('{"l": {"$numberLong": "7"}}', "126c000700000000000000"),
    ('{"l": 9007199254740993}', "126c000100000000002000"),
    ('{"d": {"$numberDecimal": "-1.50"}}', "136400960000000000000000000000000" + "03cb0"),
    ('{"d": {"$numberDecimal": "Infinity"}}', "136400" + "00" * 15 + "78"),
    ('{"d": {"$numberDecimal": "-Infinity"}}', "136400" + "00" * 15 + "f8"),
    ('{"d": {"$numberDecimal": "NaN"}}', "136400" + "00" * 15 + "7c"),
    ('{"d": {"$decimal128": "' + "01" * 8 + "00" * 7 + '6c"}}', "136400" + "01" * 8 + "00" * 7 + "6c"),
    ('{"o": {"$oid": "0123456789abcdef01234567"}}', "076f000123456789abcdef01234567"),
    ('{"b": {"$bytes": "dead"}}', "0562000200000000dead"),
    ('{"b": {"$binary": {"base64": "3q0=", "subType": "80"}}}', "0562000200000080dead"),
    ('{"t": {"$date": "1970-01-01T00:00:01.500Z"}}', "097400dc05000000000000"),
    ('{"t": {"$date": {"$numberLong": "9223372036854775807"}}}', "097400ffffffffffffff7f"),
    ('{"t": {"$timestamp": {"t": 1, "i": 2}}}', "1174000200000001000000"),
    ('{"r": {"$regularExpression": {"pattern": "a+", "options": "i"}}}', "0b7200612b006900"),
    ('{"c": {"$code": "f()"}}', "0d63000400000066282900"),
    ('{"c": {"$symbol": "s"}}', "0e6300020000007300"),
    ('{"p": {"$dbPointer": ["db", "0123456789abcdef01234567"]}}', "0c700003000000646200" + "0123456789abcdef01234567"),
    (
        '{"c": {"$codeWithScope": ["f", {"x": 1}]}}',
        "0f6300" + "16000000" + "020000006600" + "0c0000001078000100000000",
    ),
    ('{"a": {"$minKey": true}, "b": {"$maxKey": true}, "c": {"$undefined": true}}', "ff61007f6200066300"),
    ('{"f": {"$float": "NaN"}, "g": 2.5}', "016600000000000000f87f016700" + "0000000000000440"),
    ('{"s": {"$text": "ff"}}', "02730002000000ff00"),
    (
        '{"a": [1, null, true, "x"]}',
        "0461001c000000" + "10300001000000" + "0a3100" + "08320001" + "02330002000000780000",
    ),
    ('{"$map": [["a", 1], ["a", 2]]}', "10610001000000" + "10610002000000"),
]


@pytest.mark.parametrize(("text", "elements"), BSON)
def test_extended_json(text: str, elements: str) -> None:
    inside = bytes.fromhex(elements)
    data = (len(inside) + 5).to_bytes(4, "little") + inside + b"\0"
    assert registry.encode(EVERY["bson"], text) == (data, False)
    assert json.loads(registry.editable(EVERY["bson"], NO_CONTEXT, Message(data, text=False))) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('{"a": {"$numberInt": "7"}}', '{"a": 7}'),
        ('{"a": {"$numberDouble": "7"}}', '{"a": 7.0}'),
        ('{"a": {"$numberDouble": 7}}', '{"a": 7.0}'),
        ('{"a": {"$numberLong": 7}}', '{"a": {"$numberLong": "7"}}'),
    ],
)
def test_other_forms_of_extended_json(text: str, same: str) -> None:
    assert registry.encode(EVERY["bson"], text) == registry.encode(EVERY["bson"], same)


DEEP = "[" * 150 + "]" * 150
WRONG = [
    ("msgpack", "{", "This is no JSON: "),
    ("msgpack", '{"a":\n x}', "in line 2 at character 2."),
    ("msgpack", '{"$what": 1}', "MessagePack has no $what; an object with this name alone is written as"),
    ("msgpack", '{"$float16": 1}', "MessagePack has no $float16"),
    ("msgpack", '{"$bytes": "x"}', "Expected two hex digits for each byte behind $bytes"),
    ("msgpack", '{"$bytes": 7}', "Expected two hex digits for each byte behind $bytes"),
    ("msgpack", '{"$float": "many"}', "Expected one of these behind $float: NaN, Infinity, -Infinity."),
    ("msgpack", '{"$float32": "many"}', "Expected one of these behind $float32"),
    ("msgpack", '{"$float32": true}', "Expected a number behind $float32."),
    ("msgpack", '{"$float32": 1e300}', "The number behind $float32 is too large."),
    ("msgpack", '{"$float32": 1' + "0" * 400 + "}", "The number behind $float32 is too large."),
    ("msgpack", '{"$map": {}}', "Expected pairs behind $map"),
    ("msgpack", '{"$map": [1]}', "Expected pairs behind $map"),
    ("msgpack", '{"$ext": [500, "aa"]}', "Expected a whole number from -128 to 127 behind the type of $ext."),
    ("msgpack", '{"$ext": 5}', "Expected an array of two values behind $ext."),
    ("msgpack", '{"$time": "noon"}', "Expected a time behind $time"),
    ("msgpack", '{"$time": "2026-13-01T00:00:00Z"}', "Expected a time behind $time"),
    ("msgpack", "[18446744073709551616]", "MessagePack has no number 18446744073709551616"),
    ("msgpack", "[1" + "0" * 5000 + "]", "a number in it has too many digits"),
    ("msgpack", DEEP, "It is nested deeper than 100 levels."),
    ("msgpack", '["\\ud800"]', "Half of a surrogate pair, \\ud800, is no text."),
    ("cbor", '{"$time": "x"}', "CBOR has no $time"),
    ("cbor", '{"$simple": 24}', "Simple values from 20 to 31"),
    ("cbor", '{"$simple": "a"}', "Expected a whole number from 0 to 255 behind $simple."),
    ("cbor", '{"$tag": [-1, 2]}', "behind the number of $tag"),
    ("cbor", '{"$float16": 1e300}', "The number behind $float16 is too large."),
    ("bson", "[1]", "A message of BSON is a document: an object."),
    ("bson", '{"a": ' + DEEP + "}", "It is nested deeper than 100 levels."),
    ("bson", '{"a": 9223372036854775808}', "BSON has no number 9223372036854775808"),
    ("bson", '{"a\\u0000": 1}', "without the character U+0000."),
    ("bson", '{"a": {"$what": 1}}', "BSON has no $what"),
    ("bson", '{"a": {"$binary": 1}}', "Expected an object with base64 and subType behind $binary."),
    ("bson", '{"a": {"$binary": {"base64": "?", "subType": "00"}}}', "What stands behind base64 is none."),
    ("bson", '{"a": {"$binary": {"base64": "", "subType": "0000"}}}', "Expected two hex digits behind subType."),
    ("bson", '{"a": {"$oid": "00"}}', "Expected 24 hex digits behind $oid."),
    ("bson", '{"a": {"$date": "noon"}}', "Expected a time behind $date"),
    ("bson", '{"a": {"$date": "2026-01-01T00:00:00"}}', "Expected a time behind $date"),
    ("bson", '{"a": {"$date": 7}}', "Expected a time behind $date"),
    ("bson", '{"a": {"$code": 7}}', "Expected a text behind $code."),
    ("bson", '{"a": {"$codeWithScope": ["f", 1]}}', "Expected an object as the second value behind $codeWithScope."),
    ("bson", '{"a": {"$numberLong": "x"}}', "Expected a number behind $numberLong"),
    ("bson", '{"a": {"$numberDecimal": "x"}}', "Expected a number in quotes behind $numberDecimal"),
    ("bson", '{"a": {"$numberDecimal": 1}}', "Expected a number in quotes behind $numberDecimal"),
    ("bson", '{"a": {"$numberDecimal": "1e9999"}}', "has over 34 digits, or is too large or small."),
    ("bson", '{"a": {"$decimal128": "00"}}', "Expected 16 bytes behind $decimal128."),
    ("bson", '{"a": {"$map": [1]}}', "Expected pairs behind $map"),
    ("ndjson", '{"a":1}\n{', "Line 2 is no JSON: "),
    ("ndjson", '"\ud800"', "Half of a surrogate pair"),
    ("centrifugo", "[1]", "Message 1 of Centrifugo is no object."),
    ("sockjs", "x", "A frame of SockJS is o, h, "),
    ("sockjs", "a[", "This is no JSON: "),
    ("xml", "<a>", "This is no XML: no element found at byte 3."),
    ("signalr", "[0]", "SignalR has an object on each line"),
    ("signalr", "", "SignalR has an object on each line"),
    ("signalr", '{"type":6}\n[6]', "SignalR has an object on each line"),
    ("signalr", "{", "Line 1 is no JSON: "),
    ("socket.io", '{"a": 1}', "An attachment is written as"),
    ("protobuf", "{}", "Protobuf is written by a .proto file: choose one in the endpoint's options."),
    ("mqtt", "[]", "Expected at least one packet."),
    ("mqtt", "1", "A packet of MQTT is an object"),
    ("mqtt", "{}", "Expected one of these behind type: CONNECT, "),
    ("mqtt", '{"type": "PINGREQ", "version": 9}', "Expected a whole number from 3 to 5 behind version."),
    ("mqtt", '{"type": "PINGREQ", "topic": "a"}', "A packet PINGREQ has no 'topic'; it has type, version."),
    ("mqtt", '{"type": "PUBLISH"}', "Expected a text behind topic."),
    ("mqtt", '{"type": "PUBLISH", "topic": "a", "payload": 7}', "Expected a text behind payload, or bytes"),
    ("mqtt", '{"type": "PUBLISH", "topic": "a", "QoS": 1}', "from 0 to 65535 behind packet identifier."),
    ("mqtt", '{"type": "PUBLISH", "topic": "a", "retain": 1}', "Expected true or false behind retain."),
    ("mqtt", '{"type": "PUBLISH", "topic": "' + "a" * 70_000 + '"}', "A text of MQTT has at most 65,535 bytes."),
    ("mqtt", '{"type": "PUBLISH", "topic": "a", "properties": {"content type": "x"}}', "MQTT 3.1.1 has no properties"),
    ("mqtt", '{"type": "PUBLISH", "topic": "a", "properties": 1}', "Expected an object behind properties."),
    ("mqtt", '{"type": "PUBLISH", "version": 5, "topic": "a", "properties": {"x": 1}}', "There is no property 'x'; "),
    ("mqtt", '{"type": "SUBSCRIBE", "packet identifier": 1}', "Expected an array behind topics."),
    ("mqtt", '{"type": "SUBSCRIBE", "packet identifier": 1, "topics": [{"a": 1}]}', "A topic has a topic filter"),
]


@pytest.mark.parametrize(("name", "text", "sentence"), WRONG)
def test_what_cannot_be_written_is_a_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as raised:
        registry.encode(EVERY[name], text)
    assert sentence in str(raised.value)


VERSION_5 = Context("", "mqtt", True, bytes.fromhex("100d00044d51545405020000000000"))
PACKETS = [
    # what a person has to write at least
    ('{"type": "CONNECT"}', "100c00044d5154540402003c0000", NO_CONTEXT),
    ('{"type": "CONNECT", "protocol level": 3}', "100e00064d51497364700302003c0000", NO_CONTEXT),
    ('{"type": "PINGREQ"}', "c000", NO_CONTEXT),
    ('[{"type": "PINGREQ"}, {"type": "DISCONNECT"}]', "c000e000", NO_CONTEXT),
    ('{"type": "PUBLISH", "topic": "a/b", "payload": "hi"}', "30070003612f626869", NO_CONTEXT),
    ('{"type": "PUBLISH", "topic": "a", "payload": {"$bytes": "00ff"}}', "300500016100ff", NO_CONTEXT),
    ('{"type": "PUBLISH", "topic": {"$text": "ff"}}', "30030001ff", NO_CONTEXT),
    ('{"type": "SUBSCRIBE", "packet identifier": 1, "topics": ["a"]}', "8206000100016100", NO_CONTEXT),
    (
        '{"type": "SUBSCRIBE", "packet identifier": 1, "topics": [{"topic filter": "a", "options": 44}]}',
        "820600010001612c",
        NO_CONTEXT,
    ),
    ('{"type": "UNSUBSCRIBE", "packet identifier": 1, "topic filters": ["a"]}', "a20500010001" + "61", NO_CONTEXT),
    ('{"type": "UNSUBACK", "packet identifier": 1}', "b0020001", NO_CONTEXT),
    ('{"type": "PUBACK", "packet identifier": 7}', "40020007", NO_CONTEXT),
    ('{"type": "DISCONNECT", "reason code": 4}', "e00104", VERSION_5),
    (
        """{"type": "PUBLISH", "version": 5, "topic": "a", "properties": {"message expiry interval": 1,
        "subscription identifier": [200, 1], "correlation data": {"$bytes": "00ff"},
        "user property": [["k", "v"], ["k", "w"]]}}""",
        "3021000161" + "1d" + "0200000001" + "0bc801" + "0b01" + "09000200ff" + "2600016b000176" + "2600016b000177",
        NO_CONTEXT,
    ),
]


@pytest.mark.parametrize(("text", "data", "context"), PACKETS)
def test_packets_of_mqtt_are_written(text: str, data: str, context: Context) -> None:
    wanted = bytes.fromhex(data)
    assert registry.encode(EVERY["mqtt"], text, context) == (wanted, False)
    edited = registry.editable(EVERY["mqtt"], context, Message(wanted, text=False))
    assert registry.encode(EVERY["mqtt"], edited, context).data == wanted


def test_a_packet_of_mqtt_has_an_end() -> None:
    text = json.dumps({"type": "PUBLISH", "topic": "a", "payload": "x" * (1 << 28)})
    with pytest.raises(ValueError, match="is too long for MQTT"):
        registry.encode(EVERY["mqtt"], text)


SIGNALR = '[1, {}, null, "Send", ["hi", {"$bytes": "00"}], []]\n[6]\n[3, {}, "1", 3, 42]\n[3, {}, "2", 1, "no"]'


def test_records_of_signalr_in_messagepack() -> None:
    written = registry.encode(EVERY["signalr"], SIGNALR)
    assert not written.text
    assert written.data.startswith(b"\x11\x96\x01\x80\xc0\xa4Send\x92\xa2hi\xc4\x01\x00\x90\x02\x91\x06")
    message = Message(written.data, text=False)
    assert registry.editable(EVERY["signalr"], NO_CONTEXT, message) == SIGNALR
    assert registry.automatic(NO_CONTEXT, message).name == "signalr"
    assert dict(registry.values(EVERY["signalr"], NO_CONTEXT, message)) == {
        "type": "invocation",
        "target": "Send",
        "arguments": ["hi", b"\0"],
        "records": 4,
    }


UNWRITABLE = [
    ("msgpack", b"\x91" * 150 + b"\xc0", "it is nested deeper than 100 levels"),
    ("msgpack", b"\x92\x01", "2 values, and 1 bytes are left"),
    ("msgpack", b"\x90\x90", "more follows"),
    ("cbor", b"\x80\x80", "more follows"),
    ("cbor", b"\x82\x01", "2 values are said at byte 0, and 1 bytes are left"),
    ("cbor", b"\x1c", "begins no value"),
    ("cbor", b"\x1f", "begins no value"),
    ("cbor", b"\x82\x01\xff", "the break before byte 3 ends nothing"),
    ("cbor", b"\xa1\x01\xff", "the break before byte 3 ends nothing"),
    ("bson", b"\x05\0\0\0\0\0", "more follows"),
    ("bson", b"\x06\0\0\0\0\0", "ends at byte 5, and says byte 6"),
    ("bson", b"\x0c\0\0\0\x99a\0\x00\x00\x00\x00\x00", "there is no type 0x99"),
    ("bson", b"\x10\0\0\0\x04a\0\x08\0\0\0\x0a1\0\0\0", "has other names than 0, 1, 2"),
    ("bson", b"\x08\0\0\0\x0aaaa", "has no end"),
    ("bson", b"\x08\0\0\0\x0a\xff\0\0", "is no UTF-8"),
    ("text", b"\xff", "byte 0 (0xff) is no UTF-8"),
    ("signalr", b"\xff" * 10, "more are missing"),
    ("mqtt", b"\x00\x00", "no packet begins at byte 0"),
    ("mqtt", b"\xc0\x05", "goes on in another message"),
    ("mqtt", b"\xc0\x01\x00", "it ends at byte 3, where 1 more are missing"),
    ("mqtt", b"\xb1\x01\x00", "no packet begins at byte 0"),
    ("mqtt", b"\x40\x05\x00\x01\x00\x00\x00", "more bytes follow at byte 5, where the packet has ended"),
    ("mqtt", b"\x10\x0c\x00\x04MQTT\x05\x00\x00\x00\x02\x7f", "there is no property as at byte 13"),
    ("mqtt", b"\x10\x10\x00\x04MQTT\x05\x00\x00\x00\xff\xff\xff\xff\xff\xff", "has no end"),
    ("mqtt", b"\x40\x03\x00\x01\x00\x00", "no packet begins"),
    ("protobuf", b"\x08\x01", "Protobuf is edited by a .proto file: choose one in the endpoint's options"),
    ("image", b"GIF89a", "Image cannot be written from text"),
]


@pytest.mark.parametrize(("name", "data", "reason"), UNWRITABLE)
def test_what_cannot_be_edited_is_said(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(NotFittingError) as raised:
        registry.editable(EVERY[name], NO_CONTEXT, Message(data, text=False))
    assert reason in str(raised.value)


def test_only_a_whole_message_is_edited() -> None:
    with pytest.raises(NotFittingError, match="not all of the message is known"):
        registry.editable(EVERY["json"], NO_CONTEXT, Message(b"{", text=True, whole=False))


class Odd(Decoder):
    name, title, writes = "odd", "Odd", True

    def editable(self, context: Context, message: Message) -> str:
        raise KeyError("a")

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        if text:
            return text.encode()
        raise KeyError("a")


def test_a_decoder_that_fails_says_so() -> None:
    with pytest.raises(NotFittingError, match="KeyError"):
        registry.editable(Odd(), NO_CONTEXT, Message(b"", text=True))
    with pytest.raises(ValueError, match=r"The decoder Odd has failed: KeyError \('a'\)\."):
        registry.encode(Odd(), "")
    with pytest.raises(ValueError, match=r"Half of a surrogate pair, \\ud800, cannot be sent\."):
        registry.encode(Odd(), "\ud800")


def test_large_numbers_of_cbor() -> None:
    """They are tags with bytes (section 3.4.3), and stay so in text."""
    written = registry.encode(EVERY["cbor"], "[18446744073709551616, -18446744073709551617]")
    assert written.data.hex() == "82c249010000000000000000c349010000000000000000"
    assert "$tag" in registry.editable(EVERY["cbor"], NO_CONTEXT, Message(written.data, text=False))


def test_long_xml_is_not_read_to_its_end() -> None:
    text = "<a>" + "<b/>" * 20_001 + "</a>"
    assert registry.encode(EVERY["xml"], text).data == text.encode()


def test_a_record_of_signalr_has_one_value() -> None:
    context = Context(first=b'{"protocol":"messagepack","version":1}\x1e')
    decoded = registry.decode(EVERY["signalr"], context, Message(b"\x02\x91\x06\x02\x91\x06", text=False))
    assert decoded.sentence == ""
    assert registry.decode(EVERY["signalr"], context, Message(b"\x03\x91\x06\xc0", text=False)).sentence
    cut = Message(b"\x03\x91", text=False, whole=False)
    assert EVERY["signalr"].fits(context, cut) == 0.9
    assert EVERY["signalr"].fits(NO_CONTEXT, cut) == 0.0


def test_who_writes() -> None:
    names = [decoder.name for decoder in registry.writers()]
    assert {"bson", "cbor", "json", "jsonrpc", "mqtt", "msgpack", "signalr", "socket.io", "stomp"} <= set(names)
    assert "image" not in names


NUMBERS = st.integers(-(2**63), 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def noted(value: Any) -> bool:
    """Whether a value has an object that would be taken for a notation."""
    if isinstance(value, dict):
        alone = len(value) == 1 and next(iter(value)).startswith("$")
        return alone or any(noted(one) for one in value.values())
    return isinstance(value, list) and any(noted(one) for one in value)


@pytest.mark.parametrize("name", ["msgpack", "cbor"])
@given(value=JSON)
def test_any_json_comes_back(name: str, value: Any) -> None:
    if noted(value):
        return
    written = registry.encode(EVERY[name], json.dumps(value))
    again = registry.editable(EVERY[name], NO_CONTEXT, Message(written.data, text=False))
    assert same(json.loads(again), value)
    assert registry.encode(EVERY[name], again) == written


@given(
    value=st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=6), JSON, max_size=4)
)
def test_any_document_comes_back(value: dict[str, Any]) -> None:
    if noted(value) or "\\u0000" in json.dumps(value):
        return
    written = registry.encode(EVERY["bson"], json.dumps(value))
    again = registry.editable(EVERY["bson"], NO_CONTEXT, Message(written.data, text=False))
    assert registry.encode(EVERY["bson"], again) == written


def same(one: Any, other: Any) -> bool:
    """As ``==``, but a whole number and a broken one differ."""
    if isinstance(one, float):
        return isinstance(other, float) and (one == other or math.isnan(one))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("name", ["msgpack", "cbor", "bson", "mqtt", "signalr"])
@given(data=st.binary(max_size=60))
@example(data=b"\x01\x00")
@example(data=b"\x01\x90")
@example(data=b"\x03\x91\x91\x01")
@example(data=b"\x02\x91\x0a")
@example(data=b"\xff")
@example(data=b"\xc0\x02\x92\xdf")
@example(data=b"\x40\x00")
def test_any_bytes_are_edited_or_not(name: str, data: bytes) -> None:
    """And what is edited comes back with the same meaning."""
    try:
        text = EVERY[name].editable(NO_CONTEXT, Message(data, text=False))
    except NotFittingError:
        return
    if not data:
        return  # nothing is no packet and no record
    again = EVERY[name].encode(text)
    assert EVERY[name].editable(NO_CONTEXT, Message(again, text=False)) == text


def test_a_tree_of_records() -> None:
    written = registry.encode(EVERY["signalr"], SIGNALR)
    root = registry.decode(EVERY["signalr"], NO_CONTEXT, Message(written.data, text=False)).root
    first: TreeNode = root.children[0]
    assert first.text == 'invocation Send ["hi","00"]'
    assert [node.label for node in first.children[1].children] == [
        "type",
        "headers",
        "invocationId",
        "target",
        "arguments",
        "streamIds",
    ]
