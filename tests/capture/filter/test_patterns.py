from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.capture.filter.patterns import MATCH_LIMIT, PatternError, compile_bytes, compile_text, found_in

REFUSED = """(a+)+ (a*)* ((a+)b)* (a+|b)+ (?:a+){2,} (a{2,})+ (a{2,99})* (a+?)+? (a{1,200}){1,500} (x(y*)z)+"""
ALLOWED = r"""(a+) (a+)b+ (a++)+ (a*+)* (?>a+)+ (a+)++ (a{3})+ (a{2,5})* (a{,5})* (a+){3} (a+)?
    [(a+)+]+ []a+]+ [^]a+]+ \(a+\)+ (ab)+(cd)* [a\]]+ a{x+ (a|b)* ^a{2,}$"""


@pytest.mark.parametrize("pattern", REFUSED.split())
def test_repetitions_of_repetitions_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="a repetition of a repetition may run for hours"):
        compile_text(pattern)


@pytest.mark.parametrize("pattern", ALLOWED.split())
def test_other_repetitions_are_allowed(pattern: str) -> None:
    assert compile_text(pattern).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "message", "position"),
    [
        ("a(b", "missing ), unterminated subpattern", 1),
        ("a)", "unbalanced parenthesis", 1),
        ("[a", "unterminated character set", 0),
        ("[", "unterminated character set", 0),
        ("a\\", "bad escape (end of pattern)", 1),
        ("a{99999999999999999999}", "the repetition number is too large", 0),
        ("(?L)a", "bad inline flags: cannot use 'L' flag with a str pattern", 3),
        ("(" * 3000 + ")" * 3000, "its parentheses are too deep", 0),
    ],
)
def test_what_is_wrong_with_a_pattern(pattern: str, message: str, position: int) -> None:
    with pytest.raises(PatternError) as caught:
        compile_text(pattern)
    assert (caught.value.message, caught.value.position) == (message, position)


def test_patterns_for_bytes_are_ascii() -> None:
    with pytest.raises(PatternError, match=re.escape("for bytes write é as \\xc3\\xa9")) as caught:
        compile_bytes("aé")
    assert caught.value.position == 1
    with pytest.raises(PatternError, match=re.escape("\\xed\\xa0\\x80")):
        compile_bytes("\ud800")
    with pytest.raises(PatternError, match="repetition"):
        compile_bytes("(a+)+")
    assert found_in(compile_bytes("\\xff."), b"a\xff\xfe")
    assert not found_in(compile_bytes("\\xff."), b"a\xff")


def test_warnings_about_odd_syntax_do_not_come_out() -> None:
    assert found_in(compile_text("[[a]"), b"[")


def test_text_that_is_no_utf8_is_searched_too() -> None:
    assert found_in(compile_text("^.b$"), b"\xffb")
    assert found_in(compile_text("é$"), b"\xff\xc3\xa9")


def test_only_the_first_mebibyte_is_searched() -> None:
    assert found_in(compile_text("b"), b"a" * (MATCH_LIMIT - 1) + b"b")
    assert not found_in(compile_text("b"), b"a" * MATCH_LIMIT + b"b")
    assert not found_in(compile_bytes("b"), b"a" * MATCH_LIMIT + b"b")


@given(st.text(max_size=12) | st.text("()[]{}*+?|\\a^$.,1>:", max_size=16))
def test_any_pattern_compiles_or_is_refused_with_a_place(pattern: str) -> None:
    for compiled in (compile_text, compile_bytes):
        try:
            compiled(pattern)
        except PatternError as error:
            place = error.position
        else:
            place = 0
        assert 0 <= place <= len(pattern)
