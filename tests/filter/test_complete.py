from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.filter.test_parse import pieces
from wsgui.filter import FIELDS, Completion, complete
from wsgui.filter.parse import TEXT_LIMIT


def words(text: str, cursor: int | None = None) -> list[str]:
    return [completion.text for completion in complete(text, len(text) if cursor is None else cursor)]


def test_an_empty_text_may_become_any_field() -> None:
    assert words("") == [*FIELDS, "not", "("]
    assert complete("", 0)[0] == Completion("opcode", 0, 0, FIELDS["opcode"].help)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("op", ["opcode"]),
        ("OP", ["opcode"]),
        ("rsv", ["rsv", "rsv1", "rsv2", "rsv3"]),
        ("opcode", []),
        ("fin and le", ["length", "length_form"]),
        ("(ma", ["masked"]),
        ("n", ["number", "note", "ndjson.lines", "not"]),
        ("fin ", ["==", "!=", "and", "or"]),
        ("fin a", ["and"]),
        ("(fin ", ["==", "!=", "and", "or", ")"]),
        ("text ", ["==", "!=", "in", "contains", "matches", "not in", "and", "or"]),
        ("length >", [">", ">="]),
        ("length i", ["in"]),
        ("length not ", ["in"]),
        ("length in ", ["{"]),
        ("length in {", []),
        ("length in {5 ", [",", "..", "}"]),
        ("length in (5 ", [",", "..", ")"]),
        ("length > 5 ", ["and", "or"]),
        ("(length > 5 ", ["and", "or", ")"]),
        ("opcode == te", ["text"]),
        (
            "opcode in {text, ",
            ["text", "binary", "continuation", "close", "ping", "pong", "http", "no_frame", "missing", "cont"],
        ),
        ("direction ==", ["=="][1:]),
        ("direction == ", ["sent", "received"]),
        ("fin == ", ["true", "false"]),
        ("fin == t", ["true"]),
        ("close_code == pro", ["protocol_error"]),
        ("violation == mask.", ["mask.client-unmasked", "mask.server-masked"]),
        ("json.a == ", ["true", "false", "null"]),
        ("length == ", []),
        ("text matches ", []),
        ('text contains "er', []),
        ("foo == ", []),
        ("foo ", []),
        ("fin $ ", []),
        (" " * (TEXT_LIMIT + 1), []),
    ],
)
def test_what_may_come_at_the_end(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_the_word_around_the_cursor_is_replaced() -> None:
    assert complete("fin and length > 5", 10) == [
        Completion("length", 8, 14, FIELDS["length"].help),
        Completion("length_form", 8, 14, FIELDS["length_form"].help),
    ]
    assert complete("length >= 5", 8)[0][:3] == (">", 7, 8)
    assert words("fin", -5) == words("fin", 0)
    assert words("op", 99) == ["opcode"]


def test_every_proposal_has_a_help_sentence() -> None:
    for text in (
        "",
        "text ",
        "length in ",
        "length in {5 ",
        "(fin ",
        "opcode == ",
        "violation == ",
        "fin == ",
        "json == ",
    ):
        assert all(completion.help.endswith((".", "].", "}.")) for completion in complete(text, len(text)))


@given(st.lists(pieces, max_size=8).map(" ".join), st.integers(-1, 60))
def test_for_any_text_proposals_stand_around_the_cursor(text: str, cursor: int) -> None:
    for found in complete(text, cursor):
        assert 0 <= found.start <= min(max(cursor, 0), len(text)) <= found.end <= len(text)
