"""JSON with its places, and what is noticed in its values."""

from __future__ import annotations

import base64
import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dissect.decoders.trees import best, line, message, sentence, tree, values
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.json_places import step_path
from wsgui.dissect.decoders.model import JSON_LIMIT, NO_CONTEXT, Budget, Message, TreeNode
from wsgui.dissect.decoders.notices import picture_words
from wsgui.dissect.decoders.partial_json import partial_json
from wsgui.dissect.sizes import grouped

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def test_each_value_has_its_bytes() -> None:
    text = ' {"a": [1, -2.5e3, true], "é": {"b": null}, "e": {}, "f": [ ]} '
    assert tree("json", text) == [
        "JSON = {4} [1:63]",
        "  a = [3] [2:24]",
        "    [0] = 1 [8:9]",
        "    [1] = -2.5e3 [11:17]",
        "    [2] = true [19:23]",
        "  é = {1} [26:43]",
        "    b = null [33:42]",
        "  e = {0} [45:52]",
        "  f = [0] [54:62]",
    ]
    root = registry.decode(registry.all_decoders()["json"], NO_CONTEXT, message(text)).root
    assert root.children[0].children[0].children[1].path == "json.a[1]"
    assert root.children[0].children[0].inner == 7
    assert repr(root.children[0].children[3]) == "<f: '[0]' 54-62 0 parts>"


def test_a_value_alone() -> None:
    assert tree("json", '"a\\u00e9\\n"') == ['JSON = "a\\u00e9\\n" [0:11]']
    assert tree("json", "17") == ["JSON = 17 [0:2]"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it ends at byte 0, where a value is missing"),
        ("[1, ", "it ends at byte 4, where a value is missing"),
        ("[1 2]", "a comma or ] is missing at byte 3"),
        ('{"a" 1}', "a name in quotes and a colon is missing at byte 1"),
        ('{"a":1,}', "a name in quotes and a colon is missing at byte 7"),
        ("[1,]", "a value is missing at byte 3"),
        ('{"a":1]', "a comma or } is missing at byte 6"),
        ("[01]", "a comma or ] is missing at byte 2"),
        ('["a', "a value is missing at byte 1"),
        ("1 2", "the value ends at byte 1, and more follows"),
    ],
)
def test_what_is_none_says_where(text: str, reason: str) -> None:
    assert sentence("json", text) == f"This is not JSON: {reason}."


@given(json_values)
def test_places_are_those_of_the_values(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        data = text.encode("utf-8", "surrogatepass")
        decoded = registry.decode(registry.all_decoders()["json"], NO_CONTEXT, Message(data, text=True))
        if decoded.sentence:
            continue
        waiting: list[TreeNode] = list(decoded.root.children)
        while waiting:
            node = waiting.pop()
            piece = data[node.inner : node.stop]
            again = json.loads(piece)
            if isinstance(again, (dict, list)):
                assert len(node.children) == len(json.loads(piece, object_pairs_hook=list)) or isinstance(again, dict)
                waiting += node.children
            elif isinstance(again, str):
                assert node.value == again or "\ufffd" in str(node.value)


@given(st.binary(max_size=40) | st.text('[]{},:"\\ 01-+.eEtrufalsn', max_size=30).map(str.encode))
def test_it_takes_what_python_takes(data: bytes) -> None:
    decoded = registry.decode(registry.all_decoders()["json"], NO_CONTEXT, Message(data, text=True))
    try:
        json.loads(data.decode("utf-8", "replace"), parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError):
        assert decoded.sentence
    else:
        assert decoded.sentence == ""


def test_what_is_noticed_in_values() -> None:
    packed = base64.b64encode(b"hello, hello").decode()
    zipped = base64.b64encode(gzip.compress(b'{"a":1}', mtime=0)).decode()
    token = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.c2ln"
    text = json.dumps(
        {
            "id": "123e4567-e89b-42d3-a456-426614174000",
            "at": 1700000000123,
            "when": "2026-11-21T12:04:10+01:00",
            "day": "2026-11-21T12:04",
            "no": "2026-13-41T12:04",
            "for": "P1DT2H",
            "b": packed,
            "z": zipped,
            "t": token,
            "j": '{"x": [1]}',
            "k": "{no json}",
        }
    )
    found = {line.split(" = ")[0].strip(): line for line in tree("json", text)}
    notes = {
        "id": "(UUID version 4)",
        "at": "(time? 2023-11-14 22:13:20 UTC)",
        "when": "(time, 2026-11-21 11:04:10 UTC)",
        "day": "(time)",
        "for": "(duration: 1 days, 2 hours)",
        "t": "(JSON web token; the signature is not checked)",
        "exp": "(expires 2023-11-14 22:13:20 UTC)",
    }
    for name, note in notes.items():
        assert note in found[name], name
    assert "(" not in found["no"]
    every = "\n".join(tree("json", text))
    assert "base64 = hello, hello (12 bytes)" in every
    assert 'gzip = {"a":1} (7 bytes)' in every
    assert "x = [1]" in every


def packed_tree(data: bytes) -> str:
    return "\n".join(tree("json", json.dumps(base64.b64encode(data).decode())))


def test_what_is_packed() -> None:
    deflate = zlib.compressobj(wbits=-15)
    raw = deflate.compress(b"the same words, the same words, the same words") + deflate.flush()
    assert "zlib = the same words" in packed_tree(zlib.compress(b"the same words, twice the same"))
    assert "deflate = the same words, the same" in packed_tree(raw)
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20"
    assert "base64 = PNG image, 16 x 32 (24 bytes)" in packed_tree(png)
    assert "gzip = ff fe fd" in packed_tree(gzip.compress(b"\xff\xfe\xfd", mtime=0))
    assert packed_tree(b"\xff" * 30).count("\n") == 0  # nothing can be said of it
    assert packed_tree(gzip.compress(b"x" * 100, mtime=0)[:-9]).count("\n") == 0  # cut
    assert packed_tree(b"\x78\x9c" + b"\xff" * 30).count("\n") == 0
    for word in (
        "abcdefghijklmnopqrst",
        "12345678901234567890",
        "abcdefghijklmnopq1234",
        "AAAAAAAAAAAAAAAAA1=",
        "-_" * 9,
    ):
        assert len(tree("json", json.dumps(word))) == 1, word
    nested = b"the end of all the layers"
    for _ in range(12):
        nested = base64.b64encode(nested)
    assert len(tree("json", json.dumps(nested.decode()))) == 9  # eight layers below the string


def test_a_bomb_stops() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(8 * 1024 * 1024))).decode()
    assert sentence("json", json.dumps(bomb)) == "Cut off: what is packed here becomes too large."


