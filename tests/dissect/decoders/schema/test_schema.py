"""`.proto` and descriptor files, and messages that are read and written by them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dissect.decoders.trees import check, lines
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import Budget, Context, Message, NotFittingError, TreeNode
from wsgui.dissect.decoders.notation import varint
from wsgui.dissect.decoders.schema import descriptor_file, files, proto_file
from wsgui.dissect.decoders.schema.files import load_choice
from wsgui.dissect.decoders.schema.model import SchemaError
from wsgui.dissect.decoders.schema.reading import fill_message

PROTOBUF = registry.all_decoders()["protobuf"]
CHAT = """\
syntax = "proto3";
package chat.v1;
import "google/protobuf/timestamp.proto";
import "more/colours.proto";

message Envelope {
  int32 kind = 1;
  oneof body { Join join = 2; Say say = 3; }
  map<string, int64> counts = 4;
  map<int32, Join> rooms = 5;
  map<bool, string> flags = 6;
  repeated sint32 deltas = 7;
  repeated uint32 loose = 8 [packed = false];
  repeated string names = 9;
  colours.Colour colour = 10;
  Inner inner = 11;
  message Inner { bytes raw = 1; double d = 2; float f = 3; bool yes = 4; Kind kind = 5; enum Kind { A = 0; B = -1; } }
  fixed32 f32 = 12; sfixed32 s32 = 13; fixed64 f64 = 14; sfixed64 s64 = 15; sint64 z64 = 16; uint64 u64 = 17;
  repeated Inner.Kind kinds = 18;
  int64 i64 = 19;
  string long_name = 20;
  reserved 30 to 40;
}
message Join { string room = 1; }
message Say { string text = 1; google.protobuf.Timestamp at = 2; .chat.v1.Say again = 3; }
service Chat { rpc Talk(stream Say) returns (stream Say); }
"""
COLOURS = """\
syntax = "proto2";
package colours;
enum Colour { option allow_alias = true; RED = 0; CRIMSON = 0; BLUE = 1; }
message Old { optional group Part = 1 { optional int32 x = 1; } repeated int32 many = 2; required bool ok = 3; }
"""


@pytest.fixture
def chat(tmp_path: Path) -> str:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "colours.proto").write_text(COLOURS)
    (tmp_path / "chat.proto").write_text(CHAT)
    return str(tmp_path / "chat.proto")


def context(file: str, *rules: str, path: str = "/", from_client: bool | None = None) -> Context:
    return Context(path, "", from_client, b"", load_choice(file, rules))


def written(text: str, known: Context) -> Message:
    return Message(registry.encode(PROTOBUF, text, known).data, text=False)


FULL = """{"kind": -1, "say": {"text": "hi", "at": {"seconds": 5, "nanos": 1}}, "counts": {"a": 1, "b": -2},
 "rooms": {"-3": {"room": "x"}, "4": {}}, "flags": {"true": "yes", "false": "no"}, "deltas": [1, -1, 0],
 "loose": [1, 2], "names": ["", "é"], "colour": "BLUE",
 "inner": {"raw": {"$bytes": "00ff"}, "d": 2.5, "f": {"$float": "NaN"}, "yes": true, "kind": "B"},
 "f32": 4294967295, "s32": -1, "f64": 18446744073709551615, "s64": -1, "z64": -9223372036854775808,
 "u64": 18446744073709551615, "kinds": ["A", "B", 7], "i64": -9223372036854775808, "long_name": "n"}"""


def test_a_message_is_written_and_read_by_its_names(chat: str) -> None:
    known = context(chat)
    message = written(FULL, known)
    edited = json.loads(registry.editable(PROTOBUF, known, message))
    assert edited.pop("@type") == "chat.v1.Envelope"
    assert edited == json.loads(FULL)
    assert written(json.dumps(edited), known).data == message.data
    assert registry.automatic(known, message) is PROTOBUF
    values: dict[str, Any] = registry.values(PROTOBUF, known, message)[""]
    assert values["rooms"] == {"-3": {"room": "x"}, "4": {}}
    assert values["inner"]["raw"] == b"\0\xff"
    assert values["kinds"] == ["A", "B", 7]
    assert registry.line(PROTOBUF, known, message).startswith('chat.v1.Envelope {"kind":-1,"say":{"text":"hi"')


def test_the_tree_has_names_types_and_bytes(chat: str) -> None:
    known = context(chat)
    message = written(
        '{"kind": 3, "say": {"text": "hi"}, "counts": {"a": 1}, "deltas": [1, -1], "colour": "BLUE", "names": ["x"], '
        '"loose": [7], "inner": {"raw": {"$bytes": "00"}, "f": {"$float": "Infinity"}, "yes": true}, "kinds": [9]}',
        known,
    )
    decoded = registry.decode(PROTOBUF, known, message)
    assert decoded.sentence == ""
    check(decoded.root, len(message.data))
    assert lines(decoded.root) == [
        "Protobuf = chat.v1.Envelope [0:42]",
        "  kind = 3 (int32) [0:2]",
        "  say = {1} (chat.v1.Say) [2:8]",
        '    text = "hi" (string) [4:8]',
        "  counts = {2} (map) [8:15]",
        '    key = "a" (string) [10:13]',
        "    value = 1 (int64) [13:15]",
        "  deltas = [2] (packed sint32) [15:19]",
        "    [0] = 1 (sint32) [17:18]",
        "    [1] = -1 (sint32) [18:19]",
        "  colour = BLUE (colours.Colour 1) [19:21]",
        '  names = "x" (string) [21:24]',
        "  loose = 7 (uint32) [24:26]",
        "  inner = {3} (chat.v1.Envelope.Inner) [26:38]",
        "    raw = 1 bytes: 00 (bytes) [28:31]",
        "    f = Infinity (float) [31:36]",
        "    yes = true (bool) [36:38]",
        "  kinds = [1] (packed chat.v1.Envelope.Inner.Kind) [38:42]",
        "    [0] = 9 (chat.v1.Envelope.Inner.Kind: it has no such value) [41:42]",
    ]
    paths = {node.label: node.path for node in decoded.root.children}
    assert paths["names"] == "protobuf.names[0]"
    assert paths["kind"] == "protobuf.kind"


def test_what_the_schema_does_not_know_is_kept(chat: str) -> None:
    known = context(chat, "Join")
    data = b"\x0a\x01x\x78\x05\xfb\x01\x08\x01\xfc\x01\x0d\0\0\0\0\x08\x07\x79" + bytes(8)
    message = Message(data, text=False)
    edited = json.loads(registry.editable(PROTOBUF, known, message))
    assert edited == {"@type": "chat.v1.Join", "room": "x", "$unknown": data[3:].hex()}
    assert written(json.dumps(edited), known).data == data
    notes = [node.note for node in registry.decode(PROTOBUF, known, message).root.children]
    assert notes[1].startswith("the schema has no such field, varint")
    assert "the schema has string here, varint; perhaps sint -4" in notes


RULES = [
    (["Join"], "/", None, b"", "chat.v1.Join"),
    (["/a/*=Join", "Say"], "/a/b", None, b"", "chat.v1.Join"),
    (["/a/*=Join", "Say"], "/b", None, b"", "chat.v1.Say"),
    (["client=Join", "server=Say"], "/", True, b"", "chat.v1.Join"),
    (["client=Join", "server=Say"], "/", False, b"", "chat.v1.Say"),
    (["client=Join", "server=Say"], "/", None, b"", None),
    (["1:3=Say", "1:a=Join", "2:5=Envelope"], "/", None, b"\x08\x03", "chat.v1.Say"),
    (["1:3=Say", "1:a=Join"], "/", None, b"\x0a\x01a", "chat.v1.Join"),
    (["2:5=Envelope"], "/", None, b"\x15\x05\0\0\0", "chat.v1.Envelope"),
    (["2:5=Envelope"], "/", None, b"\x11\x05\0\0\0\0\0\0\0", "chat.v1.Envelope"),
    (["2:5=Envelope"], "/", None, b"\x11\x05", None),
    (["chat.v1.Envelope.Inner"], "/", None, b"", "chat.v1.Envelope.Inner"),
    ([], "/", None, b"", "chat.v1.Envelope"),
    (["", "  "], "/", None, b"", "chat.v1.Envelope"),
]


@pytest.mark.parametrize(("rules", "path", "from_client", "data", "name"), RULES)
def test_rules_choose_the_message(
    chat: str, rules: list[str], path: str, from_client: bool | None, data: bytes, name: str | None
) -> None:
    known = context(chat, *rules, path=path, from_client=from_client)
    assert known.schema is not None
    found = known.schema.message_for(known, data)
    assert (found and found.name) == name


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (["Nope"], "chat.proto has no message 'Nope'; there are chat.v1.Envelope, "),
        (["foo=Say"], "'foo' says no messages; write a path, client, server, or a first field such as 1:7"),
    ],
)
def test_wrong_rules(chat: str, rules: list[str], sentence: str) -> None:
    with pytest.raises(SchemaError) as raised:
        load_choice(chat, rules)
    assert sentence in str(raised.value)


WRONG = [
    (b"", "a.proto has no messages to choose from."),
    (b"message A { }\nmessage B { }", "a.proto has several messages to choose from: name one of A, B."),
    (b"message A {\n int32 id = 1 string name = 2; }", "a.proto, line 2, character 15: 'string' is not expected."),
    (b"message A {\n Missing x = 1; }", "a.proto, line 2: there is no type 'Missing'."),
    (b"// Missing\nmessage A {\n map<int32, Missing> x = 1; }", "a.proto, line 3: there is no type 'Missing'."),
    (b"message A { int32 x = 0; }", "a.proto, line 1: 'x' has no number from 1 to 536870911."),
    (b"message A { int32 x = 1;\n int32 y = 1; }", "a.proto, line 2: 'y' has the number of 'x', 1."),
    (b'import "nope.proto";', "a.proto, line 1: the file 'nope.proto' that it imports is not there."),
    (b'import "../a.proto";', "a.proto, line 1: '../a.proto' lies outside the folder of the first file."),
    (b"\xff", "a.proto is no text: byte 0 is no UTF-8."),
    (b"message A { int32 x = ; }", "a.proto, line 1, character 23: ';' is not expected"),
    (b"message A {" * 5000, "a.proto is nested too deeply."),
    (b"message", "a.proto, line 1, character 8: the end is not expected."),
    (b"message A { int32 x = 1 }", "a.proto, line 1, character 25: '}' is not expected"),
    (b"message A { int32 x = 1; }\n\x01", "a.proto, line 2, character 1: this character is not expected."),
    (b" " * (proto_file.LARGEST + 1), "a.proto is larger than 1 MiB."),
    (b"message A { int32 x = 99999999999999999999999999; }", "has no number from 1 to 536870911."),
]


@pytest.mark.parametrize(("data", "sentence"), WRONG)
def test_wrong_files_are_a_sentence_with_the_place(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "a.proto"
    path.write_bytes(data)
    with pytest.raises(SchemaError) as raised:
        load_choice(str(path), [])
    assert sentence in str(raised.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for name in ("none.proto", "none.desc"):
        with pytest.raises(SchemaError, match="cannot be read: No such file"):
            load_choice(str(tmp_path / name), [])
    with pytest.raises(SchemaError, match="cannot be one"):
        load_choice("a\0b.proto", [])
    (tmp_path / "d.proto").mkdir()
    (tmp_path / "d.desc").mkdir()
    for name in ("d.proto", "d.desc"):
        with pytest.raises(SchemaError, match="cannot be read: Is a directory"):
            load_choice(str(tmp_path / name), [])


def test_files_that_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.proto").write_text('import "b.proto"; message A { B b = 1; }')
    (tmp_path / "b.proto").write_text('import "a.proto"; import "google/protobuf/struct.proto"; message B { A a = 1; }')
    assert load_choice(str(tmp_path / "a.proto"), []).schema.roots == ("A",)


def test_imports_have_a_limit(tmp_path: Path) -> None:
    for number in range(210):
        (tmp_path / f"{number}.proto").write_text(f'import "{number + 1}.proto"; message A{number} {{}}')
    with pytest.raises(SchemaError, match="imports more than 200 files"):
        load_choice(str(tmp_path / "0.proto"), [])


def test_whatever_the_parser_makes_of_it_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, text: str) -> None:
        raise IndexError

    monkeypatch.setattr(proto_file.Parser, "parse", fail)
    (tmp_path / "a.proto").write_text("x")
    with pytest.raises(SchemaError, match=r"a\.proto is no \.proto file: IndexError"):
        load_choice(str(tmp_path / "a.proto"), [])


def test_a_file_is_read_again_when_it_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.proto"
    path.write_text("message A {}")
    assert load_choice(str(path), []).schema is load_choice(str(path), []).schema
    path.write_text("message Other {}")
    assert load_choice(str(path), []).schema.roots == ("Other",)
    files._load.cache_clear()


def test_without_a_syntax_it_is_version_two(tmp_path: Path) -> None:
    """Repeated numbers are then not packed; a group is read without names."""
    (tmp_path / "more").mkdir()
    path = tmp_path / "old.proto"
    path.write_text(COLOURS)
    known = context(str(path))
    message = written('{"many": [1, 2], "ok": false}', known)
    assert message.data == b"\x10\x01\x10\x02\x18\x00"
    packed = Message(b"\x12\x02\x01\x02", text=False)  # also read where it is not asked for
    assert registry.values(PROTOBUF, known, packed) == {"": {"many": [1, 2]}}
    group = Message(b"\x0b\x08\x05\x0c", text=False)
    assert [node.note for node in registry.decode(PROTOBUF, known, group).root.children] == ["group"]


UNWRITABLE = [
    ("{}", "Protobuf is written by a .proto file", False),
    ("[1]", "A message of Protobuf is an object.", True),
    ('{"x": 1}', "The message chat.v1.Envelope has no field 'x'; it has kind, join, ", True),
    ('{"kind": "a"}', "Expected a whole number from -2147483648 to 2147483647 behind kind.", True),
    ('{"join": 1}', "Expected an object for a message chat.v1.Join.", True),
    ('{"names": "a"}', "Expected an array behind names.", True),
    ('{"names": [1]}', "Expected a text behind names.", True),
    ('{"colour": "GREEN"}', "colours.Colour has no value 'GREEN'; it has RED, BLUE.", True),
    ('{"counts": []}', "Expected an object behind counts.", True),
    ('{"rooms": {"a": {}}}', "The names in rooms are whole numbers, and 'a' is none.", True),
    ('{"flags": {"maybe": ""}}', "Expected true or false behind key.", True),
    ('{"inner": {"raw": "x"}}', "Expected bytes behind raw", True),
    ('{"inner": {"f": 1e300}}', "The number behind f is too large.", True),
    ('{"$unknown": "x"}', "Expected two hex digits for each byte behind $unknown", True),
    ('{"@type": "Nope"}', "has no message 'Nope'", True),
]


@pytest.mark.parametrize(("text", "sentence", "has_schema"), UNWRITABLE)
def test_what_cannot_be_written_is_a_sentence(chat: str, text: str, sentence: str, has_schema: bool) -> None:
    known = context(chat) if has_schema else Context()
    with pytest.raises(ValueError, match=r"\.$") as raised:
        registry.encode(PROTOBUF, text, known)
    assert sentence in str(raised.value)


def test_more_that_is_written(chat: str) -> None:
    known = context(chat, "client=Join")
    with pytest.raises(ValueError, match='No rule says which message this is: name it in a member "@type"'):
        registry.encode(PROTOBUF, "{}", known)
    assert written('{"@type": "Join", "room": {"$text": "ff"}}', known).data == b"\x0a\x01\xff"
    assert written('{"@type": "Envelope", "longName": "x", "kind": null, "deltas": []}', known).data == b"\xa2\x01\x01x"
    deep = '{"again": ' * 150 + "{}" + "}" * 150
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        registry.encode(PROTOBUF, deep, context(chat, "Say"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x08\x01\x08\x02", "the field kind stands twice"),
        (b"\x22\x03\x0a\x01a", "an entry of the map counts before byte 5 is no usual one"),
        (b"\x22\x06\x0a\x01a\x18\x01\x18", "the number"),
        (b"\xf7\x01", "there is no wire type 7"),
        (b"\xfb\x01", ""),
        (b"\x1a\x02\x1a" + b"\x00", ""),
    ],
)
def test_what_cannot_be_edited(chat: str, data: bytes, reason: str) -> None:
    known = context(chat)
    if data == b"\x1a\x02\x1a\x00":
        assert "again" in registry.editable(PROTOBUF, known, Message(data, text=False))
        return
    with pytest.raises(NotFittingError) as raised:
        registry.editable(PROTOBUF, known, Message(data, text=False))
    assert reason in str(raised.value) or "missing" in str(raised.value)


def test_keys_that_are_left_out(chat: str) -> None:
    known = context(chat)
    message = Message(b"\x22\x02\x10\x01\x2a\x02\x12\x00\x32\x03\x12\x01x", text=False)
    edited = json.loads(registry.editable(PROTOBUF, known, message))
    assert (edited["counts"], edited["rooms"], edited["flags"]) == ({"": 1}, {"0": {}}, {"false": "x"})


def test_a_message_that_does_not_fit(chat: str) -> None:
    known = context(chat)
    assert PROTOBUF.fits(known, Message(b"\xff\xff", text=False)) == 0
    assert registry.values(PROTOBUF, known, Message(b"\xff\xff", text=False)) == {}
    assert PROTOBUF.values(known, Message(b"\xff\xff", text=False)) == {}
    cut = Message(b"\x08\x01", text=False, whole=False, length=9000)
    assert PROTOBUF.fits(known, cut) == 0.97
    assert PROTOBUF.values(known, cut) == {}
    assert registry.line(PROTOBUF, known, cut) == "chat.v1.Envelope"
    short = Message(b"\x3a\x05\x01", text=False)
    assert "where 4 more are missing" in registry.decode(PROTOBUF, known, short).sentence
    with pytest.raises(NotFittingError, match=r"Protobuf is edited by a \.proto file"):
        registry.editable(PROTOBUF, Context(), short)


@settings(max_examples=60)
@given(data=st.binary(max_size=60))
def test_any_bytes_by_a_schema(data: bytes) -> None:
    known = Context(schema=load_choice(str(Path(__file__).with_name("any.proto")), []))
    decoded = registry.decode(PROTOBUF, known, Message(data, text=False), Budget(seconds=600))
    assert "has failed" not in decoded.sentence
    check(decoded.root, len(data))
    try:
        text = PROTOBUF.editable(known, Message(data, text=False))
    except NotFittingError:
        return
    again = PROTOBUF.encode(text, known)
    assert PROTOBUF.editable(known, Message(again, text=False)) == text


def test_nesting_by_a_schema_ends_somewhere() -> None:
    known = Context(schema=load_choice(str(Path(__file__).with_name("any.proto")), []))
    data = b""
    for _ in range(600):
        data = b"\x0a" + varint(len(data)) + data
    found = registry.decode(PROTOBUF, known, Message(data, text=False), Budget(seconds=600))
    assert "400 levels" in found.sentence


def descriptors() -> bytes:
    """A FileDescriptorSet as protoc has it, written by hand: message M { E e = 1; repeated int32 n = 2;
    map<string, M> m = 3; N n2 = 4; message N {} } enum E { A = 0; B = 1; }"""

    def part(number: int, data: bytes) -> bytes:
        return bytes([number << 3 | 2]) + varint(len(data)) + data

    def member(name: str, number: int, label: int, type_: int, type_name: str = "", options: bytes = b"") -> bytes:
        body = part(1, name.encode()) + bytes([0x18, number, 0x20, label, 0x28, type_])
        return part(2, body + (part(6, type_name.encode()) if type_name else b"") + options)

    entry = part(1, b"MEntry") + member("key", 1, 1, 9) + member("value", 2, 1, 11, ".p.M") + part(7, b"\x38\x01")
    message = part(1, b"M") + member("e", 1, 1, 14, ".p.E") + member("n", 2, 3, 5)
    message += member("m", 3, 3, 11, ".p.M.MEntry") + member("n2", 4, 1, 11, ".p.M.N") + member("b", 5, 1, 12)
    message += part(3, entry) + part(3, part(1, b"N"))
    enum = part(1, b"E") + part(2, part(1, b"A") + b"\x10\0") + part(2, part(1, b"B") + b"\x10\1")
    file = part(1, b"m.proto") + part(2, b"p") + part(4, message) + part(5, enum) + part(12, b"proto3")
    plain = part(1, b"x.proto") + part(4, part(1, b"Unused"))
    return part(1, plain) + part(1, file)


def test_descriptor_files(tmp_path: Path) -> None:
    path = tmp_path / "m.desc"
    path.write_bytes(descriptors())
    known = context(str(path))
    text = '{"e": "B", "n": [1, 2], "m": {"k": {"e": "A"}}, "n2": {}, "b": {"$bytes": "ff"}}'
    message = written(text, known)
    assert message.data == b"\x08\x01\x12\x02\x01\x02\x1a\x07\x0a\x01k\x12\x02\x08\x00\x22\x00\x2a\x01\xff"
    edited = json.loads(registry.editable(PROTOBUF, known, message))
    assert edited == {"@type": "p.M", **json.loads(text)}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xff", "m.desc is no descriptor file: it ends at byte 2, where 1 more are missing."),
        (b"", "m.desc is no descriptor file: it has no files."),
        (b"\x0a\x07\x22\x05\x12\x03\x0a\x01x", "m.desc is no descriptor file: a field of it has no type."),
    ],
)
def test_wrong_descriptor_files(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "m.desc"
    path.write_bytes(data)
    with pytest.raises(SchemaError) as raised:
        load_choice(str(path), [])
    assert str(raised.value) == sentence


def test_large_descriptor_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptor_file, "_LARGEST", 3)
    path = tmp_path / "m.desc"
    path.write_bytes(b"1234")
    with pytest.raises(SchemaError, match="larger than"):
        load_choice(str(path), [])


def test_values_alone() -> None:
    assert fill_message(TreeNode("", stop=2), b"\x08\x01", Budget()) == {}
