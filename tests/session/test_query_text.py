from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.session.query_text import read_query, with_query

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@pytest.mark.parametrize(
    ("url", "pairs"),
    [
        ("ws://a/", []),
        ("ws://a/?", []),
        ("ws://a/?x=1&x=2&flag", [("x", "1"), ("x", "2"), ("flag", "")]),
        ("ws://a/?q=a%20b+c&&n=%C3%A9#rest", [("q", "a b c"), ("n", "é")]),
        ("?=v", [("", "v")]),
    ],
)
def test_reading(url: str, pairs: list[tuple[str, str]]) -> None:
    assert read_query(url) == pairs


def test_what_stays_keeps_its_spelling() -> None:
    url = "ws://a/p?flag&q=a+b%2c#f"
    assert with_query(url, [("q", "a b,"), ("flag", "")]) == "ws://a/p?q=a+b%2c&flag#f"
    assert with_query(url, [("q", "a b"), ("é", "&=?")]) == "ws://a/p?q=a%20b&%C3%A9=%26%3D%3F#f"
    assert with_query(url, []) == "ws://a/p#f"


@given(st.lists(st.tuples(words, words).filter(lambda pair: any(pair)), max_size=4), words)
def test_what_is_written_is_read_again(pairs: list[tuple[str, str]], rest: str) -> None:
    assert read_query(with_query(f"ws://a/{rest}", pairs)) == pairs


def test_bytes_that_are_not_utf_8_stay() -> None:
    pairs = read_query("ws://a/?%FFx=%e9")
    assert with_query("ws://a/", pairs) == "ws://a/?%FFx=%E9"
    assert with_query("ws://a/?%FFx=%e9", [(pairs[0][0], "new")]) == "ws://a/?%FFx=new"
    # Half of a surrogate pair has no bytes; nothing is put in its place.
    assert with_query("ws://a/", [("\ud83d ", "é&")]) == "ws://a/?\ud83d%20=%C3%A9%26"
