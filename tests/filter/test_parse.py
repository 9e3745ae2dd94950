"""Literal filters: what each word of the language means, and what is said of each mistake."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.filter.texts import filter_texts, parsed
from wsgui.filter import FIELDS, Filter, FilterError, parse
from wsgui.filter.fields import ALIASES, FieldKind
from wsgui.filter.parse import DEPTH_LIMIT, LEAF_LIMIT, TEXT_LIMIT
from wsgui.filter.tree import And, Compare, Contains, FieldRef, Has, In, Matches, Moment, Not, Or, Value
from wsgui.filter.values import SPANS, clock_ns

SECOND = SPANS["s"]


def value(text: str) -> object:
    root = parse(text).root
    assert isinstance(root, (Compare, Contains))
    return root.value.value


def test_a_filter_keeps_where_its_parts_stood() -> None:
    text = 'fin and  length >= 64k and text contains "x"'
    wanted = parse(text)
    assert wanted.text == text
    assert isinstance(wanted.root, And)
    first, second, third = wanted.root.operands
    assert first == Has(FieldRef(FIELDS["fin"], (), (0, 0)))
    assert isinstance(second, Compare)
    assert second.value == Value(65536, "64k", (0, 0))
    assert text[slice(*second.ref.span)] == "length"
    assert text[slice(*second.value.span)] == "64k"
    assert isinstance(third, Contains)
    assert text[slice(*third.value.span)] == '"x"'


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("fin&&rsv1||!masked", "fin and rsv1 or not masked"),
        ("FIN AND rsv1 Or Not masked", "fin and rsv1 or not masked"),
        ("(fin or rsv1) and masked", "(fin or rsv1) and masked"),
        ("(fin and rsv1) or masked", "fin and rsv1 or masked"),
        ("(fin and rsv1) and masked", "(fin and rsv1) and masked"),
        ("fin or (rsv1 or masked)", "fin or (rsv1 or masked)"),
        ("not (fin and rsv1)", "not (fin and rsv1)"),
        ("not not fin", "not not fin"),
        ("not length > 5", "not length > 5"),
        ("(((fin)))", "fin"),
        ("length eq 5", "length == 5"),
        ("length ne 5", "length != 5"),
        ("length lt 5", "length < 5"),
        ("length le 5", "length <= 5"),
        ("length gt 5", "length > 5"),
        ("length ge 5", "length >= 5"),
        ("length>=5", "length >= 5"),
        ("length in (5, 7..9)", "length in {5, 7..9}"),
        ("length not in {5}", "not length in {5}"),
        ("length ! in {5}", "not length in {5}"),
        ('text ~ "a"', 'text matches "a"'),
        ("websocket.opcode == TEXT", "opcode == TEXT"),
        ('json.a.b[0]["x y"] == null', 'json.a.b[0]["x y"] == null'),
        ('json["a"]["q\\"\\\\"]', 'json.a["q\\"\\\\"]'),
        ("json[12]", "json[12]"),
        ("JSON.Id", "json.Id"),
        ("opcode == and", None),
        ("notes", None),
    ],
)
def test_writing_it_the_usual_way(text: str, usual: str | None) -> None:
    if usual is None:  # words that begin with or are keywords
        with pytest.raises(FilterError, match="There is no"):
            parse(text)
    else:
        assert str(parse(text)) == usual
        assert parse(usual) == parse(text)


def test_not_binds_closest_then_and_then_or() -> None:
    root = parse("not fin and rsv1 or masked").root
    assert isinstance(root, Or)
    assert isinstance(root.operands[0], And)
    assert isinstance(root.operands[0].operands[0], Not)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("opcode == text", 1),
        ("opcode == Ping", 9),
        ("opcode == cont", 0),
        ("opcode == http", -1),
        ("opcode == no_frame", -2),
        ("opcode == 0xA", 10),
        ("opcode == +3", 3),
        ("fin == true", True),
        ("fin == 0", False),
        ("rsv == 7", 7),
        ("length > 0x10", 16),
        ("length > 1.5k", 1536),
        ("length > 2M", 2 * 1024**2),
        ("length > 1g", 1024**3),
        ("length > 9223372036854775807", 2**63 - 1),
        ("length_form == 16", 16),
        ("direction == received", 1),
        ("close_code == normal", 1000),
        ("close_code == protocol_error", 1002),
        ("close_code == 0x3e8", 1000),
        ("delta > 100ms", 100_000_000),
        ("delta > 2.5", 2_500_000_000),
        ("delta > 1us", 1_000),
        ("delta > 1µs", 1_000),
        ("delta > 3ns", 3),
        ("delta > 2min", 120 * SECOND),
        ("delta > -1h", -3600 * SECOND),
        ("time > +2.5s", Moment("start", 2_500_000_000)),
        ("time > +2", Moment("start", 2 * SECOND)),
        ("time > +100ms", Moment("start", 100_000_000)),
        ("time > 12:04", Moment("clock", (12 * 60 + 4) * 60 * SECOND)),
        ("time > 12:04:10.5", Moment("clock", ((12 * 60 + 4) * 60 + 10) * SECOND + 500_000_000)),
        ("time > 1970-01-01T00:00:01.000000001Z", Moment("epoch", SECOND + 1)),
        ("time > 1970-01-01t01:00+01:00", Moment("epoch", 0)),
        ('time > "1970-01-02 00:00Z"', Moment("epoch", 86_400 * SECOND)),
        ("key == 0x37fa213d", b"7\xfa!="),
        ("key == 37:fa:21:3d", b"7\xfa!="),
        ("key == de:ad:be:ef", b"\xde\xad\xbe\xef"),
        ('payload contains "é"', b"\xc3\xa9"),
        ("payload contains 0xDEADbeef", b"\xde\xad\xbe\xef"),
        ('text contains "a\\"b\\\\\\n\\r\\t\\0\\u00e9\\u{1f600}\\/"', 'a"b\\\n\r\t\0é\U0001f600/'),
        ("text contains 'it\\'s \"x\"'", 'it\'s "x"'),
        ("text == ''", ""),
        ("violation == mask.client-unmasked", "mask.client-unmasked"),
        ('violation == "of.another-version"', "of.another-version"),
        ('reason == "bye"', "bye"),
        ("json.a == 7", 7),
        ("json.a == -7", -7),
        ("json.a == 1.5e3", 1500.0),
        ("json.a == true", True),
        ("json.a == FALSE", False),
        ("json.a == null", None),
        ('json.a == "7"', "7"),
        ("number == 3", 3),
        ("connection == 2", 2),
        ("message == 2", 2),
        ("fragment == 0", 0),
    ],
)
def test_what_a_literal_means(text: str, meaning: object) -> None:
    assert value(text) == meaning
    assert type(value(text)) is type(meaning)


def test_a_date_without_a_zone_is_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = value("time > 2025-11-21T12:04:10.5")
    assert isinstance(moment, Moment)
    assert moment.origin == "epoch"
    assert moment.ns % SECOND == 500_000_000
    day = value("time > 2025-11-21")
    assert isinstance(day, Moment)
    assert moment.ns - day.ns == ((12 * 60 + 4) * 60 + 10) * SECOND + 500_000_000


def test_clock_of_a_time_beyond_all_calendars() -> None:
    assert clock_ns(10**30, 0) is None


def test_the_pattern_of_matches_is_taken_as_it_is() -> None:
    root = parse('text matches "^\\{\\"\\d+"').root
    assert isinstance(root, Matches)
    assert root.expression.pattern == '^\\{\\"\\d+'
    root = parse("payload matches '\\xff'").root
    assert isinstance(root, Matches)
    assert root.expression.pattern == b"\\xff"


def test_ranges_of_times_and_numbers() -> None:
    root = parse("time in {+1s..+2s, 12:00..13:00} or opcode in {text..close, 0xA} or json.a in {0.5..2, null}").root
    assert isinstance(root, Or)
    assert all(isinstance(operand, In) for operand in root.operands)


def test_every_field_and_every_alias_is_a_filter_by_itself() -> None:
    for name in FIELDS:
        assert str(parse(name)) == name
    for alias, name in ALIASES.items():
        assert parse(alias) == parse(name)


def test_every_name_of_a_value_is_one() -> None:
    for field in FIELDS.values():
        for name, (number, help_) in field.names.items():
            assert help_.endswith(".")
            if field.kind is not FieldKind.JSON:
                assert value(f"{field.name} == {name}") == number


@pytest.mark.parametrize(
    ("text", "position", "length", "sentence", "expected"),
    [
        ("", 0, 0, "Expected a field here, such as opcode or length.", "opcode"),
        ("  ", 2, 0, "Expected a field here, such as opcode or length.", "opcode"),
        ("fin or", 6, 0, "Expected a field here, such as opcode or length.", "opcode"),
        ("fin or )", 7, 1, "Expected a field here, such as opcode or length.", "opcode"),
        ("()", 1, 1, "Expected a field here, such as opcode or length.", "opcode"),
        ("$", 0, 1, "Expected a field here, such as opcode or length.", "opcode"),
        ("404", 0, 3, "Expected a field here, such as opcode or length.", "opcode"),
        ("lenght > 5", 0, 6, "There is no field lenght. Did you mean length?", "length"),
        ('lenght "x"', 0, 6, "There is no field lenght. Did you mean length?", "length"),
        ("qqq", 0, 3, "There is no field qqq.", "opcode"),
        (
            "websocket.opcod",
            0,
            15,
            "There is no field websocket.opcod. Did you mean websocket.opcode",
            "websocket.opcode",
        ),
        ("length 5", 7, 1, 'Expected an operator for length here (== != < <= > >= in), "and" or "or".', "<="),
        ("fin rsv1", 4, 4, 'Expected an operator for fin here (== !=), "and" or "or".', "and"),
        ("length = 5", 7, 1, "Expected == here, not = alone.", "=="),
        ("fin & rsv1", 4, 1, "Expected && here, not & alone.", "&&"),
        ("fin | rsv1", 4, 1, "Expected || here, not | alone.", "||"),
        ("length > 5 fin", 11, 3, 'Expected "and" or "or" here.', "and"),
        ("(length > 5 fin", 12, 3, 'Expected "and", "or" or ")" here.', ")"),
        ("(fin", 0, 1, "This ( is not closed: a ) is missing.", ")"),
        ("fin and (fin or (fin)", 8, 1, "This ( is not closed: a ) is missing.", ")"),
        ("(length > 5", 0, 1, "This ( is not closed: a ) is missing.", ")"),
        ("fin)", 3, 1, "This ) closes nothing: there is no ( before it.", "and"),
        ("length > 5)", 10, 1, "This ) closes nothing: there is no ( before it.", "and"),
        ("length in {1", 10, 1, "This { is not closed: a } is missing.", "}"),
        ("length in (1", 10, 1, "This ( is not closed: a ) is missing.", ")"),
        ("length in (1}", 12, 1, "Expected a comma or ) here.", ","),
        ("length in {1 2}", 13, 1, "Expected a comma or } here.", ","),
        ("length in {1,", 13, 0, "Expected a number here, such as 125 or 64k.", None),
        ("length in", 9, 0, "Expected values in braces here, such as {1, 2}.", "{"),
        ("length in 5", 10, 1, "Expected values in braces here, such as {1, 2}.", "{"),
        ("length not 5", 11, 1, 'Expected "in" here, as in not in {1, 2}.', "in"),
        ('text contains "ab', 14, 3, 'This text has no end: a closing " is missing.', '"'),
        ("text contains 'ab\"", 14, 4, "This text has no end: a closing ' is missing.", "'"),
        ("text contains ab", 14, 2, 'Text stands in quotes: "ab".', '"ab"'),
        ("text contains 0x00", 14, 4, 'Text stands in quotes: "0x00".', '"0x00"'),
        ('text == "\\q"', 9, 2, "There is no escape \\q here; a backslash itself is written \\\\.", "\\\\"),
        ('text == "a\\ud800"', 10, 6, "There is no escape \\ud800 here; a backslash itself is written \\\\.", "\\n"),
        ('text == "\\u{110000}"', 9, 10, "There is no escape \\u{110000} here;", "\\n"),
        ('text == "a\ud800"', 10, 1, "This character is no Unicode text.", None),
        ("text matches", 12, 0, 'Expected a regular expression in quotes here, such as "^[0-9]+$".', None),
        ("text matches 5", 13, 1, 'Expected a regular expression in quotes here, such as "^[0-9]+$".', None),
        (
            'text matches "a(b"',
            17,
            1,
            "This regular expression does not work: missing ).",
            None,
        ),
        ('payload matches "é"', 17, 2, "This regular expression does not work: for bytes write é as \\xc3\\xa9.", None),
        ("length contains 5", 7, 8, "contains does not fit length, which is a number of bytes; use == != <", "=="),
        ('length matches "5"', 7, 7, "matches does not fit length, which is a number of bytes; use == !=", "in"),
        ('text < "x"', 5, 1, "< does not fit text, which is text; use == != in contains matches.", "contains"),
        ("fin in {true}", 4, 2, "in does not fit fin, which is true or false; use == !=.", "!="),
        ("direction ge sent", 10, 2, ">= does not fit direction, which is sent or received; use == != in.", "in"),
        ("opcode ==", 9, 0, "Expected a number or an opcode's name here, such as text or 0x2.", "text"),
        ('opcode == "text"', 10, 6, "Expected a number or an opcode's name here, such as text or 0x2.", "text"),
        ("opcode == txet", 10, 4, "There is no opcode called txet. Did you mean text?", "text"),
        ("opcode == qqq", 10, 3, "There is no opcode called qqq.", "binary"),
        ("opcode > 16", 9, 2, "opcode goes from 0 to 15, so 16 does not fit.", None),
        ("opcode > 5k", 9, 2, "opcode has no units, so k does not fit.", "5"),
        ("close_code == normall", 14, 7, "There is no close code called normall. Did you mean normal or", "normal"),
        (
            "violation == mask.client",
            13,
            11,
            "There is no rule called mask.client. Did you mean",
            "mask.client-unmasked",
        ),
        (
            "violation == 5",
            13,
            1,
            "Expected a rule or text in quotes here, such as mask.client-unmasked.",
            "mask.client-unmasked",
        ),
        ("length_form == 8", 15, 1, "Expected 7, 16 or 64 here.", "16"),
        ("direction == up", 13, 2, "There is no direction called up.", "sent"),
        ("direction == 1", 13, 1, "Expected sent or received here.", "sent"),
        ("fin == 5", 7, 1, "Expected true or false here.", "false"),
        ("length == -5", 10, 2, "length goes from 0 on, so -5 does not fit.", None),
        ("length == 12-5", 10, 4, "Expected a number here, such as 125 or 64k.", None),
        ("length == abc", 10, 3, "Expected a number here, such as 125 or 64k.", None),
        ("length > 5q", 10, 1, "There is no unit q here; length takes k, M, G.", "k"),
        ("delta > 5d", 9, 1, "There is no unit d here; delta takes ns, us, ms, s, min, h.", "ms"),
        ("delta > 0.1ns", 8, 5, "0.1ns is not a whole number of nanoseconds.", None),
        ("length > 0.3", 9, 3, "0.3 is not a whole number of bytes.", None),
        ("connection > 0.3", 13, 3, "0.3 is not a whole number.", None),
        ("length > 9223372036854775808", 9, 19, "This number is too large; the largest is 9223372036854775807.", None),
        ("length > 0x8000000000000000", 9, 18, "This number is too large; the largest is", None),
        (f"length > {'9' * 5000}", 9, 5000, "This number is too large; the largest is", None),
        (f"length > 0x{'f' * 5000}", 9, 5002, "This number is too large; the largest is", None),
        (f"json.a > {'9' * 5000}", 9, 5000, "This number is too large; the largest is", None),
        ("json.a > 1e999", 9, 5, "This number is too large.", None),
        ("json.a > -1e999", 9, 6, "This number is too large.", None),
        ("time > +99999999999s", 7, 13, "This number is too large; captures are not that long.", None),
        (f"time > +{'9' * 50}s", 7, 52, "This number is too large; captures are not that long.", None),
        ("time > 5", 7, 1, "Expected a time here, such as 12:04:10.5, +2.5s or 2026-11-21T12:04.", None),
        ("time > +5d", 7, 3, "Expected a time here, such as", None),
        ("time > soon", 7, 4, "Expected a time here, such as", None),
        ("time > 24:00", 7, 5, "A clock goes from 00:00 to 23:59:59.", None),
        ("time > 12:60", 7, 5, "A clock goes from 00:00 to 23:59:59.", None),
        ("time > 12:00:60", 7, 8, "A clock goes from 00:00 to 23:59:59.", None),
        ("time > 2026-13-01", 7, 10, "There is no such day or time as 2026-13-01.", None),
        ("time > 2999-01-01", 7, 10, "2999-01-01 is too far away; times go from 1678 to 2262.", None),
        ("time in {+1s..12:00}", 9, 10, "Both ends of a range of times are written the same way.", None),
        ('text in {"a".."b"}', 9, 8, "A range goes from one number or time to another.", None),
        ("json in {true..5}", 9, 7, "A range goes from one number or time to another.", None),
        ("json in {1..null}", 9, 7, "A range goes from one number or time to another.", None),
        ("length in {9..1}", 11, 4, "This range is empty: 9 comes after 1.", None),
        ("time in {+2s..+1s}", 9, 8, "This range is empty: +2s comes after +1s.", None),
        ("key == abc", 7, 3, "Expected hex bytes or text in quotes here, such as 0x37fa213d.", None),
        ("key == 0xabc", 7, 5, "Bytes have two hex digits each; 0xabc has 3 digits.", None),
        ("key == 0x", 7, 2, "Bytes have two hex digits each; 0x has 0 digits.", None),
        ('json.a > "x"', 9, 3, "Expected a number here; > compares JSON numbers only.", None),
        ("json.a > true", 9, 4, "Expected a number here; > compares JSON numbers only.", None),
        ("json.a contains 5", 16, 1, 'Expected text in quotes here, such as "error".', None),
        ("json.a == open", 10, 4, 'Text stands in quotes: "open".', '"open"'),
        ("json.a == 12:00", 10, 5, "Expected a number, text in quotes, true, false or null here, such as 7 or", "true"),
        ("json. == 5", 4, 1, 'Expected a name or a place here, as in json.a, json[0] or json["odd name"].', ".a"),
        ("json.a[x] == 5", 6, 1, 'Expected a name or a place here, as in json.a, json[0] or json["odd name"].', "[0]"),
        ("json[1000001]", 5, 7, "Places in JSON arrays go from 0 to 1000000.", None),
        ("json[99999999999]", 5, 11, "Places in JSON arrays go from 0 to 1000000.", None),
        ('json["\\q"]', 6, 2, "There is no escape \\q here;", None),
        ("fin[0]", 3, 1, 'Expected an operator for fin here (== !=), "and" or "or".', None),
    ],
)
def test_a_mistake_is_named_with_its_place(
    text: str, position: int, length: int, sentence: str, expected: str | None
) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    error = caught.value
    assert error.sentence.startswith(sentence)
    assert str(error) == error.sentence
    assert (error.position, error.length) == (position, length)
    assert expected is None or expected in error.expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("(" * 100_000 + "fin" + ")" * 100_000, "A filter has at most 10000 characters; this one has 200003."),
        ("x" * 1_000_000, "A filter has at most 10000 characters; this one has 1000000."),
        ("(" * 9_999, "Expected a field here"),
        ("!" * 9_997 + "fin", f"and, or and not may be nested {DEPTH_LIMIT} deep; here they are 9997 deep."),
        (" or ".join(["fin"] * (LEAF_LIMIT + 1)), f"A filter has at most {LEAF_LIMIT} comparisons."),
        (f"length in {{{','.join('1' * 201)}}}", "A set has at most 200 values; this one has 201."),
        (
            "fin and(fin or(" * 9 + "fin" + "))" * 9,
            f"and, or and not may be nested {DEPTH_LIMIT} deep; here they are 1",
        ),
    ],
)
def test_limits(text: str, sentence: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert caught.value.sentence.startswith(sentence)
    assert 0 <= caught.value.position <= len(text)


def test_up_to_the_limits_filters_work() -> None:
    parse("(" * 4_900 + "fin" + ")" * 4_900)
    parse(" or ".join(["fin"] * LEAF_LIMIT))
    parse("!" * DEPTH_LIMIT + "fin")
    parse("fin" + " " * (TEXT_LIMIT - 3))


def outcome(text: str) -> Filter | FilterError:
    try:
        return parse(text)
    except FilterError as error:
        return error


def check(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Filter):
        assert parse(str(result)) == result
    else:
        assert 0 <= result.position <= result.position + result.length <= len(text)
        assert result.sentence.endswith((".", "?"))
        assert "Token" not in result.sentence


SIGNS = ("==", "!=", "<", "~", "(", ")", "{", "}", ",", "..", "[0]", "=", "&", "'", '"', "\\", "\n", "\0")
WORDS = (
    "in",
    "contains",
    "matches",
    "and",
    "or",
    "not",
    "json.",
    "5",
    "64k",
    "0xab",
    "+1s",
    "12:04",
    "text",
    '"a"',
    "\ud800",
)
pieces = st.sampled_from([*FIELDS, *SIGNS, *WORDS])


@given(st.text(max_size=20))
def test_any_text_is_a_filter_or_a_mistake_with_a_place(text: str) -> None:
    check(text)


@given(st.lists(pieces, max_size=12), st.sampled_from(["", " "]))
def test_any_words_are_a_filter_or_a_mistake_with_a_place(words: list[str], between: str) -> None:
    check(between.join(words))


@given(filter_texts, st.data())
def test_any_filter_with_a_slip_is_a_filter_or_a_mistake_with_a_place(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    check(text[:place])
    check(text[:place] + data.draw(st.text(max_size=2)) + text[place + 1 :])


@settings(max_examples=300, deadline=None)
@given(filter_texts)
def test_what_a_filter_says_of_itself_parses_to_the_same_filter(text: str) -> None:
    if wanted := parsed(text):
        again = parse(str(wanted))
        assert again == wanted
        assert str(again) == str(wanted)