@pytest.mark.parametrize(
    "token", ["aaaaaaaa.bbbbbbbb.cccc", "eyJhIjoxfQ.abcde.cccccccc", "eyJhIjoxfQ.YWFh.cccccccc", "W10xxx.W10.ccccccccc"]
)
def test_what_only_looks_like_a_token(token: str) -> None:
    assert "token" not in tree("json", json.dumps(token))[0] or "YWFh" in token


def test_images() -> None:
    assert picture_words(b"GIF89a\x03\0\x04\0") == "GIF image, 3 x 4"
    assert picture_words(b"RIFF\0\0\0\0WEBP") == "WebP image"
    head = b"\xff\xd8\xff\xe0\x00\x04\0\0\xff\xc0\x00\x11\x08\x00\x20\x00\x10\x03"
    assert picture_words(head) == "JPEG image, 16 x 32"
    assert picture_words(b"\xff\xd8\xff\xe0\x00\x04\0\0") == "JPEG image"
    assert picture_words(b"\xff\xd8\xff\xc4\x00\x02\xff\xc0") == "JPEG image"
    assert picture_words(b"none") == ""
    assert line(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20") == "PNG image, 16 x 32"
    assert tree("hex", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20")[0].startswith("00000000 = 89 50 4e 47")


def test_who_takes_json() -> None:
    assert best('{"a":1}') == "json"
    assert best("[1]", text=True) == "json"
    assert best("17") == "text"
    assert best(b'{"a":1}') == "json"
    assert best(b"{\0\0\0}") == "hex"
    assert best('{"a":1') == "text"
    assert best('{"a":1', whole=False) == "json"
    assert best('"a', whole=False) == "text"
    assert best("x", whole=False) == "text"
    assert best("") == "text"
    large = f"[{'1,' * JSON_LIMIT}1]"
    assert best(large) == "json"
    assert values("json", large) == {}
    assert values("json", '{"a":1}') == {"": {"a": 1}}
    assert values("json", '{"a":NaN}') == {}
    assert line('{"a":\n1}') == '{"a":\u240a1}'


@pytest.mark.parametrize(
    ("head", "value"),
    [
        (b'{"a":1,"b":"lo', {"a": 1}),
        (b'[1,[2,{"a":"x', [1, [2, {}]]),
        (b'["chat",{"a":1}]behind', ["chat", {"a": 1}]),
        (b"[1}", None),
        (b"]", None),
        (b"17", None),
        (b'{"a\\"}', {}),
        (b"[nope,", None),
        (b"[[]", [[]]),
    ],
)
def test_the_beginning_of_json(head: bytes, value: object) -> None:
    assert partial_json(head) == value


def test_paths_are_those_of_filters() -> None:
    assert step_path("json", "a") == "json.a"
    assert step_path("json", 'odd "name"\n') == 'json["odd \\"name\\"\\n"]'
    assert step_path("json", 3) == "json[3]"
    assert step_path("", "a") == ""


def test_writing() -> None:
    json_, text, hex_ = (registry.all_decoders()[name] for name in ("json", "text", "hex"))
    assert json_.encode('{"a": 1}') == b'{"a": 1}'
    assert text.encode("é") == b"\xc3\xa9"
    assert hex_.encode("de ad") == b"\xde\xad"
    for decoder, wrong in ((json_, "{"), (hex_, "xy")):
        with pytest.raises(ValueError, match=r"no JSON|two hex digits"):
            decoder.encode(wrong)
    assert registry.pretty(json_, message('{"a":1}')) == '{\n  "a": 1\n}'
    assert registry.pretty(hex_, message(b"ab")) == "61 62"
    with pytest.raises(ValueError, match="line 1"):
        registry.pretty(json_, message("{"))


def test_text_line_by_line() -> None:
    assert tree("text", "one\r\ntwo") == ["line 1 = one [0:4]", "line 2 = two [5:8]"]
    assert sentence("text", b"a\xff") == "This is not Text: byte 1 (0xff) is no UTF-8."
    assert tree("text", b"a\xc3", whole=False) == ["line 1 = a\ufffd [0:2]"]
    assert len(tree("text", "x" * 100_000)) == 1
    assert [decoder.name for decoder in registry.fitting(NO_CONTEXT, message(b"words"))] == ["text", "hex"]
    assert best(b"words") == "text"


def test_a_cut_message_is_cut_off_and_said() -> None:
    decoded = registry.decode(registry.all_decoders()["text"], NO_CONTEXT, message("a\n" * 50_000), Budget(seconds=600))
    assert decoded.sentence == f"Cut off after {grouped(20_000)} values, at byte {grouped(40_000)}."
