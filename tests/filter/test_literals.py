from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.filter.literals import Literal, literal_of
from wsgui.filter.patterns import PatternError, compile_bytes, compile_text, found_in

PIECES = st.sampled_from(
    [
        *("a", "b", "k", "S", "i", "é", "ab", " ", "needle", ".", "^", "$", "\\.", "\\n", "\\x41", "\\d", "\\w", "\\b"),
        *("[ab]", "[^a]", "[]a]", "[a\\]]", "(ab)", "(?:a|b)", "(?=a)", "(?!b)", "(?<=a)", "(?P<n>a)", "(a(b)c)"),
        *("*", "+", "?", "{2}", "{0,1}", "{1,}", "{,2}", "*?", "++", "|", "(?i)", "(?i:a)", "(?s)", "\\p{L}", "{e<=1}"),
        *("[[:alpha:]]", "(?#x)", "(?>a)", "(*PRUNE)", "\\Kb", "]", "}", "{", "\\u0061", "\\N{DIGIT ONE}", "\\S+"),
    ]
)
TEXTS = st.text(st.sampled_from("aAbBkKsSiI é.1\nneedl\u0130\u0131\u017f\u212a"), max_size=12)


@given(st.lists(PIECES, max_size=6).map("".join), st.booleans(), TEXTS)
def test_what_is_known_stands_in_every_match(pattern: str, ignore_case: bool, text: str) -> None:
    data = text.encode()
    for make in (compile_text, compile_bytes):
        try:
            expression = make(f"(?i){pattern}" if ignore_case else pattern)
        except PatternError:
            continue
        known = literal_of(expression)
        if known is not None and found_in(expression, data):
            held = known.data in data
            if known.ignore_case:
                held = known.data in data.lower() or any(letter in data for letter in known.folded)
            assert held, (pattern, known)


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("id.*9999", "9999"),
        ('^"type":"order"', '"type":"order"'),
        ("price\\.usd=[0-9]+", "price.usd="),
        ("needles?", "needle"),
        ("needle+s", "needle"),
        ("need{1,3}les", "need"),
        ("need{0,3}les", "nee"),
        ("(error|warning): code", ": code"),
        ("a\\tb\\x20c", "a\tb c"),
        ("é\\s+ça", "ça"),
    ],
)
def test_the_longest_piece(pattern: str, literal: str) -> None:
    assert literal_of(compile_text(pattern)) == Literal(literal.encode(), False)


def test_case_may_be_ignored() -> None:
    assert literal_of(compile_text("(?i)NeeDle é")) == Literal(b"needle ", True)
    assert literal_of(compile_bytes("(?i)NeeDle")) == Literal(b"needle", True)
    assert literal_of(compile_text("Needle", ignore_case=True)) == Literal(b"needle", True)


def test_bytes() -> None:
    assert literal_of(compile_bytes("\\xde\\xad.\\x00")) == Literal(b"\xde\xad", False)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "a",
        "ab|cd",
        "(needle)",
        "a(?i)bc",
        "(?x)a b c",
        "ne{e<=1}dle",
        "[[:alpha:]]needle",
        "\\p{L}needle",
        "(?b)ab",
    ],
)
def test_what_nothing_is_known_of(pattern: str) -> None:
    assert literal_of(compile_text(pattern)) is None
