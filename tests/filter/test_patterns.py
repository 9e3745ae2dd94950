from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.filter.patterns import (
    MATCH_LIMIT,
    PatternError,
    PatternTooSlowError,
    compile_bytes,
    compile_text,
    found_in,
)


@pytest.mark.parametrize("pattern", [r"(\w+\s*)+", "(a+)+", "(?>a+)+", "(a++)+", "(a{2,99})*"])
def test_a_repetition_of_a_repetition_is_allowed(pattern: str) -> None:
    assert found_in(compile_text(pattern), b"aa aa")


def test_an_expression_that_runs_for_hours_is_stopped_with_a_sentence() -> None:
    with pytest.raises(PatternTooSlowError, match=re.escape("the expression (a|aa)+$ takes more than 0.5 s")):
        found_in(compile_text("(a|aa)+$"), b"a" * 80 + b"b")
    with pytest.raises(PatternTooSlowError, match=re.escape("the expression (a|aa)+$ takes")):
        found_in(compile_bytes("(a|aa)+$"), b"a" * 80 + b"b")
    long = f"(a|aa)+{'b' * 100}"
    with pytest.raises(PatternTooSlowError, match="b… takes"):
        found_in(compile_text(long), b"a" * 80 + b"b" * 99)


def test_capital_letters_can_be_made_no_difference() -> None:
    assert found_in(compile_text("é", ignore_case=True), "É".encode())
    assert not found_in(compile_text("é"), "É".encode())


@pytest.mark.parametrize(
    ("pattern", "message", "position"),
    [
        ("a(b", "missing )", 3),
        ("a)", "unbalanced parenthesis", 1),
        ("[a", "unterminated character set", 2),
        ("a\\", "bad escape (end of pattern)", 2),
        ("a{99999999999999999999}", "repeat count too big", 2),
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


def test_an_error_of_the_compiler_itself_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr("wsgui.filter.patterns.regex.compile", broken)
    with pytest.raises(PatternError, match="odd"):
        compile_text("an expression that no other test has compiled")
