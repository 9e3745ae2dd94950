"""What is typed into a line: the language, a mistake in it, or plain words to look for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.filter.texts import filter_texts
from wsgui.filter import FilterError, PlainRow, as_expression, evaluate, near_field, parse, quoted
from wsgui.filter.fields import Scope
from wsgui.filter.tree import Matches, Or
from wsgui.protocol.opcodes import Opcode
from wsgui.records import FLAG_FIN, HTTP


def row(payload: bytes, opcode: int = Opcode.TEXT, inflated: bytes | None = None) -> PlainRow:
    return PlainRow(1, 1, 0, 0, opcode, FLAG_FIN, None, 7, len(payload), None, None, payload, None, (), 0, (), inflated)


@pytest.mark.parametrize(
    "words",
    [
        "hello",
        "Hello World",
        '{"id": 7',
        '"length": 5',
        '{"length":5}',
        "127.0.0.1",
        "404",
        "time: 5",
        "text message",
        "opcode text",
        "message too big",
        "close or open",
        "a=b",
        "x < y",
        "<b>",
        '<a href="x">',
        "[1,2,3]",
        "*",
        "(",
        '"unclosed',
        "it's",
        "a && b",
        "\\",
        "wss://x/length",
        "reason (",
        "x\0y",
    ],
)
def test_plain_words_are_looked_for_as_they_are(words: str) -> None:
    assert as_expression(f"  {words} ") == quoted(words)
    assert evaluate(parse(as_expression(words)), row(f"before {words.upper()} behind".encode()))
    assert not evaluate(parse(as_expression(words)), row(b"something else"))


@pytest.mark.parametrize("text", ["fin", "length", '"fin"', '"a" and fin', 'not "x"', "json.a.b", "opcode == text", ""])
def test_the_language_stays_what_it_is(text: str) -> None:
    if text:
        assert as_expression(text) == text
    else:
        with pytest.raises(FilterError):
            parse(text)


@given(filter_texts)
def test_no_filter_is_taken_for_words(text: str) -> None:
    try:
        parse(text)
    except FilterError:
        return
    assert as_expression(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "lenght > 5",
        "colour == 3",
        "length > 1 and colour == 3",
        "length >",
        "opcode =",
        "opcode == te",
        "hello and fin",
        "fin and hello",
        '"a" and fi',
        '"a" or',
        "json.a =",
        "json.a.b > ",
        "payload contains x",
        "opcode in {",
        "fin)",
        "a == b",
    ],
)
def test_a_mistake_in_the_language_is_told(text: str) -> None:
    with pytest.raises(FilterError):
        as_expression(text)


def test_too_many_words_are_no_filter() -> None:
    with pytest.raises(FilterError, match="at most 10000 characters"):
        as_expression("x" * 20_000)


def test_text_in_quotes_is_looked_for_in_every_payload() -> None:
    wanted = parse('"Grüße"')
    assert evaluate(wanted, row("viele GRÜSSE, viele GRÜßE".encode()))
    assert evaluate(parse('"error"'), row(b"HTTP/1.1 500 Error\r\n\r\n", HTTP))
    assert evaluate(parse('"error"'), row(b"\x03\xefERROR", Opcode.CLOSE))
    assert evaluate(parse('"error"'), row(b"\x00\x01", Opcode.BINARY, inflated=b"..Error.."))
    assert evaluate(parse('"gr\u00fc"'), row("GRÜN".encode(), Opcode.BINARY)) is False
    assert evaluate(parse('"Grü"'), row("Grün".encode(), Opcode.BINARY))
    assert evaluate(parse('not "error" and fin'), row(b"fine"))
    assert parse('"x"', Scope.WIRE)


def test_nothing_in_quotes_is_a_mistake() -> None:
    with pytest.raises(FilterError, match="no text between these quotes") as raised:
        parse('fin and ""')
    assert (raised.value.position, raised.value.length) == (8, 2)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_text_in_quotes_is_found_and_written_the_usual_way(text: str) -> None:
    wanted = parse(quoted(text))
    assert isinstance(wanted.root, Or)
    assert all(isinstance(operand, Matches) for operand in wanted.root.operands)
    assert evaluate(wanted, row(f"a{text}b".encode()))
    assert parse(str(wanted)).root == wanted.root


def test_a_field_that_was_nearly_meant() -> None:
    assert near_field("Violations") == "violation"
    assert near_field("hello") == ""
