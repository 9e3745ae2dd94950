from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.needle import MOST_HITS, Hit, NeedleError, parse_hex, parse_needle
from wsgui.filter.patterns import PatternTooSlowError


@pytest.mark.parametrize(
    ("kind", "text", "ignore_case", "payload", "hits"),
    [
        ("text", "an", False, b"banana", [(1, 2), (3, 2)]),
        ("text", "AN", False, b"banana", []),
        ("text", "AN", True, b"banana", [(1, 2), (3, 2)]),
        ("text", "É", True, "xéy".encode(), [(1, 2)]),
        ("text", "y", True, "éxéy\xff".encode("latin-1"), [(3, 1)]),
        ("text", ".", True, b"a.b", [(1, 1)]),
        ("hex", "ff 00", False, b"\xff\x00\x01\xff\x00", [(0, 2), (3, 2)]),
        ("regex", "[0-9]+", False, b"a12b345", [(1, 2), (4, 3)]),
        ("regex", "[0-9]+", False, "é12€345é".encode(), [(2, 2), (7, 3)]),
        ("regex", "É", True, "aé".encode(), [(1, 2)]),
        ("regex", "a*", False, b"aab", [(0, 2)]),
        ("regex", "^", False, b"", []),
        ("regex", "é|b", False, "bé".encode(), [(0, 1), (1, 2)]),
    ],
)
def test_where_a_needle_stands(
    kind: str, text: str, ignore_case: bool, payload: bytes, hits: list[tuple[int, int]]
) -> None:
    needle = parse_needle(kind, text, ignore_case=ignore_case)  # type: ignore[arg-type]
    assert needle.hits(payload) == [Hit(*hit) for hit in hits]
    assert needle.is_in(payload) == bool(hits)


@pytest.mark.parametrize(
    ("kind", "text", "sentence", "position"),
    [
        ("text", "", "Type what to look for.", 0),
        ("hex", "0xfg", "Character 4 is no hex digit: g", 3),
        ("hex", "de a", "A byte has two hex digits; the one at character 4 has one.", 3),
        ("hex", "d e", "A byte has two hex digits; the one at character 1 has one.", 0),
        ("hex", " ", "Type bytes in hex, such as de ad be ef.", 1),
        ("regex", "a(b", "This expression does not work at character 4: missing ).", 3),
    ],
)
def test_what_cannot_be_looked_for(kind: str, text: str, sentence: str, position: int) -> None:
    with pytest.raises(NeedleError) as caught:
        parse_needle(kind, text)  # type: ignore[arg-type]
    assert (str(caught.value), caught.value.position) == (sentence, position)


def test_hits_are_bounded() -> None:
    assert len(parse_needle("text", "a").hits(b"a" * (MOST_HITS + 7))) == MOST_HITS
    assert parse_needle("regex", "a").hits(b"aaa", 2) == [(0, 1), (1, 1)]


def test_an_expression_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(PatternTooSlowError):
        parse_needle("regex", "(a|aa)+$").hits(b"a" * 80 + b"b")


@given(st.binary(max_size=8), st.sampled_from(["", " ", ":", "-", ", "]))
def test_hex_in_any_spelling(data: bytes, between: str) -> None:
    if data:
        text = between.join(f"{byte:02x}" for byte in data)
        assert parse_hex(text) == parse_hex(text.upper()) == parse_hex(f" 0X{text} ") == data


letters = st.text("ab\u00e9\u20ac", max_size=12)


@given(letters, letters.filter(bool), st.sampled_from([False, True]))
def test_texts_are_found_where_python_finds_them(text: str, wanted: str, ignore_case: bool) -> None:
    hits = parse_needle("text", wanted, ignore_case=ignore_case).hits(text.encode())
    if wanted.islower() or wanted == wanted.lower():
        found, place = [], text.find(wanted)
        while place >= 0:
            found.append((len(text[:place].encode()), len(wanted.encode())))
            place = text.find(wanted, place + len(wanted))
        assert hits == found


@given(st.binary(max_size=20), st.binary(min_size=1, max_size=3))
def test_any_bytes_can_be_searched(payload: bytes, wanted: bytes) -> None:
    assert all(payload[at : at + size] == wanted for at, size in parse_needle("hex", wanted.hex()).hits(payload))
    parse_needle("regex", ".").hits(payload)
    size = sum(hit.length for hit in parse_needle("regex", "(?s).").hits(payload))
    assert size == len(payload)
