from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.dissect.json_text import indent_json


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
