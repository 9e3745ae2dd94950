from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.json_text import (
    JsonPart,
    folds,
    indent_json,
    looks_like_json,
    minify_json,
    mistake_in,
    parts,
    same_place,
)


def test_only_white_space_changes() -> None:
    text = '{"a":1e400,"a":[1.50,{},[], [ ] ,"x\\u0041,{\\"}"],"b":null}'
    assert (
        indent_json(text)
        == """{
  "a": 1e400,
  "a": [
    1.50,
    {},
    [],
    [],
    "x\\u0041,{\\"}"
  ],
  "b": null
}"""
    )


@pytest.mark.parametrize(("text", "out"), [("1", "1"), (' "x" ', '"x"'), ("[]", "[]"), ("[ 1 ]", "[\n  1\n]")])
def test_small_values(text: str, out: str) -> None:
    assert indent_json(text) == out


def test_deep_levels_stand_at_the_deepest_indentation() -> None:
    text = indent_json("[" * 100 + "1" + "]" * 100)
    assert max(len(line) - len(line.lstrip()) for line in text.split("\n")) == 80


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON: Expecting value at line 1, column 1"),
        ('{"a":}', "no JSON: Expecting value at line 1, column 6"),
        ("[" * 200_000, "nested too deeply to be indented"),
        ("9" * 5000, "a number is too long to be read"),
    ],
)
def test_what_cannot_be_indented_says_why(text: str, words: str) -> None:
    with pytest.raises(ValueError, match="^" + words) as caught:
        indent_json(text)
    assert str(caught.value) == words


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.booleans())
def test_the_value_stays_the_same_and_the_text_is_like_the_standard_one(value: object, ascii_only: bool) -> None:
    compact = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
    assert indent_json(compact) == json.dumps(value, ensure_ascii=ascii_only, indent=2)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("{}", None),
        ('{"a": 1' + "0" * 5000 + "}", None),
        ("[1,]", ("a value is missing", 3)),
        ('{"a" 1}', ("a colon is missing", 5)),
        ("[1 2]", ("a comma is missing", 3)),
        ("{a}", ("a name in double quotes is missing", 1)),
        ("[] x", ("more follows behind its end", 3)),
        ('["a', ("this string has no end", 1)),
        ('["\\x"]', ("invalid \\escape", 2)),
        ('["NaN", NaN]', ("NaN is no value of JSON", 8)),
        ("[" * 100_000, ("it is nested too deeply", 0)),
    ],
)
def test_what_is_wrong(text: str, mistake: tuple[str, int] | None) -> None:
    assert mistake_in(text) == mistake


def test_what_looks_like_json() -> None:
    assert [looks_like_json(text) for text in (" {", "[", "", "7", "a[")] == [True, True, False, False, False]


def test_small() -> None:
    assert minify_json('{ "a b" : [ 1 , 2.50 ] }') == '{"a b":[1,2.50]}'
    with pytest.raises(ValueError, match="no JSON"):
        minify_json("[1,]")


def test_parts() -> None:
    text = '{"a" : ["b", -1, 2e3, true]}'
    assert [(text[start:end], kind.name) for start, end, kind in parts(text) if kind is not JsonPart.MARK] == [
        ('"a"', "NAME"),
        ('"b"', "STRING"),
        ("-1", "NUMBER"),
        ("2e3", "NUMBER"),
        ("true", "WORD"),
    ]


def test_places_in_other_white_space() -> None:
    text = '{"ab" :[1 ]}'
    other = indent_json(text)
    for word in ("{", "ab", "[", "1", "]", "}"):
        place = text.index(word)
        assert other[same_place(text, other, place) :].startswith(word)
        assert same_place(other, text, other.index(word)) == place
    assert same_place(text, other, 5) == other.index(":")  # white space: what comes behind it
    assert same_place(text, other, 99) == len(other)


def test_folds() -> None:
    assert folds('{\n"a": [1],\n"b": [\n{"c":\n1}]\n}') == {0: 5, 2: 4, 3: 4}
    assert folds("]\n[") == {}
    assert folds('["a\nb"\n]') == {0: 2}
