from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.extensions import Extension, ExtensionError, parse_extensions

tokens = st.text("!#$%&'*+-.^_`|~09azAZ", min_size=1, max_size=8)
extensions = st.builds(
    Extension, tokens, st.lists(st.tuples(tokens, st.none() | tokens), max_size=3).map(lambda some: tuple(some))
)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", []),
        (" , ,", []),
        ("foo", [Extension("foo")]),
        ("foo, bar; baz=2", [Extension("foo"), Extension("bar", (("baz", "2"),))]),
        ("foo; bar; baz=2", [Extension("foo", (("bar", None), ("baz", "2")))]),
        ('a ; b = "c" ,\td', [Extension("a", (("b", "c"),)), Extension("d")]),
        (r'a; b="\c\d"', [Extension("a", (("b", "cd"),))]),
    ],
)
def test_9_1_the_header(header: str, found: list[Extension]) -> None:
    assert parse_extensions(header) == found


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("=", "Sec-WebSocket-Extensions: an extension's name is expected at character 1."),
        ("a, ;b", "Sec-WebSocket-Extensions: an extension's name is expected at character 4."),
        ("a b", "Sec-WebSocket-Extensions: 'b' cannot stand at character 3."),
        ("a;;b", "Sec-WebSocket-Extensions: ';' cannot stand at character 2."),
        ("a; b=", "Sec-WebSocket-Extensions: '=' cannot stand at character 5."),
        ('a; b="c d"', "Sec-WebSocket-Extensions: the value of b is not a token."),
        ('a; b=""', "Sec-WebSocket-Extensions: the value of b is not a token."),
    ],
)
def test_9_1_what_is_no_extension(header: str, sentence: str) -> None:
    with pytest.raises(ExtensionError) as raised:
        parse_extensions(header)
    assert str(raised.value) == sentence


@given(st.lists(extensions, max_size=4))
def test_what_is_written_is_read(some: list[Extension]) -> None:
    assert parse_extensions(", ".join(map(str, some))) == some


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_extensions(text)
    except ExtensionError as error:
        assert str(error).startswith("Sec-WebSocket-Extensions: ")  # noqa: PT017 - or it is read, below
    else:
        assert parse_extensions(", ".join(map(str, found))) == found
